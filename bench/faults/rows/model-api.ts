// What happens to the model API, and to the line to it.
import type { Fault } from '../../../test/support/tcp-shim.ts'
import type { Manner } from '../model-api-process.ts'
import { type Row, upstream } from '../row.ts'
import type { Site } from '../site.ts'

function manner(name: string, does: string, how: Manner, mayTell: readonly string[]): Row {
  return {
    name,
    does,
    ms: 3_000,
    begin: ({ modelApi }) => modelApi.behave(how),
    end: ({ modelApi }) => modelApi.behave('answers'),
    mayTell,
  }
}

function line(name: string, does: string, fault: Fault, mayTell: readonly string[]): Row {
  const set = ({ gates }: Site, next: Fault): void => {
    for (const { lines } of gates) lines.modelApi.set(next)
  }
  return {
    name,
    does,
    ms: 3_000,
    begin: async (site) => set(site, fault),
    end: async (site) => set(site, { kind: 'pass' }),
    mayTell,
    linesHold: true,
  }
}

export const modelApiRows: readonly Row[] = [
  {
    name: 'model-api-kill',
    does: 'kill -9 of the model API, a start on the same port',
    ms: 3_000,
    begin: ({ modelApi }) => modelApi.kill(),
    end: ({ modelApi }) => modelApi.start(),
    mayTell: upstream,
  },
  manner('model-api-hang', 'the model API takes requests and answers none', 'hangs', upstream),
  manner('model-api-dies', 'the model API resets the connection in the middle of each answer', 'dies', upstream),
  manner('model-api-fails', 'the model API answers 500', 'fails', [
    ...upstream,
    '500 without a code',
    '500 upstream_error',
  ]),
  manner('model-api-other', 'the model API says that another model answered', 'other', [
    ...upstream,
    '502 model_mismatch',
  ]),
  line(
    'model-api-partition',
    'the line to the model API carries nothing, then all at once',
    { kind: 'hold' },
    upstream,
  ),
  line('model-api-slow', 'answers of the model API come 300 ms late', { kind: 'slow', delayMs: 300 }, []),
]
