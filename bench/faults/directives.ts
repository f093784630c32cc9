// A directive that closes a model for everybody on the site, published while something is broken, and its withdrawal.
import {
  compileDirectory,
  contentOf,
  type Envelope,
  envelopeText,
  readBundleJson,
  statementOf,
} from '../../src/directives/index.ts'
import type { JsonObject } from '../../src/json/index.ts'
import type { Fleet } from '../../test/support/fleet.ts'

export interface Directives {
  /** Resolves when control has accepted it. */
  close(): Promise<void>
  open(): Promise<void>
}

/** A bundle, as much of it as is changed here. */
interface Whole {
  readonly directives: readonly Directive[]
  readonly withdrawals: readonly object[]
}

interface Directive {
  readonly id: string
  readonly scope: object
  readonly limbs: readonly { readonly id: string; readonly is: object }[]
}

/** Of the fleet’s folder as it is, of which serial 1 was published. @param officer a token */
export async function directivesOf(fleet: Fleet, officer: string): Promise<Directives> {
  const compiled = await compileDirectory({ folder: fleet.policies, serial: 1, now: Date.now() })
  if (compiled.kind === 'faults') throw new Error(compiled.faults.map(({ shown }) => shown).join('\n'))
  const reading = readBundleJson(Buffer.from(compiled.text))
  if (reading.kind === 'fault') throw new Error(reading.message)
  const whole = reading.value as unknown as Whole
  const named = (name: string) => whole.directives.find(({ id }) => id === name)
  const [embargo, restriction] = [named('comprehensive-embargo'), named('us-bis-autumn')]
  const location = embargo?.limbs.find(({ id }) => id === 'location')
  const [withdrawal] = whole.withdrawals
  if (embargo === undefined || restriction === undefined || location === undefined || withdrawal === undefined)
    throw new Error('the policy is not the one that is shipped')
  const effective = Date.now() - 30_000
  const places = { codes: ['US'], lists: [] }
  const limbs = [{ ...location, is: { ...location.is, places } }]
  const { scope } = restriction
  const directives = [...whole.directives]
  const withdrawals = [...whole.withdrawals]
  let serial = 1

  const publish = async (): Promise<void> => {
    serial += 1
    const policy = { ...whole, directives, withdrawals } as unknown as JsonObject
    const content = contentOf('whole', policy, compiled.registerFiles)
    const about = { kind: 'whole', serial, author: 'ann', createdAt: Date.now(), notAfter: null } as const
    const envelope: Envelope = { statement: statementOf(content, about), content, approvals: [] }
    const response = await fetch(`${fleet.url}/v1/policy/publications`, {
      method: 'POST',
      headers: { authorization: `Bearer ${officer}`, 'content-type': 'application/json' },
      body: `{"policy":${envelopeText(envelope)}}`,
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`serial ${serial} was refused: ${text.slice(0, 500)}`)
  }

  return {
    close: () => {
      directives.push({ ...embargo, id: `fault-${serial}`, effective, scope, limbs } as Directive)
      return publish()
    },
    open: () => {
      const { id } = directives.at(-1) as Directive
      withdrawals.push({ ...withdrawal, id: `${id}-ends`, directive: id, versions: [1], effective })
      return publish()
    },
  }
}
