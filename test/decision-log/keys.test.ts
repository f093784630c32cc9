// The secrets of a log: where several processes start at once on one directory, and where a file is damaged.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openPseudonyms, openSigningKey, readPseudonyms } from '../../src/decision-log/keys.ts'

const lost = (): never => {
  throw new Error('it is missing, and in use')
}

t.test('a key that another process has made, and used, since it was looked for is no lost one', async (t) => {
  const file = join(t.testdir({}), 'hk1.key')
  const key = `${Buffer.alloc(32, 7).toString('base64url')}\n`
  const pseudonym = await openPseudonyms(file, () => {
    writeFileSync(file, key)
    lost()
  })
  t.equal(pseudonym('subject', 'alice'), readPseudonyms(file)('subject', 'alice'))
})

t.test('one that is still not there is lost', async (t) => {
  await t.rejects(openPseudonyms(join(t.testdir({}), 'hk1.key'), lost), /missing, and in use/)
})

t.test('a damaged one is named', async (t) => {
  const damaged = t.testdir({ 'log-key.pem': '-----BEGIN PRIVATE KEY-----\nMC4CAQAw', 'hk1.key': 'short' })
  const made = join(damaged, 'made.pem')
  const { privateKey } = await openSigningKey(made, () => {})
  t.equal(privateKey.asymmetricKeyType, 'ed25519')
  for (const name of ['log-key.pem', 'made.pem.pub', 'hk1.key'])
    await t.rejects(
      openSigningKey(join(damaged, name), lost),
      { message: /`.*` holds no Ed25519 key.*from a copy/ },
      name,
    )
  await t.rejects(openPseudonyms(join(damaged, 'hk1.key'), lost), { message: /hk1\.key` does not hold 32 bytes/ })
})
