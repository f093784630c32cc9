// `portcullis policy prove` as a script sees it: exit codes, formats, and a counter-example that `policy explain` takes.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'

const root = join(import.meta.dirname, '../..')
const policies = join(root, 'policies')
const folder = mkdtempSync(join(tmpdir(), 'portcullis-prove-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))

const run = (...args: readonly string[]): { code: number | null; out: string; err: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src/main.ts'), 'policy', ...args], {
    encoding: 'utf8',
  })
  return { code: status, out: stdout, err: stderr }
}

const holding = 'nobody reaches next-1-safeguards-reduced outside 2026-09-01T00:00:00Z to 2026-10-01T00:00:00Z'
const failing = 'no known foreign person reaches fable-5 from 2026-06-30T23:00:00Z on'

t.test('claims that hold end with 0, and what they assume is told', async (t) => {
  const file = join(folder, 'claims.txt')
  writeFileSync(file, `# what stays closed\n${holding}\n\n`)
  const { code, out } = run('prove', policies, '--claims', file)
  t.equal(code, 0)
  t.match(out, /^HOLDS {4}nobody reaches .*\n {2}no counter-example among \d+ classes of requests/)
  t.match(out, /- registers as they stand in bundle 1 \(sha256:[0-9a-f]{64}\)/)
})

t.test('a refuted claim ends with 2, and its case is explained as it was refuted', async (t) => {
  const { code, out } = run('prove', policies, holding, failing, '--format', 'json')
  t.equal(code, 2)
  const [first, second] = JSON.parse(out).claims
  t.match(first, { result: 'holds' })
  t.match(second, { result: 'refuted', counterExample: { answer: 'permit', isWhole: true } })
  const shown = run('prove', policies, failing).out
  const written = /of a directive:\n((?: {4}.*\n)+)/.exec(shown)?.[1]?.replace(/^ {4}/gm, '') ?? ''
  const file = join(folder, 'case.yaml')
  writeFileSync(file, written)
  t.equal(run('explain', policies, '--case', file).code, 0, written)
  t.match(
    run('prove', policies, failing, '--format', 'plain').out,
    /^refuted\tno known .*\tpermit\ton 2026-06-30T23:00:00Z /,
  )
})

t.test('what is no claim ends with 1 and a caret, before anything is compiled', async (t) => {
  t.match(run('prove', join(folder, 'nowhere'), 'nobody gets fable-5'), {
    code: 1,
    out: '',
    err: /\n {7}\^ column 8: /,
  })
  t.match(run('prove', policies, 'nobody reaches fable-6'), {
    code: 1,
    err: /the policy has no model `fable-6`: there is `fable-5`/,
  })
})

t.test('a folder that does not compile ends with 4', async (t) => {
  writeFileSync(join(folder, 'broken.yaml'), 'kind: progam\n')
  t.equal(run('prove', folder, holding).code, 4)
})

t.test('a claim that somebody else wrote cannot move the cursor', async (t) => {
  const { err } = run('prove', policies, 'nobody reaches \u001b[2Jfable')
  t.match(err, /no model `\\u001b\[2Jfable`/)
  t.notOk(err.includes('\u001b'))
})
