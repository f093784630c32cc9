// `portcullis geo check FILE`: what the gate would make of a place database, before it is put in its place.
import { Command, Option } from 'commander'
import { type DatabaseReport, inspectDatabase } from '../location/index.ts'
import { systemClock } from '../vocabulary/clock.ts'
import { exitCodes } from './exit-codes.ts'

interface CheckOptions {
  readonly format: 'human' | 'plain' | 'json'
  readonly demoData?: true
  readonly manifest?: string
}

export function geoCommand(): Command {
  const check = new Command('check')
    .description('open a database, print what it is, run the canaries; exit code 2 if the gate would refuse it')
    .argument('<file>', 'a MaxMind DB file (.mmdb)')
    .addOption(new Option('--format <format>', 'how to print').choices(['human', 'plain', 'json']).default('human'))
    .option('--demo-data', 'accept the demo’s own database, as `geo.demo-data: accepted` does')
    .option('--manifest <file>', 'other than the geo-db/manifest.json that comes with the gate')
    .addHelpText(
      'beforeAll',
      'Examples:\n  portcullis geo check /var/lib/GeoIP/GeoLite2-Country.mmdb\n  portcullis geo check dbip-country-lite.mmdb --format json\n',
    )
    .addHelpText('after', '\nExit codes: 0 the gate would take it; 1 fault; 2 the gate would refuse it.')
    .action(async (file: string, options: CheckOptions) => {
      const { manifest, demoData = false } = options
      // A file that cannot be read rejects: exit code 1, as every fault of main.ts.
      const report = await inspectDatabase(file, {
        clock: systemClock,
        demoData,
        ...(manifest === undefined ? {} : { manifest }),
      })
      process.stdout.write(print[options.format](report))
      process.exitCode = report.faults.length === 0 ? exitCodes.done : exitCodes.no
    })
  return new Command('geo')
    .description('examine a place database')
    .addHelpText('beforeAll', 'Examples:\n  portcullis geo check /var/lib/GeoIP/GeoLite2-Country.mmdb\n')
    .addCommand(check)
    .addHelpText('after', '\nExit codes: 0 the gate would take it; 1 fault; 2 the gate would refuse it.')
}

const print: Readonly<Record<CheckOptions['format'], (report: DatabaseReport) => string>> = {
  json: (report) => `${JSON.stringify(report)}\n`,
  plain: (report) =>
    [
      ...rows(report).map(([name, value]) => `${name}\t${value}`),
      ...report.canaries.map(({ address, expected, found, ok }) =>
        ['canary', address, expected, shown(found), ok ? 'ok' : 'wrong'].join('\t'),
      ),
      ...report.faults.map((fault) => `fault\t${shown(fault)}`),
      `usable\t${report.faults.length === 0}`,
      '',
    ].join('\n'),
  human: (report) =>
    [
      ...rows(report).map(([name, value]) => `${name.padEnd(12)} ${value}`),
      ...(report.canaries.length > 0 ? ['', 'canaries'] : []),
      ...report.canaries.map(
        ({ address, expected, found, ok }) =>
          `  ${ok ? 'ok   ' : 'WRONG'} ${address.padEnd(22)} ${expected}${ok ? '' : `, found ${shown(found)}`}`,
      ),
      '',
      ...(report.faults.length === 0
        ? ['The gate would serve from this file.']
        : ['The gate would refuse this file:', ...report.faults.map((fault) => `  ${shown(fault)}`)]),
      '',
    ].join('\n'),
}

function rows(report: DatabaseReport): (readonly [string, string])[] {
  const { type, kind, builtAt, ageDays, description, licence, ipVersion, nodes } = report
  const known: (readonly [string, string | null])[] = [
    ['file', report.file],
    ['digest', report.digest],
    ['bytes', String(report.bytes)],
    ['type', type],
    ['kind', kind],
    ['built', builtAt],
    ['age', ageDays === null ? null : `${ageDays} ${Math.abs(ageDays) === 1 ? 'day' : 'days'}`],
    ['description', description],
    ['licence', licence],
    ['ip version', ipVersion === null ? null : String(ipVersion)],
    ['nodes', nodes === null ? null : String(nodes)],
    ['networks', String(report.networks)],
    ['records', String(report.records)],
    ['countries', kind === 'country' ? String(report.countries) : null],
    ['regions', kind === 'country' ? (report.resolvesRegions ? 'yes' : 'no') : null],
  ]
  return known.flatMap(([name, value]) => (value === null ? [] : [[name, shown(value)] as const]))
}

/** Text from a file that may be anybody's: controls and invisible or bidirectional formatting would speak to the terminal. */
function shown(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}
