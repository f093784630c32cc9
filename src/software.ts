// What this is, as every record names it.
import { createRequire } from 'node:module'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

export const software: string = `portcullis ${version}`
