// docs/bundles.md: its commands run in the order in which they stand, and its tables hold what the source holds.
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { readEnvelope } from '../../src/directives/index.ts'
import { refusalCodes } from '../../src/directives/judge-part.ts'
import { settingsFolder } from '../settings/folder.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs/bundles.md'), 'utf8')
const blocksOf = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text ?? '')

t.test('every command runs, and gives bundles that the settings shown would take', { timeout: 300_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-bundles-page-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(join(root, 'policies'), join(folder, 'policies'), { recursive: true })
  const bin = join(folder, 'portcullis')
  writeFileSync(bin, `#!/bin/sh\nexec env -i PATH="$PATH" "${process.execPath}" "${join(root, 'src/main.ts')}" "$@"\n`)
  chmodSync(bin, 0o755)
  const scripts = blocksOf('sh')
  t.ok(scripts.length > 8)
  const env = { PATH: `${folder}:${process.env['PATH']}` }
  const shown: string[] = []
  for (const script of scripts) {
    shown.push(execFileSync('sh', ['-euc', script], { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' }))
  }
  t.match(shown.join(''), /june\.bundle: policy bundle, serial 1\n {2}sha256:.*\n {2}by ann at .*, no end\n/)
  t.match(shown.join(''), /Nothing was signed: say with which key by `--key`\.\n/)

  const live = await readEnvelope(join(folder, 'live/policy.bundle'))
  if (live.kind === 'fault') throw new Error(live.message)
  t.same(
    live.envelope.approvals.map(({ by }) => by),
    ['bob', 'cyd', 'bob'],
  )
  const registers = await readEnvelope(join(folder, 'live/registers.bundle'))
  t.match(registers, { kind: 'envelope', envelope: { statement: { kind: 'registers', serial: 2 } } })
  t.match(await readEnvelope(join(folder, 'back.bundle')), { envelope: { statement: { serial: 3 } } })

  const [settings = ''] = blocksOf('yaml')
  const around = settingsFolder(t)
  for (const name of ['bob', 'cyd', 'eve'])
    around.write(`${name}.pub.pem`, readFileSync(join(folder, `${name}.pub.pem`)))
  cpSync(join(folder, 'live'), join(around.path, 'live'), { recursive: true })
  t.match(around.load({ policy: settings.trim() }).policy, {
    source: 'bundle',
    threshold: 2,
    signers: [{ name: 'bob' }, { name: 'cyd' }, { name: 'eve', may: ['registers'] }],
  })

  const rows = [...page.matchAll(/^\| `([a-zA-Z.[\]]+)` \|/gm)].map(([, name]) => name ?? '')
  const { statement, content, approvals } = live.envelope
  const fields = [
    'format',
    'statement',
    ...Object.keys(statement).map((name) => `statement.${name}`),
    'content',
    'approvals',
    ...Object.keys(approvals[0] ?? {}).map((name) => `approvals[].${name}`),
  ]
  t.same(
    rows.filter((name) => !name.includes('_')).toSorted(),
    fields.toSorted(),
    'every field of the file, and no other',
  )
  t.equal(content['format'], 'portcullis-policy/1')
})

t.test('every code of a refusal stands in its table, and no other', async (t) => {
  const table = /## What is refused[\s\S]*?\n\n([\s\S]*?)\n\n## /.exec(page)?.[0] ?? ''
  const codes = [...table.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, code]) => code ?? '')
  t.same(codes, [...refusalCodes])
})
