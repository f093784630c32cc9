// Bodies of the bench `read`: requests as clients send them, drawn from a seed, each of one size to the byte or nearly so.
import { Buffer } from 'node:buffer'

export type BodyName = 'small' | 'chat' | 'image' | 'ascii' | 'latin' | 'wide' | 'escapes' | 'objects' | 'pretty'

export interface Body {
  readonly says: string
  readonly bytes: Buffer
}

const model = 'gpt-5.6-sol'
/** In bytes. */
const size = { small: 877, chat: 100_000, image: 1_000_000 }

const words =
  'the a of to and model gate licence control export table index which where when under because result value list part request answer between compute order small large first second never always reads writes holds given taken state error point line number chip memory node user system'.split(
    ' ',
  )
const latin = 'Größe façade naïve Zürich élève mañana coûter Übung señal garçon déjà Ångström'.split(' ')
const wide = [
  '模型',
  '出口管制',
  '許可',
  '東京都',
  '데이터',
  '🙂',
  '👩‍🔬',
  'модель',
  'قائمة',
  '規則を読む',
  '🚀',
  '我们需要',
]

type Draw = <T>(from: readonly T[]) => T

/** A linear congruential generator (Numerical Recipes): the same bodies on every machine. */
function drawFrom(seed: number): Draw {
  let state = seed
  return (from) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return from[Math.floor((state / 2 ** 32) * from.length)] as (typeof from)[number]
  }
}

const prose = (draw: Draw, from: readonly string[], count: number): string =>
  Array.from({ length: count }, () => draw(from)).join(' ')

/** Lines, quotes, tabs and paths: what a program text in a chat is made of. */
const code = (draw: Draw, count: number): string =>
  Array.from(
    { length: count },
    () => `\tif (${draw(words)}["${draw(words)}"] !== "${draw(words)}\\n") { return C\\${draw(words)} }\n`,
  ).join('')

/** As clients of the SDKs describe a function: small objects, a third of them schemas with keys of their own. */
function tool(draw: Draw, index: number): object {
  const properties = Object.fromEntries(
    Array.from({ length: 6 }, (_, at) => [
      `${draw(words)}_${at}`,
      {
        type: draw(['string', 'number', 'boolean']),
        description: prose(draw, words, 8),
        enum: [draw(words), at, null],
      },
    ]),
  )
  const parameters = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
  return {
    type: 'function',
    function: { name: `${draw(words)}_${index}`, description: prose(draw, words, 14), strict: true, parameters },
  }
}

/** One more message at a time until the text is as long as asked; the last is filled up. */
function chat(bytes: number, next: (index: number) => object, more: object = {}, indent = 0): Buffer {
  const messages: object[] = []
  const text = (): string =>
    JSON.stringify(
      { model, messages, temperature: 0.2, max_completion_tokens: 512, stream: true, ...more },
      null,
      indent,
    )
  const empty = { role: 'user', content: '' }
  const each = Buffer.byteLength(JSON.stringify(next(0), null, indent))
  for (let left = bytes; left > each; ) {
    for (let count = Math.max(1, Math.floor(left / each / 2)); count > 0; count -= 1)
      messages.push(next(messages.length))
    left = bytes - Buffer.byteLength(text())
  }
  for (;;) {
    messages.push(empty)
    const left = bytes - Buffer.byteLength(text())
    messages.pop()
    if (left >= 0) {
      messages.push({ ...empty, content: 'x'.repeat(left) })
      return Buffer.from(text())
    }
    messages.pop()
  }
}

const role = (index: number): string => (index === 0 ? 'system' : index % 2 === 1 ? 'user' : 'assistant')
const spoken =
  (draw: Draw, from: readonly string[], count: number) =>
  (index: number): object => ({ role: role(index), content: prose(draw, from, count) })

function mixed(draw: Draw): (index: number) => object {
  return (index) => {
    const content = prose(draw, index % 5 === 3 ? [...words, ...wide] : words, 90)
    if (index % 3 === 1) return { role: 'user', content: [{ type: 'text', text: `${content}\n\n"${content}"` }] }
    return { role: role(index), content: index % 4 === 2 ? `${content}:\n\`\`\`ts\n${code(draw, 6)}\`\`\`` : content }
  }
}

function called(draw: Draw): (index: number) => object {
  return (index) => ({
    role: 'assistant',
    content: null,
    tool_calls: [
      {
        id: `call_${index}`,
        type: 'function',
        function: { name: draw(words), arguments: `{"${draw(words)}":${index}}` },
      },
    ],
  })
}

const tools = (draw: Draw): object => ({ tools: Array.from({ length: 16 }, (_, index) => tool(draw, index)) })
const image = (): Buffer => {
  const draw = drawFrom(7)
  const bytes = Array.from({ length: 1 << 16 }, (_, value) => value & 0xff)
  const pixels = Buffer.from(Array.from({ length: 749_700 }, () => draw(bytes)))
  const url = `data:image/png;base64,${pixels.toString('base64')}`
  const content = [
    { type: 'text', text: 'what is on this picture?' },
    { type: 'image_url', image_url: { url } },
  ]
  return chat(size.image, () => ({ role: 'user', content }))
}

const drawn: Readonly<Record<BodyName, readonly [string, () => Buffer]>> = {
  small: ['877 bytes of chat', () => chat(size.small, spoken(drawFrom(1), words, 30))],
  chat: [
    '100 kB of chat: prose, code, tools, a fifth of the messages not Latin',
    () => {
      const draw = drawFrom(2)
      return chat(size.chat, mixed(draw), tools(draw))
    },
  ],
  image: ['1 MB: an image as base64 in a chat', image],
  ascii: ['100 kB, ASCII prose', () => chat(size.chat, spoken(drawFrom(3), words, 90))],
  latin: ['100 kB, Latin-1 prose', () => chat(size.chat, spoken(drawFrom(3), [...words, ...latin], 90))],
  wide: ['100 kB, CJK and emoji', () => chat(size.chat, spoken(drawFrom(4), wide, 90))],
  escapes: [
    '100 kB, program text, an escape in every ten bytes',
    () => {
      const draw = drawFrom(5)
      return chat(size.chat, (index) => ({ role: role(index), content: code(draw, 12) }))
    },
  ],
  objects: ['100 kB, small objects: tool calls', () => chat(size.chat, called(drawFrom(6)))],
  pretty: [
    '100 kB, the chat pretty-printed',
    () => {
      const draw = drawFrom(2)
      return chat(size.chat, mixed(draw), tools(draw), 2)
    },
  ],
}

export const bodyNames = Object.keys(drawn) as readonly BodyName[]

/** Takes a name; gives the body, the same on every machine. */
export function drawBody(name: BodyName): Body {
  const [says, draw] = drawn[name]
  return { says, bytes: draw() }
}
