// `upstreams`: the model APIs behind the gate.
import { z } from 'zod'
import { dialectNames } from '../vocabulary/operation.ts'
import { outputLimitFields, type UpstreamSettings } from '../vocabulary/settings.ts'
import { say, some } from './say.ts'
import { accepted, duration, headerValue, identifier, type Scalar, scalar, webUrl, word } from './scalars.ts'

const anyUrl = webUrl('an https URL without a trailing slash')

/** The operation's own path is appended, so a prefix that SDKs are used to would stand there twice. */
const upstreamUrl: Scalar<string> = scalar('an https URL without a trailing slash', (text) => {
  const read = anyUrl.safeParse(text)
  if (!read.success) return { wrong: read.error.issues[0]?.message ?? 'is no URL' }
  if (text.endsWith('/')) return { wrong: 'ends with a slash: take it out' }
  if (/\/v\d+(beta\d*)?$/.test(text))
    return { wrong: 'ends with the version, which the path of each operation brings: take it out' }
  return text
})

/** OpenAI itself, in any of its regions. It refuses both of `outputLimitFields` at once. */
const isOpenai = (url: string): boolean => /^(?:[a-z]+\.)?api\.openai\.com$/.test(new URL(url).hostname)

const awsRegion: Scalar<string> = scalar('a region of AWS such as `us-east-1`', (text) =>
  /^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/.test(text) ? text : { wrong: 'is no region of AWS: write one such as `us-east-1`' },
)

const shape = z.strictObject({
  name: say(identifier, 'Its name in metrics and messages.'),
  dialect: say(word(...dialectNames), 'The API that it speaks.'),
  url: say(
    upstreamUrl,
    "Origin, with a prefix if the API stands behind one. An operation's own path (`/v1/…`) is appended.",
  ),
  'insecure-plaintext': say(
    accepted.optional(),
    'Send prompts and the credential over plain http beyond this machine.',
  ),
  credential: say(
    headerValue.optional(),
    "The gateway's own key for this API, by reference only: `${NAME}` or `${file:PATH}`. Absent: it needs none.",
  ),
  sigv4: say(
    z
      .strictObject({
        region: say(awsRegion, 'The region that the requests are signed for.'),
        'access-key-id': say(headerValue, 'Its id, by reference.'),
        'secret-access-key': say(headerValue, 'Its secret, by reference.'),
        'session-token': say(
          headerValue.optional(),
          'With temporary credentials, by reference. They end by themselves: start the gateway again with new ones before.',
        ),
      })
      .optional(),
    'An access key of AWS, for `dialect: bedrock` instead of `credential`, which there is a Bedrock API key. Requests are signed with it (Signature Version 4).',
  ),
  timeouts: say(
    z
      .strictObject({
        connect: say(duration(100, 60_000).prefault('5s'), 'Until the connection stands, TLS included.'),
        headers: say(
          duration(1_000, 3_600_000).prefault('10m'),
          'Until the answer begins; long thinking comes before it.',
        ),
        'body-idle': say(duration(1_000, 3_600_000).prefault('5m'), 'Longest silence inside an answer.'),
      })
      .prefault({}),
    'How long the gate waits for it.',
  ),
  project: say(
    identifier.optional(),
    'For Vertex AI: the project that every request must name in its path. No caller chooses another.',
  ),
  location: say(
    identifier.optional(),
    'For Vertex AI: the location, the same way. It is the one of `url`; another region is another upstream.',
  ),
  'output-limit': say(
    word(...outputLimitFields, 'either').optional(),
    'For `dialect: openai`: the field by which this server bounds the output of a chat; `either`: each of them does, as at `api.openai.com`, ' +
      'for which it need not be said. Otherwise absent: where a directive bounds it, both are written, since a server ignores a field that it ' +
      'does not know.',
  ),
  models: say(
    some(identifier),
    'Canonical ids of the catalogue that it serves. A model stands at exactly one upstream of its dialect.',
  ),
})

export const upstream: z.ZodType<UpstreamSettings> = shape.transform((given) => ({
  name: given.name,
  dialect: given.dialect,
  url: given.url,
  credential: given.credential ?? null,
  sigv4:
    given.sigv4 === undefined
      ? null
      : {
          region: given.sigv4.region,
          accessKeyId: given.sigv4['access-key-id'],
          secretAccessKey: given.sigv4['secret-access-key'],
          sessionToken: given.sigv4['session-token'] ?? null,
        },
  timeouts: {
    connectMs: given.timeouts.connect,
    headersMs: given.timeouts.headers,
    bodyIdleMs: given.timeouts['body-idle'],
  },
  path: Object.fromEntries(
    Object.entries({ project: given.project, location: given.location }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  ),
  outputLimit: given['output-limit'] ?? (given.dialect === 'openai' && isOpenai(given.url) ? 'either' : null),
  models: given.models,
}))
