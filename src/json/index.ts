// Front of json: the strict reader, the places of values for splices, the canonical writer and digests.

export { type Canonicalizable, canonicalJson, digestOf, sha256 } from './canonical-json.ts'
export { isJsonObject, type JsonBudget, type JsonObject, type JsonValue } from './json-value.ts'
export { type JsonSpan, locateJson } from './locate-json.ts'
export { type JsonFault, type JsonFaultReason, type JsonReading, readJson } from './read-json.ts'
export { setJson } from './set-json.ts'
