// Requests that are made to cost as much as they can once their JSON has been read: in the walk over their members, in their parts, in
// the lines of a file. They go as far as a budget goes; a few would be refused at their end.
import { Buffer } from 'node:buffer'
import { limits } from '../../src/limits.ts'
import { filled } from './worst.ts'

export interface WorstRequest {
  readonly target: string
  /** Its media type as the header has it. */
  readonly type: string
  readonly body: Buffer
}

const chat = '/v1/chat/completions'
const responses = '/v1/responses'
const messages = '/v1/messages'
const greatest = limits.bodyBytes
/** The rest of the budget of values is for what stands around them. */
const values = limits.jsonNodes - 100
const keys = limits.jsonNewKeys - 100

const json = (target: string, open: string, unit: (index: number) => string, close: string, most: number) => ({
  target,
  type: 'application/json',
  body: filled(greatest, open, unit, close, most),
})
const model = '{"model":"gpt-5.6-sol",'
const hi = `${model}"messages":[{"role":"user","content":"hi"}],`

const boundary = '-'.repeat(70)
const part = (head: string, content: string): string =>
  `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`
const parts = (target: string, ...all: readonly (string | Buffer)[]): WorstRequest => ({
  target,
  type: `multipart/form-data; boundary=${boundary}`,
  body: Buffer.concat([...all.map((one) => Buffer.from(one)), Buffer.from(`--${boundary}--\r\n`)]),
})
const image = (content: Buffer): readonly (string | Buffer)[] => {
  const [head = '', end = ''] = part('name="image"; filename="a"', '|').split('|')
  return [part('name="model"', 'gpt-image-2'), part('name="prompt"', 'x'), head, content, end]
}
const longest = limits.imageBodyBytes - 1_000

const line = (n: number, content: string): string =>
  `{"custom_id":"${n}","method":"POST","url":"${chat}","body":{"model":"gpt-5.6-sol","messages":[${content}]}}\n`
const file = (lines: Buffer): WorstRequest => {
  const [head = '', end = ''] = part('name="file"; filename="a.jsonl"', '|').split('|')
  return parts('/v1/files', part('name="purpose"', 'batch'), head, lines, end)
}

export const worstRequests: Readonly<Record<string, () => WorstRequest>> = {
  'a history of short messages': () =>
    json(chat, `${model}"messages":[{}`, () => ',{"role":"user","content":"x"}', ']}', values / 3),
  'a history of empty messages': () => json(chat, `${model}"messages":[{}`, () => ',{}', ']}', values),
  'content in many parts': () =>
    json(
      messages,
      `${model}"max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":""}`,
      () => ',{"type":"text","text":""}',
      ']}]}',
      values / 3,
    ),
  'items of a conversation': () =>
    json(
      responses,
      `${model}"input":[{"role":"user","content":""}`,
      () => ',{"role":"user","content":""}',
      ']}',
      values / 3,
    ),
  'many small tools': () =>
    json(
      chat,
      `${hi}"tools":[{"type":"function"}`,
      () => ',{"type":"function","function":{"name":"f"}}',
      ']}',
      values / 4,
    ),
  'calls of tools': () =>
    json(
      chat,
      `${hi}"x":[{}`,
      () => ',{"id":"c","type":"function","function":{"name":"f","arguments":""}}',
      ']}',
      values / 6,
    ),
  'unknown members, no two alike': () => json(chat, `${hi}"x":0`, (index) => `,"k${index}":0`, '}', keys),
  'unknown members of 128 characters, no two alike': () =>
    json(chat, `${hi}"x":0`, (index) => `,"${`${index}`.padStart(128, 'k')}":0`, '}', keys),
  'one unknown member in each of many objects': () => json(chat, `${hi}"x":[{}`, () => ',{"zz":0}', ']}', values / 2),
  'one unknown member of 128 characters in each': () =>
    json(chat, `${hi}"x":[{}`, () => `,{"${'zy'.repeat(64)}":0}`, ']}', keys),
  'members of many kinds, over and over': () =>
    json(chat, `${hi}"x":[{}`, (index) => `,{"k${index % 100}":0}`, ']}', values / 2),
  'the same file, referred to over and over': () =>
    json(
      responses,
      `${model}"input":[{"role":"user","content":[{"type":"input_text","text":""}`,
      (index) => `,{"type":"input_file","file_id":"file-${Math.min(index, 60)}"}`,
      ']}]}',
      values / 3,
    ),
  'as many models to fall back to as fit': () =>
    json(messages, `${hi}"max_tokens":9,"fallbacks":[{"model":"a"}`, () => ',{"model":"a"}', ']}', values / 2),
  'an image as long as may be': () => parts('/v1/images/edits', ...image(Buffer.alloc(longest, 'x'))),
  'an image of nothing but hyphens, which the boundary is': () =>
    parts('/v1/images/edits', ...image(Buffer.alloc(longest, `${'-'.repeat(71)}x`))),
  'an image of line ends and hyphens': () => parts('/v1/images/edits', ...image(Buffer.alloc(longest, '\r\n--'))),
  'as many parts as may be': () =>
    parts(
      '/v1/images/edits',
      ...image(Buffer.from('x')).slice(0, 2),
      ...Array.from({ length: limits.multipartParts - 4 }, () => part('name="image[]"; filename="a"', 'x')),
    ),
  'a prompt as long as may be': () =>
    parts(
      '/v1/images/edits',
      ...image(Buffer.from('x')).filter((one) => !one.includes('prompt')),
      part('name="prompt"', 'é'.repeat(longest / 2)),
    ),
  'a file of short requests': () =>
    file(filled(limits.batchFileBytes, '', (index) => line(index, '{"role":"user","content":"hi"}'), '')),
  'a file of requests that chat': () =>
    file(
      filled(
        limits.batchFileBytes,
        '',
        (index) => line(index, `{"role":"user","content":"${'how do I say \\"hello\\"? '.repeat(40)}"}`),
        '',
      ),
    ),
  'a file of one request': () => file(Buffer.from(line(1, `{}${',{"role":"user","content":"x"}'.repeat(values / 3)}`))),
  'a file of requests with many members': () =>
    file(
      filled(
        limits.batchFileBytes,
        '',
        (index) => line(index, `{}${Array.from({ length: 400 }, (_, at) => `,{"k${index}_${at}":0}`).join('')}`),
        '',
      ),
    ),
}
