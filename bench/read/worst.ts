// Texts that are made to cost as much as they can, within the budgets or just beyond them.
import { Buffer } from 'node:buffer'
import { limits } from '../../src/limits.ts'

/** The greatest body. */
const greatest = limits.bodyBytes

export function filled(
  size: number,
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
const within = limits.jsonNodes - 10

export const worstTexts: Readonly<Record<string, (size?: number) => Buffer>> = {
  'opening brackets': (size = greatest) => filled(size, '', always('['), ''),
  'opening objects': (size = greatest) => filled(size, '', always('{"a":'), ''),
  blanks: (size = greatest) => filled(size, '', always(' \n'), '0'),
  'a number of 4 million digits': (size = greatest) => filled(size, '1', always('7'), ''),
  'one string, every two bytes an escape': (size = greatest) => filled(size, '"', always('\\n'), '"'),
  'one string of escaped quotes that does not end': (size = greatest) => filled(size, '"', always('\\"'), ''),
  'one string of `\\u0000`': (size = greatest) => filled(size, '"', always('\\u0000'), '"'),
  'one string of escaped emoji': (size = greatest) => filled(size, '"', always('\\ud83d\\ude00'), '"'),
  'one string of emoji': (size = greatest) => filled(size, '"', always('😀'), '"'),
  'strings of one escape each, as many as the budget has': (size = greatest) =>
    filled(size, '["', always('\\n","'), '"]', within),
  'short strings of one emoji each, as many as the budget has': (size = greatest) =>
    filled(size, '["', always('😀","'), '"]', within),
  'texts of 17 bytes, one of them an escape': (size = greatest) =>
    filled(size, '["', always(`${'x'.repeat(15)}\\n","`), '"]', within),
  'texts of 17 bytes, two of them no ASCII': (size = greatest) =>
    filled(size, '["', always(`${'x'.repeat(15)}é","`), '"]', within),
  'a million items': (size = greatest) => filled(size, '[0', always(',0'), ']', 1_000_000),
  'a million keys in one object': (size = greatest) =>
    filled(size, '{"":0', (index) => `,"${index}x":0`, '}', 1_000_000),
  'keys in one object, as many as the budget has': (size = greatest) =>
    filled(size, '{"":0', (index) => `,"k${index}":0`, '}', within),
  'the same, each of them escaped': (size = greatest) =>
    filled(size, '{"":0', (index) => `,"\\u006b${index}":0`, '}', within),
  'keys that are indexes far apart': (size = greatest) =>
    filled(size, '{"":0', (index) => `,"${(index * 20_011) % 4_294_967_291}":0`, '}', within),
  'keys that share their length and most of their bytes': (size = greatest) =>
    filled(size, '{"":0', (index) => `,"${`${index}`.padStart(12, 'a')}":0`, '}', within),
  'objects of one key each, no two alike': (size = greatest) =>
    filled(size, '[{"":0}', (index) => `,{"k${index}":0}`, ']', within / 2),
  'objects within objects, no two keys alike': (size = greatest) =>
    filled(size, '[0', (index) => `,{"a${index}":{"b${index}":{"c${index}":{}}}}`, ']', within / 4),
  'empty objects': (size = greatest) => filled(size, '[0', always(',{}'), ']', within),
  'fractions of 17 digits': (size = greatest) => filled(size, '[0', always(',0.12345678901234567'), ']', within),
}
