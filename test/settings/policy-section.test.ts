import { join } from 'node:path'
import t from 'tap'
import { policySection } from '../../src/settings/index.ts'

t.test('paths of a section of its own start at its folder, and nothing else changes', async (t) => {
  const folder = t.testdir({
    'gate.yaml': `source: bundle
path: live/policy.bundle
registers: /elsewhere/registers.bundle
signers:
  - { name: bob, key: bob.pub.pem, may: [policy] }
  - { name: cyd, key: "-----BEGIN PUBLIC KEY-----", may: [policy] }
threshold: 2
`,
  })
  t.same(JSON.parse(policySection(join(folder, 'gate.yaml'))), {
    source: 'bundle',
    path: join(folder, 'live/policy.bundle'),
    registers: '/elsewhere/registers.bundle',
    signers: [
      { name: 'bob', key: join(folder, 'bob.pub.pem'), may: ['policy'] },
      { name: 'cyd', key: '-----BEGIN PUBLIC KEY-----', may: ['policy'] },
    ],
    threshold: '2',
  })
})

t.test('what is no section says so, with its line', async (t) => {
  const folder = t.testdir({ 'list.yaml': '- source\n', 'twice.yaml': 'source: bundle\nsource: directory\n' })
  t.throws(() => policySection(join(folder, 'list.yaml')), { message: /must hold the keys of the section `policy`/ })
  t.throws(() => policySection(join(folder, 'twice.yaml')), { message: /twice\.yaml:2/ })
})
