// docs/reasons.md, printed from the reason table.
import { type Basis, type Reason, reasons } from '../src/vocabulary/reason.ts'

const bases: Readonly<Record<Basis, string>> = {
  permit: 'The request goes through.',
  prohibited: 'A directive in force prohibits it. With `listen.use-451: true` the status is 451 (RFC 7725).',
  not_entitled: 'The model is open to a circle of people, and the caller is not in it.',
  grant: 'A grant covers the party, but not this request, or not now.',
  review: 'Somebody has to look at it first.',
  evidence:
    'Something about the caller or the place is not known well enough. Where the caller can mend it by logging in again, and the issuer has `step-up` settings, the status is 401 with a challenge (RFC 9470).',
  session: 'The credential is absent or not accepted. The answer says no more than that; the record does.',
  request: 'The request itself cannot be read, or names what does not exist.',
  system:
    'The gate cannot decide, record or forward. 503 comes before anything was forwarded and carries `Retry-After`.',
}

/** Words that this version never says. They stand in the list so that it need not change once it does; a test holds this one. */
export const notYetGiven: ReadonlySet<Reason> = new Set<Reason>()

const marked = (reason: Reason): string => (notYetGiven.has(reason) ? ' *(not yet)*' : '')

/** The page as Markdown. A test holds docs/reasons.md against it. */
export function reasonsPage(): string {
  const sections = (Object.keys(bases) as Basis[]).map((basis) => {
    const rows = Object.entries(reasons)
      .filter(([, row]) => row.basis === basis)
      .map(
        ([reason, row]) =>
          `| [\`${reason}\`](reasons/${reason}.md)${marked(reason as Reason)} | ${row.status} | ${row.says} |`,
      )
    return `## ${basis}\n\n${bases[basis]}\n\n| reason | status | what the caller is told |\n|---|---|---|\n${rows.join('\n')}`
  })
  return `# Reasons

Printed from \`src/vocabulary/reason.ts\` by \`npm run pages\`; a test fails when the two differ.

A closed list, with a page for each: the same word stands in answers, records, metrics and commands. In answers alone there is one more,
\`access_restricted\`: the directive does not let the caller be told which reason it was. The status is that of the basis; the
record holds the reason. *(not yet)*: the word is kept for it, and nothing in this version gives it.
Why this reason and not another: [semantics](semantics.md#the-order-of-reasons).

${sections.join('\n\n')}
`
}
