// A folder with everything that a good portcullis.yaml names, and a loader that catches the faults.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { loadSettings, SettingsError, type SettingsFault } from '../../src/settings/index.ts'
import type { Settings } from '../../src/vocabulary/settings.ts'

export const key = '8f1d0c6be2a94735d0c1f7a86b5e3924e6b7a1d3958c02f4b1e09d7c6a5f4382'
export const environment: NodeJS.ProcessEnv = { UPSTREAM_KEY: 'sk-from-the-environment', FLEET_KEY: key }

export const sections: Readonly<Record<string, string>> = {
  listen: 'listen:\n  address: 127.0.0.1:8080',
  admin: 'admin:\n  address: 127.0.0.1:8081',
  issuers: 'issuers:\n  - issuer: https://login.example\n    audience: https://gate.example\n    algorithms: [ES256]',
  upstreams:
    'upstreams:\n  - name: one\n    dialect: openai\n    url: https://api.example\n    credential: ${UPSTREAM_KEY}\n    models: [mythos-5]',
  geo: 'geo:\n  country: country.mmdb',
  policy: 'policy:\n  source: directory\n  path: policies\n  unsigned: accepted',
  log: 'log:\n  path: state/log',
}

export interface SettingsFolder {
  readonly path: string
  /** The good file with sections replaced, added, or (null) left out. */
  load(changes?: Readonly<Record<string, string | null>>, env?: NodeJS.ProcessEnv): Settings
  faults(changes: Readonly<Record<string, string | null>>, env?: NodeJS.ProcessEnv): readonly SettingsFault[]
  /** The whole message, as a person sees it. */
  message(changes: Readonly<Record<string, string | null>>, env?: NodeJS.ProcessEnv): string
  write(name: string, text: string | Uint8Array): void
}

export function settingsFolder(t: Test): SettingsFolder {
  const path = t.testdir({ 'country.mmdb': 'not read here', policies: {} })
  const write = (name: string, text: string | Uint8Array): void => writeFileSync(join(path, name), text)
  const load: SettingsFolder['load'] = (changes = {}, env = environment) => {
    const all = Object.entries({ ...sections, ...changes }).flatMap(([, text]) => (text === null ? [] : [text]))
    write('portcullis.yaml', `${all.join('\n')}\n`)
    return loadSettings(join(path, 'portcullis.yaml'), env)
  }
  const error = (changes: Readonly<Record<string, string | null>>, env?: NodeJS.ProcessEnv): SettingsError => {
    try {
      load(changes, env)
    } catch (thrown) {
      if (thrown instanceof SettingsError) return thrown
      throw thrown
    }
    throw new Error('the settings were accepted')
  }
  mkdirSync(join(path, 'state'))
  return {
    path,
    load,
    write,
    faults: (changes, env) => error(changes, env).faults,
    message: (changes, env) => error(changes, env).message,
  }
}
