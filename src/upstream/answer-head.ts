// The head of an answer in HTTP/1.1 (RFC 9112): read whole and strictly, or not at all. What says how long the body is must say it in one
// way alone: two readers of one answer must never find two (threat H10).
import { token, value } from './grammar.ts'

/** Names in small letters; what stands more than once is a list. */
export type AnswerFields = Readonly<Record<string, string | string[] | undefined>>

/** What the body is: so many bytes, chunks, all that comes until the connection ends. */
export type Framing = { readonly kind: 'length'; readonly bytes: number } | { readonly kind: 'chunked' | 'to-the-end' }

export interface Head {
  readonly status: number
  readonly fields: AnswerFields
  readonly framing: Framing
  /** For how long the connection may be used again, in milliseconds; null: it says nothing of it; 0: it may not. */
  readonly keepMs: number | null
}

const wholeHead = new RegExp(`^HTTP/1\\.[01] \\d{3}(?: ${value})?(?:\\r\\n${token}:${value})*$`)

/**
 * @param text the head in Latin-1, without the empty line that ends it
 * @param method of the request that it answers
 * @returns the head, or what is wrong with it
 */
export function readHead(text: string, method: string): Head | string {
  if (!wholeHead.test(text)) return 'it did not answer in HTTP/1.1 that can be read'
  const isOld = text[7] === '0'
  const status = Number(text.slice(9, 12))
  const fields = fieldsIn(text)
  const framing = framingOf(status, method, fields, isOld)
  if (typeof framing === 'string') return framing
  return { status, fields, framing, keepMs: isOld || framing.kind === 'to-the-end' ? 0 : keepMsOf(fields) }
}

function fieldsIn(text: string): AnswerFields {
  const fields: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>
  for (let end = text.indexOf('\r\n'); end >= 0; ) {
    const start = end + 2
    end = text.indexOf('\r\n', start)
    const colon = text.indexOf(':', start)
    add(fields, text.slice(start, colon).toLowerCase(), withoutBlanks(text, colon + 1, end < 0 ? text.length : end))
  }
  return fields
}

/** Not `trim`, to which more is blank than to HTTP. */
function withoutBlanks(text: string, start: number, end: number): string {
  let [from, to] = [start, end]
  while (from < to && isBlank(text.charCodeAt(from))) from += 1
  while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1
  return text.slice(from, to)
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09

function add(fields: Record<string, string | string[]>, name: string, text: string): void {
  const before = fields[name]
  if (before === undefined) fields[name] = text
  else if (Array.isArray(before)) before.push(text)
  else fields[name] = [before, text]
}

/** RFC 9112 §6.3, without its leniencies. */
function framingOf(status: number, method: string, fields: AnswerFields, isOld: boolean): Framing | string {
  const { 'content-length': length, 'transfer-encoding': coding } = fields
  if (length !== undefined && coding !== undefined) return 'it said in two ways how long its answer is'
  if (coding !== undefined && (isOld || typeof coding !== 'string' || coding.toLowerCase() !== 'chunked'))
    return 'it answered in an unknown transfer coding'
  if (length !== undefined && (typeof length !== 'string' || !/^\d{1,15}$/.test(length)))
    return 'it said in no way that can be read how long its answer is'
  if (status < 200 || status === 204 || status === 304 || method === 'HEAD') return noBody
  if (coding !== undefined) return { kind: 'chunked' }
  return length === undefined ? { kind: 'to-the-end' } : { kind: 'length', bytes: Number(length) }
}

const noBody: Framing = { kind: 'length', bytes: 0 }

function keepMsOf({ connection, 'keep-alive': keepAlive }: AnswerFields): number | null {
  if (connection !== undefined && /(?:^|,)[\t ]*close[\t ]*(?:,|$)/i.test(String(connection))) return 0
  const said = /(?:^|[,\t ])timeout=(\d{1,6})/i.exec(String(keepAlive ?? ''))
  return said === null ? null : Number(said[1]) * 1_000
}
