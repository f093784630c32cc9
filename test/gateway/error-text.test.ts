// What an error of a model API says of the gateway's own account there reaches no caller (threat H10); what to mend does.
import { Buffer } from 'node:buffer'
import t from 'tap'
import { withoutAccount } from '../../src/gateway/error-text.ts'

const told = (text: string): string => withoutAccount(429, Buffer.from(text)).toString()

const texts: readonly (readonly [text: string, secret: string, kept: string])[] = [
  [
    'Rate limit reached for gpt-4 in organization org-AbC123dEf456gHi on tokens per min: Limit 10000',
    'AbC123',
    'Limit 10000',
  ],
  [
    'Project `proj_abcDEF123456` does not have access to model `m`',
    'abcDEF123456',
    'does not have access to model `m`',
  ],
  ['Incorrect key sk-proj-abc***xyz given', 'proj-abc', 'Incorrect key'],
  [
    'your organization’s rate limit of 50,000 tokens per minute (org: 6d5c1a2b-0000-4fff-8aaa-0123456789ab, model: m)',
    '6d5c1a2b',
    'organization’s rate limit of 50,000',
  ],
  ['{"tenantId":"6d5c1a2b-0000-4fff-8aaa-0123456789ab"}', '6d5c1a2b', 'tenantId'],
  ['see /subscriptions/6d5c1a2b-0000-4fff-8aaa-0123456789ab/resource', '6d5c1a2b', '/resource'],
  ['at https://our-resource.openai.azure.com/openai/x', 'our-resource', '/openai/x'],
  ['User: arn:aws:iam::123456789012:user/gate is throttled', '123456789012', 'is throttled'],
  ['account 123456789012 has no quota', '123456789012', 'has no quota'],
  ['accountId: "123456789012"', '123456789012', 'accountId'],
  ['key AKIAABCDEFGHIJKLMNOP', 'ABCDEFG', 'key'],
  ["Quota exceeded for consumer 'project_number:123456789'.", '123456789', 'Quota exceeded'],
  ['{"consumer":"projects/123456789","service":"x"}', '123456789', '"service":"x"'],
  ['{"consumer":"projects\\/our-project"}', 'our-project', 'consumer'],
  ['visit https://console.example/apis?a=b&project=our-project-1 then retry', 'our-project-1', 'then retry'],
  ['gate@our-project.iam.gserviceaccount.com lacks it', 'our-project', 'lacks it'],
]

for (const [text, secret, kept] of texts) {
  t.test(text.slice(0, 60), async (t) => {
    t.notMatch(told(text), secret)
    t.match(told(text), kept)
  })
}

t.test('what is nobody’s account stays byte for byte', async (t) => {
  for (const text of [
    '{"error":{"message":"max_tokens: 999999999999 > 4096, which is the maximum","request_id":"req_0123456789abcdef"}}',
    '{"error":{"message":"messages.0.content: größer als „erlaubt“","code":"invalid_value"}}',
    'see https://docs.example/errors#organization',
    'tool_use ids: toolu_0123456789, call_0123456789',
    'id 6d5c1a2b-0000-4fff-8aaa-0123456789ab is no request',
  ]) {
    const body = Buffer.from(text)
    t.equal(withoutAccount(400, body), body, text)
  }
  const odd = Buffer.from([0xff, 0xfe, 0x00, 0x6f, 0x72, 0x67])
  t.equal(withoutAccount(400, odd), odd)
})

t.test('an answer that is no error is the model’s text, whatever it looks like', async (t) => {
  const body = Buffer.from('the account 123456789012 of org-AbC123dEf456gHi')
  t.equal(withoutAccount(200, body), body)
})
