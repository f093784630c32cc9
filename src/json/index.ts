// Front of json: the strict reader, the places of values for splices, the canonical writer and digests.

export { canonicalJson, digestOf, sha256 } from './canonical-json.ts'
export { isJsonObject, type JsonObject, type JsonValue } from './json-value.ts'
export { locateJson } from './locate-json.ts'
export { type JsonReading, readJson } from './read-json.ts'
export { setJson } from './set-json.ts'
