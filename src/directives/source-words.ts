// What the policy source says of itself to people, in `/readyz` and in records.
import type { ActivePolicy } from './active-policy.ts'

export const withoutMemory: string =
  'put it back, or, knowing that directives which were in force may then be missing unseen, remove it; then start again'

export const untrusted: string =
  'what was in force is approved by nobody whom the settings name now, and waits for approvals; no directive of it may vanish'

export function detailOf(active: ActivePolicy | undefined): string {
  if (active === undefined) return 'no policy is loaded'
  const registers = active.registersSerial === null ? '' : `, registers serial ${active.registersSerial}`
  return `serial ${active.serial}${registers}, ${active.digest}${active.unsigned ? ', unsigned' : ''}`
}
