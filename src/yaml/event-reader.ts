// From the parser's events to plain values and, beside them, where each stands. Of what the subset leaves out, this reports what an
// event tells of; the rest is found in the text (left-out.ts).
import {
  EVENT_ID,
  type Event,
  getScalarValue,
  type MappingEvent,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml'
import { limits } from '../limits.ts'
import { unprintable } from './left-out.ts'
import { noOffsets, offsetOf, type Places } from './places.ts'

export type Report = (offset: number, code: string, message: string) => void

export interface Read {
  readonly value: unknown
  readonly at: Places | number
}

/** A map that inherits nothing, and still an object of the fast kind: `Object.create(null)` gives a hash table. */
export class Bare {
  [key: string]: unknown
}
Object.setPrototypeOf(Bare.prototype, null)
delete (Bare.prototype as { constructor?: unknown }).constructor
Object.freeze(Bare.prototype)

/** Reads one value after the other. Recursion is bounded: the parser stopped at anything deeper than the limit. */
export class EventReader {
  private readonly text: string
  private readonly events: readonly Event[]
  private readonly fault: Report
  private next: number
  /** Where the last scalar ended. */
  private end = 0

  constructor(text: string, events: readonly Event[], first: number, fault: Report) {
    this.text = text
    this.events = events
    this.next = first
    this.fault = fault
  }

  /** `around`: where the key or the list stands. */
  read(around: number): Read {
    const event = this.events[this.next++]
    switch (event?.type) {
      case EVENT_ID.SCALAR:
        this.refuseProperties(event)
        return this.readScalar(event, around)
      case EVENT_ID.MAPPING:
        this.refuseProperties(event)
        return this.readMap(event.start)
      case EVENT_ID.SEQUENCE:
        this.refuseProperties(event)
        return this.readList(event.start)
      case EVENT_ID.ALIAS: {
        const at = event.anchorStart - 1
        this.fault(at, 'alias', 'aliases (`*name`) are not read: write the value again, or quote it if it is text')
        return { value: undefined, at }
      }
      default:
        throw new Error('the parser gave no value where there must be one')
    }
  }

  private readMap(offset: number): Read {
    const value = new Bare()
    const keys: string[] = []
    const keyOffsets: number[] = []
    const inside: (Places | number)[] = []
    while (!this.closes()) {
      const { value: key, at } = this.readKey(offset)
      const read = this.read(offsetOf(at))
      const place = key === '' ? offsetOf(read.at) : offsetOf(at)
      if (typeof key !== 'string') {
        this.fault(place, 'key-not-text', 'a key must be one piece of text')
        continue
      }
      if (key.length > limits.yamlKeyLength) {
        this.fault(place, 'key-too-long', `a key must not be longer than ${limits.yamlKeyLength} characters`)
        continue
      }
      if (key === '') this.fault(place, 'key-empty', 'a key must not be empty')
      else if (key === '<<')
        this.fault(place, 'merge-key', 'merge keys (`<<`) are not read: write the values where they are meant')
      else if (key in value) this.fault(place, 'duplicate-key', `\`${key}\` stands twice in the same map: keep one`)
      value[key] = read.value
      keys.push(key)
      keyOffsets.push(place)
      inside.push(read.at)
    }
    return { value, at: { offset, keys, keyOffsets, inside } }
  }

  /** A key of which nothing is written (`: value`) stands nowhere. */
  private readKey(map: number): Read {
    const event = this.events[this.next]
    if (event?.type !== EVENT_ID.SCALAR || event.valueStart !== absent) return this.read(map)
    this.next++
    this.refuseProperties(event)
    return { value: '', at: map }
  }

  private readList(offset: number): Read {
    const values: unknown[] = []
    const inside: (Places | number)[] = []
    while (!this.closes()) {
      const { value, at } = this.read(offset)
      values.push(value)
      inside.push(at)
    }
    return { value: values, at: { offset, keys: null, keyOffsets: noOffsets, inside } }
  }

  /** Whether the map or list ends here; then the event that says so is behind. */
  private closes(): boolean {
    if (this.events[this.next]?.type !== EVENT_ID.POP) return false
    this.next++
    return true
  }

  private readScalar(event: ScalarEvent, around: number): Read {
    if (event.valueStart === absent) {
      this.fault(around, 'value-missing', 'nothing stands here: write a value, `[]` or `""`, or take the key out')
      return { value: '', at: around }
    }
    const at = this.startOf(event)
    const value = getScalarValue(this.text, event)
    this.end = event.valueEnd
    if (event.style === SCALAR_STYLE.DOUBLE_QUOTED && !event.fast) this.refuseNoCharacter(event, at, value)
    return { value, at }
  }

  /** The parser takes any eight digits for a character, and halves of one (`\ud83d`) for a text. */
  private refuseNoCharacter({ valueStart, valueEnd }: ScalarEvent, at: number, value: string): void {
    const written = this.text.slice(valueStart, valueEnd)
    if (!value.isWellFormed() || beyondUnicode.test(written)) {
      this.fault(at, 'no-character', 'an escape in this text is no character: write the character itself')
    } else if (unprintable.test(value)) {
      this.fault(at, 'unprintable', 'an escape in this text is a character that is not shown on screen: take it out')
    }
  }

  /** An event tells where the content of a scalar starts: behind its quote, or in the line below its `|`. */
  private startOf({ style, valueStart }: ScalarEvent): number {
    switch (style) {
      case SCALAR_STYLE.PLAIN:
        return valueStart
      case SCALAR_STYLE.SINGLE_QUOTED:
      case SCALAR_STYLE.DOUBLE_QUOTED:
        return valueStart - 1
      default: {
        const line = this.text.lastIndexOf('\n', valueStart - 2) + 1
        const from = Math.max(line, this.end)
        return from + Math.max(0, this.text.slice(from, valueStart).search(/[|>]/))
      }
    }
  }

  private refuseProperties({ anchorStart, tagStart }: ScalarEvent | MappingEvent | SequenceEvent): void {
    if (anchorStart !== absent)
      this.fault(anchorStart - 1, 'anchor', 'anchors (`&name`) are not read: write the value where it is meant')
    if (tagStart !== absent)
      this.fault(tagStart, 'tag', 'tags (`!name`) are not read: types come from the schema; quote it if it is text')
  }
}

/** In an event, of what is not there. */
const absent = -1

const beyondUnicode = /(?<!\\)(?:\\\\)*\\U(?!00(?:0[\dA-Fa-f]|10)[\dA-Fa-f]{4})/
