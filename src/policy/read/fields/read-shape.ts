// Reads a file with its shape: the typed value, or every fault of the shape, each where it stands and with what to write instead.
import type { z } from 'zod'
import { nearest } from '../../../vocabulary/nearest.ts'
import { readerOf, unknownKey } from '../../case/forms.ts'
import type { FaultPath, PolicyFile, Report } from '../fault.ts'
import { flow } from '../schema/flow.ts'
import { schemaAt, schemaOf } from '../schema/json-schema.ts'
import type { Field } from './shape.ts'

/** What no instrument may test, however it is called; said instead of a list of keys. */
const neverTested: Readonly<Record<string, string>> = {
  birthplace: 'a place of birth says nothing of citizenship or status',
  'place-of-birth': 'a place of birth says nothing of citizenship or status',
  'born-in': 'a place of birth says nothing of citizenship or status',
  ethnicity: 'it says nothing of citizenship or status',
  language: 'it says nothing of citizenship or status',
  name: 'a name says nothing of citizenship or status',
}

const readers = new WeakMap<Field<unknown>, ReturnType<typeof readerOf>>()

function readerFor<T>(shape: Field<T>): ReturnType<typeof readerOf<T>> {
  const reader = readers.get(shape) ?? readerOf(shape)
  readers.set(shape, reader)
  // Invariant: a reader lies under the shape that it was made of.
  return reader as ReturnType<typeof readerOf<T>>
}

/** Gives the typed value, or nothing after having reported every fault of the file's shape. */
export function readShape<T>(shape: Field<T>, file: PolicyFile, report: Report): T | undefined {
  const reading = readerFor(shape)(file.document.value)
  if (reading.success) return reading.data
  const misspelt = new Set<string>()
  const issues = reading.error.issues.map((issue) => ({ issue, path: pathOf(issue) }))
  for (const { issue, path } of issues) {
    if (issue.code !== 'unrecognized_keys') continue
    for (const one of issue.keys) {
      const near = nearest(one, issue.message.split(', '))
      if (near !== undefined) misspelt.add([...path, near].join('/'))
      report.error(file, [...path, one], 'unknown-key', `\`${one}\` ${aboutKey(one, path, issue.message)}`, 'key')
      if (report.isFull(file)) return undefined
    }
  }
  for (const { issue, path } of issues) {
    const name = path.at(-1)
    if (issue.code === 'unrecognized_keys') continue
    if (issue.input === undefined && typeof name === 'string' && issue.code !== 'custom') {
      // A key that is there under a wrong name is not missing as well.
      if (!misspelt.has(path.join('/'))) report.error(file, path.slice(0, -1), 'missing', missing(name, path, shape))
    } else {
      const subject = typeof name === 'string' ? `\`${name}\` ` : ''
      report.error(file, path, codeOf(issue), `${subject}${issue.message}`)
    }
  }
  return undefined
}

const aboutKey = (name: string, path: FaultPath, known: string): string => {
  const inLimb = path.length > 1 && Object.hasOwn(neverTested, name)
  return inLimb ? `is never tested: ${neverTested[name]}` : unknownKey(name, known)
}

/** Says what the key means and how it is written, from the key's own description. */
function missing(name: string, path: FaultPath, shape: Field<unknown>): string {
  const { description, examples } = schemaAt(schemaOf(shape), path) ?? {}
  const means = typeof description === 'string' ? `: ${description.charAt(0).toLowerCase()}${description.slice(1)}` : ''
  const first = Array.isArray(examples) ? examples[0] : undefined
  const write = first === undefined ? '' : ` Write for example \`${name}: ${flow(first)}\``
  return `\`${name}\` is missing${means}${write}`
}

const pathOf = (issue: z.core.$ZodIssue): FaultPath =>
  issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))

const codeOf = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'too_small') return 'empty'
  if (issue.code === 'custom' && typeof issue.params?.['code'] === 'string') return issue.params['code']
  return 'wrong-value'
}
