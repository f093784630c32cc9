// Equal parts of directives are one object in the loaded policy: thousands of directives name the same few lists, demands and licenses.
// A decision then finds them in the processor's cache, whichever model was asked for before.

/** Gives what was made of an equal `from` before, under the same `what`, or makes it. `from` is plain JSON. */
export type OneOfEquals = <From, Made>(what: string, from: From, make: (from: From) => Made) => Made

/** Each by itself. */
export const each: OneOfEquals = (_what, from, make) => make(from)

export function oneOfEquals(): OneOfEquals {
  const made = new Map<string, unknown>()
  return <From, Made>(what: string, from: From, make: (from: From) => Made): Made => {
    const key = `${what} ${JSON.stringify(from)}`
    // Invariant: `what` names one kind of thing, so that what lies under the key is a `Made`.
    if (made.has(key)) return made.get(key) as Made
    const one = make(from)
    made.set(key, one)
    return one
  }
}
