// A built bundle as a file: the canonical bundle and its digest in one canonical document, so that a file that was cut short, edited
// or mixed up is refused before anything in it is believed.
import { readFile, stat } from 'node:fs/promises'
import { canonicalJson, digestOf, isJsonObject, type JsonValue, readJson } from '../json/index.ts'
import { limits } from '../limits.ts'

const fileFormat = 'portcullis-bundle-file/1'

/** Text of the file for a bundle's canonical text; ends with a line break. */
export const bundleFileText = (bundle: JsonValue): string =>
  `${canonicalJson({ format: fileFormat, digest: digestOf(bundle), bundle })}\n`

export type BundleFile =
  | { readonly kind: 'bundle'; readonly bundle: JsonValue; readonly digest: string }
  | { readonly kind: 'fault'; readonly message: string }

export async function readBundleFile(path: string): Promise<BundleFile> {
  const fault = (message: string): BundleFile => ({ kind: 'fault', message })
  try {
    const { size } = await stat(path)
    if (size > limits.bundleBytes) return fault(`is larger than ${limits.bundleBytes} bytes`)
    const reading = readBundleJson(await readFile(path))
    if (reading.kind === 'fault') return fault(`is no bundle: ${reading.message}`)
    const { value } = reading
    if (!isJsonObject(value) || value['format'] !== fileFormat)
      return fault(`is no bundle of the format \`${fileFormat}\``)
    const { bundle, digest, ...rest } = value
    if (bundle === undefined || typeof digest !== 'string' || Object.keys(rest).length !== 1) {
      return fault('has not exactly the parts format, digest and bundle')
    }
    if (digestOf(bundle) !== digest)
      return fault('does not have the digest that it states: it was changed or cut short')
    return { kind: 'bundle', bundle, digest }
  } catch (error) {
    return fault(`cannot be read: ${String((error as NodeJS.ErrnoException).code ?? error)}`)
  }
}

/** A bundle's own text, as the compiler sends it or a file holds it. */
export const readBundleJson = (bytes: Uint8Array): ReturnType<typeof readJson> =>
  readJson(bytes, { nodes: limits.bundleNodes })
