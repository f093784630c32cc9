import t from 'tap'
import { environment, settingsFolder } from './folder.ts'

const env = { ...environment, AWS_ID: 'AKIDCANARY', AWS_SECRET: 'canary-secret', AWS_SESSION: 'canary-session' }
const entry = (sigv4: string, over = ''): string =>
  `upstreams:\n  - name: one\n    dialect: bedrock\n    url: https://api.example\n    models: [m]\n${over}    sigv4: ${sigv4}`
const whole =
  '{ region: us-east-1, access-key-id: "${AWS_ID}", secret-access-key: "${AWS_SECRET}", session-token: "${AWS_SESSION}" }'

t.test('an access key of AWS comes by reference, and none of it is in the digest', async (t) => {
  const folder = settingsFolder(t)
  const settings = folder.load({ upstreams: entry(whole) }, env)
  t.match(settings.upstreams[0], {
    credential: null,
    sigv4: {
      region: 'us-east-1',
      accessKeyId: 'AKIDCANARY',
      secretAccessKey: 'canary-secret',
      sessionToken: 'canary-session',
    },
  })
  const rotated = folder.load({ upstreams: entry(whole) }, { ...env, AWS_SECRET: 'another', AWS_ID: 'AKIDOTHER' })
  t.equal(rotated.digest, settings.digest)
  const elsewhere = folder.load({ upstreams: entry(whole.replace('us-east-1', 'eu-west-1')) }, env)
  t.not(elsewhere.digest, settings.digest)
})

t.test('no part of an access key may stand in the open, and no message shows one', async (t) => {
  const folder = settingsFolder(t)
  for (const name of ['AWS_ID', 'AWS_SECRET', 'AWS_SESSION']) {
    const message = folder.message({ upstreams: entry(whole.replace(`\${${name}}`, 'canary-in-the-open')) }, env)
    t.match(message, 'stands in the open')
    t.notMatch(message, /canary/)
  }
  const broken = entry(whole.replace('us-east-1', 'nowhere').replace('${AWS_SECRET}', 'canary-in-the-open'))
  t.notMatch(folder.message({ upstreams: broken }, env), /canary/)
})

t.test('it belongs to Bedrock, is whole, and stands alone', async (t) => {
  const folder = settingsFolder(t)
  const message = (upstreams: string): string => folder.message({ upstreams }, env)
  t.match(message(entry(whole).replace('dialect: bedrock', 'dialect: openai')), /belongs to `dialect: bedrock`/)
  t.match(message(entry(whole, '    credential: ${UPSTREAM_KEY}\n')), /stands beside `credential`/)
  t.match(message(entry('{ region: us-east-1, access-key-id: "${AWS_ID}" }')), /secret-access-key` is missing/)
  t.match(message(entry(whole.replace('us-east-1', 'US East'))), /is no region of AWS/)
  t.match(message(entry(whole.replace('region', 'regoin'))), /is no setting/)
})
