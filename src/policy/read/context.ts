// What the readers of single files share: where faults go, which names were used, which issuers the short ids stand for.

import type { FaultPath, PolicyFile, Report } from './fault.ts'
import type { Example } from './fields/examples.ts'
import type { Reference, Site } from './written.ts'

export interface Context {
  readonly report: Report
  readonly references: Reference[]
  readonly issuers: ReadonlyMap<string, string>
}

/** A noun of the bundle with the file that it was written in. */
export interface Written<Noun> {
  readonly noun: Noun
  readonly file: PolicyFile
  readonly examples: readonly Example[]
}

export const siteOf = (file: PolicyFile, context: Context, path: FaultPath = []): Site => ({
  file,
  path,
  references: context.references,
})

/** Tells an error at a site. */
export type Fault = (site: Site, code: string, message: string) => void

export const faultOf =
  (context: Context): Fault =>
  (site, code, message) =>
    context.report.error(site.file, site.path, code, message)
