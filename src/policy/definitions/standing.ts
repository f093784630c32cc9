// Standing toward the United States: every way that a person can stand, told apart as finely as any definition needs. A definition
// is the set of standings that are not foreign; a statement is the set of standings that it leaves possible. Everything else is
// arithmetic on sets (one bit each).

/** A set of standings. */
export type Standings = number

export const citizenOnly: Standings = 1
/** Citizen or national of the US who holds another nationality too. */
export const citizenAndOther: Standings = 2
export const permanentResident: Standings = 4
/** Refugee admitted or asylum granted (8 USC 1157, 1158). */
export const refugeeOrAsylee: Standings = 8
/** Temporary resident under 8 USC 1160(a) or 1255a(a)(1). */
export const temporaryResident: Standings = 16
/** None of these: visitors, workers, students, parolees, TPS, DACA, applicants, everyone without a US status. */
export const noStanding: Standings = 32

export const citizen: Standings = citizenOnly | citizenAndOther
/** 8 USC 1324b(a)(3). */
export const protectedIndividual: Standings = refugeeOrAsylee | temporaryResident
export const anyStanding: Standings = citizen | permanentResident | protectedIndividual | noStanding

export const isWithin = (standings: Standings, of: Standings): boolean => (standings & ~of) === 0
export const areApart = (one: Standings, other: Standings): boolean => (one & other) === 0

/** Status words (8 CFR 274a.12, visa classes of 22 CFR 41.12) and where they put a person. Other words say nothing. */
const immigrationStatuses: Readonly<Record<string, Standings>> = {
  'permanent-resident': permanentResident,
  'lawful-permanent-resident': permanentResident,
  lpr: permanentResident,
  refugee: refugeeOrAsylee,
  asylee: refugeeOrAsylee,
  'temporary-resident': temporaryResident,
  ...Object.fromEntries(
    (
      'b b-1 b-2 b-1-b2 b-1-b-2 c-1 d-1 e-1 e-2 e-3 f-1 f-2 g-1 g-4 h-1b h-1b1 h-2a h-2b h-3 h-4 i j-1 j-2 k-1 l-1 l-1a l-1b l-2 m-1 m-2 n-8 ' +
      'o-1 o-2 o-3 p-1 p-2 p-3 q-1 r-1 r-2 s-5 t-1 tn td u-1 v-1 esta vwp visa-waiver nonimmigrant ' +
      'tps parole parolee daca deferred-action asylum-applicant none undocumented'
    )
      .split(' ')
      .map((status) => [status, noStanding]),
  ),
}

/** Every word that says something. */
export const statusWords: readonly string[] = Object.keys(immigrationStatuses)

/** Undefined: the word says nothing that any definition reads. */
export function standingOfStatus(status: string): Standings | undefined {
  const word = status
    .trim()
    .toLowerCase()
    .replace(/[\s_/]+/g, '-')
    .replace(/^([a-z])(\d)/, '$1-$2')
  return Object.hasOwn(immigrationStatuses, word) ? immigrationStatuses[word] : undefined
}
