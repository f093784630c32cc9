// `portcullis policy publish`: makes signed bundles the policy of a fleet. Control judges them as every gate will.
import { Command } from 'commander'
import { readEnvelope } from '../directives/index.ts'
import { fleetLimits } from '../fleet-limits.ts'
import type { JsonObject } from '../json/index.ts'
import { inert } from '../vocabulary/inert.ts'
import { asAdmin, type ControlFlags, callAdmin, withControlOptions } from './admin-call.ts'
import { exitCodes } from './exit-codes.ts'
import { statusReport } from './policy-status-report.ts'

export function policyPublishCommand(): Command {
  const command = new Command('publish')
    .description('make signed bundles the policy of a fleet')
    .addHelpText(
      'before',
      'Examples:\n  portcullis policy publish june.bundle june.registers --control https://control.example:9443 --token-file officer.jwt\n  portcullis policy publish june.bundle --control https://control.example:9443      the registers stay as they are\n',
    )
    .argument('<bundle...>', 'files that `policy build` made and `policy sign` signed: policy, registers, or both')
    .addHelpText(
      'after',
      '\nThe same bundle with further approvals is published in the same way.\n\nExit codes: 0 in force at control, and on its way to the gates (`policy status`); 1 fault; 2 refused: what was in force stays.',
    )
  return withControlOptions(command).action(async (paths: string[], flags: ControlFlags) => {
    process.exitCode = await publish(paths, flags)
  })
}

async function publish(paths: readonly string[], flags: ControlFlags): Promise<number> {
  const parts: Record<string, JsonObject> = {}
  for (const path of paths) {
    const reading = await readEnvelope(path)
    if (reading.kind === 'fault') throw new Error(`\`${path}\` ${reading.message}`)
    const { envelope } = reading
    const part = envelope.statement.kind === 'registers' ? 'registers' : 'policy'
    if (part in parts) throw new Error(`\`${path}\` is a second bundle of ${part}: publish one of each`)
    parts[part] = { format: 'portcullis-bundle-file/2', ...envelope } as unknown as JsonObject
  }
  const { status, body, error } = await callAdmin(
    asAdmin(flags),
    '/v1/policy/publications',
    parts,
    fleetLimits.publishCallMs,
  )
  if (error !== null) {
    if (status !== 409) throw new Error(error.message)
    if (flags.format === 'json') process.stdout.write(`${inert(JSON.stringify(body))}\n`)
    process.stderr.write(`portcullis: refused (${error.code}): ${error.message}\n`)
    return exitCodes.no
  }
  process.stdout.write(statusReport(body, flags.format))
  return exitCodes.done
}
