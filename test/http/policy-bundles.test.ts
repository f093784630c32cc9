// A real `serve` that enforces approved bundles: what is refused, what one officer may do, what two may, and what a restart keeps.
import { copyFile, cp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { records } from '../support/gate.ts'
import { keyFiles, runPolicy } from '../support/officers.ts'
import { type Serving, surroundings } from '../support/serve.ts'

t.setTimeout(600_000)

interface Readiness {
  readonly status: string
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[]
}

t.test('bundles from the first refusal to the restart', async (t) => {
  const around = await surroundings(t)
  const at = (name: string): string => join(around.folder, name)
  const policies = at('policies')
  await cp(around.policies, policies, { recursive: true })
  for (const name of ['bob', 'cyd', 'eve']) keyFiles(around.folder, name)
  const policy = `
  source: bundle
  path: policy.bundle
  registers: registers.bundle
  signers:
    - { name: bob, key: bob.pub.pem, may: [policy] }
    - { name: cyd, key: cyd.pub.pem, may: [policy] }
    - { name: eve, key: eve.pub.pem, may: [registers] }`

  const build = (file: string, ...more: readonly string[]): void => {
    const { code, err } = runPolicy('build', policies, '-o', at(file), '--author', 'ann', ...more)
    if (code !== 0) throw new Error(err)
  }
  const sign = (file: string, ...names: readonly string[]): void => {
    for (const name of names) {
      const { code, err } = runPolicy('sign', at(file), '--key', at(`${name}.pem`))
      if (code !== 0) throw new Error(err)
    }
  }
  const deploy = async (file: string): Promise<void> => {
    await copyFile(at(file), at('policy.bundle.new'))
    await rename(at('policy.bundle.new'), at('policy.bundle'))
  }
  let serving: Serving
  const readiness = async (): Promise<Readiness> => (await (await fetch(`${serving.admin}/readyz`)).json()) as Readiness
  const check = async (name: string) => (await readiness()).checks.find((one) => one.name === name)
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    for (let tries = 0; !(await holds()); tries++) {
      if (tries > 600) throw new Error(`it never came to hold: ${what}; ${JSON.stringify(await readiness())}`)
      await sleep(100)
    }
  }
  const policyIs = (pattern: RegExp) =>
    until(String(pattern), async () => pattern.test((await check('policy'))?.detail ?? ''))
  const metrics = async (): Promise<string> => (await fetch(`${serving.admin}/metrics`)).text()
  const ask = async (model: string): Promise<number> => {
    const answer = await fetch(`${serving.data}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await around.provider.token('us-citizen')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] }),
    })
    await answer.arrayBuffer()
    return answer.status
  }

  // A name that nobody else uses, so that a test can take it away.
  const catalogue = join(policies, 'catalogue/models.yaml')
  const shipped = await readFile(catalogue, 'utf8')
  const named = shipped.replace(/(\n +)(fable-latest: .*)/, '$1$2$1fable-next: { forward-as: fable-5 }')
  if (named === shipped) throw new Error('nothing was named')
  await writeFile(catalogue, named)

  build('one.bundle', '--registers', at('registers.bundle'))
  sign('registers.bundle', 'eve')
  await deploy('one.bundle')
  serving = await around.serve('', { policy })
  t.equal(await ask('fable-next'), 503, 'an unsigned policy is none')
  t.match(await check('policy'), { ok: false, detail: /approved by nobody whom the settings name/ })
  sign('one.bundle', 'bob')
  await deploy('one.bundle')
  await policyIs(/lacks 1 of its approvals beside bob/)
  t.equal(await ask('fable-next'), 503, 'the first policy opens, and one officer opens nothing')
  sign('one.bundle', 'cyd')
  await deploy('one.bundle')
  await policyIs(/^serial 1, registers serial 1, sha256:[0-9a-f]{64}$/)
  t.equal(await ask('fable-next'), 200)
  t.match(await readiness(), { status: 'ready' })

  // One officer closes.
  await writeFile(catalogue, shipped)
  build('two.bundle', '--without-registers', '--after', at('one.bundle'))
  await deploy('two.bundle')
  await policyIs(/serial 2 is approved by nobody/)
  t.equal(await ask('fable-next'), 200, 'the last good one serves')
  sign('two.bundle', 'cyd')
  await deploy('two.bundle')
  await policyIs(/^serial 2, /)
  t.equal(await ask('fable-next'), 404)
  t.match(await check('policy-approval'), {
    ok: true,
    detail: /policy bundle with serial 2 lacks 1 of its approvals, due by 20/,
  })

  // Two open.
  await writeFile(catalogue, named)
  build('three.bundle', '--without-registers', '--after', at('two.bundle'))
  sign('three.bundle', 'bob')
  await deploy('three.bundle')
  await policyIs(/^serial 2, .*serial 3 lacks 1 of its approvals beside bob/)
  t.equal(await ask('fable-next'), 404)
  sign('three.bundle', 'cyd')
  await deploy('three.bundle')
  await policyIs(/^serial 3, [^;]*$/)
  t.equal(await ask('fable-next'), 200)
  t.match(await check('policy-approval'), { ok: true, detail: 'approved' })

  // What goes wrong with the file changes nothing, and a crash neither.
  await deploy('two.bundle')
  await policyIs(/^serial 3, .*is older than the one in force/)
  await rm(at('policy.bundle'))
  await policyIs(/^serial 3, .*cannot be read: ENOENT/)
  await writeFile(at('policy.bundle'), (await readFile(at('three.bundle'), 'utf8')).slice(0, -200))
  await policyIs(/^serial 3, .*is no bundle/)
  await symlink(at('one.bundle'), at('policy.bundle.new'))
  await rename(at('policy.bundle.new'), at('policy.bundle'))
  await policyIs(/^serial 3, .*serial 1 is older/)
  const text = await metrics()
  t.match(text, /portcullis_policy_rejected_total\{code="bundle_unsigned"\} \d/)
  t.match(text, /portcullis_policy_rejected_total\{code="approvals_missing"\} 2/)
  t.match(text, /portcullis_policy_serial 3/)
  t.match(text, /portcullis_ready\{check="policy"\} 0/)
  t.match(text, /portcullis_policy_expiry_seconds\{bundle="registers"\} 60\d\d\d\d/)

  await serving.end('SIGKILL')
  serving = await around.serve('', { policy })
  t.match(await check('policy'), { ok: false, detail: /^serial 3, .*kept from before the start.*serial 1 is older/ })
  t.equal(await ask('fable-next'), 200)
  await deploy('three.bundle')
  await until('ready', async () => (await readiness()).status === 'ready')
  await serving.end('SIGTERM')

  const told = (await records(around)).flatMap((record) =>
    record.k === 'policy.loaded' || record.k === 'policy.rejected' ? [record] : [],
  )
  const loaded = told.filter(({ k }) => k === 'policy.loaded').map(({ about }) => about)
  t.match(loaded, [
    {
      serial: 1,
      unsigned: false,
      author: 'ann',
      approvers: ['bob', 'cyd'],
      registers_approvers: ['eve'],
      before: null,
    },
    {
      serial: 2,
      approvers: ['cyd'],
      approval_due: /^20/,
      changed: ['catalogue/models.yaml'],
    },
    { serial: 3, approvers: ['bob', 'cyd'], approval_due: null, changed: ['catalogue/models.yaml'], exposure: [] },
    { serial: 3, changed: [] },
  ])
  t.match(
    String(loaded[0] && 'exposure' in loaded[0] && loaded[0].exposure),
    /comprehensive-embargo@1 holds from [^,]*Z, enforced here since [^,]*Z/,
  )
  t.match(loaded[2], { before: (loaded[1] as { readonly digest: string }).digest })
  const codes = new Set(told.flatMap((one) => (one.k === 'policy.rejected' ? [one.about.code] : [])))
  t.same([...codes].toSorted(), [
    'approvals_missing',
    'bundle_faulty',
    'bundle_unreadable',
    'bundle_unsigned',
    'serial_not_higher',
  ])
})
