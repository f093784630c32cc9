// A directive that shuts a person out of a model, and a license that lets them in, for a fleet of real processes.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Fleet } from './fleet.ts'

const dayMs = 86_400_000

/**
 * `us-bis-autumn` is in force since yesterday; `license-of-autumn` gives fable-5 back to one persona.
 * @param tokens output tokens in all; null: as many as are asked for
 */
export async function license(fleet: Fleet, who: string, tokens: number | null): Promise<void> {
  const since = Date.now() - dayMs
  await fleet.restrict(since)
  const issuers = join(fleet.policies, 'registers/issuers.yaml')
  await writeFile(issuers, (await readFile(issuers, 'utf8')).replace('https://id.demo.example', fleet.provider.issuer))
  await writeFile(
    join(fleet.policies, 'grants/license-of-autumn.yaml'),
    `id: license-of-autumn
kind: specific-license
title: One person may use Fable 5
issuer: US Department of Commerce, Bureau of Industry and Security
authority: [15 CFR 748.7]
from: ${new Date(since).toISOString()}
until: ${new Date(Date.now() + 30 * dayMs).toISOString()}
review-by: ${new Date(Date.now() + 30 * dayMs).toISOString().slice(0, 10)}
discharges:
  - { directive: us-bis-autumn, versions: [1], limbs: [person] }
covers: { subjects: [demo/${who}] }
applies-to: { models: [fable-5], operations: any, phases: any }
${tokens === null ? '' : `quantity: { output-tokens: ${tokens} }\n`}examples-at: ${new Date().toISOString()}
examples:
  - the person is served:
      who: { id: ${who}, issuer: demo, us_person: false }
      asks: fable-5
${tokens === null ? '' : '      left: { license-of-autumn: 1 }\n'}      expect: permit
`,
  )
}
