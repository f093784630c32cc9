// The channel of statements: what is said while control has no connection to Redis is said when there is one.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { openStatementChannel } from '../../src/fleet/index.ts'
import { until } from '../support/fleet.ts'
import { redisSettings, startRedis } from '../support/redis.ts'
import { startShim } from '../support/tcp-shim.ts'

t.setTimeout(120_000)

t.test('the newest statement is said at each new connection, and never after it has ended', async (t) => {
  const redis = await startRedis()
  t.teardown(() => redis.stop())
  const line = await startShim({ host: '127.0.0.1', port: Number(new URL(redis.url).port) })
  t.teardown(() => line.close())
  const heard: string[] = []
  const of = (url: string, onText: ((text: string) => void) | null): ReturnType<typeof openStatementChannel> =>
    openStatementChannel({ redis: redisSettings(url, Buffer.alloc(32)), controlKey: 'a', onText })
  const speaker = of(`redis://127.0.0.1:${line.port}`, null)
  const listener = of(redis.url, (text) => heard.push(text))
  t.teardown(() => {
    speaker.close()
    listener.close()
  })
  await until('both are connected', async () => {
    await speaker.publish('zero', 600_000)
    return heard.includes('zero')
  })

  await line.close()
  await speaker.publish('older', 600_000)
  await speaker.publish('newer', 600_000)
  t.notMatch(heard, ['newer'])
  await line.open()
  await until('it is heard over the further connection', async () => heard.includes('newer'))
  t.notOk(heard.includes('older'), 'what another one has replaced is not said any more')
  const [name = ''] = await redis.client.keys('portcullis:statement:*')
  await until('whoever looks later finds it', async () => (await redis.client.get(name)) === 'newer')
  t.ok((await redis.client.pttl(name)) <= 600_000)

  await line.close()
  await speaker.publish('ended', 1)
  const pings = async (): Promise<number> =>
    Number(/cmdstat_ping:calls=(\d+)/.exec(await redis.client.info('commandstats'))?.[1])
  const before = await pings()
  await line.open()
  await until('it is connected again', async () => (await pings()) > before)
  // The answer to the first PING is on its way to it.
  await sleep(200)
  t.notOk(heard.includes('ended'))
})
