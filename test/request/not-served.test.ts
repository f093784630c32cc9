// The route table against the official SDKs: every operation that they can send is served by a row, or counted among what is not, with
// a reason. An SDK's update that brings a new one fails here: serve it, or read what it does and count it.

import t from 'tap'
import { routes } from '../../src/request/index.ts'
import { type NotServed, notServed } from '../../src/request/not-served.ts'
import { declared } from './declared-operations.ts'

/** As the SDK's own code names them. */
const served: ReadonlySet<string> = new Set(
  routes.flatMap(({ dialect, method, path }) => {
    const plain = path.replace(/\{\w+\}/g, '{}')
    if (dialect === 'ollama') return [plain]
    const [, call] = /(\{\}:\w+)$/.exec(plain) ?? []
    return call === undefined ? [`${method} ${plain}`] : [call, `${method} ${plain}`]
  }),
)
const isUnder = (operation: string, { under }: NotServed): boolean => {
  const path = operation.split(' ').at(-1) ?? ''
  return path === under || path.startsWith(`${under}/`)
}

for (const [sdk, operations] of Object.entries(declared)) {
  const left = operations.filter((operation) => !served.has(operation))
  const rows = notServed[sdk] ?? []

  t.test(`${sdk}: what the route table lacks is counted, and nothing else is`, async (t) => {
    t.ok(operations.length > 10, 'its code was read')
    for (const row of rows) {
      const under = left.filter((operation) => isUnder(operation, row))
      t.equal(under.length, row.operations, `${row.under}:\n${under.join('\n')}`)
      t.match(row.why, /^\S.{15,}$/)
    }
    t.strictSame(
      left.filter((operation) => !rows.some((row) => isUnder(operation, row))),
      [],
      'serve it, or say in src/request/not-served.ts why not',
    )
    const names = rows.map(({ under }) => under)
    t.strictSame(names, names.toSorted(), 'sorted')
  })
  t.test(`${sdk}: some of its operations are served`, async (t) => {
    t.ok(operations.some((operation) => served.has(operation)))
  })
}
