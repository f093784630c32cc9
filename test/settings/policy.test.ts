// Who may approve policies, as portcullis.yaml says it: keys in every form that people have, and settings under which signatures
// would count for less than they seem to.
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import t from 'tap'
import { settingsFolder } from './folder.ts'

const pair = (): { readonly pem: string; readonly jwk: string; readonly x: string; readonly secret: KeyObject } => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const jwk = publicKey.export({ format: 'jwk' })
  const pem = publicKey.export({ type: 'spki', format: 'pem' })
  return { pem, jwk: JSON.stringify(jwk), x: String(jwk['x']), secret: privateKey }
}
const [ann, bob, cyd] = [pair(), pair(), pair()]

const signer = (name: string, key: string, may = 'policy, registers'): string =>
  `{ name: ${name}, key: ${JSON.stringify(key)}, may: [${may}] }`
const section = (signers: readonly string[], more = ''): string =>
  `policy: { source: bundle, path: p.bundle, registers: r.bundle, signers: [${signers.join(', ')}]${more} }`

t.test('a key is a file of PEM, PEM itself or a JWK', async (t) => {
  const folder = settingsFolder(t)
  for (const name of ['p.bundle', 'r.bundle']) folder.write(name, '')
  folder.write('ann.pem', ann.pem)
  const policy = section([signer('Ann Author', 'ann.pem'), signer('bob', bob.pem), signer('cyd', cyd.jwk, 'registers')])
  t.match(folder.load({ policy }).policy, {
    registers: /r\.bundle$/,
    unsignedAccepted: false,
    signers: [
      { name: 'Ann Author', key: ann.x, may: ['policy', 'registers'] },
      { name: 'bob', key: bob.x },
      { name: 'cyd', key: cyd.x, may: ['registers'] },
    ],
    threshold: 2,
    registersThreshold: 1,
  })
})

t.test('settings under which a signature would count for less than it seems are refused', async (t) => {
  const folder = settingsFolder(t)
  for (const name of ['p.bundle', 'r.bundle']) folder.write(name, '')
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' })
  const [a, b] = [signer('ann', ann.pem), signer('bob', bob.pem)]
  const cases: readonly (readonly [string, RegExp])[] = [
    [section([a]), /names 1 who may approve policies, and the threshold is 2/],
    [section([a, signer('ann', bob.pem)]), /names 1 who may approve policies/],
    [section([a, b], ', threshold: 3'), /the threshold is 3/],
    [section([a, b], ', threshold: 1'), /out of range: at least 2/],
    [
      section([signer('ann', ann.pem, 'policy'), signer('bob', bob.pem, 'policy')]),
      /names 0 who may approve registers/,
    ],
    [section([a, b, signer('cyd', ann.jwk)]), /is the key of another entry/],
    [section([a, b, signer('cyd', rsa)]), /is no Ed25519 key/],
    [section([a, b, signer('cyd', 'absent.pem')]), /there is no such file/],
    [section([a, b, signer('cyd', '-----BEGIN')]), /holds no public key/],
    [section([a, b, signer('cyd', JSON.stringify(cyd.secret.export({ format: 'jwk' })))]), /is a private key/],
    [section([a, b, signer('cyd', cyd.secret.export({ type: 'pkcs8', format: 'pem' }))]), /is a private key/],
    [section([a, b, signer('" "', cyd.pem)]), /must be 1 to 128 letters/],
    [section([a, b], ', unsigned: accepted'), /stands beside `signers`/],
    [`policy: { source: bundle, path: p.bundle, signers: [${a}, ${b}] }`, /needs `registers` beside it/],
    [
      `policy: { source: directory, path: policies, unsigned: accepted, signers: [${a}, ${b}] }`,
      /nobody signs a directory/,
    ],
  ]
  for (const [policy, why] of cases) {
    const faults = folder.faults({ policy })
    t.equal(faults.length, 1, policy)
    t.match(faults[0]?.message, why, policy)
  }
})
