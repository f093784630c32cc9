// Settings: portcullis.yaml as plain values. src/settings is the only reader; src/gateway/compose.ts the only user of the whole.

import type { Dialect } from './operation.ts'

export interface TlsSettings {
  /** PEM text, already read. */
  readonly cert: string
  readonly key: string
  /** PEM of the CA whose client certificates are demanded; null: none demanded. */
  readonly clientCa: string | null
}

export interface ListenerSettings {
  readonly host: string
  readonly port: number
  readonly tls: TlsSettings | null
}

export type AdminRole = 'operator' | 'compliance' | 'auditor' | 'enforcement-point'

export interface IssuerSettings {
  /** Exact issuer string; discovery is `<issuer>/.well-known/openid-configuration`. */
  readonly issuer: string
  /** The gateway's resource identifier: `aud` must contain exactly this. */
  readonly audience: string
  /** Asymmetric JWS algorithms, pinned. */
  readonly algorithms: readonly string[]
  /** Expected `typ` header, for example `at+jwt`. */
  readonly tokenType: string
  /** Greatest age of a token, seconds since `iat`. */
  readonly maxTokenAgeS: number
  /** Claim paths (dots between names, JSON pointer where a name holds a dot) by fact name; what is absent has its default. */
  readonly mapping: Readonly<Record<string, string>>
  /** assurance_level or trust_framework values that count as verified; empty: every entry of `verified_claims` with a time. */
  readonly assurance: readonly string[]
  readonly organization: 'when-claimed' | 'always-asserted'
  readonly stepUp: { readonly acrValues: readonly string[] } | null
  /** Claim that carries roles for the admin listener, and which value grants which role; null: this issuer grants none. */
  readonly roles: { readonly claim: string; readonly values: Readonly<Record<string, AdminRole>> } | null
}

/** Access key of an AWS account, with which requests to Bedrock are signed. */
export interface Sigv4Settings {
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** With temporary credentials; null: the key is a lasting one. */
  readonly sessionToken: string | null
}

export const outputLimitFields = ['max_completion_tokens', 'max_tokens'] as const
export type OutputLimitField = (typeof outputLimitFields)[number]

export interface UpstreamSettings {
  readonly name: string
  readonly dialect: Dialect
  /** Origin and path prefix, without a trailing slash. */
  readonly url: string
  /** The gateway's own key for this upstream; null: it needs none. */
  readonly credential: string | null
  /** Dialect `bedrock` without a key of its own; null: nothing is signed. */
  readonly sigv4: Sigv4Settings | null
  readonly timeouts: { readonly connectMs: number; readonly headersMs: number; readonly bodyIdleMs: number }
  /** Values of a path's `{name}`s that are this upstream's own: project and location of Vertex AI. */
  readonly path: Readonly<Record<string, string>>
  /** Of OpenAI's dialect: the field of a chat that bounds its output there; `either`: each of them does. Null: not known. */
  readonly outputLimit: OutputLimitField | 'either' | null
  /** Canonical model ids served here; each model at exactly one upstream of its dialect. */
  readonly models: readonly string[]
}

export interface OperatorPlace {
  readonly cidr: string
  readonly country: string
  readonly region: string | null
}

/** Somebody who may approve bundles. Several entries of one name are several keys of one person. */
export interface PolicySigner {
  readonly name: string
  /** Ed25519 public key, base64url (`x` of RFC 8037). */
  readonly key: string
  readonly may: readonly ('policy' | 'registers')[]
}

export interface FleetSettings {
  /** 32 bytes, from which keys are derived. */
  readonly key: Uint8Array
  /** The key before it, which still opens what was sealed; null: there is none. */
  readonly previousKey: Uint8Array | null
  /** Whom the gate follows; null: nobody. */
  readonly control: {
    readonly url: string
    /** Ed25519 public key, base64url (`x` of RFC 8037). */
    readonly key: string
  } | null
  readonly leaseMs: number
}

export interface RedisAddress {
  readonly host: string
  readonly port: number
}

