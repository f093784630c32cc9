// `issuers`: who may vouch for a caller, and where in their tokens the facts stand.
import { z } from 'zod'
import { limits } from '../limits.ts'
import type { AdminRole, IssuerSettings } from '../vocabulary/settings.ts'
import { say, some } from './say.ts'
import { duration, identifier, type Scalar, scalar, webUrl, word } from './scalars.ts'

/** Asymmetric algorithms of RFC 7518 §3.1 and RFC 8037; with a shared secret the gate could forge what it verifies. */
const algorithms = ['ES256', 'ES384', 'ES512', 'EdDSA', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'] as const
const roles: readonly AdminRole[] = ['operator', 'compliance', 'auditor', 'enforcement-point']

/** What a directory, a form or a birth certificate says is no evidence of citizenship, whatever it is called. */
const neverCitizenship =
  /(^|[./])(ctry|tenant_ctry|country_?code|addresses|address|birth\w*|place_of_birth|locale|zoneinfo|(\w+_)?name|ethnicity|language)([./]|$)/i

const claimPath: Scalar<string> = scalar('a claim path', (text) =>
  /^[\x21-\x7e]{1,512}$/.test(text) ? text : { wrong: 'must be 1 to 512 visible ASCII characters without blanks' },
)

const citizenshipPath: Scalar<string> = scalar('a claim path', (text) => {
  if (!/^[\x21-\x7e]{1,512}$/.test(text)) return { wrong: 'must be 1 to 512 visible ASCII characters without blanks' }
  return neverCitizenship.test(text)
    ? { wrong: 'is a directory country, a birthplace or a name, which are no evidence of citizenship or status' }
    : text
})

const mapping = z.strictObject({
  'us-person': say(citizenshipPath.optional(), 'Whether the person is a US person, under which definition and basis.'),
  'immigration-status': say(citizenshipPath.optional(), 'Status under which somebody is in the United States.'),
  nationalities: say(citizenshipPath.optional(), 'Nationalities held.'),
  'nationalities-complete': say(
    claimPath.optional(),
    'Whether that list says of itself that it is complete: every citizenship, and for directives that count `ear-most-recent` every permanent residency.',
  ),
  'residence-country': say(claimPath.optional(), 'Country of residence.'),
  'residence-region': say(claimPath.optional(), 'Subdivision of residence.'),
  session: say(claimPath.optional(), 'Session that the token belongs to.'),
  actor: say(claimPath.optional(), 'Who acts for the subject (RFC 8693 `act`).'),
  'subject-kind': say(claimPath.optional(), 'Whether the subject is a person or a service.'),
  organization: say(claimPath.optional(), 'Organization that the subject acts for.'),
})

const shape = z.strictObject({
  issuer: say(
    webUrl('an https URL; http on loopback alone'),
    'The issuer, exactly as its tokens write `iss`. Its keys come by discovery from `<issuer>/.well-known/openid-configuration`.',
  ),
  audience: say(identifier, "The gateway's own resource identifier: `aud` must contain exactly this."),
  algorithms: say(some(word(...algorithms)), 'Signature algorithms that are accepted. No other is tried.'),
  'token-type': say(identifier.prefault('at+jwt'), 'The `typ` header that a token must carry (RFC 9068 §2.1).'),
  'max-token-age': say(
    duration(1_000, limits.tokenLifetimeS * 1_000).prefault('1h'),
    'Greatest age since `iat`, whatever `exp` says.',
  ),
  mapping: say(
    mapping.prefault({}),
    'Where a fact stands in the token, if not at its default place: dots between names, or a JSON pointer where a name holds a dot.',
  ),
  assurance: say(
    z.array(identifier).prefault([]),
    '`assurance_level` or `trust_framework` values that count as verified. Empty: every entry of `verified_claims` with a time.',
  ),
  organization: say(
    word('when-claimed', 'always-asserted').prefault('when-claimed'),
    '`always-asserted`: this issuer names the organization of everybody who has one; where it names none, it is unknown, not absent.',
  ),
  'step-up': say(
    z
      .strictObject({
        'acr-values': say(some(identifier), 'What a caller is asked to log in with (RFC 9470 `acr_values`).'),
      })
      .optional(),
    'Absent: a refusal for evidence that the caller could mend is 403, not 401 with a challenge.',
  ),
  roles: say(
    z
      .strictObject({
        claim: say(claimPath, 'Claim that carries roles: a text or a list of texts.'),
        values: say(
          z.record(z.string(), word(...roles)),
          'Which of its values grants which role on the admin listener.',
        ),
      })
      .optional(),
    'Absent: tokens of this issuer open nothing on the admin listener.',
  ),
})

const defined = (given: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined))

export const issuer: z.ZodType<IssuerSettings> = shape.transform((given) => ({
  issuer: given.issuer,
  audience: given.audience,
  algorithms: given.algorithms,
  tokenType: given['token-type'],
  maxTokenAgeS: Math.floor(given['max-token-age'] / 1_000),
  mapping: defined(given.mapping),
  assurance: given.assurance,
  organization: given.organization,
  stepUp: given['step-up'] === undefined ? null : { acrValues: given['step-up']['acr-values'] },
  roles: given.roles ?? null,
}))
