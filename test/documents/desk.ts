// The desk at which a page is followed: an empty folder with the shipped policies, and `npx portcullis` of this checkout.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { reviewedInTime } from './reviews.ts'
import { isAsShown, type Step } from './session.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Followed {
  readonly isAsShown: boolean
  readonly printed: string
  readonly code: number | null
}

export interface Desk {
  follow(step: Step): Promise<Followed>
  clear(): Promise<void>
}

export function openDesk(): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-desk-'))
  cpSync(join(root, 'policies'), join(folder, 'policies'), { recursive: true })
  reviewFilesInTime(join(folder, 'policies'))
  mkdirSync(join(folder, '.bin'))
  const npx = join(folder, '.bin/npx')
  writeFileSync(npx, `#!/bin/sh\nshift\nexec env -i PATH="$PATH" "${process.execPath}" "${root}src/main.ts" "$@"\n`)
  chmodSync(npx, 0o755)
  withCurl(join(folder, '.bin'))
  const env: Record<string, string> = { PATH: `${join(folder, '.bin')}:${process.env['PATH']}` }
  const running: ChildProcess[] = []

  const run = (command: string): Omit<Followed, 'isAsShown'> => {
    const { stdout, stderr, status } = spawnSync('sh', ['-uc', command], { cwd: folder, env, encoding: 'utf8' })
    return { printed: stdout + stderr, code: status }
  }

  /** What stays up: the line `export …` that it prints is typed by whoever follows the page. */
  async function start(command: string): Promise<Omit<Followed, 'isAsShown'>> {
    const child = spawn('sh', ['-uc', `exec ${command}`], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    running.push(child)
    let printed = ''
    child.stderr?.on('data', (chunk) => {
      printed += String(chunk)
    })
    for await (const chunk of child.stdout ?? []) {
      printed += String(chunk)
      if (printed.includes('second terminal.')) break
    }
    for (const [, name = '', value = ''] of printed.matchAll(/\b([A-Z]+)=(\S+)/g)) env[name] = value
    return { printed, code: child.exitCode }
  }

  return {
    async follow(step) {
      if (step.kind === 'save') {
        mkdirSync(dirname(join(folder, step.path)), { recursive: true })
        writeFileSync(join(folder, step.path), reviewedInTime(step.text, Date.now()))
        return { isAsShown: true, printed: '', code: 0 }
      }
      if (step.kind === 'line') {
        const text = readFileSync(join(folder, step.path), 'utf8')
        const changed = text.replace(new RegExp(`^ *${step.key}.*\n`, 'm'), step.text)
        writeFileSync(join(folder, step.path), changed)
        return { isAsShown: changed !== text, printed: changed === text ? 'no such line' : '', code: 0 }
      }
      if (step.command.startsWith('npx portcullis demo')) {
        const ran = await start(step.command)
        return { ...ran, isAsShown: isAsShown(ran.printed, step.shown ?? '') }
      }
      if (step.shown === null) {
        const ran = run(`set -e\n${step.command}`)
        return { ...ran, isAsShown: ran.code === 0 }
      }
      // A gate takes seconds to notice: whoever follows the page asks again.
      const isPatient = step.command.includes('/readyz')
      for (let tries = 0; ; tries++) {
        const ran = run(step.command)
        const shown = isAsShown(ran.printed, step.shown)
        if (shown || !isPatient || tries === 240) return { ...ran, isAsShown: shown }
        await sleep(250)
      }
    },
    async clear() {
      for (const child of running) {
        const ended = new Promise((resolve) => child.once('exit', resolve))
        if (child.exitCode === null && child.kill('SIGTERM')) await ended
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A page is followed as on the day on which it was written: what has to be looked at again by then is not due yet. */
function reviewFilesInTime(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.yaml')) continue
    const path = join(entry.parentPath, entry.name)
    const text = readFileSync(path, 'utf8')
    const inTime = reviewedInTime(text, Date.now())
    if (inTime !== text) writeFileSync(path, inTime)
  }
}

/** For machines that have no curl: the little of it that pages use, `curl [-s] URL [-H HEADER]… [-d BODY]`. */
export function withCurl(folder: string): void {
  mkdirSync(folder, { recursive: true })
  if (spawnSync('curl', ['--version']).error === undefined) return
  const path = join(folder, 'curl')
  const program = `#!${process.execPath}
const { values, positionals } = require('node:util').parseArgs({ allowPositionals: true, options: {
  s: { type: 'boolean', short: 's' }, H: { type: 'string', short: 'H', multiple: true }, d: { type: 'string', short: 'd' } } })
const headers = (values.H ?? []).map((line) => line.split(/: ?(.*)/s).slice(0, 2))
fetch(positionals[0], { headers, ...(values.d === undefined ? {} : { method: 'POST', body: values.d }) })
  .then((response) => response.text()).then((text) => process.stdout.write(text))
`
  writeFileSync(path, program)
  chmodSync(path, 0o755)
}
