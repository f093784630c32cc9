// Officers with keys in files, and `policy build`, `policy sign` run as people run them.
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** `portcullis policy …` */
export function runPolicy(...args: readonly string[]): Ran {
  const options = { encoding: 'utf8', maxBuffer: 64 * 1_048_576 } as const
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'src/main.ts'), 'policy', ...args],
    options,
  )
  return { code: status, out: stdout, err: stderr }
}

/** `NAME.pem` and `NAME.pub.pem` in a folder. @returns paths */
export function keyFiles(folder: string, name: string): { readonly secret: string; readonly open: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const [secret, open] = [join(folder, `${name}.pem`), join(folder, `${name}.pub.pem`)]
  writeFileSync(secret, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  writeFileSync(open, publicKey.export({ type: 'spki', format: 'pem' }))
  return { secret, open }
}
