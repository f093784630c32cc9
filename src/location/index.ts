// Location: whose address a request comes from, and what a database says of that address. Evidence, never proof of a person.
// Sources: RFC 7239, RFC 4291, RFC 6052, MaxMind DB File Format 2.0.
export { canonicalAddress } from './address.ts'
export { type Cidr, readCidr } from './cidr.ts'
export { type ClientAddress, clientAddress, type TrustedProxies, trustProxies } from './client-address.ts'
export type { DatabaseStatus } from './database-file.ts'
export { type CanaryResult, demoType } from './examine-database.ts'
export { type DatabaseReport, inspectDatabase } from './inspect-database.ts'
export { type Location, type LocationOptions, type LocationStatus, openLocation } from './open-location.ts'
export { operatorPlaces } from './operator-places.ts'
export { nat64 } from './usable-address.ts'
