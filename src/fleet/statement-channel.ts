// Statements over Redis: the newest one as a value, and each one as a message to whoever listens. A messenger and never an authority:
// what it carries is believed for its signature alone, and what it loses comes from `control` a little later. Never rejects.
import { hash } from 'node:crypto'
import { type Client, RedisLink } from '../decision-cache/index.ts'
import { fleetLimits } from '../fleet-limits.ts'
import type { Settings } from '../vocabulary/settings.ts'

export interface StatementChannel {
  /** Reaches whoever listens now, and whoever looks before it expires. Said again at each new connection, until another one is published. */
  publish(text: string, lastsMs: number): Promise<void>
  /** Looks for the newest one, which comes as every other; listens again where the connection was lost. */
  look(): Promise<void>
  close(): void
}

export interface ChannelOptions {
  readonly redis: NonNullable<Settings['redis']>
  /** Of the control whose statements these are, base64url: several fleets may share a Redis. */
  readonly controlKey: string
  /** Hears each text that was carried; null: nobody listens here. */
  readonly onText: ((text: string) => void) | null
}

export function openStatementChannel({ redis, controlKey, onText }: ChannelOptions): StatementChannel {
  const name = `portcullis:statement:${hash('sha256', controlKey, 'base64url').slice(0, 16)}`
  // At each new connection: what was said before it, or while there was none, went to nobody.
  const onUsable = (): unknown => (onText === null ? say() : look())
  const open = (listens: boolean): RedisLink => new RedisLink({ ...redis, listens, onState: () => {}, onUsable })
  const asking = open(false)
  // Of its own: a connection that listens takes no other commands.
  const listening = onText === null ? undefined : open(true)
  let subscribed: Client | undefined
  let newest: { readonly text: string; readonly endsAt: number } | undefined

  const on = async <T>(link: RedisLink, ask: (client: Client) => Promise<T>): Promise<T | undefined> => {
    const { client } = link
    if (client === undefined) return undefined
    try {
      const answer = await ask(client)
      link.succeeded()
      return answer
    } catch (error) {
      link.failed(client, error instanceof Error ? error.message : String(error))
      return undefined
    }
  }
  const hear = (text: string): void => {
    if (text !== '') onText?.(text.slice(0, fleetLimits.statementBytes + 1))
  }
  const listen = (link: RedisLink): Promise<unknown> =>
    on(link, async (client) => {
      // Whoever hears nothing for long cannot tell silence from a connection that is gone.
      if (client === subscribed) return client.ping()
      client.on('message', (_channel: string, text: string) => hear(text))
      await client.subscribe(name)
      subscribed = client
      return undefined
    })

  const look = async (): Promise<void> => {
    if (listening !== undefined) await listen(listening)
    hear((await on(asking, (client) => client.getrange(name, 0, fleetLimits.statementBytes))) ?? '')
  }

  const say = async (): Promise<void> => {
    if (newest === undefined) return
    const { text, endsAt } = newest
    const leftMs = Math.ceil(endsAt - performance.now())
    if (leftMs <= 0) return
    await on(asking, (client) => Promise.all([client.publish(name, text), client.set(name, text, 'PX', leftMs)]))
  }

  return {
    publish: (text, lastsMs) => {
      newest = { text, endsAt: performance.now() + lastsMs }
      return say()
    },
    look,
    close: () => {
      asking.close()
      listening?.close()
    },
  }
}
