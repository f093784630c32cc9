// Verified tokens: which tokens a gate of the fleet has verified. What is kept is a proof and nothing of the token.
import type { Clock } from '../vocabulary/clock.ts'
import type { VerifiedToken, VerifiedTokens } from '../vocabulary/verified-token.ts'
import type { Counters } from './metrics.ts'
import { createProofs, isProof, type Proof, proofBytes } from './proof.ts'
import type { Answer, Poison, Shared } from './shared.ts'

export interface VerifiedTokensOptions {
  readonly shared: Shared
  readonly keys: { readonly key: Uint8Array; readonly previousKey: Uint8Array | null }
  readonly clock: Clock
  readonly counters: Counters
}

const entryName = (name: string): string => `portcullis:t1:${name}`

export function createVerifiedTokens({ shared, keys, clock, counters }: VerifiedTokensOptions): VerifiedTokens {
  const proofOf = createProofs(keys.key)
  const previousProofOf = keys.previousKey === null ? undefined : createProofs(keys.previousKey)
  const ask = ({ name, proof }: Proof): Promise<Answer<'verified'>> =>
    shared.get({
      name: entryName(name),
      bytes: proofBytes,
      read: (value): 'verified' | Poison =>
        isProof(value, proof) ? 'verified' : { poison: 'a value does not prove that its token was verified' },
    })
  return {
    async has(token: VerifiedToken): Promise<boolean> {
      let answer = await ask(proofOf(token))
      if (answer === 'none' && previousProofOf !== undefined) answer = await ask(previousProofOf(token))
      if (answer === 'none') counters.tokenMisses += 1
      if (answer === 'verified') counters.tokenHits += 1
      return answer === 'verified'
    },
    tell(token, until) {
      const livesMs = until - clock.now()
      if (livesMs <= 0) return
      shared.put(() => {
        const { name, proof } = proofOf(token)
        return { name: entryName(name), value: proof, livesMs }
      })
    },
  }
}
