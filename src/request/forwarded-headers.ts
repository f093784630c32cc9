// Client headers that reach the model API: an allow-list, rebuilt. Nothing is copied that is not named here (threats P7, P8,
// H3, H4, H9): not the client's software (`user-agent`, `x-stainless-*`), not the account (`openai-organization`,
// `openai-project`: the account is the gateway's), not `openai-beta`, which opens operations that the route table lacks.

import type { Dialect } from '../vocabulary/operation.ts'
import { soleValueOf } from './header-fields.ts'
import { type Refused, refused } from './refused.ts'

export interface ForwardedRow {
  readonly name: string
  readonly dialects: readonly Dialect[] | 'any'
  readonly why: string
  /** Turns the client's value into what is sent, null to send nothing. */
  readonly pass: (value: string) => string | null | Refused
}

/**
 * Features of Anthropic's API that a flag opens and that neither choose a model, nor refer to stored objects, nor run tools
 * elsewhere. Fallbacks are here because the models are named in the body, where they are decided.
 */
export const anthropicBetas: ReadonlySet<string> = new Set([
  'compact-2026-01-12',
  'computer-use-2024-10-22',
  'computer-use-2025-01-24',
  'computer-use-2025-11-24',
  'context-1m-2025-08-07',
  'context-management-2025-06-27',
  'extended-cache-ttl-2025-04-11',
  'fast-mode-2026-02-01',
  'fine-grained-tool-streaming-2025-05-14',
  'interleaved-thinking-2025-05-14',
  'model-context-window-exceeded-2025-08-26',
  'output-128k-2025-02-19',
  'output-300k-2026-03-24',
  'pdfs-2024-09-25',
  'prompt-caching-2024-07-31',
  'server-side-fallback-2026-06-01',
  'server-side-fallback-2026-07-01',
  'structured-outputs-2025-11-13',
  'task-budgets-2026-03-13',
  'thinking-token-count-2026-05-13',
  'token-counting-2024-11-01',
  'token-efficient-tools-2025-02-19',
])
/** What is stored at Anthropic itself: who refers to it is read in the body. */
const storedBetas: ReadonlySet<string> = new Set(['files-api-2025-04-14', 'message-batches-2024-09-24'])
/** Says how the client signed in at the provider; the gate signs in by itself. */
const signInFlag = /^oauth-\d{4}-\d{2}-\d{2}$/

function passBetas(value: string): string | null | Refused {
  const flags = value.split(',').map((flag) => flag.trim())
  const kept = flags.filter((flag) => !signInFlag.test(flag))
  if (kept.some((flag) => !anthropicBetas.has(flag) && !storedBetas.has(flag))) {
    return refused('request_unreadable', 'the header `anthropic-beta` names a feature that is not served here')
  }
  return kept.length === 0 ? null : kept.join(',')
}

export const forwardedHeaders: readonly ForwardedRow[] = [
  {
    name: 'accept',
    dialects: 'any',
    why: 'says whether a stream is understood; anything but the usual values is left out',
    pass: (value) => (/^(?:application\/(?:json|x-ndjson)|text\/event-stream|\*\/\*)$/.test(value) ? value : null),
  },
  {
    name: 'anthropic-version',
    dialects: ['anthropic'],
    why: 'the version of the API that the body is written for',
    pass: (value) =>
      /^\d{4}-\d{2}-\d{2}$/.test(value)
        ? value
        : refused('request_unreadable', 'the header `anthropic-version` is no date'),
  },
  {
    name: 'anthropic-beta',
    dialects: ['anthropic', 'vertex-anthropic'],
    why: 'features that only change the form of the answer; other flags refuse the request',
    pass: passBetas,
  },
  ...['x-amzn-bedrock-guardrailidentifier', 'x-amzn-bedrock-guardrailversion'].map(
    (name): ForwardedRow => ({
      name,
      dialects: ['bedrock'],
      why: 'never: a request that asks for a guardrail is refused, since the one that it means is stored in the gateway’s account',
      pass: () => refused('reference_unknown', `the header \`${name}\` refers to something that is not known here`),
    }),
  ),
  {
    name: 'x-amzn-bedrock-performanceconfig-latency',
    dialects: ['bedrock'],
    why: 'how soon the answer comes',
    pass: (value) => (/^(?:standard|optimized)$/.test(value) ? value : null),
  },
  {
    name: 'x-amzn-bedrock-service-tier',
    dialects: ['bedrock'],
    why: 'at what priority the model runs',
    pass: (value) => (/^[a-z]{1,32}$/.test(value) ? value : null),
  },
]

/** Takes the client's raw fields and what the body is; gives the headers to send upstream, without credential, framing and host. Pure. */
export function headersToForward(
  dialect: Dialect,
  rawHeaders: readonly string[],
  media: 'json' | 'multipart' | null,
): { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> } | Refused {
  // The type of several parts is written with their new boundary, by who writes them.
  const headers: Record<string, string> =
    media === 'json'
      ? { 'content-type': 'application/json', 'accept-encoding': 'identity' }
      : { 'accept-encoding': 'identity' }
  for (const row of forwardedHeaders) {
    if (row.dialects !== 'any' && !row.dialects.includes(dialect)) continue
    const value = soleValueOf(rawHeaders, row.name)
    const passed = value === null ? null : row.pass(value)
    if (passed !== null && typeof passed === 'object') return passed
    if (passed !== null) headers[row.name] = passed
  }
  return { kind: 'headers', headers }
}
