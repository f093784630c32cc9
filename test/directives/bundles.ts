// The reference policies as a bundle that a test changes at one place, without the compiler: its examples and checks would refuse
// most of these changes for reasons of their own.
import { type Bundle, loadPolicy, type Policy } from '../../src/policy/index.ts'
import { compilePolicy, type PolicyText } from '../../src/policy/read/index.ts'
import { referenceTexts } from '../policy-read/reference.ts'

type Writable<T> = { -readonly [K in keyof T]: Writable<T[K]> }
type Model = Bundle['catalogue']['models'][number]
type Directive = Bundle['directives'][number]

/** Without the examples that ask the whole. */
export const reference: readonly PolicyText[] = referenceTexts().filter(({ path }) => !path.startsWith('examples/'))

export function compiled(texts: readonly PolicyText[]): Bundle {
  const result = compilePolicy(texts, { serial: 1 })
  if (result.kind === 'faults') throw new Error(result.faults.map((f) => `${f.file}:${f.line} ${f.message}`).join('\n'))
  return result.bundle
}

/** The policy of a bundle that `change` has changed; throws where it changed nothing. */
export function policyOf(bundle: Bundle, change?: (bundle: Writable<Bundle>) => void): Policy {
  const next = structuredClone(bundle) as Writable<Bundle>
  change?.(next)
  if (change !== undefined && JSON.stringify(next) === JSON.stringify(bundle)) throw new Error('nothing changed')
  return loadPolicy(next)
}

export function modelOf({ catalogue }: Writable<Bundle>, id: string): Writable<Model> {
  const found = catalogue.models.find((model) => model.id === id)
  if (found === undefined) throw new Error(`no model ${id}`)
  return found
}

export function directiveOf(
  { directives }: Writable<Bundle>,
  id: string,
): Writable<Exclude<Directive, { kind: 'evaluation-window' }>> {
  const found = directives.find((directive) => directive.id === id)
  if (found === undefined || found.kind === 'evaluation-window') throw new Error(`no directive ${id}`)
  return found
}
