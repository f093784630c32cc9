// The people of a scenario as claims of a real token, so that the same row that the engine decides goes through HTTP.
import type { Case } from '../../src/policy/index.ts'

const claim = (name: string): string => `https://portcullis.dev/claims/${name}`
const dayMs = 86_400_000

type Who = Case['who']
type Statements = Pick<Who, 'us_person' | 'status' | 'nationalities' | 'nationalities_complete' | 'residence'>

/** Claims for `provider.mint`. @throws Error where a token cannot say it: the row is then for the engine and AuthZEN alone. */
export function claimsOf({ who, when }: Case): Readonly<Record<string, unknown>> & { readonly sub: string } {
  if (who.actor !== undefined || who.prior_actors.length > 0)
    throw new Error('evidence about an actor is not in its claim')
  if (!who.step_up) throw new Error('the demo’s issuer has acr-values')
  const stated = statementsOf(who)
  const verification = {
    trust_framework: 'portcullis-demo',
    assurance_level: 'high',
    time: new Date(who.verified_at ?? when - 30 * dayMs).toISOString(),
  }
  return {
    sub: who.id,
    sub_type: who.kind,
    ...(who.organization === undefined ? {} : { [claim('organization')]: who.organization }),
    ...(who.says === undefined ? {} : statementsOf(who.says)),
    ...(Object.keys(stated).length === 0
      ? {}
      : who.verified
        ? { verified_claims: { verification, claims: stated } }
        : stated),
  }
}

function statementsOf(said: Statements): Record<string, unknown> {
  const { us_person: usPerson, status, nationalities, residence } = said
  return {
    ...(usPerson === undefined
      ? {}
      : { [claim('us_person')]: { definition: 'ear-772.1-foreign-person', ...usPerson } }),
    ...(status === undefined ? {} : { [claim('immigration_status')]: status }),
    ...(nationalities === undefined ? {} : { nationalities }),
    ...(said.nationalities_complete ? { [claim('nationalities_complete')]: true } : {}),
    ...(residence === undefined ? {} : { address: residence }),
  }
}
