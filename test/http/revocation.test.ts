// Revocation over HTTP: what each kind reaches, at once, in the order of exits, on record; and what it does not reach.
import t from 'tap'
import { ask, decision, gateFor } from '../support/gate.ts'
import { revocationEvents, revocationsRoute, revoker } from '../support/revoking.ts'

const at = (instant: string): number => Date.parse(instant)
const seconds = (instant: string): number => at(instant) / 1_000

t.test(
  'row 28: a session that is revoked at 21:00 is refused at 21:10 for a token of 20:30, not for one of 21:05',
  async (t) => {
    const world = await gateFor(t, { now: at('2026-06-20T21:00:00Z') })
    const revoke = revoker(world)
    const of = (iat: string) => world.provider.mint({ sub: 'alice', sub_type: 'person', sid: 's-1', iat: seconds(iat) })
    const before = await of('2026-06-20T20:30:00Z')
    t.equal((await ask(world, { token: before, model: 'open-1' })).code, '200')
    t.equal((await ask(world, { token: before, model: 'open-1' })).code, '200')

    const begun = await revoke('operator', { kind: 'session', id: 's-1', why: 'laptop stolen' })
    t.match(begun, {
      status: 201,
      json: {
        begun: true,
        cut: 0,
        revocation: {
          of: { kind: 'session', issuer: world.provider.issuer, session: 's-1', issuedUntil: /^2026-06-20T21:0/ },
          why: 'laptop stolen',
          by: { subject: 'operator' },
          forgotten_at: /^2026-06-22T21:0/,
        },
      },
    })
    await world.setNow(at('2026-06-20T21:10:00Z'))
    const refused = await ask(world, { token: before, model: 'open-1' })
    t.match(refused, { status: 401, code: 'session_revoked', json: { error: { type: 'authentication_error' } } })
    t.match(refused.headers.get('www-authenticate'), /error="invalid_token"/)
    t.notMatch(refused.text, /laptop|s-1|2026/, 'nothing but the code is told')
    const record = await decision(world, refused.headers.get('portcullis-decision') ?? '')
    t.match(record, {
      effect: 'deny',
      basis: 'session',
      reason: 'session_revoked',
      detail: `revocation ${begun.json.revocation?.id}`,
      cache: { state: 'none' },
      subject: { subject: /^hk1:/, session: /^hk1:/ },
    })

    const after = await ask(world, { token: await of('2026-06-20T21:05:00Z'), model: 'open-1' })
    t.equal(after.code, '200')
    const permitted = await decision(world, after.headers.get('portcullis-decision') ?? '')
    t.match(permitted?.policy?.revocations, /^sha256:[0-9a-f]{64}$/)
    t.equal((await ask(world, { token: await of('2026-06-20T21:00:00Z'), model: 'open-1' })).code, 'session_revoked')
  },
)

