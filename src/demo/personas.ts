// The people of the demo and the claims that the demo's provider vouches for. A persona's `sub` is its name.
// Nothing here says member, evaluator or staff: those come from registers alone, keyed by (issuer, subject) or organization.

export interface Persona {
  readonly name: string
  /** One sentence for the person at the terminal. */
  readonly about: string
  /** Claims at an instant (milliseconds since the epoch), without `sub`. */
  readonly claims: (now: number) => Readonly<Record<string, unknown>>
}

const claim = (name: string): string => `https://portcullis.dev/claims/${name}`

/** Organization ids as the registers under `policies/` know them. */
export const organizations = {
  usPartner: 'northgate-labs',
  foreignPartner: 'fjordlys-sikkerhet',
  vendor: 'vendor',
} as const

interface Identity {
  readonly usPerson: { readonly value: boolean; readonly basis: string }
  readonly nationality: string
  readonly status?: string
}

const dayMs = 86_400_000

/** `verified_claims` of OpenID Connect for Identity Assurance: evidence that the provider checked a month ago. */
function verified(identity: Identity, now: number): Readonly<Record<string, unknown>> {
  return {
    verification: {
      trust_framework: 'portcullis-demo',
      assurance_level: 'high',
      time: new Date(now - 30 * dayMs).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    },
    claims: {
      [claim('us_person')]: { ...identity.usPerson, definition: 'ear-772.1-foreign-person' },
      ...(identity.status === undefined ? {} : { [claim('immigration_status')]: identity.status }),
      nationalities: [identity.nationality],
      [claim('nationalities_complete')]: true,
    },
  }
}

const citizen: Identity = { usPerson: { value: true, basis: 'citizen-or-national' }, nationality: 'USA' }
const resident: Identity = { usPerson: { value: true, basis: 'permanent-resident' }, nationality: 'IND' }
const german: Identity = { usPerson: { value: false, basis: 'none' }, nationality: 'DEU', status: 'h-1b' }
const norwegian: Identity = { usPerson: { value: false, basis: 'none' }, nationality: 'NOR' }

function person(
  name: string,
  about: string,
  said: { readonly identity?: Identity; readonly organization?: string; readonly roles?: readonly string[] },
): Persona {
  const claims = (now: number): Readonly<Record<string, unknown>> => ({
    sub_type: 'person',
    sid: `session-of-${name}`,
    ...(said.identity === undefined ? {} : { verified_claims: verified(said.identity, now) }),
    ...(said.organization === undefined ? {} : { [claim('organization')]: said.organization }),
    ...(said.roles === undefined ? {} : { roles: said.roles }),
  })
  return { name, about, claims }
}

const { usPartner, foreignPartner, vendor } = organizations

/** Who asks for models. */
export const callers: readonly Persona[] = [
  person('us-citizen', 'A citizen of the United States.', { identity: citizen }),
  person('green-card', 'A lawful permanent resident of the United States, national of India.', { identity: resident }),
  person('foreign-national', 'A national of Germany, in the United States on an H-1B visa.', { identity: german }),
  person('partner-us', 'A US citizen at a Glasswing partner in the United States.', {
    identity: citizen,
    organization: usPartner,
  }),
  person('partner-foreign', 'A Norwegian national at a Glasswing partner in Norway.', {
    identity: norwegian,
    organization: foreignPartner,
  }),
  person('evaluator', 'A US citizen who evaluates models that are not released.', { identity: citizen }),
  person('unverified', 'Somebody whose status nobody has checked.', {}),
  person('vendor-staff', 'A US citizen on the vendor’s list of staff for the evaluation.', {
    identity: citizen,
    organization: vendor,
  }),
  person('marketing', 'A US citizen in the vendor’s marketing, on no list.', {
    identity: citizen,
    organization: vendor,
  }),
]

/** Who may use the admin listener; each has the one role of its name, `compliance-2` that of a second officer. */
export const admins: readonly Persona[] = [
  person('operator', 'Keeps the gateway running.', { roles: ['operator'] }),
  person('compliance', 'The officer who answers for the directives.', { roles: ['compliance'] }),
  person('compliance-2', 'A second officer, without whom nothing that is suspended opens again.', {
    roles: ['compliance'],
  }),
  person('auditor', 'Reads the decision log.', { roles: ['auditor'] }),
  person('enforcement-point', 'Another gateway that asks for decisions over AuthZEN.', {
    roles: ['enforcement-point'],
  }),
]

/** All of them by name. */
export const personas: ReadonlyMap<string, Persona> = new Map([...callers, ...admins].map((one) => [one.name, one]))
