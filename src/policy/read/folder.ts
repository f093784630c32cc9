// A whole policy folder after every file was read for itself: what the checks across files and the compiler work on.

import { nearest } from '../../vocabulary/nearest.ts'
import type { CatalogueModel, Directive, Grant, NamedList, RestrictingDirective, Withdrawal } from '../bundle/bundle.ts'
import { grantKinds } from '../bundle/grants.ts'
import type { Context, Written } from './context.ts'
import type { PolicyFile } from './fault.ts'
import { type Example, examplesFileShape, readExamples } from './fields/examples.ts'
import { readShape } from './fields/read-shape.ts'
import type { Field } from './fields/shape.ts'
import { readDirective, restrictingShapes } from './instruments/directive.ts'
import { grantShape, readGrant } from './instruments/grant.ts'
import { readWindow, windowShape } from './instruments/window.ts'
import { readWithdrawal, withdrawalShape } from './instruments/withdrawal.ts'
import { catalogueShape, readCatalogue } from './records/catalogue.ts'
import { issuersShape } from './records/issuers.ts'
import { listsShape, readLists } from './records/lists.ts'
import type { RegisterPart } from './records/register.ts'
import { registerReaders } from './records/registers.ts'
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

interface FileKind {
  readonly shape: Field<unknown>
  /** Reads one file into the folder. */
  readonly read: (file: PolicyFile, context: Context, folder: Folder) => void
}

const add = <T>(list: T[], one: T | undefined): void => {
  if (one !== undefined) list.push(one)
}

const restricting = (kind: RestrictingDirective['kind']): [string, FileKind] => [
  kind,
  {
    shape: restrictingShapes[kind],
    read: (file, context, { directives }) => add(directives, readDirective(file, kind, context)),
  },
]

const register = ([kind, { shape, read, declares }]: [string, (typeof registerReaders)[string]]): [
  string,
  FileKind,
] => [
  kind,
  {
    shape,
    read: (file, context, { registers, declared }) => {
      registers.push([read(file, context), file])
      const name = declares === null ? undefined : (file.document.value as Record<string, unknown>)[declares.key]
      if (declares !== null && typeof name === 'string') declared.add(declaration(declares.target, name))
    },
  },
]

/** Every kind of file, in the order in which the page of the language shows them. */
export const fileKinds: ReadonlyMap<string, FileKind> = new Map<string, FileKind>([
  restricting('restriction'),
  restricting('embargo'),
  restricting('internal-policy'),
  restricting('program'),
  [
    'evaluation-window',
    { shape: windowShape, read: (file, context, { directives }) => add(directives, readWindow(file, context)) },
  ],
  [
    'withdrawal',
    {
      shape: withdrawalShape,
      read: (file, context, { withdrawals }) => add(withdrawals, readWithdrawal(file, context)),
    },
  ],
  ...grantKinds.map((kind): [string, FileKind] => [
    kind,
    { shape: grantShape, read: (file, context, { grants }) => add(grants, readGrant(file, context)) },
  ]),
  [
    'lists',
    {
      shape: listsShape,
      read: (file, context, { lists }) => {
        for (const list of readLists(file, context)) lists.push([list, file])
      },
    },
  ],
  [
    'catalogue',
    {
      shape: catalogueShape,
      read: (file, context, { models }) => {
        for (const model of readCatalogue(file, context)) models.push([model, file])
      },
    },
  ],
  [
    'examples',
    {
      shape: examplesFileShape,
      read: (file, context, { examples }) => {
        examples.push(...readExamples(file, context.issuers, context.report))
        readShape(examplesFileShape, file, context.report)
      },
    },
  ],
  // Read before all others, since they name the issuers.
  ['issuers', { shape: issuersShape, read: () => {} }],
  ...Object.entries(registerReaders).map(register),
])

export const kinds: readonly string[] = [...fileKinds.keys()].toSorted()

/** Reads one file into the folder; a kind that is not known is a fault. */
export function readInto(folder: Folder, file: PolicyFile, context: Context): void {
  const known = fileKinds.get(file.kind)
  if (known !== undefined) known.read(file, context, folder)
  else context.report.error(file, ['kind'], 'unknown-kind', unknownKind(file.kind))
}

function unknownKind(kind: string): string {
  if (kind === 'suspension')
    return '`suspension` is no file: an officer closes a model with `portcullis suspend`, without a build'
  const near = nearest(kind, kinds)
  const hint = near === undefined ? `there are ${kinds.join(', ')}` : `did you mean \`${near}\`?`
  return `\`${kind.slice(0, 80)}\` is no kind of policy file: ${hint}`
}
