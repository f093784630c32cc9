// Seal of a decision: whoever owns Redis can slow the gate down, not open it (threats R1, R2, R3, R5). An entry is bound to everything
// that it rests on: one that was written for another request, policy, settings, database or revocations does not open.

import { canonicalJson } from '../json/index.ts'
import { type Bindings, sameBindings } from './bindings.ts'
import { createSealing } from './sealing.ts'

export interface Seal {
  /** Name of the entry in Redis: says nothing about its facts to those who do not hold the fleet key. */
  name(key: string, bindings: Bindings): string
  seal(key: string, bindings: Bindings, plain: Uint8Array): Buffer
  /** Undefined for everything that was not sealed with this key for exactly this entry. */
  open(key: string, bindings: Bindings, sealed: Uint8Array): Uint8Array | undefined
}

/** `fleetKey`: 32 secret bytes that all gates of a fleet share and Redis never sees. */
export function createSeal(fleetKey: Uint8Array): Seal {
  const sealing = createSealing(fleetKey, 'decision-cache')
  let known: { readonly bindings: Bindings; readonly text: string } | undefined
  /** Everything that the entry rests on, as the one text that both sides authenticate. No key has a line break in it. */
  const about = (key: string, bindings: Bindings): string => {
    if (known === undefined || !sameBindings(known.bindings, bindings))
      known = { bindings, text: bindingsText(bindings) }
    return `${key}\n${known.text}`
  }
  const what = (key: string, bindings: Bindings) => ({ entry: ` ${key}`, about: about(key, bindings) })

  return {
    name: (key, bindings) => `portcullis:d1:${sealing.hide(about(key, bindings))}`,
    seal: (key, bindings, plain) => sealing.seal(what(key, bindings), plain),
    open: (key, bindings, sealed) => sealing.open(what(key, bindings), sealed),
  }
}

function bindingsText(bindings: Bindings): string {
  const { policyDigest, policySerial, suspensionsDigest, isConfirmed, settingsDigest, geoDigest, revocationsDigest } =
    bindings
  return canonicalJson({
    policyDigest,
    policySerial,
    suspensionsDigest,
    isConfirmed,
    settingsDigest,
    geoDigest,
    revocationsDigest,
  })
}