t.test('each kind reaches what it names, and nothing else', async (t) => {
  const world = await gateFor(t)
  const revoke = revoker(world)
  const organization = 'https://portcullis.dev/claims/organization'
  const mint = (sub: string, more: Record<string, unknown> = {}) =>
    world.provider.mint({ sub, sub_type: 'person', ...more })
  const code = async (token: string) => (await ask(world, { token, model: 'open-1' })).code
  const jtiOf = (token: string): string =>
    (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { jti: string }).jti
  /** As far ahead as an issuer's clock may be: after everything that is revoked until now. */
  const later = (): number => Math.floor(world.clock.now() / 1_000) + 20

  await t.test('a token by its `jti`, and no other of the same person', async (t) => {
    const [one, other] = [await mint('bob'), await mint('bob')]
    t.equal((await revoke('compliance', { kind: 'token', jti: jtiOf(one), why: 'leaked' })).status, 201)
    t.strictSame([await code(one), await code(other)], ['token_invalid', '200'])
    const refused = await ask(world, { token: one, model: 'open-1' })
    t.match(await decision(world, refused.headers.get('portcullis-decision') ?? ''), { reason: 'token_revoked' })
  })

  await t.test('a token by what is signed of it', async (t) => {
    const [one, other] = [await mint('bob'), await mint('bob')]
    const signed = one.slice(0, one.lastIndexOf('.'))
    const sha256 = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(signed)))
    t.match(await revoke('compliance', { kind: 'token', sha256: sha256.toString('hex'), why: 'leaked' }), {
      status: 201,
      json: { revocation: { of: { kind: 'token-content', digest: sha256.toString('base64url') } } },
    })
    t.strictSame([await code(one), await code(other)], ['token_invalid', '200'])
    // Of (r, s) of an ES256 signature whoever holds the token can make (r, n − s), which is as good.
    const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')
    const signature = Buffer.from(one.slice(one.lastIndexOf('.') + 1), 'base64url')
    const s = BigInt(`0x${signature.subarray(32).toString('hex')}`)
    const mirrored = Buffer.concat([
      signature.subarray(0, 32),
      Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex'),
    ])
    const twin = `${signed}.${mirrored.toString('base64url')}`
    t.not(twin, one)
    t.equal(await code(twin), 'token_invalid')
    const refused = await ask(world, { token: twin, model: 'open-1' })
    t.match(
      await decision(world, refused.headers.get('portcullis-decision') ?? ''),
      { reason: 'token_revoked' },
      'it is as good, and revoked as well',
    )
  })

  await t.test('a subject: its tokens so far, also where it acts for somebody else or did', async (t) => {
    const before = await mint('eve')
    const acting = await mint('carol', { act: { sub: 'eve', sub_type: 'service' } })
    const acted = await mint('carol', { act: { sub: 'agent', act: { sub: 'eve' } } })
    const [otherName, plain] = [await mint('Eve'), await mint('carol')]
    t.strictSame(await Promise.all([before, acting, acted, otherName, plain].map(code)), Array(5).fill('200'))
    t.equal((await revoke('operator', { kind: 'subject', id: 'eve', why: 'left' })).status, 201)
    t.strictSame(await Promise.all([before, acting, acted].map(code)), Array(3).fill('session_revoked'))
    t.strictSame(await Promise.all([otherName, plain].map(code)), ['200', '200'])
    t.equal(await code(await mint('eve', { iat: later() })), '200', 'who signs in anew is let in')
    const again = await revoke('operator', { kind: 'subject', id: 'eve', for_good: true, why: 'left' })
    t.match(again, { status: 201, json: { revocation: { of: { issuedUntil: null }, forgotten_at: null } } })
    t.equal(await code(await mint('eve', { iat: later() })), 'session_revoked', 'unless it is for good')
  })

  await t.test('a subject, as far as it is said', async (t) => {
    const token = await mint('mallory')
    const until = '2026-06-20T11:00:00Z'
    t.equal((await revoke('operator', { kind: 'subject', id: 'mallory', issued_until: until, why: 'x' })).status, 201)
    t.equal(await code(token), '200')
    t.equal(await code(await mint('mallory', { iat: seconds(until) })), 'session_revoked')
  })

  await t.test('an organization, for good', async (t) => {
    const [inside, outside] = [await mint('ann', { [organization]: 'org-q' }), await mint('ann')]
    t.match(await revoke('compliance', { kind: 'organization', id: 'org-q', why: 'contract ended' }), {
      json: { revocation: { of: { issuedUntil: null } } },
    })
    t.strictSame([await code(inside), await code(outside)], ['session_revoked', '200'])
    t.equal(await code(await mint('ann', { [organization]: 'org-q', iat: later() })), 'session_revoked')
    t.equal(await code(await mint('ann', { [organization]: 'org-Q', iat: later() })), '200', 'compared exactly')
  })

  await t.test('an officer, on this listener too', async (t) => {
    t.equal((await revoke('auditor')).status, 200)
    t.equal((await revoke('compliance', { kind: 'subject', id: 'auditor', for_good: true, why: 'left' })).status, 201)
    t.match(await revoke('auditor'), { status: 401, json: { error: { code: 'session_revoked' } } })
  })

  await t.test('asked over AuthZEN it is the same', async (t) => {
    const evaluate = async (context: object) => {
      const response = await fetch(`${world.gateway.admin}/access/v1/evaluation`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await world.provider.token('enforcement-point')}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({
          subject: { type: 'person', id: 'grace' },
          action: { name: 'infer' },
          resource: { type: 'model', id: 'open-1' },
          context: { place: { country: 'US', region: 'US-CA' }, token: { iss: world.provider.issuer, ...context } },
        }),
      })
      const { context: told } = (await response.json()) as { context: { reason: string } }
      return told.reason
    }
    await revoke('operator', { kind: 'session', id: 's-grace', why: 'x' })
    await revoke('operator', { kind: 'token', jti: 'j-grace', why: 'x' })
    const iat = seconds('2026-06-20T11:59:00Z')
    t.equal(await evaluate({ sid: 's-grace', iat }), 'session_revoked')
    t.equal(await evaluate({ sid: 's-grace' }), 'session_revoked', 'of an age that nobody states')
    t.equal(await evaluate({ sid: 's-grace', iat: later() }), 'permitted')
    t.equal(await evaluate({ jti: 'j-grace', iat: later() }), 'token_revoked')
    await revoke('operator', { kind: 'subject', id: 'grace', why: 'x' })
    t.equal(await evaluate({ iat }), 'revoked')
  })
})

