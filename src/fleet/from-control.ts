// From control: licensed amounts as a fleet's control hands them out to this gate. What is given here was taken from the rest of the
// fleet on control's disk before it was signed.
import { randomUUID } from 'node:crypto'
import { fleetLimits } from '../fleet-limits.ts'
import type { Ask, Given, HandsOut } from '../quantities/index.ts'
import type { FleetSettings } from '../vocabulary/settings.ts'
import { type AllotmentRequest, allotmentReader } from './allotment.ts'
import { type ControlClient, controlClient } from './control-client.ts'

/** @param gate its name in the fleet */
export function fromControl(
  { key, control }: FleetSettings & { readonly control: NonNullable<FleetSettings['control']> },
  gate: string,
): HandsOut {
  return fromCalls(controlClient(control, key, new AbortController().signal), control.key, gate)
}

/** @param controlKey Ed25519, base64url: the one key whose allotments count */
export function fromCalls(control: Pick<ControlClient, 'allot'>, controlKey: string, gate: string): HandsOut {
  const read = allotmentReader(controlKey)
  const instance = randomUUID()
  let turn = 0
  /** Sent, and nobody knows whether control has heard it. */
  let open: AllotmentRequest | undefined
  /** Received, and not yet told to who asked. */
  let received: readonly Given[] = []

  async function send(request: AllotmentRequest): Promise<void> {
    open = request
    const answer = await control.allot(request)
    if ('refused' in answer) {
      open = undefined
      throw new Error(answer.refused)
    }
    const reading = read(answer.text)
    if (reading.kind === 'fault') throw new Error(`what control allots is ${reading.why}`)
    const { said } = reading
    if (said.gate !== gate || said.instance !== instance || said.turn !== request.turn)
      throw new Error('what control allots is for another call')
    open = undefined
    received = [...received, ...said.given]
  }

  return {
    askAgainMs: { empty: fleetLimits.usedUpMs, failed: fleetLimits.askAgainMs },
    exchange: async (asks) => {
      if (open !== undefined) await send(open)
      for (let at = 0; at < asks.length; at += fleetLimits.allotmentGrants) {
        const some: readonly Ask[] = asks.slice(at, at + fleetLimits.allotmentGrants)
        turn += 1
        await send({ gate, instance, turn, asks: some })
      }
      const given = received
      received = []
      return given
    },
  }
}
