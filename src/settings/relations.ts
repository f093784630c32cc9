// What one setting demands of another. These look at the texts of the file and not at parsed values, so that a fault in one place
// does not hide a fault in another: all of them come out in one run.
import { isIP } from 'node:net'
import { workerLimits } from '../worker-limits.ts'
import { entriesAt, nodeAt, type Report, textAt } from './at-path.ts'
import { redisRelations, redisSecrets } from './redis-relations.ts'
import { isLoopback } from './scalars.ts'
import { type Path, refersElsewhere } from './substitute.ts'

export interface Relation {
  readonly path: Path
  readonly message: string
  /** Where the fault is a key that is absent, the position of what stands around it is shown. */
  readonly at?: 'key' | 'value'
}

/**
 * @param value the tree after substitution
 * @param source the tree as written, to tell a reference from a secret in the open
 * @param of whose settings they are
 */
export function relationsOf(value: unknown, source: unknown, of: 'gate' | 'control'): readonly Relation[] {
  const found: Relation[] = []
  const report: Report = (path, message, at = 'value') => found.push({ path, message, at })
  listeners(value, report)
  upstreams(value, report)
  uniqueIn(value, ['issuers'], 'issuer', 'issuer', report)
  places(value, report)
  uniqueIn(value, ['default-models'], 'operation', 'operation', report)
  policy(value, report)
  redisAndFleet(value, of, report)
  redisRelations(value, report)
  followed(value, of, report)
  if (of === 'gate') workers(value, report)
  plaintext(value, report)
  secrets(source, report)
  return found
}

function listeners(tree: unknown, report: Report): void {
  const data = textAt(tree, ['listen', 'address'])
  if (data !== undefined && data === textAt(tree, ['admin', 'address']) && !data.endsWith(':0')) {
    report(['admin', 'address'], 'is the address of `listen` too: the admin listener has a port of its own')
  }
}

function upstreams(tree: unknown, report: Report): void {
  uniqueIn(tree, ['upstreams'], 'name', 'name', report)
  const servedBy = new Map<string, number>()
  for (const [index, entry] of entriesAt(tree, ['upstreams']).entries()) {
    const dialect = textAt(entry, ['dialect']) ?? ''
    vertexPlace(entry, index, report)
    awsKey(entry, index, report)
    outputLimit(entry, index, report)
    for (const [position, model] of entriesAt(entry, ['models']).entries()) {
      if (typeof model !== 'string') continue
      const id = JSON.stringify([dialect, model])
      const first = servedBy.get(id)
      if (first === undefined) servedBy.set(id, index)
      else {
        const where =
          first === index ? 'twice in this list' : `at \`upstreams[${first}]\` too, which speaks the same dialect`
        report(
          ['upstreams', index, 'models', position],
          `stands ${where}: a model has exactly one upstream of its dialect`,
        )
      }
    }
  }
}

/** Elsewhere the API itself says which field it is. */
function outputLimit(entry: unknown, index: number, report: Report): void {
  if (textAt(entry, ['output-limit']) === undefined || textAt(entry, ['dialect']) === 'openai') return
  report(['upstreams', index, 'output-limit'], 'belongs to `dialect: openai` alone: take it out')
}

/** Vertex AI keeps project and location in the path of every request. */
function vertexPlace(entry: unknown, index: number, report: Report): void {
  const isVertex = (textAt(entry, ['dialect']) ?? '').startsWith('vertex')
  for (const key of ['project', 'location']) {
    const has = textAt(entry, [key]) !== undefined
    if (isVertex && !has) {
      report(['upstreams', index, 'dialect'], `needs \`${key}\` beside it: the path of every request names one`)
    }
    if (!isVertex && has) {
      report(['upstreams', index, key], 'belongs to Vertex AI alone: take it out')
    }
  }
}

function awsKey(entry: unknown, index: number, report: Report): void {
  if (nodeAt(entry, ['sigv4']) === undefined) return
  const path = ['upstreams', index, 'sigv4']
  if (textAt(entry, ['dialect']) !== 'bedrock') report(path, 'belongs to `dialect: bedrock`: take it out', 'key')
  if (nodeAt(entry, ['credential']) !== undefined)
    report(path, 'stands beside `credential`: keep the one that the gateway signs in with', 'key')
}

