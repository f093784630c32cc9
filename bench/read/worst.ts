// Texts of 4 MiB that are made to cost as much as they can, within the budgets or just beyond them.
import { Buffer } from 'node:buffer'

const size = 4 << 20

function filled(
  open: string,
  unit: (index: number) => string,
  close: string,
  most: number = Number.POSITIVE_INFINITY,
): Buffer {
  const parts = [open]
  for (let length = open.length + close.length, index = 0; index < most; index += 1) {
    const part = unit(index)
    length += Buffer.byteLength(part)
    if (length > size) break
    parts.push(part)
  }
  return Buffer.from(parts.join('') + close)
}

const always = (text: string) => (): string => text
const within = 199_990

export const worstTexts: Readonly<Record<string, () => Buffer>> = {
  'opening brackets': () => filled('', always('['), ''),
  'opening objects': () => filled('', always('{"a":'), ''),
  blanks: () => filled('', always(' \n'), '0'),
  'a number of 4 million digits': () => filled('1', always('7'), ''),
  'one string, every two bytes an escape': () => filled('"', always('\\n'), '"'),
  'one string of escaped quotes that does not end': () => filled('"', always('\\"'), ''),
  'one string of `\\u0000`': () => filled('"', always('\\u0000'), '"'),
  'one string of escaped emoji': () => filled('"', always('\\ud83d\\ude00'), '"'),
  'one string of emoji': () => filled('"', always('😀'), '"'),
  'strings of one escape each, as many as the budget has': () => filled('["', always('\\n","'), '"]', within),
  'short strings of one emoji each, as many as the budget has': () => filled('["', always('😀","'), '"]', within),
  'a million items': () => filled('[0', always(',0'), ']', 1_000_000),
  'a million keys in one object': () => filled('{"":0', (index) => `,"${index}x":0`, '}', 1_000_000),
  'keys in one object, as many as the budget has': () => filled('{"":0', (index) => `,"k${index}":0`, '}', within),
  'the same, each of them escaped': () => filled('{"":0', (index) => `,"\\u006b${index}":0`, '}', within),
  'keys that are indexes far apart': () =>
    filled('{"":0', (index) => `,"${(index * 20_011) % 4_294_967_291}":0`, '}', within),
  'keys that share their length and most of their bytes': () =>
    filled('{"":0', (index) => `,"${`${index}`.padStart(12, 'a')}":0`, '}', within),
  'objects of one key each, no two alike': () => filled('[{"":0}', (index) => `,{"k${index}":0}`, ']', within / 2),
  'objects within objects, no two keys alike': () =>
    filled('[0', (index) => `,{"a${index}":{"b${index}":{"c${index}":{}}}}`, ']', within / 4),
  'empty objects': () => filled('[0', always(',{}'), ']', within),
  'fractions of 17 digits': () => filled('[0', always(',0.12345678901234567'), ']', within),
}
