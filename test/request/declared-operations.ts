// The operations that an official SDK can send, read from its own code: the resource classes of `openai` and `@anthropic-ai/sdk`, the
// schemas of `@aws-sdk/client-bedrock-runtime`, the requests of `ollama` and of `@google/genai`.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const modules = join(import.meta.dirname, '..', '..', 'node_modules')

/** Every file under a folder of a package, as text. */
function textsOf(path: string, extension: string): readonly string[] {
  return readdirSync(join(modules, path), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(extension))
    .map((file) => readFileSync(join(modules, path, file), 'utf8'))
}

const resourceCall =
  /this\._client\s*\.(get|post|put|patch|delete|getAPIList)\(\s*(?:\(0, path_1\.path\)\s*`([^`]+)`|'([^']+)')([^\n]*)/g

/** `METHOD /path`, with `{}` for each value in it. */
function ofResources(sdk: string, prefix: string): readonly string[] {
  return textsOf(join(sdk, 'resources'), '.js').flatMap((text) =>
    [...text.matchAll(resourceCall)].map(([, verb = '', template, plain, rest = '']) => {
      const path = (template ?? plain ?? '').replace(/\$\{[^}]+\}/g, '{}').replace(/\?.*$/, '')
      const listed = /method: 'post'/.test(rest) ? 'POST' : 'GET'
      return `${verb === 'getAPIList' ? listed : verb.toUpperCase()} ${prefix}${path}`
    }),
  )
}

function ofBedrock(): readonly string[] {
  return textsOf('@aws-sdk/client-bedrock-runtime/dist-es/schemas', '.js').flatMap((text) =>
    [...text.matchAll(/"(GET|POST|PUT|DELETE)", "(\/[^"]*)"/g)].map(
      ([, method, path = '']) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`,
    ),
  )
}

/** Of a client that names its paths and leaves the method to a function: the method is not told apart. */
function ofOllama(): readonly string[] {
  return textsOf('ollama/dist', 'browser.mjs').flatMap((text) => [
    ...[...text.matchAll(/processStreamableRequest\("(\w+)"/g)].map(([, name]) => `/api/${name}`),
    ...[...text.matchAll(/\/(api\/[a-z_/]*[a-z])[`"]/g)].map(([, path]) => `/${path}`),
  ])
}

/** The calls of Google's client, without what stands before them: `{}:generateContent`, `files`. */
function ofGoogle(): readonly string[] {
  return textsOf('@google/genai/dist/node', 'index.mjs').flatMap((text) =>
    [...text.matchAll(/formatMap\('([^']+)'/g)].map(([, path = '']) =>
      path.replace(/\?.*$/, '').replace(/\{\w+\}/g, '{}'),
    ),
  )
}

/** Each once, sorted. */
export const declared: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries({
    openai: ofResources('openai', '/v1'),
    '@anthropic-ai/sdk': ofResources('@anthropic-ai/sdk', ''),
    '@aws-sdk/client-bedrock-runtime': ofBedrock(),
    ollama: ofOllama(),
    '@google/genai': ofGoogle(),
  }).map(([sdk, operations]) => [sdk, [...new Set(operations)].sort()]),
)