function uniqueIn(tree: unknown, path: Path, key: string, noun: string, report: Report): void {
  const seen = new Map<string, number>()
  for (const [index, entry] of entriesAt(tree, path).entries()) {
    const text = textAt(entry, [key])
    if (text === undefined) continue
    const first = seen.get(text)
    if (first === undefined) seen.set(text, index)
    else report([...path, index, key], `is the ${noun} of \`${path.join('.')}[${first}]\` too: keep one`)
  }
}

/** An operator's place is believed before every database: one that is wrong opens more than any caller could. */
function places(tree: unknown, report: Report): void {
  uniqueIn(tree, ['places'], 'cidr', 'range', report)
  for (const [index, entry] of entriesAt(tree, ['places']).entries()) {
    if (textAt(entry, ['cidr'])?.endsWith('/0'))
      report(['places', index, 'cidr'], 'is every address there is: name the ranges whose place you know')
    const [country, region] = [textAt(entry, ['country']), textAt(entry, ['region'])]
    // What is no region at all is the schema's to refuse.
    if (country === undefined || region === undefined || !/^[A-Z]{2}-/.test(region)) continue
    if (!region.startsWith(`${country}-`))
      report(['places', index, 'region'], `is no region of \`${country}\`, the country beside it`)
  }
}

function policy(tree: unknown, report: Report): void {
  if (nodeAt(tree, ['policy']) === undefined) return
  const has = (key: string): boolean => nodeAt(tree, ['policy', key]) !== undefined
  const source = textAt(tree, ['policy', 'source'])
  if (source === 'directory') {
    if (!has('unsigned'))
      report(['policy', 'source'], 'is unsigned by nature: accept that with `unsigned: accepted` beside it')
    for (const key of ['signers', 'registers']) {
      if (has(key)) report(['policy', key], 'belongs to `source: bundle`: nobody signs a directory')
    }
  } else if (source === 'bundle') {
    if (!has('signers') && !has('unsigned'))
      report(
        ['policy', 'source'],
        'names nobody who could approve it: add `signers` and `registers`, or, for development, `unsigned: accepted`',
      )
    if (has('signers') && has('unsigned'))
      report(['policy', 'unsigned'], 'stands beside `signers`: take it out, or nobody knows whether signatures count')
    if (has('signers') && !has('registers'))
      report(['policy', 'signers'], 'needs `registers` beside it: policy and registers are approved apart')
  }
}

function redisAndFleet(tree: unknown, of: 'gate' | 'control', report: Report): void {
  const redis = nodeAt(tree, ['redis']) !== undefined
  const fleet = nodeAt(tree, ['fleet']) !== undefined
  const isFollowing = of === 'control' || nodeAt(tree, ['fleet', 'control']) !== undefined
  if (redis && !fleet) {
    report(
      ['redis'],
      'needs `fleet: { key: ... }` beside it: without a key of our own, whoever owns Redis could permit',
      'key',
    )
  }
  const [key, previous] = ['key', 'previous-key'].map((name) => textAt(tree, ['fleet', name]))
  if (previous !== undefined && previous === key)
    report(['fleet', 'previous-key'], 'is the key of now: write the one before it, or take it out')
  if (fleet && !redis && !isFollowing)
    report(['fleet'], 'is used with `redis` or `control` only: take it out, or add one of them', 'key')
}

