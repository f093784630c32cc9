// `portcullis policy explain` and `log show --policy` as a terminal and a script see them.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { compileDirectory } from '../../src/directives/index.ts'
import { decision, idOf, site } from '../decision-log/sample.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'portcullis-policy-explain-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const policies = join(root, 'policies')

interface Said {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const portcullis = (...args: readonly string[]): Said => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src/main.ts'), ...args], {
    encoding: 'utf8',
  })
  return { code: status, out: stdout, err: stderr }
}

const caseFile = (name: string, lines: readonly string[]): string => {
  const path = join(folder, name)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

const explainCase = (path: string, ...more: readonly string[]): Said =>
  portcullis('policy', 'explain', policies, '--case', path, ...more)

/** AuthZEN in YAML: a US citizen asks for fable-5 from Germany. */
const inBerlin = [
  'subject:',
  '  type: person',
  '  id: somebody',
  '  properties:',
  '    evidence:',
  '      - name: us-person',
  '        value: { value: true, basis: citizen-or-national }',
  '        state: verified',
  '        verified_at: 2026-06-01T00:00:00Z',
  'action: { name: infer, properties: { stream: false, max_output_tokens: 500 } }',
  'resource: { type: model, id: fable-latest }',
  'context:',
  '  time: 2026-06-20T12:00:00Z',
  '  place: { country: DE, anonymizer: none, database_built_at: 2026-06-18T00:00:00Z }',
  '  token: { iss: https://id.demo.example }',
]

t.test('an AuthZEN request in YAML is decided and explained, and ends with 2 where it is denied', async (t) => {
  const { code, out } = explainCase(caseFile('berlin.yaml', inBerlin))
  t.equal(code, 2)
  t.match(out, /Not permitted \(destination_restricted\): under us-bis-2026-06-12 version 1/)
  t.match(out, /^decided for {2}2026-06-20T12:00:00Z under policy/m)
  t.match(out, /`fable-latest`, which is fable-5 at \/resource\/id/)
  t.match(out, /^assumed {6}the issuer can be asked for better evidence/m)
})

t.test('what the case expects decides the exit code', async (t) => {
  const met = explainCase(
    caseFile('met.yaml', [...inBerlin, 'expect: deny destination_restricted']),
    '--format',
    'plain',
  )
  t.equal(met.code, 0)
  t.match(met.out, /^reason\tdestination_restricted\n/m)
  t.match(met.out, /^limb\t2\tdestination\ttrue\t/m)
  t.match(met.out, /^expected\tdeny destination_restricted\t\n/m)
  const not = explainCase(caseFile('not.yaml', [...inBerlin, 'expect: permit']), '--format', 'json')
  t.equal(not.code, 2)
  t.match(JSON.parse(not.out), {
    expected: { answer: 'permit', differences: [/^expected permit, but/] },
    explanation: { format: 'portcullis-explanation/1', decidedFor: '2026-06-20T12:00:00.000Z', quoted: true },
  })
})

t.test('the shape of the examples serves as well, with overlays and the short ids of issuers', async (t) => {
  const overlay = join(folder, 'overlay')
  mkdirSync(overlay)
  cpSync(join(root, 'test/scenarios/overlays/d5.yaml'), join(overlay, 'd5.yaml'))
  const path = caseFile('overlaid.yaml', [
    'who: { id: partner-us, issuer: demo, us_person: false, nationalities: [KP] }',
    'asks: list-1',
    'when: 2026-06-20T12:00:00Z',
    'expect: deny person_restricted',
    'overlays: overlay',
  ])
  const { code, out } = explainCase(path)
  t.equal(code, 0, out)
  t.match(out, /^directive +overlay-d5 version 1/m)
  t.match(out, /^expected {5}deny person_restricted, and so it is$/m)
  const member = caseFile('member.yaml', [
    'who: { id: partner-us, issuer: demo }',
    'asks: mythos-5',
    'when: 2026-07-02T12:00:00Z',
  ])
  t.equal(explainCase(member).code, 0, 'a member by the register, whose issuer the case calls by its short id')
})

t.test('every fault of a case is shown where it stands', async (t) => {
  const faulty = caseFile('faulty.yaml', [
    'subject: { type: person, id: somebody, propertys: {} }',
    'action: { name: infer, properties: { stream: perhaps } }',
    'resource: { type: model }',
    'context:',
    '  address: 192.0.2.1',
    '  token: { iss: https://id.demo.example }',
    'expect: maybe',
    'overlays: [{}]',
  ])
  const { code, out, err } = explainCase(faulty)
  t.match({ code, out }, { code: 1, out: '' })
  for (const fault of [
    /faulty\.yaml:1:51: `subject\.propertys` is not known here\n1 \| subject: /,
    /faulty\.yaml:2:46: `action\.properties\.stream` /,
    /faulty\.yaml:3:11: `resource\.id` is missing/,
    /faulty\.yaml:8:12: `overlays\.0` is no policy folder/,
  ])
    t.match(err, fault)
  const other = explainCase(
    caseFile('address.yaml', [
      ...inBerlin.slice(0, 13),
      '  address: 192.0.2.1',
      ...inBerlin.slice(14),
      'expect: maybe',
    ]),
  )
  t.match(other.err, /address\.yaml:14:12: `context\.address` is not looked up here: state `place`/)
  t.match(other.err, /address\.yaml:16:9: `expect` `maybe` is no answer/)
  t.match(explainCase(caseFile('silent.yaml', ['asks: fable-5'])).err, /`when` is missing: say at which instant/)
  t.match(
    explainCase(caseFile('mixed.yaml', [...inBerlin, 'asks: fable-5'])).err,
    /mixed\.yaml:16:7: `asks` is of the shape of examples/,
  )
  t.match(explainCase(caseFile('none.yaml', ['expect: permit'])).err, /none\.yaml:1:1: a case has subject, action/)
  const lost = caseFile('lost.yaml', ['asks: fable-5', 'when: 2026-06-20T12:00:00Z', 'registers: [nowhere]'])
  t.match(explainCase(lost), { code: 1, err: /nowhere\/\.: cannot be read: ENOENT/ })
  t.match(explainCase(join(folder, 'nowhere.yaml')), { code: 1, err: /nowhere\.yaml` cannot be read: ENOENT/ })
})

t.test('an example is explained as it is tested, also where it fails', async (t) => {
  const copy = join(folder, 'policies')
  cpSync(policies, copy, { recursive: true })
  const path = join(copy, 'directives/us-bis-2026-06-12.yaml')
  writeFileSync(path, readFileSync(path, 'utf8').replace('expect: deny destination_restricted', 'expect: permit'))
  const sentence = 'a US citizen in Berlin is refused'
  const { code, out } = portcullis('policy', 'explain', copy, '--example', sentence)
  t.equal(code, 2)
  t.match(out, new RegExp(`^directives/us-bis-2026-06-12\\.yaml:\\d+: ${sentence}\n`))
  t.match(out, /^expected {5}NOT MET: expected permit/m)
  t.notMatch(out, /comprehensive-embargo/, 'its own directive alone')
  t.match(portcullis('policy', 'explain', policies, '--example', 'citizen Berlin'), {
    code: 1,
    err: /there is no example `citizen Berlin`[^]*did you mean\n {2}a US citizen in Berlin is refused/,
  })
  writeFileSync(path, readFileSync(path, 'utf8').replace('kind: restriction', 'kind: restricton'))
  t.match(portcullis('policy', 'explain', copy, '--example', sentence), { code: 4, out: '', err: /restricton/ })
})

t.test('a built bundle is asked as well, with its registers, and takes no further folders', async (t) => {
  const [policy, registers] = [join(folder, 'june.bundle'), join(folder, 'june.registers')]
  const built = portcullis('policy', 'build', policies, '-o', policy, '--registers', registers, '--author', 'ann')
  t.equal(built.code, 0, built.err)
  const path = caseFile('bundled.yaml', [...inBerlin, 'expect: deny destination_restricted'])
  const asked = portcullis('policy', 'explain', policy, '--registers', registers, '--case', path)
  t.match(asked, { code: 0, out: /the letter says: / }, asked.err)
  t.match(portcullis('policy', 'explain', policy, '--case', path), { code: 1, err: /without its registers/ })
  const more = caseFile('more.yaml', [...inBerlin, 'overlays: overlay'])
  t.match(portcullis('policy', 'explain', policy, '--registers', registers, '--case', more), {
    code: 1,
    err: /more\.yaml:16:11: `overlays` names further folders, which a built bundle does not take/,
  })
})

t.test('help begins with examples; a case or an example, not both', async (t) => {
  t.match(portcullis('policy', 'explain', '--help'), { code: 0, out: /^Examples:\n {2}portcullis policy explain/ })
  t.match(portcullis('policy', 'explain', policies), { code: 1, err: /either --case or --example/ })
})

t.test('log show quotes the policy that decided, and no other', async (t) => {
  const serial = 12
  const outcome = await compileDirectory({ folder: policies, serial })
  if (outcome.kind === 'faults') throw new Error('the policies do not compile')
  const place = site(t)
  const log = await place.open()
  const [first] = decision(0).determinations
  if (first === undefined) throw new Error('the sample has no determination')
  const limbs = first.limbs.map((limb) => ({ ...limb, limb: 'person' }))
  const determinations = [{ ...first, directive: 'us-bis-2026-06-12', limbs }]
  await log.append(
    decision(1, {
      determinations,
      policy: { digest: outcome.digest, serial, unsigned: true, suspensions: null, revocations: null },
    }),
  )
  await log.append(decision(2))
  const digest = `sha256:${'cd'.repeat(32)}`
  await log.append(decision(3, { policy: { digest, serial, unsigned: false, suspensions: null, revocations: null } }))
  await log.close()
  const show = (n: number, ...more: readonly string[]): Said => portcullis('log', 'show', idOf(n), place.path, ...more)
  const quoted = show(1, '--policy', policies)
  t.equal(quoted.code, 0, quoted.err)
  t.match(quoted.out, /the letter says: “… to any destination worldwide/)
  t.match(quoted.out, /is a foreign person under ear-772\.1-foreign-person/)
  t.notMatch(show(1).out, /the letter says/)
  t.match(show(2, '--policy', policies), {
    code: 1,
    out: '',
    err: /compiled under serial 12\), but the record was decided under sha256:(ab)+, serial 12: name the policy of that time/,
  })
  t.match(show(3, '--policy', policies), {
    code: 1,
    err: /decided under approved bundles, serial 12, which no folder can match.* as --policy, .* as --registers/,
  })
})
