// What the keys of `redis` demand of each other: one way to the servers, and only the keys that belong to it.
import { entriesAt, nodeAt, type Report, textAt } from './at-path.ts'
import { isLoopback } from './scalars.ts'
import { refersElsewhere } from './substitute.ts'

const ways = ['url', 'sentinels', 'cluster'] as const

/** @param tree after substitution */
export function redisRelations(tree: unknown, report: Report): void {
  if (nodeAt(tree, ['redis']) === undefined) return
  const has = (key: string): boolean => nodeAt(tree, ['redis', key]) !== undefined
  const [way, another] = ways.filter(has)
  if (way === undefined)
    report(['redis'], 'names no servers: write `url`, or `sentinels` with `master`, or `cluster`', 'key')
  if (another !== undefined)
    report(['redis', another], `stands beside \`${way}\`: there is one way to the servers`, 'key')
  const belongs = (key: string, to: readonly string[], why: string): void => {
    if (has(key) && way !== undefined && !to.includes(way)) report(['redis', key], why, 'key')
  }
  belongs('master', ['sentinels'], 'belongs to `sentinels`: take it out')
  for (const key of ['user', 'password'])
    belongs(key, ['sentinels', 'cluster'], 'belongs into the URL: `rediss://user:${PASSWORD}@host:port`')
  for (const key of ['sentinel-user', 'sentinel-password'])
    belongs(key, ['sentinels'], 'belongs to `sentinels`: take it out')
  if (way === 'sentinels' && !has('master')) report(['redis', 'sentinels'], 'needs `master` beside it', 'key')
  for (const [user, password] of [
    ['user', 'password'],
    ['sentinel-user', 'sentinel-password'],
  ] as const) {
    if (has(user) && !has(password)) report(['redis', user], `needs \`${password}\` beside it`)
  }
  plaintext(tree, way, report)
}

/** Neither password nor entry crosses a wire in the open unless somebody has said so in the file. */
function plaintext(tree: unknown, way: (typeof ways)[number] | undefined, report: Report): void {
  const accepted = nodeAt(tree, ['redis', 'insecure-plaintext']) !== undefined
  const url = textAt(tree, ['redis', 'url'])
  if (way === 'url' && url?.startsWith('redis:') === true) {
    if (nodeAt(tree, ['redis', 'tls']) !== undefined)
      report(['redis', 'tls'], 'is not used by `redis://`: write `rediss://`', 'key')
    const bare = url.replace(/^redis:/, 'http:')
    if (!accepted && URL.canParse(bare) && !isLoopback(new URL(bare).hostname))
      report(['redis', 'url'], 'is not `rediss://`: write that, or add `insecure-plaintext: accepted` beside it')
  }
  if (way === undefined || way === 'url' || accepted || nodeAt(tree, ['redis', 'tls']) !== undefined) return
  for (const [index, entry] of entriesAt(tree, ['redis', way]).entries()) {
    // What is no address at all is the schema's to refuse.
    const host = typeof entry === 'string' ? /^(.+):\d+$/.exec(entry)?.[1] : undefined
    if (host === undefined || isLoopback(host)) continue
    const message = 'is reached in the open: add `tls`, or `insecure-plaintext: accepted`'
    report(['redis', way, index], message)
  }
}

/** @param source as written */
export function redisSecrets(source: unknown, report: Report, message: string): void {
  for (const key of ['password', 'sentinel-password']) {
    const text = textAt(source, ['redis', key])
    if (text !== undefined && !refersElsewhere(text)) report(['redis', key], message)
  }
  const url = textAt(source, ['redis', 'url'])
  const password = url === undefined ? undefined : /^[a-z]+:\/\/[^@/]*?:([^@]+)@/.exec(url)?.[1]
  if (password !== undefined && !refersElsewhere(password)) report(['redis', 'url'], `has a password that ${message}`)
}
