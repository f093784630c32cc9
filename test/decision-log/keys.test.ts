// The secrets of a log where several processes start at once on one directory.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openPseudonyms, readPseudonyms } from '../../src/decision-log/keys.ts'

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
