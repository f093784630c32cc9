// The issuers' short ids, as registers and examples write them.
import type { Context } from '../context.ts'
import type { PolicyFile } from '../fault.ts'
import { readShape } from '../fields/read-shape.ts'
import { choice, identifier, text } from '../fields/scalars.ts'
import { closed, type Field, key, mapOf, named, type Shape } from '../fields/shape.ts'

interface IssuersKeys {
  readonly kind: string
  readonly issuers: readonly (readonly [id: string, issuer: string])[]
}

export const issuersShape: Field<IssuersKeys> = named(
  closed<Shape<IssuersKeys>>({
    kind: key(choice('issuers') as Field<string>, 'What the file is.', 'issuers'),
    issuers: key(
      mapOf(identifier, text, 'short ids and issuers'),
      'The issuer (`iss`) that each short id stands for.',
      {
        demo: 'https://id.demo.example',
      },
    ),
  }),
  'issuers',
  'Short ids of the issuers, as the other registers write them.',
)

/** Short ids and the issuer strings that they stand for. */
export const readIssuers = (file: PolicyFile, context: Context): IssuersKeys['issuers'] =>
  readShape(issuersShape, file, context.report)?.issuers ?? []
