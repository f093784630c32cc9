// Pointers of rows, in which `*` stands for every item of an array, against pointers into one body.

/** A pointer outside the body fits itself alone. */
export function fits(pattern: string, pointer: string): boolean {
  if (!pattern.includes('*')) return pattern === pointer
  const expected = pattern.split('/')
  const steps = pointer.split('/')
  return steps.length === expected.length && expected.every((step, index) => step === '*' || step === steps[index])
}
