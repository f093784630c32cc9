// Words of docs/semantics.md on directives, evidence and parties; docs/semantics-page.ts has the engine decide each example.
import type { Section } from './semantics-example.ts'

const citizen = { us_person: { value: true, basis: 'citizen-or-national' } }

export const evidenceSections: readonly Section[] = [
  {
    title: 'What a directive says',
    text: `
A directive names what it *covers* (models, modes, operations, phases) and has *limbs*. A limb is one condition, tested of the parties that it
names; it matches, does not, or cannot be told. What remains of a limb after grants is its *residual*. Of each request that it covers
a directive says:

- **violated**: the residual of some limb is true.
- **indeterminate**: none is true, and some is unknown.
- **satisfied**: all are false.

Of a request that it does not cover it says nothing; where no directive says anything, the answer is a permit, \`no_directive_applies\`.

Directives only ever take away. None permits anything, and no order of files or directives matters.`,
    examples: [
      { so: 'Violated', case: { who: { us_person: false }, asks: 'fable-5' }, answer: 'deny person_restricted' },
      {
        so: 'Indeterminate',
        scenario: ['13-nothing-known', 'no status, no nationality'],
        answer: 'deny evidence_missing 401',
      },
      { so: 'Satisfied', case: { who: citizen, asks: 'fable-5' }, answer: 'permit' },
      {
        so: 'Nothing applies',
        case: { who: {}, asks: 'open-1' },
        without: 'policies/directives/embargo.yaml',
        answer: 'permit',
      },
    ],
  },
  {
    title: 'Three values',
    text: `
Tests say *true*, *false* or *unknown*, joined as Kleene has it: unknown **and** false is false, unknown **or** true is true. So nobody is
asked for evidence that cannot change the answer, and a prohibition that is proved is not hidden behind a gap. Unknown never permits,
but for one risk that an embargo may accept in writing: a look-up that worked and named no place, a residence that nobody stated
(\`when-unknown: not-met\`). The record of every decision that relied on it says so.`,
    examples: [
      {
        so: 'Status is unknown, the place settles it: what is proved is shown',
        case: { who: {}, asks: 'fable-5', where: 'DE' },
        answer: 'deny destination_restricted',
      },
      {
        so: 'Nobody is asked for a status that does not matter',
        scenario: ['33-thinking-mode', 'instant by field'],
        answer: 'permit',
      },
      {
        so: 'An accepted risk: nobody said where the caller resides',
        case: { who: {}, asks: 'open-1' },
        answer: 'permit',
        flags: ['accepted_risk:resident'],
      },
    ],
  },
  {
    title: 'What evidence is worth',
    text: `
Evidence is *verified*, *asserted* (by the caller’s own word) or *inferred*, in this order. What has no value is unknown, each kind with
its own reason: *missing*, *insufficient* (below the assurance that the directive asks for, or a list that may go on), *stale* (as old as the
directive’s limit, or older), *conflicting*, *invalid*, *revoked*, *unavailable* (its source does not answer: not the caller’s fault, 503). Each
directive says the least assurance and the greatest age that it accepts; assurance is looked at first. Citizens, residents,
refugees and asylees have the same limits.`,
    examples: [
      {
        so: 'Missing, and the caller can mend it',
        scenario: ['13-nothing-known', 'no status, no nationality'],
        answer: 'deny evidence_missing 401',
      },
      {
        so: 'Insufficient: nobody makes themselves a US person by saying so',
        scenario: ['14-favourable-self-assertion', 'us_person outside verified_claims'],
        answer: 'deny evidence_insufficient 401',
      },
      {
        so: 'Stale, at exactly the limit',
        scenario: ['29-old-database', 'R1 at exactly 30 days'],
        answer: 'deny evidence_stale',
      },
      { so: 'Invalid', scenario: ['39-country-codes', 'Q1'], answer: 'deny evidence_invalid' },
      {
        so: 'Revoked',
        case: { who: citizen, asks: 'fable-5' },
        evidenceIs: 'revoked',
        answer: 'deny evidence_revoked',
      },
      {
        so: 'Unavailable',
        case: { who: citizen, asks: 'fable-5' },
        evidenceIs: 'unavailable',
        answer: 'deny identity_unavailable',
      },
    ],
  },
  {
    title: 'What counts against somebody',
    text: `
A statement against one’s own interest counts at any assurance and any age; a favourable one only as the directive asks for. The same
holds for places: a look-up that names a prohibited place is believed, be it old or behind a proxy; only the favourable
reading becomes unknown. (*Asymmetry.*)`,
    examples: [
      {
        so: 'Whoever says that they are no US person is believed',
        scenario: ['15-adverse-self-assertion', 'us_person false outside verified_claims'],
        answer: 'deny person_restricted',
        flags: ['adverse_assertion'],
      },
      {
        so: 'Iran is Iran in an old database and behind a VPN',
        scenario: ['06-us-citizen-in-iran', 'even with an old database, behind a proxy'],
        answer: 'deny embargoed_location',
      },
      {
        so: 'The United States behind a proxy is nowhere',
        scenario: ['09-residential-proxy', 'R1 does not believe it'],
        answer: 'deny anonymizer',
      },
    ],
  },
  {
    title: 'Status and nationality',
    text: `
Two facts. Under a definition that admits residents or protected persons no list of nationalities proves a foreign person; what proves
one is \`us_person: false\`, or a status that excludes it. What “foreign” means is for [the definition](definitions/README.md) that a directive
names, and for nothing else. Country codes are read as passports and registers write them; none is dropped.`,
    examples: [
      {
        so: 'A nationality says nothing of status',
        scenario: [
          '15b-nationality-is-not-status',
          'a self-asserted North Korean nationality proves no foreign person',
        ],
        answer: 'deny evidence_missing 401',
      },
      {
        so: 'A status that excludes it does',
        scenario: ['05-h1b-at-home', 'at home'],
        answer: 'deny person_restricted',
      },
      {
        so: 'One definition has a permanent resident foreign …',
        scenario: ['02-permanent-resident', 'under CFIUS they are foreign'],
        answer: 'deny person_restricted',
      },
      {
        so: '… another has not',
        scenario: ['02-permanent-resident', 'under the EAR they are served'],
        answer: 'permit',
      },
      {
        so: 'A second passport counts where the definition says so',
        scenario: ['01-us-citizen-with-another-nationality', 'under O1 they are foreign'],
        answer: 'deny person_restricted',
      },
    ],
  },
  {
    title: 'Lists that may go on',
    text: `
A list of nationalities may lawfully be incomplete. One entry proves that somebody holds a nationality; that they hold none of
the listed ones is known only if the evidence says of itself that it is *complete*. Stateless, withdrawn and unreadable codes each
leave their own gap.`,
    examples: [
      {
        so: 'Not on the list, and the list may go on',
        case: { who: { nationalities: ['FR'] }, asks: 'list-1' },
        overlay: 'D5-list',
        answer: 'deny evidence_insufficient 401',
      },
      {
        so: 'Not on the list, and it is complete',
        case: { who: { nationalities: ['FR'], nationalities_complete: true }, asks: 'list-1' },
        overlay: 'D5-list',
        answer: 'permit',
      },
      {
        so: 'On the list: one entry is enough',
        case: { who: { nationalities: ['FR', 'KP'] }, asks: 'list-1' },
        overlay: 'D5-list',
        answer: 'deny person_restricted',
      },
      {
        so: 'A country that is no more',
        scenario: ['39-country-codes', 'SU'],
        answer: 'deny evidence_insufficient 401',
        flags: ['withdrawn_country_code'],
      },
    ],
  },
  {
    title: 'Statements that contradict each other',
    text: `
Evidence *conflicts* only where both cannot be true: a US person and none; none, and a US nationality; a citizen, and a complete list
without the United States; two complete lists that differ. Neither the newer nor the better wins, unless the directive says so
(\`when-conflicting\`).`,
    examples: [
      {
        so: 'A citizen, and a complete list without it',
        case: { who: { ...citizen, nationalities: ['FR'], nationalities_complete: true }, asks: 'fable-5' },
        answer: 'deny evidence_conflict',
      },
      {
        so: 'A US person who holds another nationality contradicts nothing',
        scenario: ['01-us-citizen-with-another-nationality', 'under R1 they are served'],
        answer: 'permit',
      },
    ],
  },
  {
    title: 'Registers are closed, identity is open',
    text: `
Members, employees, evaluators, staff and tiers come from dated registers that we keep: no entry means *no*, and a token’s word on them
counts for nothing. Attestations of end users stand in a register too, but where none is, and where nothing is said of what identifies a
person, that is *unknown*.`,
    examples: [
      { so: 'No entry', case: { who: citizen, asks: 'mythos-5' }, answer: 'deny membership_absent' },
      {
        so: 'No attestation of a service’s end users',
        scenario: ['11-service-without-attestation', 'without an attestation'],
        answer: 'deny evidence_missing',
      },
    ],
  },
  {
    title: 'Whom a limb tests',
    text: `
A release reaches *parties* in roles: the *subject*, the *actor* who acts for them now, their *organization*, the *end users* of a service. A role
that nobody names is empty and matches nothing; one that is named and not known is unknown. A person is their own end user; those of a
service are known from its organization’s attestation alone. A service stands for whoever runs it. Earlier actors never help; a known
foreign one denies, an unknown one is recorded.`,
    examples: [
      {
        so: 'The subject counts, whoever acts',
        scenario: ['18-foreign-principal', 'a foreign person through an agent of a US company'],
        answer: 'deny person_restricted',
      },
      {
        so: 'Who acts counts, whoever the subject is',
        scenario: ['19-foreign-operator', 'a US person through an agent that a French company runs'],
        answer: 'deny person_restricted',
      },
      {
        so: 'An earlier actor who is known to be foreign',
        scenario: ['19-foreign-operator', 'an earlier actor that is known to be foreign'],
        answer: 'deny person_restricted',
        flags: ['prior_actor'],
      },
      {
        so: 'An earlier actor of whom nothing is known',
        scenario: ['19-foreign-operator', 'an earlier actor of whom nothing is known'],
        answer: 'permit',
      },
      {
        so: 'The law of incorporation counts, not the owner',
        scenario: ['21-foreign-subsidiary', 'its service'],
        answer: 'deny person_restricted',
      },
    ],
  },
]
