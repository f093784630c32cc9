// Who may import whom. The table below is the one place that says it.
import t from 'tap'
import { type Import, importsOf, policyRoomOf, repositoryFiles, roomOf } from './tree.ts'

const base = [
  'json',
  'yaml',
  'limits',
  'fleet-limits',
  'process-limits',
  'upstream-limits',
  'worker-limits',
  'vocabulary',
] as const
const outside = [
  'identity',
  'location',
  'decision-cache',
  'stored-objects',
  'decision-log',
  'directives',
  'quantities',
  'fleet',
] as const

interface Row {
  /** Rooms whose values it may use. */
  readonly may: readonly string[]
  /** Rooms of which it may use types only. */
  readonly types?: readonly string[]
  /** Pure functions of those rooms that it may call all the same. */
  readonly pure?: readonly string[]
}

const table: Readonly<Record<string, Row>> = {
  limits: { may: [] },
  'fleet-limits': { may: [] },
  'process-limits': { may: [] },
  'upstream-limits': { may: [] },
  'worker-limits': { may: ['limits'] },
  vocabulary: { may: [] },
  // What was opened, to be closed in reverse order.
  undo: { may: [] },
  // What this is and which version, read from package.json.
  software: { may: [] },
  json: { may: ['limits'] },
  yaml: { may: ['limits'] },
  // Whether the wall clock stands; what waits for an instant, or for the end of a turn.
  clock: { may: base },
  // HTTP/1.1 to the model APIs.
  upstream: { may: [...base, 'clock'] },
  policy: { may: base },
  request: { may: base },
  authzen: { may: base },
  identity: { may: base },
  location: { may: base },
  'decision-cache': { may: base },
  // One way to reach Redis for both.
  'stored-objects': { may: [...base, 'decision-cache'] },
  'decision-log': { may: base },
  // One way to replace a file for both.
  quantities: { may: [...base, 'directives'] },
  directives: { may: [...base, 'policy'] },
  // What a gate hears from its fleet's control; Redis by the decision cache's way.
  fleet: { may: [...base, 'policy', 'directives', 'decision-cache', 'quantities'] },
  // Officers' acts on record, by the same code in a gate and at its fleet's control.
  acts: { may: [...base, 'directives'], types: ['decision-log'] },
  enforcement: {
    may: [...base, 'policy', 'request'],
    types: [...outside, 'clock'],
    pure: ['readCredential', 'clientAddress', 'fingerprint'],
  },
  settings: { may: base },
  admin: { may: [...base, ...outside, 'policy', 'request', 'authzen', 'enforcement'], types: ['gateway'] },
  // gateway/compose builds the whole gate, the admin listener included.
  gateway: {
    may: [
      ...base,
      ...outside,
      'clock',
      'upstream',
      'policy',
      'request',
      'enforcement',
      'admin',
      'acts',
      'software',
      'undo',
    ],
  },
  // A fleet's authority: the same code judges what is published, and its listener is one for officers.
  control: {
    may: [...base, 'clock', 'identity', 'decision-log', 'directives', 'quantities', 'fleet', 'admin', 'acts', 'undo'],
  },
  // Several workers of one gate. What a worker composes, its command hands it.
  supervisor: { may: [...base, 'decision-log', 'fleet'], types: ['admin'] },
  // The demo is a gate of its own around stand-ins, and plays the auditor too.
  demo: { may: [...base, ...outside, 'policy', 'gateway', 'settings', 'software'] },
  commands: {
    may: [
      ...base,
      ...outside,
      'policy',
      'request',
      'authzen',
      'gateway',
      'admin',
      'control',
      'supervisor',
      'settings',
      'demo',
      'software',
    ],
  },
  main: { may: ['commands', 'software', 'vocabulary'] },
}

