// The small shapes of which a bundle's schema is made.

import { z } from 'zod'
import { isCountryCode, isRegionCode } from '../../vocabulary/country.ts'
import { isRegionThatMayBe } from '../../vocabulary/subdivision.ts'
import { type DefinitionId, definitionIds } from './directives.ts'
import type { CodeSet, Position } from './parts.ts'

export const text: z.ZodString = z.string().min(1)
/** Milliseconds since the epoch. */
export const instant: z.ZodInt = z.int()
/** Milliseconds. */
export const duration: z.ZodInt = z.int().positive()
export const list = <Item extends z.ZodType>(item: Item): z.ZodArray<Item> => z.array(item)
export const some = <Item extends z.ZodType>(item: Item): z.ZodArray<Item> => z.array(item).min(1)

export const countryCode: z.ZodString = z.string().refine(isCountryCode, 'is no country code')
export const placeCode: z.ZodString = z
  .string()
  .refine((code) => isCountryCode(code) || isRegionCode(code), 'is no country or region code')
  .refine(isRegionThatMayBe, 'is no subdivision of its country')

const codeSet = (code: z.ZodString): z.ZodType<CodeSet> =>
  z
    .strictObject({ lists: list(text), codes: list(code) })
    .refine(({ lists, codes }) => lists.length + codes.length > 0, 'names no place at all')
export const countrySet: z.ZodType<CodeSet> = codeSet(countryCode)
export const placeSet: z.ZodType<CodeSet> = codeSet(placeCode)

export const position: z.ZodType<Position> = z.strictObject({ path: text, line: z.int().positive() })
export const interval: { readonly from: z.ZodInt; readonly to: z.ZodNullable<z.ZodInt> } = {
  from: instant,
  to: instant.nullable(),
}
export const subjectId: { readonly issuer: z.ZodString; readonly subject: z.ZodString } = {
  issuer: text,
  subject: text,
}

export const definitionId: z.ZodType<DefinitionId> = z.enum(definitionIds)
