// The stand-in model API of the fault matrix: every request that reaches it stands in a file before it is answered, with the instant and
// the length of its body, so that nothing is forgotten when this process is killed. How it answers can be changed while it runs.
import { openSync, writeSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { beChild } from '../processes.ts'

/**
 * `answers` as it should · `hangs`: says nothing · `dies`: the connection is reset in the middle of each answer · `fails`: 500 ·
 * `other`: says that another model answered.
 */
export type Manner = 'answers' | 'hangs' | 'dies' | 'fails' | 'other'

export interface ModelApiStart {
  /** 0: the system chooses. */
  readonly port: number
  /** Where requests are noted, a line each: instant, length, model, user. */
  readonly file: string
  /** Between two events of a stream. */
  readonly eventMs: number
  /** Of a stream, before it ends by itself. */
  readonly events: number
}

interface Asked {
  readonly model: string
  readonly stream?: boolean
  readonly user?: string
}

await beChild(async (argument) => {
  const { port, file, eventMs, events } = argument as ModelApiStart
  const notes = openSync(file, 'a')
  let manner: Manner = 'answers'

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = Date.now()
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { model, stream, user = '' } = JSON.parse(Buffer.concat(chunks).toString()) as Asked
    writeSync(notes, `${at} ${request.headers['content-length']} ${model} ${user}\n`)
    if (manner === 'hangs') return
    if (manner === 'fails') return void response.writeHead(500, json).end('{"error":{"message":"it fails"}}')
    const served = manner === 'other' ? 'another-model' : model
    if (stream === true) return sendStream(response, served, user === 'much' ? much : '')
    const text = whole(served)
    response.writeHead(200, { ...json, 'content-length': text.length })
    if (manner !== 'dies') return void response.end(text)
    response.write(text.slice(0, 40), () => response.socket?.resetAndDestroy())
  }

  const sendStream = async (response: ServerResponse, model: string, more: string): Promise<void> => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const begun = performance.now()
    for (let event = 0; event < events && !response.destroyed; event += 1) {
      if (manner === 'dies') return void response.socket?.resetAndDestroy()
      const isTaken = manner === 'hangs' || response.write(`data: ${piece(model, more)}\n\n`)
      if (!isTaken) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve))
      // To its own next beat, at least half of one away: streams that a machine held up together do not go on in step.
      await sleep(1.5 * eventMs - ((performance.now() - begun + eventMs / 2) % eventMs))
    }
    response.end('data: [DONE]\n\n')
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    ready: `${(server.address() as AddressInfo).port}`,
    answer: async (next) => {
      manner = next as Manner
    },
  }
})

const json = { 'content-type': 'application/json' }

const whole = (model: string): string =>
  JSON.stringify({
    id: 'chatcmpl-faults',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content: 'Certainly.' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  })

/** More than any buffer on the way takes. */
const much = 'so '.repeat(20_000)

const piece = (model: string, more: string): string =>
  JSON.stringify({
    id: 'chatcmpl-faults',
    object: 'chat.completion.chunk',
    created: 1,
    model,
    choices: [{ index: 0, delta: { content: `so ${more}` }, finish_reason: null }],
  })