/** The rooms of `policy`, each beside those that it is made of: a row may name only rows above it, so that no circle can be written. */
const policyTable: readonly (readonly [room: string, row: Row])[] = [
  ['bundle', { may: [] }],
  ['definitions', { may: [], types: ['bundle'] }],
  ['engine', { may: ['definitions'], types: ['bundle'] }],
  ['load', { may: ['bundle', 'definitions', 'engine'] }],
  ['case', { may: [] }],
  ['explain', { may: ['bundle', 'definitions', 'engine'] }],
  ['read', { may: ['bundle', 'engine', 'load', 'case', 'explain'] }],
  ['space', { may: ['bundle', 'definitions', 'engine', 'case'] }],
  ['prove', { may: ['bundle', 'engine', 'load', 'case', 'explain', 'space'] }],
  ['diff', { may: ['engine', 'case', 'space'], types: ['bundle'] }],
  // On its own two feet: the engine is held to what it says.
  ['reference', { may: [], types: ['bundle'] }],
  // The front.
  ['index', { may: ['engine', 'load', 'case', 'explain'], types: ['bundle'] }],
]

const sources = repositoryFiles().filter((path) => path.startsWith('src/') && path.endsWith('.ts'))
const imports = sources.flatMap((path) => importsOf(path))
const inside = imports.filter((one) => one.to.startsWith('src/'))
const show = (one: Import): string => `${one.from}:${one.line} imports ${one.to}`

t.test('imports are read as they are written', async (t) => {
  const text = [
    "import type { A } from './a.ts'",
    "import { b, type C } from '../policy/index.ts'",
    "import { type D } from './d.ts'",
    'import {',
    '  e,',
    "} from 'e'",
    "export * from './f.ts'",
    "import './g.ts'",
    "const h = await import('./h.ts')",
    "fork(new URL('./i.ts', import.meta.url))",
  ].join('\n')
  t.strictSame(
    importsOf('src/request/x.ts', text).map(({ to, line, typeOnly }) => [to, line, typeOnly]),
    [
      ['src/request/a.ts', 1, true],
      ['src/policy/index.ts', 2, false],
      ['src/request/d.ts', 3, true],
      ['e', 4, false],
      ['src/request/f.ts', 7, false],
      ['src/request/g.ts', 8, false],
      ['src/request/h.ts', 9, false],
      ['src/request/i.ts', 10, false],
    ],
  )
})

t.test('every room stands in the table', async (t) => {
  t.strictSame(
    [...new Set(sources.map(roomOf))].filter((room) => room === null || !(room in table)),
    [],
  )
})

t.test('a room imports only the rooms that it may', async (t) => {
  t.strictSame(inside.filter((one) => isStranger(one, table, roomOf)).map(show), [])
})

t.test('so does a room of policy, and its rooms form no circle, not even of types', async (t) => {
  const rooms = policyTable.map(([room]) => room)
  const within = sources.flatMap((path) => policyRoomOf(path) ?? [])
  t.strictSame([...new Set(within)].sort(), [...rooms].sort(), 'every one of them stands in the table')
  for (const [index, [room, { may, types = [] }]] of policyTable.entries()) {
    const above = rooms.slice(0, index)
    t.strictSame(
      [...may, ...types].filter((one) => !above.includes(one)),
      [],
      `${room} is made of what stands above it`,
    )
  }
  const rows = Object.fromEntries(policyTable)
  const own = inside.filter((one) => roomOf(one.from) === 'policy' && roomOf(one.to) === 'policy')
  t.ok(own.length > 300, 'their imports are seen')
  t.strictSame(own.filter((one) => isStranger(one, rows, policyRoomOf)).map(show), [])
})

/** It leads where its room's row does not let it. */
function isStranger(one: Import, rows: Readonly<Record<string, Row>>, of: (path: string) => string | null): boolean {
  const from = of(one.from) ?? ''
  const to = of(one.to) ?? ''
  const row = rows[from]
  if (row === undefined || from === to) return false
  if (row.may.includes(to)) return false
  if (row.types?.includes(to) !== true) return true
  const pure = one.values.length > 0 && one.values.every((name) => row.pure?.includes(name) === true)
  return !one.typeOnly && !pure
}

