// Field paths: every field of a record by its path (`place.country`, `models[].name`), as a type, so that a table of words can be
// closed over the record by the compiler.

/** Of a union, the fields of all its members. */
type PathsOf<Value> = Value extends object
  ? { [Key in keyof Value & string]-?: Key | Below<Key, NonNullable<Value[Key]>> }[keyof Value & string]
  : never

type Below<Key extends string, Value> = Value extends readonly (infer Item)[]
  ? Item extends object
    ? `${Key}[].${PathsOf<Item>}`
    : never
  : Value extends object
    ? `${Key}.${PathsOf<Value>}`
    : never

/** Of each field its shape with its unit, and what it says. */
export type FieldWords<Value> = Readonly<Record<PathsOf<Value>, readonly [is: string, says: string]>>

/** Of a kind of event. */
export interface EventWords<About> {
  /** When it is written. */
  readonly when: string
  readonly fields: FieldWords<About>
}
