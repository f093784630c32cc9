import { createPrivateKey } from 'node:crypto'
import { createServer, get } from 'node:https'
import t from 'tap'
import { certificate } from '../support/certificate.ts'
import { settingsFolder } from './folder.ts'

t.test('a listener reads its certificate, its key and the CA of its clients', async (t) => {
  const folder = settingsFolder(t)
  for (const name of ['one', 'two']) {
    const { cert, key } = certificate(name)
    folder.write(`${name}.crt`, cert)
    folder.write(`${name}.key`, key)
  }
  const listen = (tls: string): Readonly<Record<string, string>> => ({
    listen: `listen: { address: 0.0.0.0:8443, tls: { ${tls} } }`,
  })

  const settings = folder.load(listen('cert: one.crt, key: one.key, client-ca: two.crt'))
  t.match(settings.listen.tls, {
    cert: /^-----BEGIN CERTIFICATE/,
    key: /^-----BEGIN PRIVATE KEY/,
    clientCa: /^-----BEGIN CERTIFICATE/,
  })
  t.equal(folder.load(listen('cert: one.crt, key: one.key')).listen.tls?.clientCa, null)

  t.test('and it is one that clients accept', async (t) => {
    const { cert = '', key = '' } = settings.listen.tls ?? {}
    const server = createServer({ cert, key }, (_request, response) => response.end('served'))
    t.teardown(() => server.close())
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as { port: number }
    const answer = await new Promise<number | undefined>((resolve, reject) =>
      get({ host: '127.0.0.1', port, ca: cert, agent: false }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).on('error', reject),
    )
    t.equal(answer, 200)
  })

  t.test('a key of another pair is refused', async (t) => {
    t.match(folder.faults(listen('cert: one.crt, key: two.key')), [
      { setting: 'listen.tls.key', message: /does not belong to the first certificate/ },
    ])
  })
  t.test('files that hold something else are refused, each at its place', async (t) => {
    t.match(folder.faults(listen('cert: one.key, key: one.crt')), [
      { setting: 'listen.tls.cert', message: /holds no PEM certificate/ },
      { setting: 'listen.tls.key', message: /holds no private key/ },
    ])
    folder.write('broken.crt', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
    t.match(folder.faults(listen('cert: broken.crt, key: one.key')), [{ message: /cannot be parsed/ }])
    t.match(folder.faults(listen('cert: one.crt, key: one.key, client-ca: one.key')), [
      { setting: 'listen.tls.client-ca' },
    ])
  })
  t.test('an encrypted key is refused', async (t) => {
    const key = createPrivateKey(certificate('three').key)
    const encrypted = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    folder.write('encrypted.key', encrypted)
    t.match(folder.faults(listen('cert: one.crt, key: encrypted.key')), [{ message: /is encrypted/ }])
  })
  t.test('no message shows a key', async (t) => {
    const body = /[A-Za-z0-9+/]{40}/
    t.match(certificate('four').key, body)
    t.notMatch(folder.message(listen('cert: one.key, key: one.crt')).replaceAll(folder.path, ''), body)
  })
})
