// Publications where the disk neither takes a write nor fails: what is in force is signed all the same, and whoever sent it is not told
// that it is written down.
import t from 'tap'
import { type PublishingOptions, publishingTo } from '../../src/control/publishing.ts'

t.test('a disk that hangs holds back no policy, and no publication behind it', async (t) => {
  const hanging = (): Promise<void> => new Promise(() => {})
  let [serial, said] = [0, 0]
  const source = {
    current: () => (serial === 0 ? undefined : { serial, registersSerial: null, digest: `sha256:${serial}` }),
    pair: () => undefined,
    feed: async () => {
      serial += 1
      return []
    },
  } as unknown as PublishingOptions['source']
  const publish = publishingTo({
    source,
    journal: { add: hanging, kept: hanging },
    voice: { sayPolicy: () => (said += 1) },
    notes: { record: hanging, note: () => {}, pseudonym: () => 'hk1:x', officer: (by) => by },
    clock: { now: () => Date.now() },
    isClockStable: () => true,
  })
  const officer = { issuer: 'https://idp.example', subject: 'ann' }
  const sent = { policy: null, registers: null }
  const [one, two] = await Promise.all([publish(sent, officer), publish(sent, officer)])
  t.match([one.ended, two.ended], ['in_force', 'in_force'])
  t.equal(said, 2)
  const isWritten = await Promise.race([one.written.then(() => true), Promise.resolve(false)])
  t.equal(isWritten, false)
})