/** Whose policy it is, said twice alike: a gate that follows nobody although somebody meant it to would keep an old policy unseen. */
function followed(tree: unknown, of: 'gate' | 'control', report: Report): void {
  const source = textAt(tree, ['policy', 'source'])
  const follows = nodeAt(tree, ['fleet', 'control']) !== undefined
  if (source === 'control') {
    if (of === 'gate' && !follows)
      report(['policy', 'source'], 'needs `fleet: { control: { url: ..., key: ... } }`: whose policy is it?')
    for (const key of ['path', 'registers']) {
      if (nodeAt(tree, ['policy', key]) !== undefined)
        report(['policy', key], 'is a file, and the policy comes from `control`: take it out, and publish it there')
    }
    const has = (key: string): boolean => nodeAt(tree, ['policy', key]) !== undefined
    if (!has('signers') && !has('unsigned'))
      report(
        ['policy', 'source'],
        'names nobody who could approve what is published: add `signers`, or, for development, `unsigned: accepted`',
      )
    if (has('signers') && has('unsigned'))
      report(['policy', 'unsigned'], 'stands beside `signers`: take it out, or nobody knows whether signatures count')
  } else if (source !== undefined && (of === 'control' || follows)) {
    report(['policy', 'source'], 'is not what the fleet follows: write `control`, and publish the policy there')
  }
}

/** An officer's word reaches the one worker that took the connection; only control's reaches all of them. */
function workers(tree: unknown, report: Report): void {
  const text = textAt(tree, ['process', 'workers'])
  const isSeveral =
    text === 'cores' || (/^\d+$/.test(text ?? '') && Number(text) > 1 && Number(text) <= workerLimits.most)
  if (!isSeveral || nodeAt(tree, ['fleet', 'control']) !== undefined) return
  report(
    ['process', 'workers'],
    'is more than one process, of which each would have suspensions, revocations and amounts of its own: write `1`, or let the gate follow a control (`fleet.control`), whose word holds in all of them',
  )
}

/** Nothing secret crosses a wire in the open unless somebody has said so in the file. */
function plaintext(tree: unknown, report: Report): void {
  const accepted = (path: Path): boolean => nodeAt(tree, [...path, 'insecure-plaintext']) !== undefined
  for (const name of ['listen', 'admin', 'control']) {
    const address = textAt(tree, [name, 'address'])
    const host = address === undefined ? undefined : /^\[?(.*?)\]?:\d+$/.exec(address)?.[1]
    if (host === undefined || isIP(host) === 0 || isLoopback(host) || accepted([name])) continue
    if (nodeAt(tree, [name, 'tls']) === undefined) {
      report(
        [name, 'address'],
        'takes tokens from other machines in the open: add `tls`, or `insecure-plaintext: accepted` where something before the gate encrypts',
      )
    }
  }
  const open = (text: string | undefined, protocol: string): boolean =>
    text !== undefined &&
    URL.canParse(text) &&
    new URL(text).protocol === protocol &&
    !isLoopback(new URL(text).hostname)
  for (const [index, entry] of entriesAt(tree, ['upstreams']).entries()) {
    if (open(textAt(entry, ['url']), 'http:') && !accepted(['upstreams', index])) {
      report(['upstreams', index, 'url'], 'is not https: write https, or add `insecure-plaintext: accepted` beside it')
    }
  }
  for (const [index, entry] of entriesAt(tree, ['issuers']).entries()) {
    if (open(textAt(entry, ['issuer']), 'http:')) {
      report(
        ['issuers', index, 'issuer'],
        'is not https: whoever stands between could hand us keys of their own. There is no exception beyond loopback',
      )
    }
  }
  if (open(textAt(tree, ['fleet', 'control', 'url']), 'http:') && !accepted(['fleet', 'control'])) {
    report(
      ['fleet', 'control', 'url'],
      'is not https: write https, or add `insecure-plaintext: accepted` beside it where a mesh encrypts',
    )
  }
}

/** Secrets come by reference: the file is read by many, copied into tickets, and shown in messages. */
function secrets(source: unknown, report: Report): void {
  const message = 'stands in the open: write `${NAME}` for a variable of the environment, or `${file:PATH}`'
  const check = (path: Path): void => {
    const text = textAt(source, path)
    if (text !== undefined && !refersElsewhere(text)) report(path, message)
  }
  for (const index of entriesAt(source, ['upstreams']).keys()) {
    check(['upstreams', index, 'credential'])
    for (const key of ['access-key-id', 'secret-access-key', 'session-token']) check(['upstreams', index, 'sigv4', key])
  }
  check(['fleet', 'key'])
  check(['fleet', 'previous-key'])
  redisSecrets(source, report, message)
}
