// The gate under test, in a process of its own.
import { queryLog } from '../src/decision-log/index.ts'
import { composeGate } from './composed-gate.ts'
import { beChild } from './processes.ts'

await beChild(async (argument) => {
  const { gateway, provider, log, stop } = await composeGate(argument as { readonly upstream: string })
  return {
    ready: JSON.stringify({ url: gateway.data, token: await provider.token('us-citizen') }),
    answer: async () => {
      let permits = 0
      for await (const _ of queryLog({ directory: log, effect: 'permit' })) permits += 1
      return permits
    },
    stop,
  }
})
