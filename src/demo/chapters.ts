// The June chain, as data: who asks for what, from where and when, and what must come of it (the tour says so if it does not).

export interface Ask {
  readonly who: string
  readonly model: string
  /** A place of the demo database; nothing: at home in the United States. */
  readonly from?: string
  /** `200`, or the code of the refusal. */
  readonly expect: string
}

export interface Chapter {
  /** RFC 3339; nothing: time just runs on. */
  readonly at?: string
  readonly title: string
  readonly asks: readonly Ask[]
}

/** When the letter takes effect (R1 in policies/directives). */
export const letterTakesEffect: number = Date.parse('2026-06-12T21:21:00Z')
/** The tour starts this long before, so that a stream is open when it does, however slow the machine. */
export const tourStart: number = letterTakesEffect - 60_000
/** Once it is open the clock goes on from here: nobody waits for a minute. */
export const streamIsOpen: number = letterTakesEffect - 8_000

export const before: Chapter = {
  title: 'The evening before the directive. The models are open to everyone the embargo does not touch.',
  asks: [
    { who: 'us-citizen', model: 'fable-5', expect: '200' },
    { who: 'foreign-national', model: 'fable-5', expect: '200' },
    { who: 'us-citizen', model: 'fable-5', from: 'iran', expect: 'embargoed_location' },
  ],
}

export const after: readonly Chapter[] = [
  {
    title: 'The directive is in force: no foreign person, no place abroad. Everybody else is still served.',
    asks: [
      { who: 'us-citizen', model: 'fable-5', expect: '200' },
      { who: 'green-card', model: 'fable-5', expect: '200' },
      { who: 'foreign-national', model: 'fable-5', expect: 'person_restricted' },
      { who: 'foreign-national', model: 'fable-latest', expect: 'person_restricted' },
      { who: 'us-citizen', model: 'fable-5', from: 'germany', expect: 'destination_restricted' },
      { who: 'unverified', model: 'fable-5', expect: 'evidence_missing' },
      { who: 'foreign-national', model: 'open-1', expect: '200' },
      { who: 'partner-us', model: 'mythos-5', expect: '200' },
      { who: 'us-citizen', model: 'mythos-5', expect: 'membership_absent' },
    ],
  },
  {
    at: '2026-06-26T21:00:01Z',
    title: 'An annex lists partner organizations: their employees, of whatever nationality, may use mythos-5 again.',
    asks: [
      { who: 'partner-foreign', model: 'mythos-5', expect: '200' },
      { who: 'partner-foreign', model: 'fable-5', expect: 'grant_scope_mismatch' },
    ],
  },
  {
    at: '2026-07-02T09:00:00Z',
    title: 'The directive was withdrawn. The program for mythos-5 stays.',
    asks: [
      { who: 'foreign-national', model: 'fable-5', expect: '200' },
      { who: 'foreign-national', model: 'fable-5', from: 'germany', expect: '200' },
      { who: 'foreign-national', model: 'mythos-5', expect: 'membership_absent' },
    ],
  },
  {
    at: '2026-09-10T09:00:00Z',
    title: 'An evaluation window is open for a model that has not been released.',
    asks: [
      { who: 'evaluator', model: 'next-1-safeguards-reduced', expect: '200' },
      { who: 'marketing', model: 'next-1-safeguards-reduced', expect: 'model_unreleased' },
    ],
  },
]
