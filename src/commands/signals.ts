// Signals: how a long-running command is told to stop, or, by SIGHUP where it can, to begin anew. The first SIGTERM, SIGINT or SIGHUP begins an orderly end; later ones change
// nothing while that runs, since a terminal's Ctrl-C reaches a process once from its group and again through npm. Whoever sends
// one after `patienceMs` means it: then the process ends at once, and the next start closes what was open.
import { exitCodes } from './exit-codes.ts'

/** Longer than the end may take: the drain, the last of it, and the closing of the log. */
const patienceMs = 15_000

export interface Signals {
  /** Resolves with the first signal. */
  readonly told: Promise<NodeJS.Signals>
  readonly wasTold: () => boolean
}

/**
 * @param say tells the operator what a signal did, one sentence
 * @param onHangUp what SIGHUP does before anything else has begun the end; undefined: it begins it
 */
export function listenForSignals(say: (sentence: string) => void, onHangUp?: () => void): Signals {
  const { promise: told, resolve: tell } = Promise.withResolvers<NodeJS.Signals>()
  let since: number | undefined
  const onSignal = (signal: NodeJS.Signals): void => {
    if (since === undefined && signal === 'SIGHUP' && onHangUp !== undefined) {
      onHangUp()
    } else if (since === undefined) {
      since = performance.now()
      tell(signal)
    } else if (performance.now() - since < patienceMs) {
      say(`${signal}: already shutting down; the same again after ${patienceMs / 1000} seconds ends it at once`)
    } else {
      say(`${signal}: ended before everything was closed`)
      process.exit(exitCodes.fault)
    }
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal)
  // Without a listener this one opens node's debugger, which can read every token and change every decision.
  process.on('SIGUSR1', () => say('SIGUSR1: no debugger is opened in a running gate'))
  return { told, wasTold: () => since !== undefined }
}
