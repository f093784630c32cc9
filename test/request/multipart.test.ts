// Threat A13: bodies of several parts, byte by byte. Each case is a body as it stands on the wire.

import { Buffer } from 'node:buffer'
import t from 'tap'
import { limits } from '../../src/limits.ts'
import { boundaryOf } from '../../src/request/multipart/boundary.ts'
import { readMultipart } from '../../src/request/multipart/read-multipart.ts'
import { writeMultipart } from '../../src/request/multipart/write-multipart.ts'
import type { MultipartShape } from '../../src/request/route.ts'
import { inOneGo } from '../../src/request/steps.ts'

const shape: MultipartShape = {
  bodyBytes: limits.audioBodyBytes,
  parts: [
    { name: 'model', holds: 'model', required: true, repeated: false },
    { name: 'file', holds: 'file', required: false, repeated: false },
    { name: 'image', holds: 'file', required: false, repeated: true },
    { name: 'prompt', holds: 'text', required: false, repeated: false },
    { name: 'include', holds: 'text', required: false, repeated: true, accepts: /^(?:logprobs|words)$/ },
    { name: 'chunking_strategy[type]', holds: 'text', required: false, repeated: false },
    { name: 'stream', holds: 'stream', required: false, repeated: false },
  ],
}

const named = (name: string): string => `Content-Disposition: form-data; name="${name}"`
const text = (name: string, value: string): string => `${named(name)}\r\n\r\n${value}`
const file = (name: string, value: string, type = 'audio/mpeg'): string =>
  `${named(name)}; filename="a.mp3"\r\nContent-Type: ${type}\r\n\r\n${value}`
const model = text('model', 'open-1')

/** A whole body of these parts. */
const body = (...parts: readonly string[]): string => `${parts.map((part) => `--B\r\n${part}\r\n`).join('')}--B--\r\n`
const read = (bytes: string | Buffer) =>
  readMultipart('B', typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, shape)

const accepted: readonly (readonly [name: string, body: string, parts: readonly string[]])[] = [
  ['one part', body(model), ['model=open-1']],
  ['no line end behind the last boundary', body(model).slice(0, -2), ['model=open-1']],
  [
    'a file of any bytes',
    body(model, file('file', '\0\xff\r\n-- \r\n\r\n--A\r\n')),
    ['model=open-1', 'file=\0\xff\r\n-- \r\n\r\n--A\r\n'],
  ],
  ['an empty part', body(model, text('prompt', '')), ['model=open-1', 'prompt=']],
  ['a file without a type', body(model, `${named('file')}; filename="a.mp3"\r\n\r\nx`), ['model=open-1', 'file=x']],
  ['the type before the disposition', body(`Content-Type: text/plain; charset=utf-8\r\n${model}`), ['model=open-1']],
  ['names without quotes', body('content-disposition: form-data; name=model\r\n\r\nopen-1'), ['model=open-1']],
  ['one of a repeated name', body(model, file('image', 'x')), ['model=open-1', 'image=x']],
  ['a list', body(model, file('image[]', 'x'), file('image[]', 'y')), ['model=open-1', 'image[]=x', 'image[]=y']],
  [
    'a member of an object that has a row',
    body(model, text('chunking_strategy[type]', 'server_vad')),
    ['model=open-1', 'chunking_strategy[type]=server_vad'],
  ],
  ['a recording of a browser', body(model, file('file', 'x', 'audio/webm;codecs=opus')), ['model=open-1', 'file=x']],
]
for (const [name, bytes, parts] of accepted) {
  t.test(`${name} is read, and written anew it is read again as the same`, async (t) => {
    const reading = read(bytes)
    if (reading.kind === 'refused') throw new Error(reading.message)
    const said = (from: typeof reading): string[] =>
      from.parts.map(({ name, content }) => `${name}=${content.toString('latin1')}`)
    t.strictSame(said(reading), parts)
    const written = inOneGo(writeMultipart('portcullis-1', reading.parts))
    if (written === undefined) throw new Error('not written')
    const again = readMultipart('portcullis-1', written, shape)
    if (again.kind === 'refused') throw new Error(again.message)
    t.strictSame(again.parts, reading.parts)
  })
}