export type RedisKind =
  /** Of one server: `redis://` or `rediss://`, with user, password and database number. */
  | { readonly kind: 'server'; readonly url: string }
  | {
      readonly kind: 'sentinel'
      readonly sentinels: readonly RedisAddress[]
      /** Name by which the Sentinels know it. */
      readonly master: string
      readonly user: string | null
      readonly password: string | null
      readonly sentinelUser: string | null
      readonly sentinelPassword: string | null
    }
  | {
      readonly kind: 'cluster'
      /** Some of its nodes; they name the others. */
      readonly nodes: readonly RedisAddress[]
      readonly user: string | null
      readonly password: string | null
    }

export interface RedisSettings {
  readonly servers: RedisKind
  /** PEM of the CA and name of the certificates, where they are not those that Node.js would ask for; null: nothing is said. */
  readonly tls: { readonly ca: string | null; readonly serverName: string | null } | null
  /** The fleet key, 32 bytes, from which keys of entries are derived; the previous one still opens what it sealed. */
  readonly key: Uint8Array
  readonly previousKey: Uint8Array | null
  readonly commandTimeoutMs: number
}

export interface LogSettings {
  readonly path: string
  /** File of the Ed25519 private key (PKCS#8 PEM); created beside the log if it does not exist. */
  readonly keyFile: string
  readonly appendTimeoutMs: number
}

/** What `portcullis control` reads of portcullis.yaml. */
export interface ControlSettings {
  readonly listener: ListenerSettings
  /** Folder of the journal. */
  readonly path: string
  /** File of the Ed25519 private key (PKCS#8 PEM); created if it does not exist. */
  readonly keyFile: string
  readonly issuers: readonly IssuerSettings[]
  readonly policy: Settings['policy']
  readonly redis: Settings['redis']
  readonly fleet: FleetSettings
  readonly log: LogSettings
  readonly clock: Settings['clock']
  /** `sha256:<hex>` of what of them decides what is published, and who may say so. */
  readonly digest: string
}

export interface Settings {
  readonly listen: ListenerSettings & { readonly use451: boolean; readonly http2: boolean }
  readonly admin: ListenerSettings
  readonly issuers: readonly IssuerSettings[]
  readonly upstreams: readonly UpstreamSettings[]
  readonly trustedProxies: {
    readonly cidrs: readonly string[]
    readonly header: 'x-forwarded-for' | 'forwarded'
  } | null
  readonly places: readonly OperatorPlace[]
  /** What an operation runs where a request names no model. */
  readonly defaultModels: readonly { readonly operation: string; readonly model: string }[]
  readonly geo: {
    readonly country: string
    readonly anonymizer: string | null
    /** `accepted`: a database of the demo's type may be served from. */
    readonly demoData: boolean
    readonly nat64Prefixes: readonly string[]
  }
  readonly policy: {
    readonly source: 'directory' | 'bundle' | 'control'
    /** Of `control`: its URL. */
    readonly path: string
    /** The registers bundle; null: the registers stand in the one file, or in the directory. */
    readonly registers: string | null
    readonly unsignedAccepted: boolean
    /** Who may approve bundles; []: nobody is asked, which `unsignedAccepted` accepts. */
    readonly signers: readonly PolicySigner[]
    /** Approvals that a policy needs before it may permit anything new. */
    readonly threshold: number
    /** The same for registers. */
    readonly registersThreshold: number
  }
  readonly redis: RedisSettings | null
  readonly fleet: FleetSettings | null
  readonly log: LogSettings
  readonly limits: {
    readonly bodyBytes: number
    readonly uploadBytes: number
    readonly inFlight: number
    readonly connections: number
  }
  /** Clock uncertainty e of the design's time rules, milliseconds. */
  readonly clock: { readonly uncertaintyMs: number }
  /** Processes that serve on one port; above 1 only where the gate follows a control. */
  readonly workers: number
  /** `sha256:<hex>` of the canonical settings without secrets: part of every record and every cache key. */
  readonly digest: string
}
