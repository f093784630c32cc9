// The gate's signature against that of the official client: the same request, key and second give the same headers.
import {
  BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  InvokeModelCommand,
} from '@aws-sdk/client-bedrock-runtime'
import t from 'tap'
import { createSigner, type Unsigned } from '../../src/gateway/sign-request.ts'

const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const region = 'us-east-1'

interface Sent {
  readonly method: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string
}

/** What the official client would send, caught before it leaves. */
async function signedByClient(
  send: (client: BedrockRuntimeClient) => Promise<unknown>,
  sessionToken: string | null,
): Promise<Sent> {
  let sent: Sent | undefined
  const client = new BedrockRuntimeClient({
    region,
    credentials: { ...key, ...(sessionToken === null ? {} : { sessionToken }) },
    authSchemePreference: ['sigv4'],
    maxAttempts: 1,
    requestHandler: {
      metadata: { handlerProtocol: 'http/1.1' },
      handle: async (request: unknown) => {
        sent = request as Sent
        throw new Error('caught')
      },
    } as never,
  })
  await send(client).catch(() => {})
  if (sent === undefined) throw new Error('nothing was sent')
  return sent
}

const messages: ConverseCommandInput['messages'] = [{ role: 'user', content: [{ text: 'grüß dich' }] }]
const arn = 'arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-3-5-sonnet-20241022-v2:0'
const body = '{"anthropic_version":"bedrock-2023-05-31"}'

for (const [what, send, sessionToken] of [
  ['a plain name', (client) => client.send(new ConverseCommand({ modelId: 'open-1', messages })), null],
  ['a name with a colon', (client) => client.send(new ConverseCommand({ modelId: 'a.claude-v2:0', messages })), null],
  ['an ARN, temporary key', (client) => client.send(new InvokeModelCommand({ modelId: arn, body })), 'session-token'],
] as readonly [string, (client: BedrockRuntimeClient) => Promise<unknown>, string | null][]) {
  t.test(`${what}: the gate signs as the official client does`, async (t) => {
    const sent = await signedByClient(send, sessionToken)
    const { authorization, 'x-amz-date': date = '', ...headers } = sent.headers
    const names = /SignedHeaders=([^,]+)/.exec(authorization ?? '')?.[1]?.split(';') ?? []
    t.ok(names.includes('host'), String(authorization))
    const made = new Set(['host', 'x-amz-content-sha256', 'x-amz-security-token'])
    const unsigned: Unsigned = {
      method: sent.method,
      path: sent.path,
      headers: Object.entries(headers).filter(([name]) => names.includes(name) && !made.has(name)),
      body: typeof sent.body === 'string' ? Buffer.from(sent.body) : sent.body,
    }
    const sign = createSigner({ region, ...key, sessionToken }, sent.headers['host'] ?? '')
    const now = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
    const signed = Object.fromEntries(await sign(unsigned, now))
    t.equal(signed['authorization'], authorization)
    t.equal(signed['x-amz-date'], date)
    t.equal(signed['x-amz-content-sha256'], sent.headers['x-amz-content-sha256'])
    t.equal(signed['x-amz-security-token'], sessionToken ?? undefined)
    t.equal(signed['host'], sent.headers['host'])
    t.match(sent.path, what === 'a plain name' ? /open-1/ : /%3A/)
  })
}

t.test('another body, path, header, host, region or second is another signature', async (t) => {
  const request: Unsigned = {
    method: 'POST',
    path: '/model/a%3A0/converse',
    headers: [['content-type', 'application/json']],
    body: Buffer.from('{}'),
  }
  const signed = async (over: Partial<Unsigned>, host = 'api.example', at = region, now = 0): Promise<string> =>
    Object.fromEntries(
      await createSigner({ region: at, ...key, sessionToken: null }, host)({ ...request, ...over }, now),
    )['authorization'] ?? ''
  const all = await Promise.all([
    signed({}),
    signed({ body: Buffer.from('{ }') }),
    signed({ body: null }),
    signed({ path: '/model/a%3A1/converse' }),
    signed({ path: '/model/a:0/converse' }),
    signed({ headers: [['content-type', 'text/plain']] }),
    signed({}, 'api.example:8443'),
    signed({}, 'api.example', 'eu-west-1'),
    signed({}, 'api.example', region, 1_000),
  ])
  t.equal(new Set(all).size, all.length)
  t.equal(await signed({}), all[0])
})