const other = text('model', 'fable-5')
const refused: readonly (readonly [name: string, body: string | Buffer, reason: string])[] = [
  ['two models', body(model, other), 'request_ambiguous'],
  ['a list of models', body(model, text('model[]', 'fable-5')), 'request_unreadable'],
  ['a model as a list', body(text('model[]', 'fable-5')), 'request_unreadable'],
  ['a model by index', body(model, text('model[0]', 'fable-5')), 'request_unreadable'],
  ['no model', body(text('prompt', 'x')), 'model_absent'],
  ['no part at all', '--B--\r\n', 'model_absent'],
  ['a model with a file name', body(`${named('model')}; filename="x"\r\n\r\nfable-5`), 'request_unreadable'],
  ['a file without a file name', body(model, text('file', 'x')), 'request_unreadable'],
  ['an empty file name', body(model, `${named('file')}; filename=""\r\n\r\nx`), 'request_unreadable'],
  ['`name*` alone', body("Content-Disposition: form-data; name*=utf-8''model\r\n\r\nfable-5"), 'request_unreadable'],
  ['`name*` beside a name', body(`${named('prompt')}; name*=utf-8''model\r\n\r\nfable-5`), 'request_unreadable'],
  ['`filename*`', body(model, `${named('file')}; filename*=utf-8''a\r\n\r\nx`), 'request_unreadable'],
  ['both file names', body(model, `${named('file')}; filename="a"; filename*=utf-8''a\r\n\r\nx`), 'request_unreadable'],
  [
    'two names in one part',
    body('Content-Disposition: form-data; name="prompt"; name="model"\r\n\r\nfable-5'),
    'request_unreadable',
  ],
  [
    'two file names in one part',
    body(model, `${named('file')}; filename="a"; filename="b"\r\n\r\nx`),
    'request_unreadable',
  ],
  [
    'a file name before the name',
    body(model, 'Content-Disposition: form-data; filename="a"; name="file"\r\n\r\nx'),
    'request_unreadable',
  ],
  ['an escape in a name', body('Content-Disposition: form-data; name="mo\\del"\r\n\r\nfable-5'), 'request_unreadable'],
  [
    'an escaped quote',
    body('Content-Disposition: form-data; name="prompt\\"; name=\\"model"\r\n\r\nfable-5'),
    'request_unreadable',
  ],
  ['another spelling of a name', body(text('Model', 'fable-5')), 'request_unreadable'],
  ['a blank behind a name', body(text('model ', 'fable-5')), 'request_unreadable'],
  ['a name that ends in NUL', body(text('model\0', 'fable-5')), 'request_unreadable'],
  ['two dispositions', body(`${named('prompt')}\r\n${other}`), 'request_unreadable'],
  ['no disposition', body('Content-Type: text/plain\r\n\r\nfable-5'), 'request_unreadable'],
  ['no header at all', body('\r\nfable-5'), 'request_unreadable'],
  ['another disposition', body('Content-Disposition: attachment; name="model"\r\n\r\nfable-5'), 'request_unreadable'],
  ['a folded header', body('Content-Disposition: form-data;\r\n name="model"\r\n\r\nfable-5'), 'request_unreadable'],
  ['a header that nobody knows', body(`X-A: b\r\n${model}`), 'request_unreadable'],
  [
    'a transfer encoding',
    body(`Content-Transfer-Encoding: base64\r\n${text('model', 'ZmFibGUtNQ==')}`),
    'request_unreadable',
  ],
  [
    'a transfer encoding that does nothing',
    body(`Content-Transfer-Encoding: binary\r\n${model}`),
    'request_unreadable',
  ],
  ['a length of its own', body(`Content-Length: 6\r\n${model}`), 'request_unreadable'],
  [
    'line feeds alone in a header',
    body('Content-Disposition: form-data; name="model"\n\nfable-5'),
    'request_unreadable',
  ],
  [
    'a line feed within a header',
    body('Content-Disposition: form-data; name="model"\nX: y\r\n\r\nfable-5'),
    'request_unreadable',
  ],
  [
    'a blank before the colon',
    body('Content-Disposition : form-data; name="model"\r\n\r\nfable-5'),
    'request_unreadable',
  ],
  [
    'parts within a part',
    body(`Content-Type: multipart/mixed; boundary=C\r\n${named('file')}; filename="a"\r\n\r\n--C--`, model),
    'request_unreadable',
  ],
  ['a message within a part', body(model, file('file', 'x', 'message/rfc822')), 'request_unreadable'],
  ['a model that is JSON', body(`Content-Type: application/json\r\n${text('model', '"fable-5"')}`), 'media_type'],
  ['a model in UTF-16', body(`Content-Type: text/plain; charset=utf-16\r\n${model}`), 'media_type'],
  ['a file in another charset', body(model, file('file', 'x', 'text/plain; charset=utf-7')), 'media_type'],
  ['a charset for all parts', body(text('_charset_', 'utf-16'), model), 'request_unreadable'],
  ['text that is no UTF-8', body(model, text('prompt', 'a\xffb')), 'request_unreadable'],
  ['a name that is no UTF-8', body(model, file('file\xff', 'x')), 'request_unreadable'],
  ['a name of no row', body(model, text('engine', 'fable-5')), 'request_unreadable'],
  ['`__proto__`', body(model, text('__proto__', 'x')), 'request_unreadable'],
  ['a value that is not accepted', body(model, text('include[]', 'all')), 'request_unreadable'],
  ['a stream that is neither true nor false', body(model, text('stream', '1')), 'request_unreadable'],
  ['a repeated name without brackets', body(model, file('image', 'x'), file('image', 'y')), 'request_ambiguous'],
  ['both spellings of a list', body(model, file('image', 'x'), file('image[]', 'y')), 'request_ambiguous'],
  ['a list where the row has none', body(model, text('prompt[]', 'x')), 'request_unreadable'],
  ['a second file', body(model, file('file', 'x'), file('file', 'y')), 'request_ambiguous'],
  ['something before the first boundary', `\r\n${body(model)}`, 'request_unreadable'],
  ['a line before the first boundary', `preamble\r\n${body(model)}`, 'request_unreadable'],
  ['something behind the last boundary', `${body(model)}x`, 'request_ambiguous'],
  ['a part behind the last boundary', `${body(model)}--B\r\n${other}\r\n--B--\r\n`, 'request_ambiguous'],
  ['no last boundary', body(model).slice(0, -7), 'request_unreadable'],
  ['a last boundary that is none', `${body(model).slice(0, -4)}\r\n`, 'request_unreadable'],
  ['a body cut short', body(model).slice(0, -3), 'request_ambiguous'],
  ['a boundary within a part', body(model, text('prompt', `x--B`)), 'request_ambiguous'],
  ['a boundary behind a line feed alone', body(model, text('prompt', `x\n--B\r\n${other}`)), 'request_ambiguous'],
  ['a boundary with more behind it', body(model, text('prompt', `x\r\n--Bee`)), 'request_ambiguous'],
  ['a boundary with a dash before it', body(model, text('prompt', `x\r\n---B`)), 'request_ambiguous'],
  ['a boundary with a blank behind it', `--B \r\n${model}\r\n--B--\r\n`, 'request_ambiguous'],
  ['a boundary that ends in a line feed', `--B\n${model}\r\n--B--\r\n`, 'request_ambiguous'],
  ['a boundary right behind the header', `--B\r\n${named('model')}\r\n\r\n--B--\r\n`, 'request_unreadable'],
  ['another boundary', body(model).replaceAll('--B', '--C'), 'request_unreadable'],
  ['the boundary in other letters', body(model).replaceAll('--B', '--b'), 'request_unreadable'],
  ['JSON', '{"model":"open-1"}', 'request_unreadable'],
  ['nothing', '', 'request_unreadable'],
  [
    'a header that is too long',
    body(model, `${named('file')}; filename="a"\r\nContent-Type: a/b${'; a=b'.repeat(500)}\r\n\r\nx`),
    'request_unreadable',
  ],
  [
    'too many parts',
    body(model, ...Array.from({ length: limits.multipartParts }, () => text('include[]', 'words'))),
    'too_large',
  ],
]
for (const [name, bytes, reason] of refused) {
  t.test(`A13: ${name} is refused`, async (t) => t.match(read(bytes), { kind: 'refused', reason }))
}

