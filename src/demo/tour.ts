// The tour: the June chain with live requests and a stream that is cut, narrated; then what a newcomer needs to go on alone.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { verifyLog } from '../decision-log/index.ts'
import { type Ask, after, before, type Chapter, letterTakesEffect, streamIsOpen } from './chapters.ts'
import { demoPlaces } from './database.ts'
import { admins, callers } from './personas.ts'
import type { World } from './world.ts'

const say = (line = ''): void => void process.stdout.write(`${line}\n`)

/** Plays every chapter. A request that goes otherwise than the chapter says is shown as such and counted. */
export async function tour(world: World): Promise<void> {
  let surprises = await play(world, before)
  const stream = await openStream(world)
  await world.setNow(Math.max(world.clock.now(), streamIsOpen))
  say('  … and keeps a stream open while the clock runs towards 21:21:00.')
  surprises += (await stream.ended) ? 0 : 1
  for (const chapter of after) surprises += await play(world, chapter)
  await verify(world)
  say(
    surprises === 0
      ? 'Everything went as the directives say.'
      : `${surprises} of these went otherwise than the directives say.`,
  )
}

/** Prints how to reach the demo: one line of JSON, or a page for people. */
export async function ready(world: World, json: boolean): Promise<void> {
  const { gateway, provider, modelApi } = world
  const tokens = async (names: readonly { name: string }[]): Promise<[string, string][]> =>
    Promise.all(names.map(async ({ name }) => [name, await provider.token(name)]))
  const byName = new Map(await tokens([...callers, ...admins]))
  if (json) {
    const personas = callers.map(({ name, about }) => [name, { token: byName.get(name), about }])
    const adminTokens = admins.map(({ name }) => [name, byName.get(name)])
    say(
      JSON.stringify({
        gateway: gateway.data,
        admin: gateway.admin,
        issuer: provider.issuer,
        upstream: modelApi.url,
        upstream_count: modelApi.countUrl,
        state: world.state,
        log: world.log,
        log_key: world.logKey,
        personas: Object.fromEntries(personas),
        admin_tokens: Object.fromEntries(adminTokens),
        places: demoPlaces,
      }),
    )
    return
  }
  const folder = join(world.state, 'tokens')
  await mkdir(folder, { mode: 0o700 })
  for (const [name, token] of byName) await writeFile(join(folder, name), token, { mode: 0o600 })
  say()
  const present = instantText(world.clock.now())
  say(`The clock stands at ${present}. The gate answers at ${gateway.data} until you press Ctrl-C. Ask it yourself:`)
  say()
  say(`  curl ${gateway.data}/v1/chat/completions \\`)
  say(`    -H "Authorization: Bearer $(cat ${join(folder, 'foreign-national')})" \\`)
  say(`    -H 'Content-Type: application/json' \\`)
  say(`    -d '{"model":"fable-5","messages":[{"role":"user","content":"hello"}]}'`)
  say()
  say('For commands that another page shows:')
  say(`  export GATE=${gateway.data} ADMIN=${gateway.admin} STATE=${world.state}`)
  say()
  say(`Tokens of ${callers.map(({ name }) => name).join(', ')} lie in ${folder};`)
  say(
    `-H 'X-Forwarded-For: ${demoPlaces['germany'] ?? ''}' puts you in Germany (${Object.keys(demoPlaces).join(', ')}).`,
  )
  say(`The decision log: npx portcullis log verify ${world.log} --key ${world.logKey}`)
  say(`Its state: curl ${gateway.admin}/readyz`)
  const edit = world.hasOwnPolicy ? '' : 'Edit a file under policies/ and ask again. '
  say(`${edit}All of this is deleted at the end; run these in a second terminal.`)
}

async function play(world: World, chapter: Chapter): Promise<number> {
  if (chapter.at !== undefined) await world.setNow(Date.parse(chapter.at))
  say()
  say(`${instantText(world.clock.now())}  ${chapter.title}`)
  let surprises = 0
  for (const ask of chapter.asks) {
    const answer = await askOnce(world, ask)
    const expected = answer.code === ask.expect
    if (!expected) surprises += 1
    const who = `${ask.who}${ask.from === undefined ? '' : ` in ${ask.from}`}`.padEnd(28)
    const what = answer.status === 200 ? 'served' : `refused ${answer.status} ${answer.code}`
    say(`  ${who}${ask.model.padEnd(27)}${what}${expected ? '' : `   ← expected ${ask.expect}`}`)
  }
  return surprises
}

const instantText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

async function askOnce(world: World, ask: Ask): Promise<{ status: number; code: string }> {
  const response = await post(world, ask, false)
  const body = (await response.json()) as { error?: { code?: string } }
  return { status: response.status, code: response.status === 200 ? '200' : (body.error?.code ?? 'no code') }
}

async function post(world: World, { who, model, from }: Omit<Ask, 'expect'>, stream: boolean): Promise<Response> {
  const address = from === undefined ? undefined : demoPlaces[from]
  return fetch(`${world.gateway.data}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await world.provider.token(who)}`,
      'content-type': 'application/json',
      ...(address === undefined ? {} : { 'x-forwarded-for': address }),
    },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'What is a portcullis?' }] }),
  })
}

/** Opens the stream that the directive will find open. `ended` tells whether the gate cut it. */
async function openStream(world: World): Promise<{ ended: Promise<boolean> }> {
  const who = 'foreign-national'
  await world.modelApi.set({ chunks: 600, chunkDelayMs: 50 })
  const response = await post(world, { who, model: 'fable-5' }, true)
  await world.modelApi.set({})
  say()
  say(`  ${who} asks fable-5 for a long answer as a stream: ${response.status}`)
  const ended = (async () => {
    let events = 0
    let last = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      const text = decoder.decode(chunk as Uint8Array, { stream: true })
      events += text.split('data: ').length - 1
      last = text
    }
    const after = world.clock.now() - letterTakesEffect
    const error = /"code":"([a-z_]+)"/.exec(last)?.[1]
    say(
      `  The stream was cut after ${events} events, ${after} ms after the directive took effect; its last event: ${error ?? 'no error'}`,
    )
    return error === 'person_restricted'
  })()
  return { ended }
}

async function verify(world: World): Promise<void> {
  const requests = await world.modelApi.count()
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  say()
  say('The record of all this, checked with the public key of the log:')
  const report = await verifyLog({ directory: world.log, key: world.logKey })
  say(`  ${report.summary}`)
  say(`  ${requests} requests reached the model API.`)
}
