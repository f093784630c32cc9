// What `policy diff` prints: sentences under headings, tab-separated lines, or one JSON document.
import { type Change, changeCause, changeExample, changeTimes, type PolicyDiff } from '../policy/diff/index.ts'
import { inert } from '../vocabulary/inert.ts'
import { counted } from './counted.ts'
import { type Format, type Printed, plainRow } from './policy-report.ts'

interface Names {
  readonly old: string
  readonly next: string
}

export function diffReport(diff: PolicyDiff, names: Names, format: Format): Printed {
  if (format === 'json') return { out: `${inert(JSON.stringify(asJson(diff)))}\n`, err: '' }
  if (format === 'plain') return { out: plainRows(diff).map(plainRow).join(''), err: '' }
  return { out: `${humanLines(diff, names).map(inert).join('\n')}\n`, err: '' }
}

const headings: Readonly<Record<Change['turn'], string>> = {
  gains: 'GAINS',
  loses: 'LOSES',
  eased: 'PERMITTED UNDER LESS',
  bound: 'PERMITTED UNDER MORE',
}

/** The comparison tells permit from denial; why somebody is denied is that of the plainest request. */
const standsFor = 'Told apart is who is served; evidence_missing stands also for evidence that is too old or too weak.'

function humanLines(diff: PolicyDiff, { old, next }: Names): readonly string[] {
  const { instruments, changes, unseen, compared, permitsMore } = diff
  const lines = [`${old} → ${next}, ${changeTimes([diff.during])}`, '']
  lines.push(permitsMore ? 'Something new is permitted: two must approve.' : 'Nothing new is permitted: one may close.')
  if (instruments.length > 0) {
    lines.push('', 'WRITTEN', ...instruments.map(({ kind, name, change }) => `  ${kind} ${name}: ${change}`))
  }
  if (unseen.length > 0) lines.push('', 'COUNTS AS PERMITTING MORE', ...unseen.map((one) => `  ${one}`))
  for (const [turn, heading] of Object.entries(headings)) {
    const these = changes.filter((one) => one.turn === turn)
    if (these.length > 0) lines.push('', heading, ...these.flatMap(underOneRoof()))
    if (these.length > 0 && turn === 'loses') lines.push(`  ${standsFor}`)
  }
  if (changes.length === 0) lines.push('', 'Nobody gains or loses anything.')
  lines.push(
    '',
    `Compared ${counted(compared.resources, 'model or mode', 'models and modes')} in ${counted(compared.slices, 'constellation')} of time and registers.`,
  )
  return lines
}

/** Changes of the same models over the same time stand together. */
function underOneRoof(): (change: Change) => readonly string[] {
  let before = ''
  return (change) => {
    const roof = `  ${change.resources.join(', ')}, ${changeTimes(change.during)}`
    const [example] = change.examples
    const lines = [
      ...(roof === before ? [] : [roof]),
      `    ${changeCause(change)}`,
      ...(example === undefined ? [] : [`      for example ${changeExample(example)}`]),
    ]
    before = roof
    return lines
  }
}

function plainRows(diff: PolicyDiff): readonly (readonly string[])[] {
  const { instruments, changes, unseen, permitsMore } = diff
  return [
    ['permits-more', String(permitsMore)],
    ...instruments.map(({ kind, name, change }) => ['written', kind, name, change]),
    ...unseen.map((one) => ['unseen', one]),
    ...changes.map((change) => [
      change.turn,
      change.resources.join(', '),
      changeTimes(change.during),
      changeCause(change),
      change.examples[0] === undefined ? '' : changeExample(change.examples[0]),
    ]),
  ]
}

/** Instants as RFC 3339; examples with their facts, as the engine was asked. */
function asJson({ during, changes, unseen, instruments, permitsMore, compared }: PolicyDiff): object {
  return {
    permitsMore,
    during: spanJson(during),
    instruments,
    unseen,
    changes: changes.map((change) => ({
      ...change,
      during: change.during.map(spanJson),
      says: changeCause(change),
      examples: change.examples.map((example) => ({
        says: changeExample(example),
        at: new Date(example.instant).toISOString(),
        case: example.case.value,
        isWhole: example.case.isWhole,
      })),
    })),
    compared,
  }
}

const spanJson = ({ from, to }: PolicyDiff['during']): object => ({ from: instantJson(from), to: instantJson(to) })
const instantJson = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())
