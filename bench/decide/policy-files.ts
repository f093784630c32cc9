// The table as policy files: what a compliance team would have written, one file for each directive and license, each with the examples
// that the check demands.
import { digestOf } from '../../src/json/index.ts'
import type { PolicyText } from '../../src/policy/read/index.ts'
import { issuer, type Limb, lists, type Table, type TableDirective, tiers } from './table.ts'

export function policyFiles(table: Table): readonly PolicyText[] {
  return [
    { path: 'catalogue.yaml', text: catalogue(table) },
    { path: 'lists.yaml', text: listsFile() },
    { path: 'registers/issuers.yaml', text: `kind: issuers\nissuers:\n  bench: ${issuer}\n` },
    { path: 'registers/organizations.yaml', text: organizations(table) },
    { path: 'registers/employees.yaml', text: employees(table) },
    ...tiers.map((tier) => ({ path: `registers/tier-${tier}.yaml`, text: tierFile(table, tier) })),
    { path: 'directives/embargo.yaml', text: embargo },
    ...table.directives.map((one) => ({ path: `directives/${one.id}.yaml`, text: directiveFile(one, table) })),
    ...table.models.map((model) => ({ path: `grants/${model}-license.yaml`, text: licenseFile(model, table) })),
  ]
}

const always = 'from: 2025-01-01T00:00:00Z, until: further-notice'

const catalogue = ({ models }: Table): string =>
  `kind: catalogue\nmodels:\n${models
    .map(
      (model) =>
        `  ${model}:\n    family: ${model}\n    version: "1"\n    release: released\n    listing: shown\n    max-output-tokens: 64000\n`,
    )
    .join('\n')}`

const listsFile = (): string =>
  `kind: lists\nregime: ear\nsource: drawn for the bench\nas-of: 2026-06-01\nreview-by: 2027-06-01\nlists:\n${Object.entries(
    lists,
  )
    .map(
      ([id, members]) =>
        `  ${id}:\n    title: ${id}\n    members: [${members.map((code) => (code === 'NO' ? '"NO"' : code)).join(', ')}]\n    digest: ${digestOf(members.toSorted())}\n`,
    )
    .join('')}`

const organizations = (table: Table): string =>
  `kind: organizations\nentries:\n${table.organizations
    .map((id) => `  - { id: ${id}, name: ${id}, is: company, incorporated-in: DE, ${always} }\n`)
    .join('')}`

const employees = ({ people }: Table): string =>
  `kind: employees\nentries:\n${people
    .filter(({ employer }) => employer !== null)
    .map(({ id, employer }) => `  - { who: bench/${id}, organization: ${employer}, engagement: employee, ${always} }\n`)
    .join('')}`

const tierFile = ({ people }: Table, tier: (typeof tiers)[number]): string =>
  `kind: tiers\ntier: ${tier}\nentries:\n${people
    .filter((one) => one.tiers.includes(tier))
    .map(({ id }) => `  - { who: bench/${id}, ${always} }\n`)
    .join('')}`

const law = `issuer: US Department of Commerce, Bureau of Industry and Security
authority: [15 CFR 744.22(b), 50 USC 4817(b)(1)]`

const embargo = `id: embargo
version: 1
kind: embargo
title: No service to embargoed places or to their residents
${law}
effective: 2026-01-01T00:00:00Z
ends: when-withdrawn
review-by: 2027-06-12
applies-to: { models: all, operations: any, phases: any }
prohibited-when:
  - limb: location
    place: { within: [embargoed] }
    when-unknown: not-met
    because: most addresses that no database places are mobile and cloud networks elsewhere
    review-by: 2027-06-12
  - limb: resident
    any-of: [subject, actor, end-user]
    residence: { within: [embargoed] }
    when-unknown: not-met
    because: few credentials state a residence
    review-by: 2027-06-12
we-chose:
  residence-evidence: { at-least: asserted, not-older-than: no-limit }
  place-evidence: { database-not-older-than: no-limit, anonymizers: use-address }
  on-unknown: deny
  in-flight: terminate
  tell-the-caller: reason
  when-freshness-is-unknown: hold
examples:
  - anybody at home is served:
      who: {}
      asks: model-0
      when: 2026-06-20T12:00:00Z
      expect: permit
  - nobody is served in Iran:
      who: {}
      asks: model-0
      where: IR
      when: 2026-06-20T12:00:00Z
      expect: deny embargoed_location
  - a resident of Cuba is refused anywhere:
      who: { residence: CU }
      asks: model-0
      where: DE
      when: 2026-06-20T12:00:00Z
      expect: deny embargoed_resident
`