t.test('a grant that is revoked helps nobody from now on, until two officers lift it', async (t) => {
  const world = await gateFor(t, { now: at('2026-06-27T12:00:00Z') })
  const revoke = revoker(world)
  const token = await world.provider.token('partner-foreign')
  const asked = () => ask(world, { token, model: 'mythos-5' })
  const grant = 'us-bis-2026-06-26-annex'
  t.equal((await asked()).code, '200')
  t.match(await revoke('compliance', { kind: 'grant', id: 'us-bis-2026-06-26-anex', why: 'x' }), {
    status: 404,
    json: { error: { code: 'grant_unknown', message: new RegExp(`is \`${grant}\` meant`) } },
  })
  const begun = await revoke('compliance', { kind: 'grant', id: grant, why: 'letter' })
  t.match(begun, { status: 201, json: { revocation: { of: { kind: 'grant', grant }, forgotten_at: null } } })
  const refused = await asked()
  t.strictSame([refused.status, refused.code], [403, 'grant_revoked'])
  const record = await decision(world, refused.headers.get('portcullis-decision') ?? '')
  t.match(record, { basis: 'grant', reason: 'grant_revoked', cache: { state: 'computed' } })
  const shown = await fetch(`${world.gateway.admin}/v1/decisions/${record?.id}`, {
    headers: { authorization: `Bearer ${await world.provider.token('auditor')}` },
  })
  t.match(await shown.text(), /revoked/)

  const lift = `${revocationsRoute}/${begun.json.revocation?.id}/lift`
  t.match(await revoke('compliance', { why: 'mistake' }, lift), { status: 202, json: { lifted: false } })
  t.match(await revoke('compliance', { why: 'mistake' }, lift), {
    status: 409,
    json: { error: { code: 'second_officer_needed' } },
  })
  t.equal((await revoke('operator', { why: 'mistake' }, lift)).status, 403, 'an operator revokes, and lifts nothing')
  t.equal((await asked()).code, 'grant_revoked')
  t.match(await revoke('compliance-2', { why: 'mistake' }, lift), { status: 200, json: { lifted: true } })
  t.equal((await asked()).code, '200')
  t.match(await revoke('compliance', { why: 'once more' }, lift), { status: 404 })
  t.strictSame(
    (await revocationEvents(world)).map(({ k }) => k),
    ['revocation.begun', 'revocation.lift_asked', 'revocation.lift_asked', 'revocation.lifted'],
  )
})

t.test('only whoever may, only what can be meant, and everything on record and shown', async (t) => {
  const world = await gateFor(t)
  const revoke = revoker(world)
  const some = { kind: 'subject', id: 'alice', why: 'x' }
  for (const who of ['auditor', 'enforcement-point', 'us-citizen'])
    t.match(await revoke(who, some), { status: 403, json: { error: { code: 'role_required' } } }, who)
  t.equal((await revoke('enforcement-point')).status, 403)
  const unreadable = [
    { kind: 'subject', id: 'alice' },
    { kind: 'subject', why: 'x' },
    { kind: 'subject', id: '', why: 'x' },
    { kind: 'subject', id: 'a\u0000', why: 'x' },
    { kind: 'subject', id: 'alice', why: 'x', issued_until: 'noon' },
    { kind: 'subject', id: 'alice', why: 'x', issued_until: '2026-06-20T12:00:00Z', for_good: true },
    { kind: 'subject', id: 'alice', why: 'x', until: '2026-06-20T12:00:00Z' },
    { kind: 'token', why: 'x' },
    { kind: 'token', jti: 'a', sha256: 'a'.repeat(64), why: 'x' },
    { kind: 'token', sha256: 'a'.repeat(63), why: 'x' },
    { kind: 'token', id: 'a', why: 'x' },
    { kind: 'grant', id: 'a', issuer: 'b', why: 'x' },
    { kind: 'everything', why: 'x' },
    [],
  ]
  for (const body of unreadable)
    t.match(
      await revoke('operator', body),
      { status: 400, json: { error: { code: 'request_unreadable' } } },
      JSON.stringify(body),
    )
  t.match(await revoke('operator', { ...some, issuer: `${world.provider.issuer}/` }), {
    status: 404,
    json: { error: { code: 'issuer_unknown', message: /the settings have no issuer/ } },
  })
  t.match((await revoke('auditor')).json, { epoch: 0, digest: null, revocations: [] })

  const first = await revoke('operator', { ...some, for_good: true })
  t.equal(first.status, 201)
  t.match(await revoke('compliance', { ...some, for_good: true, why: 'heard of it too' }), {
    status: 200,
    json: { begun: false, cut: 0, revocation: { id: first.json.revocation?.id, why: 'x' } },
  })
  t.match((await revoke('auditor')).json, {
    epoch: 1,
    digest: /^sha256:/,
    revocations: [{ id: first.json.revocation?.id }],
  })
  const [event, ...more] = await revocationEvents(world)
  t.strictSame(more, [])
  t.match(event, {
    k: 'revocation.begun',
    about: {
      kind: 'subject',
      of: world.gateway.gate.log.pseudonym('subject', 'alice', world.provider.issuer),
      ofIssuer: world.provider.issuer,
      issuedUntil: null,
      why: 'x',
      subject: /^hk1:/,
      revocations: /^sha256:/,
      cut: 0,
    },
  })
  t.notMatch(JSON.stringify(event), 'alice')
  const ready = await fetch(`${world.gateway.admin}/readyz`)
  const { checks } = (await ready.json()) as { checks: { name: string; ok: boolean; detail: string }[] }
  t.strictSame(
    checks.find(({ name }) => name === 'revocations'),
    { name: 'revocations', ok: true, detail: '1 revocation in force' },
  )
  const metrics = await (await fetch(`${world.gateway.admin}/metrics`)).text()
  t.match(metrics, /^portcullis_revocations\{kind="subject"\} 1$/m)
  t.match(metrics, /^portcullis_revocations\{kind="grant"\} 0$/m)
})
