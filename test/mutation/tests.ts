// The tests of the policy room as judges of a mutant: each file in this very process, until its first failure. The order in which
// tests run is kept here; what they assert is asserted by tap.

import t, { Test } from 'tap'
import { importWithTap } from './loading.ts'

// The tap of this thread has nothing to do, and would wait for its first test.
t.pass()
t.end()

/** What failed; null: nothing. */
export async function firstFailure(path: string, generation: number | null): Promise<string | null> {
  const file: File = { asserting: assertingFor(path), failure: null }
  file.asserting.resume()
  const level = levelOf(file)
  try {
    await importWithTap(path, level.tap, generation)
    await level.done()
  } catch (error) {
    file.failure ??= `cannot be loaded: ${String(error)}`
  }
  return file.failure
}

const assertingFor = (name: string) => new Test({ name })
type Asserting = ReturnType<typeof assertingFor>

interface File {
  readonly asserting: Asserting
  failure: string | null
}

type Body = (t: Asserting) => unknown

/** A tap for one level of tests, that runs them one after the other. */
function levelOf(file: File): { readonly tap: Asserting; readonly done: () => Promise<void> } {
  const teardowns: (() => unknown)[] = []
  let last: Promise<void> = Promise.resolve()
  const test = (name: string, ...more: readonly unknown[]): Promise<void> => {
    const body = more.at(-1) as Body
    last = last.then(() => run(name, body, file))
    return last
  }
  const own: Readonly<Record<string, unknown>> = {
    test,
    teardown: (work: () => unknown) => teardowns.push(work),
    comment: () => undefined,
  }
  const tap = new Proxy(file.asserting, {
    get: (asserting, name: string) => own[name] ?? strict(asserting, name),
  })
  const done = async (): Promise<void> => {
    await last
    for (const teardown of teardowns.reverse()) await teardown()
  }
  return { tap, done }
}

/** The rest of a file is not run once it has failed. */
async function run(name: string, body: Body, file: File): Promise<void> {
  if (file.failure !== null) return
  const level = levelOf(file)
  try {
    await body(level.tap)
    await level.done()
  } catch {
    file.failure ??= name
  }
}

/** An assertion that ends its test where it fails. */
function strict(asserting: Asserting, name: string): unknown {
  const assertion: unknown = Reflect.get(asserting, name)
  if (typeof assertion !== 'function') return assertion
  return (...args: readonly unknown[]): unknown => {
    const holds: unknown = Reflect.apply(assertion, asserting, args)
    if (holds === false) throw new Error(`${name} does not hold`)
    return holds
  }
}
