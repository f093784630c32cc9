// Fingerprint: one key for everything that `decide` may read about a request.
// It promises that two sets of facts have the same key only if they are equal in every field (threats R4, R5): the key is
// SHA-256 over the JSON text of all of them, so a fact added to the vocabulary is covered without a change here.
// It does not cover the policy, the settings or the databases; those are the bindings of an entry.

import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { canonicalJson } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { Facts } from '../vocabulary/decision.ts'
import type { Caller } from '../vocabulary/party.ts'
import type { Place } from '../vocabulary/place.ts'

/** Digest of each caller and place that was seen, for as long as somebody else holds the object. */
const digests = new WeakMap<Caller | Place, string>()

// A new member of Facts fails to compile here until the function below covers it.
const covered: Record<keyof Facts, true> = { caller: true, place: true, operation: true, remaining: true }
const domain = `portcullis facts 1 ${Object.keys(covered).join(' ')}\n`

/**
 * Key of a set of facts: 43 characters of base64url, no fact readable in it.
 *
 * Cheap on the hot path, because callers (per verified token) and places (per address) are the same objects for as long
 * as they are memoised upstream, and each is digested once.
 * Invariant: callers and places are never changed after they were handed out; their types say so.
 *
 * Throws TypeError where a caller or place has no canonical form (a lone surrogate, a number that is not finite).
 */
export function fingerprint(facts: Facts): string {
  // Two digests of a fixed length, then one self-delimiting value: no field can reach into its neighbour.
  // An operation is new with each request, and `JSON.stringify` six times as fast as the canonical writer. It tells all
  // values apart as well; only the order of members shows, and another order costs no more than a hit.
  const said = JSON.stringify([facts.operation, facts.remaining])
  const text = domain + digestOf(facts.caller) + digestOf(facts.place) + said
  const known = recent.get(text)
  if (known !== undefined) return known
  const key = hash('sha256', text, 'base64url')
  recent.set(text, key)
  return key
}

/** The keys given last: a text is found in a fraction of the time that its digest takes. */
const recent = new LRUCache<string, string>({ max: limits.recentFacts })

function digestOf(value: Caller | Place): string {
  let digest = digests.get(value)
  if (digest === undefined) {
    digest = hash('sha256', canonicalJson(value), 'base64url')
    digests.set(value, digest)
  }
  return digest
}
