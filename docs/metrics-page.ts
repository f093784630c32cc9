// docs/metrics.md, printed from the table of metrics.
import { metricTable } from '../src/gateway/metrics.ts'
import { supervisorMetrics } from '../src/supervisor/add-up.ts'

/** The page as Markdown. A test holds docs/metrics.md against it. */
export function metricsPage(): string {
  const rows = Object.entries({ ...metricTable, ...supervisorMetrics }).map(([name, { kind, labels, help }]) => {
    const cells = [`\`${name}\``, kind, labels.map((label) => `\`${label}\``).join(' '), help]
    return `| ${cells.join(' | ')} |`
  })
  return `# Metrics

Printed from \`src/gateway/metrics.ts\` by \`npm run pages\`; a test fails when the two differ.

\`GET /metrics\` on the admin listener, in OpenMetrics text, without a credential: nothing here names a person.

| metric | kind | labels | says |
|---|---|---|---|
${rows.join('\n')}

Worth an alarm: \`portcullis_ready\` at 0 for any check; \`portcullis_log_refused\` above 0; \`portcullis_cache{event="poisoned"}\`
above 0 (somebody writes to your Redis); \`portcullis_policy_rejected_total\` that grew; \`portcullis_outcomes_total{ending="model_mismatch"}\`
above 0 (the model API served something that nobody decided).
`
}
