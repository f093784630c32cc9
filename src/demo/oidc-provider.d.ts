// The part of oidc-provider 9 that the demo's provider uses; the package ships no types.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export interface Client {
    readonly clientId: string
  }
  export interface Context {
    body: unknown
    readonly oidc: { readonly client: Client; readonly params: Readonly<Record<string, string | undefined>> }
  }
  export interface ResourceServerInfo {
    readonly audience: string
    readonly scope: string
    readonly accessTokenFormat: 'jwt'
    readonly accessTokenTTL: number
    readonly jwt: { readonly sign: { readonly alg: string; readonly kid: string } }
  }
  export interface TokenParts {
    header: Record<string, unknown> | undefined
    payload: Record<string, unknown>
  }
  export class ResourceServer {
    constructor(identifier: string, info: ResourceServerInfo)
  }
  export class AccessToken {
    constructor(fields: { accountId: string; client: Client; gty: string; extra?: unknown })
    resourceServer: ResourceServer
    readonly accountId: string
    readonly expiration: number
    readonly tokenType: string
    save(): Promise<string>
  }
  export class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>)
    readonly AccessToken: typeof AccessToken
    readonly ResourceServer: typeof ResourceServer
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    registerGrantType(name: string, handler: (context: Context) => Promise<void>, parameters: readonly string[]): void
    on(event: string, listener: (context: Context, error: Error) => void): this
  }
  export const errors: { readonly InvalidGrant: new (message: string) => Error }
}