t.test('a room is entered by its front', async (t) => {
  const isFront = (one: Import): boolean => {
    const [from, to] = [roomOf(one.from), roomOf(one.to)]
    // The vocabulary is its own front, one noun a file; so are the files directly under src.
    if (to === 'vocabulary' || one.to === `src/${to}/index.ts` || one.to === `src/${to}.ts`) return true
    // The compiler's own front: the gate takes types from it and leaves the compiling to a child.
    if (one.to === 'src/policy/read/index.ts') return compiles(one)
    // What compares and proves policies takes seconds: for commands and children, never for a gate.
    if (/^src\/policy\/(diff|prove)\/index\.ts$/.test(one.to)) return from === 'commands' || compares(one)
    if (one.to === 'src/gateway/compose.ts') return from === 'commands' || from === 'demo'
    if (to === 'commands') return from === 'main'
    // Nobody else knows the demo, so it has no front: its command takes what it plays.
    return to === 'demo' && one.from === 'src/commands/demo.ts'
  }
  const around = inside.filter((one) => roomOf(one.from) !== roomOf(one.to) && !isFront(one))
  t.strictSame(around.map(show), [])
})

t.test('only its command and the tests know the demo', async (t) => {
  const users = inside.filter((one) => roomOf(one.to) === 'demo' && roomOf(one.from) !== 'demo')
  t.strictSame(users.filter((one) => one.from !== 'src/commands/demo.ts').map(show), [])
})

t.test('every import inside src leads to a file', async (t) => {
  t.strictSame(inside.filter((one) => !sources.includes(one.to)).map(show), [])
})

t.test('no file imports itself by a detour', async (t) => {
  const edges = new Map<string, readonly string[]>()
  for (const path of sources)
    edges.set(
      path,
      inside.filter((one) => one.from === path && !one.typeOnly).map((one) => one.to),
    )
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) {
      cycles.push([...trail.slice(at), path].join(' → '))
      return
    }
    if (done.has(path)) return
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const path of sources) visit(path, [])
  t.strictSame(cycles, [])
})

t.test('the rooms themselves form no cycle, types apart', async (t) => {
  const edges = new Map<string, Set<string>>()
  for (const one of inside) {
    const from = roomOf(one.from) ?? ''
    const to = roomOf(one.to) ?? ''
    if (from === to || one.typeOnly) continue
    edges.set(from, (edges.get(from) ?? new Set()).add(to))
  }
  const reaches = (from: string, goal: string, seen: Set<string>): boolean =>
    [...(edges.get(from) ?? [])].some((to) => {
      if (to === goal) return true
      if (seen.has(to)) return false
      seen.add(to)
      return reaches(to, goal, seen)
    })
  t.strictSame(
    [...edges.keys()].filter((room) => reaches(room, room, new Set())),
    [],
  )
})

t.test('nobody imports main', async (t) => {
  t.strictSame(inside.filter((one) => one.to === 'src/main.ts').map(show), [])
})

t.test('source never imports a test, a bench or a document', async (t) => {
  t.strictSame(imports.filter((one) => /^(test|bench|docs|policies|\.\.)/.test(one.to)).map(show), [])
})

/** Who may compile policy files, and so read YAML. */
const compiles = ({ from, typeOnly }: Import): boolean =>
  from === 'src/directives/compile-child.ts' ||
  roomOf(from) === 'commands' ||
  (roomOf(from) === 'directives' && typeOnly)

/** Who may compare two policies beside the commands: never the process that decides. */
const compares = ({ from }: Import): boolean => from === 'src/directives/compare-child.ts'

t.test('YAML is parsed in one room, and few enter it', async (t) => {
  const parser = imports.filter((one) => one.to === 'js-yaml' && roomOf(one.from) !== 'yaml')
  t.strictSame(parser.map(show), [])
  const readers = inside.filter(
    (one) =>
      roomOf(one.to) === 'yaml' &&
      !one.typeOnly &&
      !['yaml', 'settings'].includes(roomOf(one.from) ?? '') &&
      !one.from.startsWith('src/policy/read/') &&
      !compiles(one),
  )
  t.strictSame(readers.map(show), [])
})

t.test('the gate itself never loads a YAML reader', async (t) => {
  const trail = new Map<string, string>([['src/gateway/compose.ts', 'src/gateway/compose.ts']])
  for (const [path, way] of trail) {
    if (!path.startsWith('src/')) continue
    for (const one of importsOf(path)) {
      if (!one.typeOnly && !one.elsewhere && !trail.has(one.to)) trail.set(one.to, `${way} → ${one.to}`)
    }
  }
  t.ok(trail.has('src/policy/index.ts'), 'the way from compose is followed')
  t.notOk(trail.get('js-yaml'))
  t.notOk(trail.get('src/yaml/index.ts'))
})
