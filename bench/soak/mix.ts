// The mix of the soak: what the request of a number asks for, and what its client may be told. Each has its number as `user`, which the
// model API sees, and by which it is known again.
import type { Model } from '../faults/load.ts'

export type Kind =
  /** An answer in one piece. */
  | 'chat'
  | 'stream'
  /** By the directive over its model. */
  | 'refused'
  /** Its token is none. */
  | 'stranger'
  /** Its client leaves after the first event. */
  | 'leaves a stream'
  /** Its client leaves before it was told anything, as a rule. */
  | 'leaves early'

export interface Asked {
  readonly kind: Kind
  readonly model: Model
}

/** The odd ones in every two hundred; all others are chats. */
const turns = 200
const odd: readonly (readonly [kind: Kind, every: number, at: number])[] = [
  ['leaves early', 200, 199],
  ['stream', 10, 3],
  ['refused', 10, 6],
  ['stranger', 40, 12],
  ['leaves a stream', 40, 25],
]

export function askedIn(number: number): Asked {
  const turn = number % turns
  const kind = odd.find(([, every, at]) => turn % every === at)?.[0] ?? 'chat'
  return { kind, model: kind !== 'refused' && Math.floor(number / 10) % 4 === 0 ? 'open-1' : 'fable-5' }
}

/** As long as a chat of the benches. */
const bytes = 877
/** What leaves early may be known by its length alone: no other request is so long. */
const earlyBytes = 2_000

/** @param number from 0 */
export function bodyOf(number: number): string {
  const { kind, model } = askedIn(number)
  const withContent = (content: string): string =>
    JSON.stringify({
      model,
      stream: kind === 'stream' || kind === 'leaves a stream',
      user: `${number}`,
      messages: [{ role: 'user', content }],
    })
  return withContent('x'.repeat((earlyLength(number) ?? bytes) - withContent('').length))
}

/** Bytes of the body of a request whose client leaves early, which no other has; null of others. */
export function earlyLength(number: number): number | null {
  return askedIn(number).kind === 'leaves early' ? earlyBytes + Math.floor(number / turns) : null
}

/** An officer closes this one for a second, now and then. */
export const closed: Model = 'open-1'
const whenClosed = ['403 model_suspended', 'cut model_suspended']

/** Whether a client may be told so. */
export function mayBeTold({ kind, model }: Asked, says: string): boolean {
  if (model === closed && kind !== 'stranger' && whenClosed.includes(says)) return true
  return told[kind].includes(says)
}

const told: Readonly<Record<Kind, readonly string[]>> = {
  chat: ['200'],
  stream: ['ended'],
  refused: ['403 person_restricted'],
  stranger: ['401 token_invalid'],
  'leaves a stream': ['left'],
  'leaves early': ['left', '200'],
}
