// The way to a place in a body as a JSON pointer.

/** RFC 6901. */
export function pointerOf(steps: readonly (string | number)[]): string {
  let pointer = ''
  for (const step of steps) pointer += `/${typeof step === 'number' || /^[^~/]*$/.test(step) ? step : escaped(step)}`
  return pointer
}

const escaped = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1')
