#!/usr/bin/env node
// The command line. It knows every command's name and loads only the one that was asked for, so that `portcullis --help`
// and `policy check` do not pay for the gateway. Nobody imports this file.
import { Command } from 'commander'
import { inertLines } from './vocabulary/inert.ts'

interface CommandRow {
  readonly about: string
  load(): Promise<Command>
}

const commands: Readonly<Record<string, CommandRow>> = {
  serve: {
    about: 'run the gateway',
    load: async () => (await import('./commands/serve.ts')).serveCommand(),
  },
  control: {
    about: "run a fleet's authority, whose policy its gates follow",
    load: async () => (await import('./commands/control.ts')).controlCommand(),
  },
  demo: {
    about: 'play the main job with nothing to set up',
    load: async () => (await import('./commands/demo.ts')).demoCommand(),
  },
  policy: {
    about: 'check, test, explain, prove, compare, build, sign and publish directives',
    load: async () => (await import('./commands/policy.ts')).policyCommand(),
  },
  log: {
    about: 'query, show and verify the decision log',
    load: async () => (await import('./commands/log.ts')).logCommand(),
  },
  suspend: {
    about: 'close a model, a family or everything, for everyone, at once',
    load: async () => (await import('./commands/suspend.ts')).suspendCommand(),
  },
  resume: {
    about: 'ask, as one of two officers, that it be open again',
    load: async () => (await import('./commands/resume.ts')).resumeCommand(),
  },
  revoke: {
    about: 'shut out a token, a session, a subject, an organization or a grant, at once',
    load: async () => (await import('./commands/revoke.ts')).revokeCommand(),
  },
  geo: {
    about: 'examine a place database',
    load: async () => (await import('./commands/geo.ts')).geoCommand(),
  },
}

const examples = `portcullis: a gateway that lets a request to a model through only if every directive in force permits it

Examples:
  npx portcullis demo --tour                      see an evening in June, live, in a minute
  npx portcullis serve --config portcullis.yaml   run the gateway
  npx portcullis policy check policies            find every fault in the directives
  npx portcullis log verify /var/lib/portcullis/log
`

function usage(): string {
  const rows = Object.entries(commands).map(([name, { about }]) => `  ${name.padEnd(8)} ${about}`)
  return `${examples}
Usage: npx portcullis <command> [options]     in a checkout; where it is installed, without \`npx\`

Commands:
${rows.join('\n')}

Every command has --help. Exit codes: 0 done and fine, 1 fault, 2 answered "no", 3 the log is not intact,
4 the policy does not compile, 74 the log's disk failed.
`
}

async function run(argv: readonly string[]): Promise<number | undefined> {
  const [name, ...rest] = argv
  if (name === undefined) {
    process.stderr.write(usage())
    return 1
  }
  if (name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
    process.stdout.write(usage())
    return 0
  }
  if (name === '--version' || name === '-V') {
    process.stdout.write(`${(await import('./software.ts')).software}\n`)
    return 0
  }
  if (name === 'help') return run([...rest, '--help'])
  const row = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (row === undefined) {
    process.stderr.write(`portcullis: there is no command \`${name}\`; \`portcullis --help\` lists them\n`)
    return 1
  }
  const program = new Command('portcullis').addCommand(await row.load())
  await program.parseAsync([name, ...rest], { from: 'user' })
  // A command that answers "no" has set process.exitCode; a server goes on.
  return undefined
}

/** What people did wrong is a sentence; what we did wrong keeps its stack. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const ours = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError
  return ours ? (error.stack ?? error.message) : error.message
}

try {
  const code = await run(process.argv.slice(2))
  if (code !== undefined) process.exitCode = code
} catch (error) {
  // It may quote a policy file or a record, which are anybody's.
  process.stderr.write(`portcullis: ${inertLines(describe(error))}\n`)
  process.exitCode = 1
}
