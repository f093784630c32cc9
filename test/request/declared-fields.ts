// The types of declared-types.ts, as a tree that can be walked: for each operation every object that its body may hold, with the members
// that the SDK declares. Read by the TypeScript compiler, which runs as a process beside the test.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { API, type Checker, type Symbol as Declared, type Type } from 'typescript/unstable/sync'

/** One of the objects that a value may be. */
export interface DeclaredObject {
  /** The words that its member `type` may be; empty: it has none. */
  readonly types: readonly string[]
  readonly members: ReadonlyMap<string, DeclaredValue>
}

export interface DeclaredValue {
  /** Of the type: what holds itself is told by it. */
  readonly key: string
  /** Worked out when it is asked for, since types may hold themselves. */
  objects(): readonly DeclaredObject[]
  /** What an array here may hold. */
  items(): readonly DeclaredValue[]
}

const root = join(import.meta.dirname, '..', '..')
const file = join(import.meta.dirname, 'declared-types.ts')
/** Not on disk: the declarations alone, so that nothing else is read. */
const config = join(root, 'declared-types.tsconfig.json')
/** Objects of the language and its platforms, which stand for bytes or for time. */
const opaque =
  /^(?:Date|.*File|Blob|Response|Promise|PromiseLike|AbortSignal|ReadableStream|U?int8Array|ArrayBuffer|Buffer)$/i

/** Takes what to do with the body of each operation; the compiler ends with it. */
export function withDeclaredBodies<Result>(use: (bodies: ReadonlyMap<string, DeclaredValue>) => Result): Result {
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as {
    compilerOptions: object
  }
  const text = JSON.stringify({ compilerOptions, files: [file] })
  const isConfig = (path: string): boolean => path === config
  const api = new API({
    cwd: root,
    fs: {
      readFile: (path) => (isConfig(path) ? text : undefined),
      fileExists: (path) => (isConfig(path) ? true : undefined),
    },
  })
  try {
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config)
    if (project === undefined) throw new Error('the declarations cannot be opened')
    const { checker } = project
    const named = checker.getSymbolAtPosition(file, readFileSync(file, 'utf8').indexOf('DeclaredBodies'))
    if (named === undefined) throw new Error('the declarations name no bodies')
    const [bodies] = valueOf(checker, checker.getDeclaredTypeOfSymbol(named)).objects()
    return use(bodies?.members ?? new Map())
  } finally {
    api.close()
  }
}

function valueOf(checker: Checker, type: Type): DeclaredValue {
  return {
    key: `${type.id}`,
    objects: () => alternatives(type).flatMap((each) => objectOf(checker, each)),
    items: () =>
      alternatives(type).flatMap((each) =>
        isList(each) && each.isTypeReference()
          ? checker.getTypeArguments(each).map((item) => valueOf(checker, item))
          : [],
      ),
  }
}

/** The types of which a value has one. */
function alternatives(type: Type): readonly Type[] {
  return type.isUnionType() ? type.getTypes().flatMap(alternatives) : [type]
}

const isList = (type: Type): boolean =>
  /^(?:Array|ReadonlyArray)$/.test(type.getSymbol()?.name ?? '') || type.isTupleType()

function objectOf(checker: Checker, type: Type): readonly DeclaredObject[] {
  // A word of which the SDK knows some values is `string & {}`: not an object.
  if (type.isIntersectionType() && type.getTypes().some((each) => each.isIntrinsicType())) return []
  if (!(type.isObjectType() || type.isIntersectionType()) || isList(type)) return []
  if (opaque.test(type.getSymbol()?.name ?? '')) return []
  // `$unknown` is AWS’s word for a member that its client does not know.
  const properties = checker
    .getPropertiesOfType(type)
    .filter(({ name }) => name !== '$unknown' && !name.startsWith('__@'))
  const held = properties.length === 0 ? [] : checker.getTypeOfSymbol(properties)
  const members = new Map(
    properties.flatMap((property: Declared, at) => {
      const of = held[at]
      return of === undefined ? [] : [[property.name, of] as const]
    }),
  )
  const word = members.get('type')
  return [
    {
      types:
        word === undefined
          ? []
          : alternatives(word).flatMap((each) => (each.isStringLiteralType() ? [each.value] : [])),
      members: new Map([...members].map(([name, of]) => [name, valueOf(checker, of)])),
    },
  ]
}
