// What `policy prove` prints: people's text, tab-separated lines, or one JSON document.
import { type ClaimFault, type Covered, factsText, type Proof } from '../policy/prove/index.ts'
import { inert, inertLines } from '../vocabulary/inert.ts'
import { counted } from './counted.ts'
import { type Format, type Printed, plainRow } from './policy-report.ts'

export function proofsReport(proofs: readonly Proof[], format: Format): Printed {
  const faults = proofs.flatMap((proof) =>
    proof.kind === 'fault' ? claimFaultText(proof.claim.text, proof.fault) : [],
  )
  const undecided = proofs.flatMap((proof) =>
    proof.kind === 'undecided' ? inertLines(`UNDECIDED ${proof.claim.text}\n  ${proof.why}\n`) : [],
  )
  const err = format === 'json' ? '' : [...faults, ...undecided].join('')
  if (format === 'json')
    return { out: `${inert(JSON.stringify({ ok: isAllHolding(proofs), claims: proofs.map(asJson) }))}\n`, err }
  if (format === 'plain') return { out: proofs.map(plain).join(''), err }
  return {
    out: inertLines(
      proofs.flatMap((proof) => (proof.kind === 'fault' || proof.kind === 'undecided' ? [] : human(proof))).join('\n'),
    ),
    err,
  }
}

const isAllHolding = (proofs: readonly Proof[]): boolean => proofs.every(({ kind }) => kind === 'holds')

/** The claim, a caret under the word, and what to write. */
export const claimFaultText = (text: string, { column, message }: ClaimFault): string =>
  inertLines(`${text}\n${' '.repeat(column - 1)}^ column ${column}: ${message}\n`)

function human(proof: Exclude<Proof, { kind: 'fault' | 'undecided' }>): string {
  const assumes = `  it assumes:\n${proof.assumes.map((one) => `  - ${one}\n`).join('')}`
  if (proof.kind === 'holds') return `HOLDS    ${proof.claim.text}\n  ${coveredText(proof.covered)}\n${assumes}`
  const { says, because, case: written, facts } = proof.counterExample
  const lines = [
    `REFUTED  ${proof.claim.text}`,
    `  ${says}`,
    ...because.map((one) => `  - ${one}`),
    '  the case, for `policy explain --case` or the examples of a directive:',
    ...written.yaml
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`),
    ...(written.isWhole ? [] : ['  a case cannot say all of it; the whole request:', `    ${factsText(facts)}`]),
  ]
  return `${lines.join('\n')}\n${assumes}`
}

const coveredText = ({ requests, concerned, resources, instants }: Covered): string =>
  `no counter-example among ${counted(requests, 'class', 'classes')} of requests (${concerned} of whom it speaks) on ${counted(resources, 'resource')} at ${counted(instants, 'instant')}: all that the policy can tell apart`

function plain(proof: Proof): string {
  const rest = proof.kind === 'refuted' ? [proof.counterExample.answer, proof.counterExample.says] : []
  const fault = proof.kind === 'fault' ? [`column ${proof.fault.column}`, proof.fault.message] : []
  const why = proof.kind === 'undecided' ? [proof.why] : []
  return plainRow([proof.kind, proof.claim.text, ...rest, ...fault, ...why])
}

function asJson(proof: Proof): object {
  const { text } = proof.claim
  if (proof.kind === 'fault') return { claim: text, result: 'fault', ...proof.fault }
  if (proof.kind === 'undecided') return { claim: text, result: 'undecided', why: proof.why }
  const { covered, assumes } = proof
  if (proof.kind === 'holds') return { claim: text, result: 'holds', covered, assumes }
  const { says, answer, because, case: written, facts, instant } = proof.counterExample
  const example = { says, answer, because, instant: new Date(instant).toISOString(), case: written.value, facts }
  return { claim: text, result: 'refuted', counterExample: { ...example, isWhole: written.isWhole }, covered, assumes }
}
