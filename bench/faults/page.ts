// docs/reliability.md: written by the fault matrix and the soak, a section each.
import { barWords } from '../bars.ts'
import type { Page } from '../page.ts'

export const reliabilityPage: Page = {
  file: new URL('../../docs/reliability.md', import.meta.url),
  head: `# Reliability

Written by \`npm run faults\` and \`npm run soak\`; do not edit. What a fleet does when something breaks, and over time, measured.
${barWords}`,
}
