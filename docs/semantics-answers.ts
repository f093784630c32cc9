// Words of docs/semantics.md on places, models, grants, answers and time; docs/semantics-page.ts has the engine decide each example.
import type { Section } from './semantics-example.ts'

const citizen = { us_person: { value: true, basis: 'citizen-or-national' } }
const researcher = { issuer: 'demo', id: 'q-researcher', us_person: false }
const letter = 'policies/directives/us-bis-2026-06-12.yaml'

export const answerSections: readonly Section[] = [
  {
    title: 'Places',
    text: `
A look-up gives the probable place of an *address*: evidence, never proof of a person. A US base abroad is abroad; Puerto Rico is the
United States. What is not found is unknown. Regions are told apart only by a database that knows them; against another one a
directive says beforehand whether the region is unknown or the whole country counts, and a match by over-inclusion is never called a
violation. Of a service the client address and the attested places of its end users both count.`,
    examples: [
      {
        so: 'The destination is a limb of its own',
        scenario: ['07-us-citizen-in-berlin', 'from Berlin'],
        answer: 'deny destination_restricted',
      },
      {
        so: 'A territory is the United States',
        scenario: ['07-us-citizen-in-berlin', 'from Puerto Rico, which is the United States'],
        answer: 'permit',
      },
      {
        so: 'No database names the address',
        case: { who: citizen, asks: 'fable-5', where: 'nowhere-in-database' },
        answer: 'deny location_unknown',
      },
      {
        so: 'There is no database: not the caller’s fault',
        case: { who: citizen, asks: 'open-1', where: 'no-database' },
        answer: 'deny geo_unavailable',
      },
    ],
  },
  {
    title: 'Models and modes',
    text: `
The catalogue says what every name stands for. Fine-tunes and other descendants inherit what their parent may not; a name that nobody
wrote down is refused. An unreleased model is closed to everybody but those whom an open window names. Programs and windows *close* what
they cover at all times and open it to those they admit: none opens anything by ending. A mode that the caller leaves to the
model is every mode that it could take; where only some are prohibited and the gate can fix one by the request’s own field, it does. Of
several models in one request the strictest answer wins. An officer’s *suspension* closes a model for everybody; it never lapses.`,
    examples: [
      {
        so: 'A fine-tune is the model',
        scenario: ['27-alias-and-lineage', 'the fine-tune'],
        answer: 'deny person_restricted',
      },
      {
        so: 'A name that nobody wrote down',
        scenario: ['27-alias-and-lineage', 'a name that nobody wrote down'],
        answer: 'deny model_unknown',
      },
      {
        so: 'Left to the model: the gate fixes what is open',
        scenario: ['33-thinking-mode', 'left to the model'],
        answer: 'permit',
      },
      { so: 'Asked for by name', scenario: ['33-thinking-mode', 'thinking by name'], answer: 'deny mode_restricted' },
      {
        so: 'A window has closed: nothing opens by it',
        scenario: ['31-evaluation-window', 'the evaluator at the first instant after it'],
        answer: 'deny evaluation_closed',
      },
      {
        so: 'Suspended',
        case: { who: citizen, asks: 'fable-5' },
        suspended: 'fable-5',
        answer: 'deny model_suspended',
      },
    ],
  },
  {
    title: 'What a grant does',
    text: `
A grant never permits. It *discharges* named limbs of a named version of a directive, for whom, what, when and where it says, and only
if it covers *every* party that makes the limb match or leaves it unknown; different grants may cover different parties. Whatever it does not
name stays. A grant that covers the parties and fails by time, quantity, revocation or scope gives its own reason; one that is unknown for want of
evidence leaves the limb unknown. Of a quantity no more is given than is left: as much as a
request may bring is reserved before it is forwarded, and what it did not use comes back with its outcome; where nobody knows what it
used, it used all. (Cases say what is left. Gates of a fleet hand nothing out: for them nothing is left; nor can it be kept on a WebSocket.)`,
    examples: [
      {
        so: 'Discharged',
        scenario: ['34-license-ends', 'one millisecond before'],
        answer: 'permit',
      },
      {
        so: 'It does not speak of the destination',
        scenario: ['34-license-ends', 'it does not speak of the destination'],
        answer: 'deny destination_restricted',
      },
      { so: 'It has ended', scenario: ['34-license-ends', 'at its end'], answer: 'deny grant_expired' },
      { so: 'Nothing is left', scenario: ['35-license-used-up', 'nothing is left'], answer: 'deny grant_exhausted' },
      {
        so: 'The agent beside the employee needs cover of its own',
        scenario: ['51-every-party-needs-cover', 'the agent is run by an unlisted French company'],
        answer: 'deny person_restricted',
      },
      {
        so: 'Another model',
        case: { who: { id: 'partner-foreign', issuer: 'demo', us_person: false }, asks: 'fable-5' },
        at: '2026-06-27T12:00:00Z',
        answer: 'deny grant_scope_mismatch',
      },
    ],
  },
  {
    title: 'From directives to an answer',
    text: `
1. Any directive violated: *deny*, with the first reason of the order below.
2. Else any indeterminate: *deny* for want of evidence. Status 401 asks for better evidence only if every gap is the caller’s own and
   can be mended by it (missing, insufficient, stale); a directive may have such cases *reviewed* instead.
3. Else *permit*, with the obligations of all. Those that cannot be kept together, or not on this request, deny.

Any error denies; so does the lack of a policy. A directive that is *report-only* is evaluated and recorded (\`would_deny\`), and
denies nothing yet; no instrument of a regulator can be.`,
    examples: [
      {
        so: 'Two directives are violated: one reason is shown',
        scenario: ['06-us-citizen-in-iran', 'a model that the June letter covers'],
        answer: 'deny embargoed_location',
      },
      {
        so: 'A gap that the caller can mend, and one that they cannot: no step-up',
        case: { who: {}, asks: 'fable-5', where: 'nowhere-in-database' },
        answer: 'deny location_unknown',
      },
      {
        so: 'Reviewed instead',
        case: { who: {}, asks: 'fable-5' },
        change: { file: letter, was: 'on-unknown: step-up', is: 'on-unknown: review' },
        answer: 'deny pending_review',
      },
      {
        so: 'An obligation that is over',
        case: { who: { id: 'partner-us', issuer: 'demo', ...citizen }, asks: 'mythos-5' },
        change: {
          file: 'policies/directives/glasswing.yaml',
          was: 'opens-to:',
          is: 'obligations: [{ terminate-at: 2026-06-15T00:00:00Z }]\nopens-to:',
        },
        answer: 'deny obligation_unenforceable',
      },
    ],
  },
  {
    title: 'Time',
    text: `
Intervals hold their start and not their end. The clock may be off by e (\`clock.uncertainty\`, 250 ms unless it is set; the
examples use 0): prohibitions begin e early and end e late, grants and admissions the other way round; above one second nothing is
decided. *Effective* is when an instrument holds, *enforced here since* when this gate began; the interval between is the exposure,
and on record. A directive leaves force by its own end, a withdrawal or a version that supersedes it; never because it is missing from a
file, was not reviewed in time, or because somebody was late. What it does to work begun before it says itself (\`in-flight\`); a stored
answer is decided for who reads it, now. Every decision has a *valid-until*: the first instant at which its answer could change by time
alone. No cache and no open stream outlives it.`,
    examples: [
      {
        so: 'One millisecond before',
        scenario: ['25-open-stream', 'one millisecond before'],
        answer: 'permit',
        until: '2026-06-12T21:21:00.000Z',
      },
      { so: 'At the instant', scenario: ['25-open-stream', 'at the instant'], answer: 'deny person_restricted' },
      {
        so: 'A clock that may be off by 250 ms: it begins early',
        case: { who: { us_person: false }, asks: 'fable-5' },
        at: '2026-06-12T21:20:59.750Z',
        clockUncertaintyMs: 250,
        answer: 'deny person_restricted',
      },
      {
        so: '… and a grant ends early',
        case: { who: researcher, asks: 'fable-5', left: { 'overlay-l8': '1000000' } },
        overlay: 'L8',
        at: '2026-07-14T23:59:59.750Z',
        clockUncertaintyMs: 250,
        answer: 'deny grant_expired',
      },
      {
        so: 'Nobody knows what time it is',
        case: { who: citizen, asks: 'open-1' },
        clockUncertaintyMs: 1_500,
        answer: 'deny clock_unsynchronized',
      },
      { so: 'After the withdrawal', scenario: ['38-after-the-withdrawal', 'fable-5 in Berlin'], answer: 'permit' },
      {
        so: 'A program lives on',
        scenario: ['38-after-the-withdrawal', 'mythos-5 at home'],
        answer: 'deny membership_absent',
      },
      {
        so: 'Of a stored answer the reader is decided',
        scenario: ['42-stored-answer', 'a foreign person fetches what a US person asked for'],
        answer: 'deny person_restricted',
      },
    ],
  },
  {
    title: 'What the caller is told',
    text: `
The reason, where the directive says \`tell-the-caller: reason\`; otherwise \`access_restricted\`. Reasons of basis \`request\` and \`system\` are always
told; of \`session\` no more than that the credential is absent, not valid, or its session over. Never a nationality, a list or a confidential
instrument. [The record](records.md) holds all.`,
    examples: [],
  },
  {
    title: 'What always holds',
    text: `
Tests try these on random policies and requests, and exhaustively on small ones (\`test/policy/properties.test.ts\`,
\`test/policy-reference\`); [claims](claims.md) proves the like of one policy.

- To add a directive never turns a denial into a permit, other than a withdrawal, a version that supersedes, or a window.
- To take evidence away never turns a denial into a permit, other than evidence that is adverse, conflicting, invalid, revoked or of an anonymizer,
  or that names a party.
- The order of files and directives never matters.
- The engine answers as a second, naive interpreter does that was written from the meaning alone.`,
    examples: [],
  },
]
