// Names across files: every name that is used exists, and no name stands for two things.
import { nearest } from '../../../vocabulary/nearest.ts'
import type { Context } from '../context.ts'
import type { FaultPath, PolicyFile } from '../fault.ts'
import { declaration, type Folder } from '../folder.ts'
import type { Target } from '../written.ts'

const words: Readonly<Record<Target, string>> = {
  list: 'list',
  model: 'model of the catalogue',
  family: 'family of the catalogue',
  directive: 'directive',
  organization: 'organization of the register',
  program: 'program with a register of members',
  evaluators: 'register of evaluators',
  staff: 'register of staff',
  tier: 'register of a tier',
  issuer: 'issuer in the issuers file',
}

/** `faulty`: texts of files that could not be read whole; what they mention may be declared there. */
export function checkNames(folder: Folder, faulty: readonly string[], context: Context): void {
  const known = namesOf(folder, context)
  for (const { file, path, to, name } of context.references) {
    if (known.has(declaration(to, name)) || faulty.some((text) => text.includes(name))) continue
    const near = nearest(name, namesFor(to, known))
    const hint = near === undefined ? '' : `: did you mean \`${near}\`?`
    context.report.error(file, path, `unknown-${to}`, `\`${name}\` is no ${words[to]}${hint}`)
  }
  checkUnique(folder, context)
}

const namesFor = (to: Target, known: ReadonlySet<string>): readonly string[] =>
  [...known].flatMap((one) => (one.startsWith(`${to}:`) ? [one.slice(to.length + 1)] : []))

function namesOf(folder: Folder, { issuers }: Context): ReadonlySet<string> {
  return new Set([
    ...folder.declared,
    ...folder.models.flatMap(([model]) => [declaration('model', model.id), declaration('family', model.family)]),
    ...folder.lists.map(([list]) => declaration('list', list.id)),
    ...folder.directives.map(({ noun }) => declaration('directive', noun.id)),
    ...folder.registers.flatMap(([part]) =>
      (part.organizations ?? []).map(({ id }) => declaration('organization', id)),
    ),
    ...[...issuers.keys()].map((id) => declaration('issuer', id)),
  ])
}

function checkUnique(folder: Folder, { report }: Context): void {
  const first = new Map<string, () => string>()
  const once = (what: string, name: string, file: PolicyFile, path: FaultPath): void => {
    const key = `${what} ${name}`
    const earlier = first.get(key)
    if (earlier === undefined) first.set(key, () => `${file.path}:${file.document.positionOf(path).line}`)
    else
      report.error(
        file,
        path,
        'duplicate-id',
        `${what} \`${name}\` stands already in ${earlier()}: give one of them another name`,
      )
  }
  for (const [model, file] of folder.models) {
    once('model', model.id, file, ['models', model.id])
    for (const { name } of model.names) once('model name', name, file, ['models', model.id, 'names', name])
  }
  for (const [list, file] of folder.lists) once('list', list.id, file, ['lists', list.id])
  const versioned = new Set<string>()
  for (const { noun, file } of folder.directives) {
    once('directive', `${noun.id} version ${noun.version}`, file, ['id'])
    if (!versioned.has(noun.id)) once('id', noun.id, file, ['id'])
    versioned.add(noun.id)
  }
  for (const { noun, file } of [...folder.grants, ...folder.withdrawals]) once('id', noun.id, file, ['id'])
  for (const [part, file] of folder.registers) {
    for (const [index, { id }] of (part.organizations ?? []).entries())
      once('organization', id, file, ['entries', index, 'id'])
    for (const [index, { id }] of (part.attestations ?? []).entries())
      once('attestation', id, file, ['entries', index, 'id'])
  }
}
