// Bundles as files: built from a folder by the real compiler, approved with keys that the tests make.
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  approve,
  type BundleKind,
  compileDirectory,
  contentOf,
  type Envelope,
  publicKeyOf,
  readBundleJson,
  type Statement,
  statementOf,
} from '../../src/directives/index.ts'
import type { JsonObject } from '../../src/json/index.ts'
import type { PolicySigner } from '../../src/vocabulary/settings.ts'

export interface Compiled {
  readonly bundle: JsonObject
  readonly registerFiles: readonly string[]
}

export async function compiledFolder(folder: string): Promise<Compiled> {
  const outcome = await compileDirectory({ folder, serial: 1 })
  if (outcome.kind === 'faults') throw new Error(outcome.faults.map(({ shown }) => shown).join('\n'))
  const reading = readBundleJson(Buffer.from(outcome.text))
  if (reading.kind === 'fault') throw new Error(reading.message)
  return { bundle: reading.value as JsonObject, registerFiles: outcome.registerFiles }
}

export function envelope(
  kind: BundleKind,
  { bundle, registerFiles }: Compiled,
  rest: Partial<Omit<Statement, 'kind' | 'digest'>> = {},
): Envelope {
  const content = contentOf(kind, bundle, registerFiles)
  const statement = { serial: 1, author: 'ann', createdAt: 0, notAfter: null, ...rest }
  return { statement: statementOf(content, { kind, ...statement }), content, approvals: [] }
}

export interface Officer {
  readonly name: string
  readonly key: KeyObject
}

export const officer = (name: string): Officer => ({ name, key: generateKeyPairSync('ed25519').privateKey })

export const signerOf = ({ name, key }: Officer, ...may: PolicySigner['may']): PolicySigner => ({
  name,
  key: publicKeyOf(key),
  may: may.length === 0 ? ['policy', 'registers'] : may,
})

/** Approved by each of them. */
export const approved = (one: Envelope, ...officers: readonly Officer[]): Envelope => ({
  ...one,
  approvals: [...one.approvals, ...officers.map(({ name, key }) => approve(one.statement, key, { by: name, at: 1 }))],
})