function directiveFile(directive: TableDirective, table: Table): string {
  const { id, kind, model, limbs } = directive
  const definition = limbs.find((one) => one.test === 'foreign-person')?.definition
  const own = kind === 'internal-policy'
  return `id: ${id}
version: 1
kind: ${kind}
title: ${own ? 'Open to a verified tier only' : 'License required for persons or destinations that the letter names'}
${own ? 'issuer: the vendor\ndecided-by: responsible-scaling-officer\nrationale: evaluation showed uplift' : law}
effective: 2026-06-12T21:21:00Z
ends: when-withdrawn
review-by: 2027-06-12
${own ? '' : 'the-letter-says: >-\n  … to any destination worldwide or to any "foreign person" wherever located …\n'}${
  definition === undefined ? '' : `meaning:\n  foreign-person: ${definition}\n`
}applies-to: { families: [${model}], operations: any, phases: any }
${own ? 'prohibited-when' : 'license-required-when'}:
${limbs.map(limbText).join('')}${
  own
    ? ''
    : 'our-reading:\n  - { choice: hosted inference counts as an export, status: unsettled, decided-by: general-counsel, on: 2026-06-12 }\n'
}we-chose: # not in the letter
${limbs.some(({ test }) => test === 'foreign-person') ? '  status-evidence: { at-least: verified, not-older-than: 365d }\n' : ''}${
  limbs.some(({ test }) => test === 'place')
    ? '  place-evidence: { database-not-older-than: 30d, anonymizers: unknown, where-anonymizers-are-unknown: accept }\n'
    : ''
}${own ? '' : '  on-unknown: step-up\n'}  in-flight: terminate
  tell-the-caller: reason
to-correct-our-facts: https://vendor.example/export-status
examples:
${examplesOf(directive, table)}`
}

function limbText(one: Limb): string {
  switch (one.test) {
    case 'foreign-person':
      return `  - limb: ${one.limb}\n    any-of: [subject, actor, organization, end-user]\n    is: foreign-person\n`
    case 'place':
      return `  - limb: ${one.limb}\n    place: { ${one.is}: [${one.list}] }\n`
    case 'not-in-tier':
      return `  - limb: ${one.limb}\n    any-of: [subject, actor]\n    unless: { tier: [${one.tier}] }\n`
  }
}

const example = (sentence: string, who: string, model: string, where: string | null, expect: string): string =>
  `  - ${sentence}:\n      who: ${who}\n      asks: ${model}\n${where === null ? '' : `      where: ${where}\n`}      when: 2026-06-20T12:00:00Z\n      expect: ${expect}\n`

const citizen = '{ us_person: { value: true, basis: citizen-or-national } }'

function examplesOf({ model, limbs }: TableDirective, { people }: Table): string {
  const cleared = people.find((one) => one.tiers.length > 0)?.id
  const clearedCitizen = `{ id: ${cleared}, issuer: bench, us_person: { value: true, basis: citizen-or-national } }`
  const shared = [
    example('a citizen at home, in the tier, is served', clearedCitizen, model, null, 'permit'),
    example('a citizen in the United States is at home', clearedCitizen, model, 'US', 'permit'),
  ]
  return [
    ...shared,
    ...limbs.flatMap((one) => {
      switch (one.test) {
        case 'foreign-person':
          return [
            example('a person on an H-1B visa is refused', '{ status: h-1b }', model, null, 'deny person_restricted'),
            example('who says nothing is asked for evidence', '{}', model, null, 'deny evidence_missing 401'),
          ]
        case 'place': {
          const where = one.is === 'within' ? lists[one.list][0] : 'BR'
          return [
            example('a citizen there is refused', citizen, model, String(where), 'deny destination_restricted'),
            example('an unknown place is not believed', citizen, model, 'nowhere-in-database', 'deny location_unknown'),
          ]
        }
        case 'not-in-tier':
          return [example('who is not in the tier is refused', citizen, model, null, 'deny tier_restricted')]
      }
    }),
  ].join('')
}

function licenseFile(model: string, { directives, people }: Table): string {
  const discharged = directives.filter((one) => one.model === model && one.licensed !== null)
  const holder = discharged[0]?.licensed
  const employee = people.find(({ employer }) => employer === holder)?.id
  const who = `{ id: ${employee}, issuer: bench, us_person: false }`
  return `id: ${model}-license
kind: specific-license
title: ${holder} and its employees may receive ${model}
${law}
from: 2026-06-01T00:00:00Z
until: 2027-06-01T00:00:00Z
review-by: 2027-06-12
discharges:
${discharged
  .map(
    ({ id, limbs }) =>
      `  - { directive: ${id}, versions: [1], limbs: [${limbs.map(({ limb }) => limb).join(', ')}] }\n`,
  )
  .join('')}covers:
  organizations: [${holder}]
  employees-of: [${holder}]
applies-to: { families: [${model}], operations: any, phases: any }
examples:
  - a foreign employee of the holder is served abroad:
      who: ${who}
      asks: ${model}
      where: DE
      when: 2026-06-27T12:00:00Z
      expect: permit
  - a foreign person elsewhere is not:
      who: { us_person: false }
      asks: ${model}
      when: 2026-06-27T12:00:00Z
      expect: deny person_restricted
  - not before the license:
      who: ${who}
      asks: ${model}
      when: 2026-05-31T23:59:59Z
      expect: permit
`
}
