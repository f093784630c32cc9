// Speaking to a gate's admin listener: the options that every such command has, one request, and an answer that can be believed to
// have come from there.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { isJsonObject, type JsonObject, readJson } from '../json/index.ts'
import { limits } from '../limits.ts'
import { readBearerToken } from '../settings/index.ts'
import { inert } from '../vocabulary/inert.ts'

export interface AdminFlags {
  readonly admin: string
  readonly tokenFile?: string
  readonly insecurePlaintext?: true
  readonly format: 'human' | 'plain' | 'json'
}

export interface ControlFlags extends Omit<AdminFlags, 'admin'> {
  readonly control: string
}

/** The options of a command that speaks to an admin listener. */
export function withAdminOptions(command: Command): Command {
  return withCallOptions(
    command,
    '--admin <url>',
    'where the admin listener answers, for example https://gate.example:8444',
  )
}

/** The same for `control`: a listener of the same kind. */
export function withControlOptions(command: Command): Command {
  return withCallOptions(
    command,
    '--control <url>',
    'where `portcullis control` answers, for example https://control.example:9443',
  )
}

export const asAdmin = ({ control, ...flags }: ControlFlags): AdminFlags => ({ ...flags, admin: control })

function withCallOptions(command: Command, option: string, where: string): Command {
  return command
    .requiredOption(option, where, address)
    .option('--token-file <file>', 'file that holds your token (otherwise the environment variable PORTCULLIS_TOKEN)')
    .option(
      '--insecure-plaintext',
      'send the token over plain http beyond this machine: only inside a mesh that encrypts',
    )
    .addOption(new Option('--format <format>', 'how to print').choices(['human', 'plain', 'json']).default('human'))
}

/** A variable of the shell that is not set leaves nothing, or the next option, in its place. */
function address(text: string): string {
  if (text === '' || text.startsWith('-'))
    throw new InvalidArgumentError(
      'an address is missing: is the variable set that you name there? Write https://host:port.',
    )
  return text
}

export interface AdminAnswer {
  readonly status: number
  readonly body: JsonObject
  /** What the listener refused it for; null: it did not. */
  readonly error: { readonly code: string; readonly message: string } | null
}

/**
 * @param body undefined: GET, otherwise POST
 * @throws Error with one sentence where there is no answer of an admin listener
 */
export async function callAdmin(
  flags: AdminFlags,
  path: string,
  body?: JsonObject,
  waitMs: number = limits.adminCallMs,
): Promise<AdminAnswer> {
  const url = addressOf(flags, path)
  const token = readBearerToken(flags.tokenFile ?? null)
  let response: Response
  let bytes: Buffer
  try {
    response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // The token is for this listener and nobody that it might point to.
      redirect: 'error',
      signal: AbortSignal.timeout(waitMs),
    })
    bytes = Buffer.from(await response.arrayBuffer())
  } catch (error) {
    const unknown = body === undefined ? '' : '; nobody knows whether it was done: ask again, which does no harm'
    throw new Error(`${url.origin} does not answer: ${causeOf(error, waitMs)}${unknown}`, { cause: error })
  }
  const reading = readJson(bytes)
  if (reading.kind !== 'value' || !isJsonObject(reading.value))
    throw new Error(`what answers at ${url.origin} (status ${response.status}) is no admin listener: check --admin`)
  return { status: response.status, body: reading.value, error: response.ok ? null : errorOf(reading.value) }
}

function addressOf({ admin, insecurePlaintext }: AdminFlags, path: string): URL {
  const base = URL.parse(admin)
  if (base === null || !/^https?:$/.test(base.protocol) || base.username !== '' || base.password !== '')
    throw new Error(`\`${inert(admin)}\` is no address of an admin listener: write https://host:port`)
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(base.hostname)
  if (base.protocol === 'http:' && !isLoopback && insecurePlaintext !== true)
    throw new Error('over plain http everybody on the way could take the token: use https, or --insecure-plaintext')
  return new URL(base.pathname.replace(/\/+$/, '') + path, base)
}

function errorOf({ error }: JsonObject): { readonly code: string; readonly message: string } {
  const said = isJsonObject(error) ? error : {}
  return { code: inert(said['code'] ?? 'fault'), message: inert(said['message'] ?? 'the listener did not say why') }
}

/** fetch says `fetch failed`, and why in its cause. */
function causeOf(error: unknown, waitMs: number): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `nothing came within ${waitMs / 1_000} seconds`
  const { cause } = error
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : error.message
}
