// What the demo and its provider's process say to each other over the IPC channel, and nowhere else.

/** Claims of one token to be issued. They are laid over the provider's own, so that `iat` or `exp` may be stated too. */
export type Claims = Readonly<Record<string, unknown>> & { readonly sub: string }

export type Ask =
  | { readonly ask: 'start'; readonly audience: string; readonly tokenLifetimeS: number; readonly offsetMs: number }
  | { readonly ask: 'mint'; readonly claims: Claims }
  /** The provider's clock is the system's plus this. */
  | { readonly ask: 'shift'; readonly offsetMs: number }
  /** `publishOld`: whether the key set goes on to hold the keys that signed until now. */
  | { readonly ask: 'rotate'; readonly publishOld: boolean }

export type Question = Ask & { readonly id: number }

/** `said`: the issuer after `start`, the token after `mint`, otherwise empty. */
export type Answer = { readonly id: number; readonly said: string } | { readonly id: number; readonly fault: string }
