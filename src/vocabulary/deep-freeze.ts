/**
 * Freezes a value of plain objects and arrays to the bottom. Who freezes a value that others see freezes it whole: what is frozen may
 * be remembered by identity, in any form that was derived from it (the log keeps its text).
 */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
