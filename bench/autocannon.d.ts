// What load-process.ts uses of autocannon 9, which has no types of its own.
declare module 'autocannon' {
  export interface Options {
    readonly url: string
    readonly method: 'POST'
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
    readonly connections: number
    readonly pipelining: 1
    /** Ends after so many answers, all of which are waited for. */
    readonly amount: number
    /** Seconds. */
    readonly timeout: number
    /** Milliseconds between samples. */
    readonly sampleInt: number
  }
  export interface Result {
    readonly start: Date
    readonly finish: Date
    readonly errors: number
    readonly timeouts: number
    readonly resets: number
    readonly statusCodeStats: Readonly<Record<string, { readonly count: number }>>
    readonly latency: { readonly p50: number; readonly p99: number }
  }
  export default function autocannon(options: Options): Promise<Result>
}
