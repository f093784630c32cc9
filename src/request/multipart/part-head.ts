// The header fields of one part (RFC 7578 §4.2, §4.4, §4.8): its disposition and, perhaps, its type. Anything else is refused: folded
// lines and other fields, `Content-Transfer-Encoding`, `name*` and `filename*`, escapes within quotes, another charset than UTF-8,
// and parts that hold parts.

import { type Buffer, isUtf8 } from 'node:buffer'
import { type Refused, refused } from '../refused.ts'

export interface PartHead {
  readonly kind: 'part-head'
  readonly name: string
  /** Null: the part is text. */
  readonly filename: string | null
  /** Media type as received; null: none. */
  readonly type: string | null
}

const token = "[A-Za-z0-9!#$%&'+.^_`|~-]"
// A backslash is an escape for some readers and a character for others.
const quoted = '[^"\\\\\\p{Cc}]'
const disposition = new RegExp(
  `^content-disposition: form-data; name=(?:"(${quoted}{1,128})"|(${token}{1,128}))` +
    `(?:; filename=(?:"(${quoted}{1,255})"|(${token}{1,255})))?$`,
  'iu',
)
const contentType = new RegExp(
  `^content-type: (${token}{1,64}/${token}{1,64}(?:; ?${token}{1,64}=${token}{1,64})*)$`,
  'i',
)
const nested = /^(?:multipart|message)\//i
const otherCharset = /; ?charset=(?!utf-8(?:;|$))/i
const plainText = /^text\/plain(?:; ?charset=utf-8)?$/i

/** Takes the bytes between a delimiter's line and the empty line. Pure and total. */
export function readPartHead(bytes: Buffer): PartHead | Refused {
  if (!isUtf8(bytes)) return refused('request_unreadable', 'the header of a part is not valid UTF-8')
  let found: Omit<PartHead, 'kind' | 'type'> | undefined
  let type: string | undefined
  for (const line of bytes.toString('utf8').split('\r\n')) {
    const [, quotedName, plainName, quotedFile, plainFile] = disposition.exec(line) ?? []
    const name = quotedName ?? plainName
    const media = contentType.exec(line)?.[1]
    if (name !== undefined && found === undefined) found = { name, filename: quotedFile ?? plainFile ?? null }
    else if (media !== undefined && type === undefined) type = media
    else return refused('request_unreadable', 'a part has other headers than one disposition and one content type')
  }
  if (found === undefined) return refused('request_unreadable', 'a part has no `content-disposition: form-data`')
  const fault = type === undefined ? undefined : typeFault(type, found.filename !== null)
  return fault ?? { kind: 'part-head', ...found, type: type ?? null }
}

function typeFault(type: string, isFile: boolean): Refused | undefined {
  if (nested.test(type)) return refused('request_unreadable', 'a part holds parts or messages of its own')
  if (!isFile && !plainText.test(type)) return refused('media_type', 'a part that is no file must be text, in UTF-8')
  return otherCharset.test(type) ? refused('media_type', 'a part is in another charset than UTF-8') : undefined
}

/** The same header, in our own words. Takes names that were read, so that none holds a quote or a line end. */
export function writePartHead({ name, filename, type }: Omit<PartHead, 'kind'>): string {
  const file = filename === null ? '' : `; filename="${filename}"`
  const media = filename === null || type === null ? '' : `Content-Type: ${type}\r\n`
  return `Content-Disposition: form-data; name="${name}"${file}\r\n${media}\r\n`
}
