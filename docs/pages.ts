// Every page that is printed from a table of the source. `npm run pages` writes them; test/documents holds them to it.
import { mkdirSync, writeFileSync } from 'node:fs'
import { operationsPage } from '../src/request/index.ts'
import { settingsPage } from '../src/settings/index.ts'
import { definitionPages } from './definition-pages.ts'
import { languagePage } from './language-page.ts'
import { metricsPage } from './metrics-page.ts'
import { operatingPage } from './operating-page.ts'
import { predicatePages } from './predicate-pages.ts'
import { reasonPages } from './reason-pages.ts'
import { reasonsPage } from './reasons-page.ts'
import { recordsPage } from './records-page.ts'
import { schemaFiles } from './schema-files.ts'
import { semanticsPage } from './semantics-page.ts'

/** Text by path, relative to the repository's root. */
export const pages: Readonly<Record<string, () => string>> = {
  'docs/settings.md': settingsPage,
  'docs/reasons.md': reasonsPage,
  'docs/operations.md': operationsPage,
  'docs/metrics.md': metricsPage,
  'docs/operating.md': operatingPage,
  'docs/semantics.md': semanticsPage,
  'docs/records.md': recordsPage,
  'docs/directive-language.md': languagePage,
  ...reasonPages,
  ...predicatePages,
  ...definitionPages,
  ...schemaFiles,
}

if (import.meta.main) {
  for (const [path, page] of Object.entries(pages)) {
    const file = new URL(`../${path}`, import.meta.url)
    mkdirSync(new URL('.', file), { recursive: true })
    writeFileSync(file, page())
  }
}
