// Location: whose address a request comes from, and what a database says of that address. Evidence, never proof of a person.
// Sources: RFC 7239, RFC 4291, RFC 6052, MaxMind DB File Format 2.0. What each of these takes, gives and throws stands with it.
//
//   clientAddress   pure: peer and headers → the client's address, or unknown and why
//   trustProxies    settings → which peers speak for whom
//   openLocation    files → locate, status, reload, close
//   inspectDatabase one file → what the gate would make of it
export { canonicalAddress } from './address.ts'
export { type ClientAddress, clientAddress, type TrustedProxies, trustProxies } from './client-address.ts'
export { type DatabaseReport, inspectDatabase } from './inspect-database.ts'
export type { LookUpFault } from './look-up-faults.ts'
export { type Location, type LocationOptions, type LocationStatus, openLocation } from './open-location.ts'
