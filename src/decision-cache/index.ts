// Front of the decision cache: a key for facts, and a place for decisions that never outlive what they rest on.
//
// One decision goes: `fingerprint(facts)` → `peek` → `fetch` → decide → record → `put`.
export type { Bindings } from './bindings.ts'
export { createDecisionCache, type DecisionCache } from './decision-cache.ts'
export type { Cached } from './entry.ts'
export { fingerprint } from './fingerprint.ts'
export type { Client, RedisServers } from './redis-client.ts'
export { type LinkState, RedisLink } from './redis-link.ts'
export { createSealing } from './sealing.ts'
