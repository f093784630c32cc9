// Whether a number token survives being read into a double and written again.

/** Sign, significant digits and exponent: two spellings of one number have one form. */
function normalForm(token: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token)
  if (parts === null) return token
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return `${sign}0`
  const scale = Number(exponent) - fraction.length + (digits.length - significant.length)
  return `${sign}${significant}e${scale}`
}

/**
 * Takes a JSON number token and the double it became; says whether the shortest spelling of the double means the same
 * number. `1.0` and `1e2` do, `1e400`, 2^53+1 and a 30-digit fraction do not, nor does `-0`, whose sign is lost in writing.
 */
export function isExactNumber(token: string, value: number): boolean {
  return Number.isFinite(value) && normalForm(token) === normalForm(String(value))
}
