// Names across files: every name that is used exists, and no name stands for two things.
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
    const near = nearest(name, known, to)
    const hint = near === undefined ? '' : `: did you mean \`${near}\`?`
    context.report.error(file, path, `unknown-${to}`, `\`${name}\` is no ${words[to]}${hint}`)
  }
  checkUnique(folder, context)
}

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
  const first = new Map<string, string>()
  const once = (what: string, name: string, file: PolicyFile, path: FaultPath): void => {
    const key = `${what} ${name}`
    const place = `${file.path}:${file.document.positionOf(path).line}`
    const earlier = first.get(key)
    if (earlier === undefined) first.set(key, place)
    else
      report.error(
        file,
        path,
        'duplicate-id',
        `${what} \`${name}\` stands already in ${earlier}: give one of them another name`,
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

/** The known name that differs least, if it differs little. */
function nearest(name: string, known: ReadonlySet<string>, to: Target): string | undefined {
  let best: string | undefined
  let least = Math.min(3, Math.ceil(name.length / 3))
  for (const one of known) {
    if (!one.startsWith(`${to}:`)) continue
    const candidate = one.slice(to.length + 1)
    const distance = editDistance(name, candidate, least)
    if (distance < least) [best, least] = [candidate, distance]
  }
  return best
}

/** Levenshtein's, given up at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? limit
}
