// docs/settings.md, printed from the schema.
import type { z } from 'zod'
import { settingsSchema } from './schema.ts'
import { nodeOf } from './schema-walk.ts'
import { unbuilt } from './unbuilt.ts'

/** The page as Markdown. A test holds docs/settings.md against it. */
export function settingsPage(): string {
  const top = nodeOf(settingsSchema('.'))
  const sections = Object.entries(top.children).map(([key, schema]) => section(key, schema))
  const later = Object.entries(unbuilt).map(([key, sentence]) => `- \`${key}\` ${sentence}.`)
  return `# Settings

Printed from the schema in \`src/settings\` by \`npm run pages\`; a test fails when the two differ.

\`portcullis.yaml\` is the whole configuration. A key that does not stand here refuses to start, and all faults of the file are
shown in one run, each with file, line and column.

- \`\${NAME}\` takes a value from the environment, \`\${file:PATH}\` from a file (one line end at its end is dropped). Both may stand
  inside a longer text. \`$\${\` is a literal \`\${\`. In a \`{flow map}\`, quote the text. Secrets must come this way.
- Relative paths start at the folder of the file.
- Text is read as written: \`NO\` is the text NO, \`010\` is not 8. Flags are \`true\` and \`false\`.
- Nothing goes over plain TCP beyond loopback unless a key called \`insecure-plaintext\` says \`accepted\`. Issuers have no such key.
- With \`NODE_TLS_REJECT_UNAUTHORIZED=0\`, \`NODE_DEBUG\`, \`OPENSSL_CONF\`, \`--inspect\`, \`--insecure-http-parser\`, \`--tls-keylog\`,
  \`--tls-min-v1.0\`, \`--tls-min-v1.1\`, \`--openssl-config\`, \`--heapsnapshot-signal\`, \`--report-…\`, or with \`LD_PRELOAD\`, \`--require\`,
  \`--import\`, \`--loader\` of what \`process.preloads\` does not list, the gateway does not start.
- A private CA is named to node as usual: \`NODE_EXTRA_CA_CERTS\`, or \`SSL_CERT_FILE\` with \`--use-openssl-ca\`. Whoever may set these
  says whom the gate believes to be an issuer or a model API.

${sections.join('\n\n')}

## Known, not built

These names are kept for what is to come. This version refuses them.

${later.join('\n')}
`
}

function section(key: string, schema: z.ZodType): string {
  const node = nodeOf(schema)
  const presence = node.optional ? 'Optional' : 'Required'
  const list = node.kind === 'list' ? ', a list' : ''
  const rows = rowsOf(node.item ?? schema, node.kind === 'list' ? `${key}[]` : key)
  return `## ${key}

${presence}${list}. ${node.description ?? ''}

| key | is | when absent | means |
|---|---|---|---|
${rows.join('\n')}`
}

function rowsOf(schema: z.ZodType, prefix: string): readonly string[] {
  return Object.entries(nodeOf(schema).children).flatMap(([key, child]) => {
    const node = nodeOf(child)
    const name = `${prefix}.${key}`
    const item = node.item === null ? null : nodeOf(node.item)
    const shape =
      node.kind === 'map'
        ? 'a map'
        : item === null
          ? (node.shape ?? '')
          : node.kind === 'record'
            ? `a map to ${item.shape ?? 'a map'}`
            : `a list of: ${item.shape ?? 'maps'}`
    const absent = node.fallback === null ? (node.optional ? '—' : 'a fault') : `\`${node.fallback}\``
    const row = `| \`${name}\` | ${cell(shape)} | ${absent} | ${cell(node.description ?? '')} |`
    const below = node.kind === 'map' ? child : item?.kind === 'map' ? (node.item as z.ZodType) : null
    return below === null ? [row] : [row, ...rowsOf(below, item === null ? name : `${name}[]`)]
  })
}

const cell = (text: string): string => text.replaceAll('|', '\\|')
