// Reads one YAML document of the subset: maps with unique text keys, lists, scalars as their source text. Promises never to
// throw, to name every fault with its position, and to give null-prototype maps, so that a key `constructor` is a key.
// A text that is no YAML has one fault of syntax: behind it nothing means what it seems to.
import { EVENT_ID, type Event, parseEvents } from 'js-yaml'
import { limits } from '../limits.ts'
import { EventReader, type Read, type Report } from './event-reader.ts'
import { readEveryday } from './everyday.ts'
import { isReadable, isUnusual, refuseIndented, refuseStream, secondDocument } from './left-out.ts'
import { placeOf, positionsIn } from './places.ts'
import { syntaxFault } from './syntax-error.ts'

export interface YamlPosition {
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
}

export interface YamlFault extends YamlPosition {
  /** Stable, kebab-case: `anchor`, `duplicate-key`, `too-deep`, `syntax`, … */
  readonly code: string
  /** Lower-case sentence that says what to do. */
  readonly message: string
}

export interface YamlDocument {
  readonly kind: 'document'
  /** Null-prototype objects, arrays and strings, nothing else. */
  readonly value: unknown
  /**
   * Where the value at a path stands; with `key`, where its key stands. A path that leads nowhere gives the nearest thing
   * around it that exists.
   */
  positionOf(path: readonly (string | number)[], of?: 'value' | 'key'): YamlPosition
}

export type YamlReading = YamlDocument | { readonly kind: 'faults'; readonly faults: readonly YamlFault[] }

/** Takes the text, already decoded from UTF-8; gives the value with its positions, or every fault in reading order. */
export function readYaml(text: string): YamlReading {
  const faults: YamlFault[] = []
  const positionAt = positionsIn(text)
  const fault: Report = (offset, code, message) => {
    faults.push({ ...positionAt(offset), code, message })
  }
  const unusual = isUnusual(text)
  const reading =
    (unusual ? undefined : readEveryday(text)) ??
    (isReadable(text, unusual, fault) ? readDocument(text, fault) : undefined)
  if (reading === undefined || faults.length > 0) return { kind: 'faults', faults: sorted(faults) }
  const { value, at } = reading
  return { kind: 'document', value, positionOf: (path, of = 'value') => positionAt(placeOf(at, path, of)) }
}

function readDocument(text: string, fault: Report): Read | undefined {
  refuseStream(text, fault)
  let events: readonly Event[]
  try {
    events = parseEvents(text, { maxDepth: limits.policyDepth + 2 })
  } catch (thrown) {
    const { offset, code, message } = syntaxFault(thrown, text, limits.policyDepth)
    fault(offset, code, message)
    return
  }
  const [document, content] = events
  if (document?.type !== EVENT_ID.DOCUMENT || (content?.type === EVENT_ID.SCALAR && content.valueStart === -1)) {
    fault(0, 'empty', 'the file is empty')
    return
  }
  if (events.filter(({ type }) => type === EVENT_ID.DOCUMENT).length > 1) {
    const second = secondDocument(text, document.explicitStart)
    fault(second, 'several-documents', 'a second document starts here: one file is one document')
  }
  refuseRoot(text, content, fault)
  return new EventReader(text, events, 1, fault).read(0)
}

/** What stands outermost is a map or a list, and begins its line: what else it could be, parsers understand in several ways. */
function refuseRoot(text: string, root: Event | undefined, fault: Report): void {
  if (root?.type === EVENT_ID.SCALAR)
    fault(Math.max(0, root.valueStart), 'root-scalar', 'the file must be a map or a list')
  if (root?.type !== EVENT_ID.MAPPING && root?.type !== EVENT_ID.SEQUENCE) return
  const before = text.slice(text.lastIndexOf('\n', root.start) + 1, root.start)
  if (before !== '' && before !== '\ufeff') refuseIndented(root.start, fault)
}

/** In reading order, each once, and no more than a person can use. */
const sorted = (faults: readonly YamlFault[]): readonly YamlFault[] => {
  const seen = new Set<string>()
  return faults
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
    .filter((one) => {
      const id = `${one.line}:${one.column}:${one.message}`
      return !seen.has(id) && seen.add(id)
    })
    .slice(0, limits.yamlFaults)
}
