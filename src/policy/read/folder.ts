// A whole policy folder after every file was read for itself: what the checks across files and the compiler work on.
import type { CatalogueModel, Directive, Grant, NamedList, Withdrawal } from '../bundle/bundle.ts'
import { grantKinds } from '../bundle/grants.ts'
import { type Context, faultOf, siteOf, type Written } from './context.ts'
import type { PolicyFile } from './fault.ts'
import { type Example, examplesField, readExamples } from './fields/examples.ts'
import { choice, instant, text } from './fields/scalars.ts'
import { closed, optional, readShape } from './fields/shape.ts'
import { readDirective, readWindow, restrictingKinds } from './instruments/directive.ts'
import { readGrant, readWithdrawal } from './instruments/grant.ts'
import { readCatalogue } from './records/catalogue.ts'
import { readLists } from './records/lists.ts'
import { type RegisterPart, registerReaders } from './records/registers.ts'
import type { Target } from './written.ts'

export interface Folder {
  readonly models: (readonly [CatalogueModel, PolicyFile])[]
  readonly lists: (readonly [NamedList, PolicyFile])[]
  readonly directives: Written<Directive>[]
  readonly grants: Written<Grant>[]
  readonly withdrawals: Written<Withdrawal>[]
  readonly registers: (readonly [RegisterPart, PolicyFile])[]
  /** Names that register files declare, whether they have entries or not: `program:glasswing`. */
  readonly declared: Set<string>
  /** Examples that stand beside the instruments and ask the whole policy. */
  readonly examples: Example[]
}

export const emptyFolder = (): Folder => ({
  models: [],
  lists: [],
  directives: [],
  grants: [],
  withdrawals: [],
  registers: [],
  declared: new Set(),
  examples: [],
})

export const declaration = (target: Target, name: string): string => `${target}:${name}`

type Reader = (file: PolicyFile, context: Context, folder: Folder) => void

const add = <T>(list: T[], one: T | undefined): void => {
  if (one !== undefined) list.push(one)
}

/** Every kind of file, but `issuers`, which is read before all others. */
const readers = new Map<string, Reader>([
  [
    'catalogue',
    (file, context, { models }) => {
      for (const model of readCatalogue(file, context)) models.push([model, file])
    },
  ],
  [
    'lists',
    (file, context, { lists }) => {
      for (const list of readLists(file, context)) lists.push([list, file])
    },
  ],
  ...restrictingKinds.map((kind): [string, Reader] => [
    kind,
    (file, context, { directives }) => add(directives, readDirective(file, kind, context)),
  ]),
  ['evaluation-window', (file, context, { directives }) => add(directives, readWindow(file, context))],
  ...grantKinds.map((kind): [string, Reader] => [
    kind,
    (file, context, { grants }) => add(grants, readGrant(file, context)),
  ]),
  ['withdrawal', (file, context, { withdrawals }) => add(withdrawals, readWithdrawal(file, context))],
  ...Object.entries(registerReaders).map(([kind, { read, declares }]): [string, Reader] => [
    kind,
    (file, context, { registers, declared }) => {
      registers.push([read(file, context), file])
      const name = declares === null ? undefined : (file.document.value as Record<string, unknown>)[declares.key]
      if (declares !== null && typeof name === 'string') declared.add(declaration(declares.target, name))
    },
  ]),
  [
    'examples',
    (file, context, { examples }) => {
      const shape = closed({
        kind: choice('examples'),
        title: text,
        'examples-at': optional(instant),
        examples: examplesField,
      })
      examples.push(...readExamples(file, context.issuers, context.report))
      readShape(shape, file, context.report)
    },
  ],
])

export const kinds: readonly string[] = [...readers.keys(), 'issuers'].toSorted()

/** Reads one file into the folder; a kind that is not known is a fault. */
export function readInto(folder: Folder, file: PolicyFile, context: Context): void {
  const reader = readers.get(file.kind)
  if (reader !== undefined) reader(file, context, folder)
  else if (file.kind === 'suspension') {
    faultOf(context)(
      siteOf(file, context, ['kind']),
      'not-supported',
      '`suspension` is not supported yet: use a restriction',
    )
  } else {
    const message = `\`${file.kind}\` is no kind of policy file; there are ${kinds.join(', ')}`
    faultOf(context)(siteOf(file, context, ['kind']), 'unknown-kind', message)
  }
}
