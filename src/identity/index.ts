// Front of identity: from raw headers to a credential, from a credential to verified parties with their evidence.
//
// What an issuer must send: a JWS access token (RFC 9068 shape) with iss, sub, aud, exp, iat; `aud` holds the gateway's resource
// identifier, alone or among others; `typ` as configured. Where the type is plain `JWT`, one of scope, scp, client_id, cid, appid,
// idtyp must show that it is an access token. Identity facts stand in `verified_claims`, or count as the caller's own word.

export { type CredentialReading, readCredential } from './credential.ts'
export type { Fetch } from './fetch-document.ts'
export { createIdentity, type Identification, type Identity, type IdentityOptions } from './identity.ts'
export type { KeysEvent } from './issuer-keys.ts'
export { issuerFaults } from './issuers.ts'
export { type FactName, factNames } from './mapping.ts'
export { type NamedToken, readNamedToken } from './named-token.ts'
