// The gate under test: the demo's provider, places and directives, a gate of its own process with the system's disk, and in front
// of it the token of a persona whom every directive permits.
import { type Child, startChild } from './processes.ts'

export interface GateUnderTest {
  /** Data listener. */
  readonly url: string
  /** Access token of the persona. */
  readonly token: string
  /** Decision records of its log that say `permit`. */
  readonly permits: () => Promise<number>
  readonly cpuMicros: () => Promise<number>
  readonly stop: () => Promise<void>
}

/** @param upstream origin of the stand-in model API @param core the core to run on, or null */
export async function startGateUnderTest(upstream: string, core: number | null): Promise<GateUnderTest> {
  const child: Child = await startChild(new URL('./gate-process.ts', import.meta.url), { upstream }, core)
  const { url, token } = JSON.parse(child.ready) as { readonly url: string; readonly token: string }
  return {
    url,
    token,
    permits: async () => Number(await child.ask('permits')),
    cpuMicros: child.cpuMicros,
    stop: child.stop,
  }
}