t.test('A13: what is refused is told without a word of what it held', async (t) => {
  for (const [, bytes] of refused) t.notMatch(JSON.stringify(read(bytes)), /fable|open-1|engine/)
})

t.test('A9: the type is one boundary in one spelling', async (t) => {
  for (const type of [
    'multipart/form-data; boundary=----formdata-undici-012345678901',
    'multipart/form-data;boundary=B',
    'Multipart/Form-Data; Boundary="B"',
  ]) {
    t.ok(boundaryOf(type), type)
  }
  t.equal(boundaryOf('multipart/form-data; boundary="a\'b"'), "a'b")
  for (const type of [
    'multipart/form-data',
    'multipart/form-data;',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=""',
    'multipart/form-data; boundary="B',
    'multipart/form-data; boundary="a;b"',
    'multipart/form-data; boundary="a\\"b"',
    'multipart/form-data; boundary="a b"',
    'multipart/form-data; boundary=a b',
    'multipart/form-data; boundary=A; boundary=B',
    'multipart/form-data; charset=utf-8; boundary=B',
    'multipart/form-data; boundary=B; charset=utf-16',
    "multipart/form-data; boundary*=utf-8''B",
    'multipart/form-data; boundary*0=A; boundary*1=B',
    'multipart/form-data ; boundary=B',
    'multipart/form-data;  boundary=B',
    'multipart/form-data;\tboundary=B',
    'multipart/form-data, multipart/form-data; boundary=B',
    'multipart/mixed; boundary=B',
    'multipart/form-datax; boundary=B',
    ` multipart/form-data; boundary=B`,
    `multipart/form-data; boundary=${'b'.repeat(71)}`,
  ]) {
    t.equal(boundaryOf(type), undefined, type)
  }
})

t.test('nothing is written with a boundary that a part holds', async (t) => {
  const reading = read(body(model, text('prompt', 'say portcullis-1')))
  if (reading.kind === 'refused') throw new Error(reading.message)
  t.equal(inOneGo(writeMultipart('portcullis-1', reading.parts)), undefined)
  t.ok(inOneGo(writeMultipart('portcullis-2', reading.parts)))
})
