// docs/reasons/*.md: one page for each reason, printed from the reason table, its order and a case that is decided while it is printed.
import { reasonOrder } from '../src/policy/engine/reason-order.ts'
import { type Reason, reasons } from '../src/vocabulary/reason.ts'
import { ownCases } from './reason-cases.ts'
import { mendable, reasonWords } from './reason-words.ts'
import { notYetGiven } from './reasons-page.ts'
import { caseText, circumstances, type ShownCase, show, writtenScenarios } from './shown-cases.ts'

/** Where no case is asked at all: what was decided of a request before or after it. */
const withoutCase: Partial<Readonly<Record<Reason, true>>> = { model_absent: true, evaluation_failed: true }

/** Whether a decision gives it, so that a case can show it. */
export const isDecided = (reason: Reason): boolean =>
  withoutCase[reason] === undefined &&
  (reasons[reason].basis === 'permit' ||
    reason === 'model_unknown' ||
    reason === 'clock_unsynchronized' ||
    reasonOrder.some((one) => one === reason))

let scenarios: readonly ShownCase[] | undefined

/** The case that shows it, decided. @throws Error if there is none, or if it has another answer */
export function exampleOf(reason: Reason): ShownCase {
  const own = ownCases[reason]
  scenarios ??= writtenScenarios().map(show)
  const found = own === undefined ? scenarios.find(({ decision }) => decision.reason === reason) : show(own)
  if (found?.decision.reason !== reason) throw new Error(`no case shows ${reason}: ${found?.decision.reason}`)
  return found
}

export function reasonPage(reason: Reason): string {
  const { basis, status, says } = reasons[reason]
  const { means, officer, mend } = reasonWords[reason]
  const later = notYetGiven.has(reason) ? '\n*The word is kept for later: nothing in this version gives it.*\n' : ''
  return `# \`${reason}\`

Printed by \`npm run pages\`. [All reasons](../reasons.md)
${later}
${means}

| | |
|---|---|
| basis | \`${basis}\` |
| status | ${statusText(reason, status)} |
| the caller is told | “${says}” ${hiddenText(reason)} |
| can the caller mend it? | ${mend ?? mendable[basis]} |
| in the order | ${placeInOrder(reason)} |
| what an officer does | ${officer} |
${isDecided(reason) ? `\n## An example\n\n${exampleText(exampleOf(reason))}\n` : ''}`
}

function statusText(reason: Reason, status: number): string {
  const { basis } = reasons[reason]
  if (basis === 'prohibited') return `${status}, or 451 with \`listen.use-451: true\``
  return basis === 'evidence' && status === 403 && /_(missing|insufficient|stale)$/.test(reason)
    ? `${status}, or 401 where a step-up can mend it`
    : String(status)
}

const hiddenText = (reason: Reason): string =>
  // No directive stands behind a suspension.
  reason === 'model_suspended' || ['permit', 'request', 'system'].includes(reasons[reason].basis)
    ? '(always)'
    : reasons[reason].basis === 'session'
      ? '(as `token_absent`, `token_invalid` or `session_revoked`; the record says the rest)'
      : 'if the directive says `tell-the-caller: reason`; otherwise `access_restricted`'

function placeInOrder(reason: Reason): string {
  const index = reasonOrder.findIndex((one) => one === reason)
  if (index < 0) return 'It does not compete with others: it is given before, or instead of, what directives determine.'
  const [before, after] = [reasonOrder[index - 1], reasonOrder[index + 1]]
  const link = (one: string): string => `[\`${one}\`](${one}.md)`
  const parts = [
    ...(before === undefined ? [] : [`after ${link(before)}`]),
    ...(after === undefined ? [] : [`before ${link(after)}`]),
  ]
  return `${index + 1} of ${reasonOrder.length}: shown ${parts.join(' and ')}, if several stand in the way`
}

function exampleText(shown: ShownCase): string {
  const { asked, decision } = shown
  const who = decision.determinations.flatMap(({ directive, version, result, limbs }) =>
    limbs
      .filter((limb) => limb.reason === decision.reason)
      .map((limb) => `\`${directive}\` version ${version}, limb \`${limb.limb}\` (${result})`),
  )
  const by = who.length === 0 ? '' : `\n\nDecided by ${[...new Set(who)].join(' and ')}.`
  return `${capital(asked.title)}. ${circumstances(shown)}:\n\n${caseText(shown)}${by}`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

export const reasonPages: Readonly<Record<string, () => string>> = Object.fromEntries(
  (Object.keys(reasons) as Reason[]).map((reason) => [`docs/reasons/${reason}.md`, () => reasonPage(reason)]),
)
