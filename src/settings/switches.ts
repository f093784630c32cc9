// Switches of the process that would undo the gate from outside its settings: unverified or outdated TLS, a debugger's port, lenient
// HTTP parsing, foreign code before ours, credentials in debug output or in files. With any of them set, it refuses to start.
// More authorities to trust (NODE_EXTRA_CA_CERTS, SSL_CERT_FILE) are how a private CA is named, and no fault.

interface Switch {
  readonly name: RegExp
  readonly why: string
  /** What follows it is a module, which the settings may accept. */
  readonly takesModule: boolean
}

const forbidden: readonly Switch[] = [
  {
    name: /^--inspect(-|$)/,
    why: 'opens a debugger, which can read every token and change every decision',
    takesModule: false,
  },
  {
    name: /^--insecure-http-parser$/,
    why: 'accepts malformed HTTP, which two readers may read in two ways',
    takesModule: false,
  },
  { name: /^--(tls-keylog|trace-tls)$/, why: 'writes down what decrypts or shows the traffic', takesModule: false },
  { name: /^--tls-(min|max)-v1\.[01]$/, why: 'brings back TLS that is broken', takesModule: false },
  {
    name: /^--openssl-(config|shared-config|legacy-provider)$/,
    why: 'changes the cryptography of every connection',
    takesModule: false,
  },
  {
    name: /^--(heapsnapshot-|report-)/,
    why: 'writes the memory of the gate, tokens included, to a file',
    takesModule: false,
  },
  {
    name: /^--(experimental-)?loader$|^--(require|import)$|^-r$/,
    why: 'runs foreign code inside the gate',
    takesModule: true,
  },
]

/**
 * @param env the process's environment
 * @param execArgv switches that Node itself was started with
 * @param preloads modules and libraries that the settings accept, exactly as a switch names them
 * @returns one sentence for each switch that is in the way
 */
export function unsafeSwitches(
  env: NodeJS.ProcessEnv,
  execArgv: readonly string[],
  preloads: readonly string[],
): readonly string[] {
  const found: string[] = []
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    found.push('NODE_TLS_REJECT_UNAUTHORIZED=0 turns off the verification of every upstream: unset it')
  }
  if (env['NODE_DEBUG'] !== undefined && env['NODE_DEBUG'] !== '') {
    found.push('NODE_DEBUG prints headers with their credentials: unset it')
  }
  if (env['OPENSSL_CONF'] !== undefined && env['OPENSSL_CONF'] !== '') {
    found.push('OPENSSL_CONF changes the cryptography of every connection: unset it')
  }
  for (const library of (env['LD_PRELOAD'] ?? '').split(/[\s:]+/)) {
    if (library === '' || preloads.includes(library)) continue
    found.push(
      `LD_PRELOAD runs foreign code inside the gate: list \`${library}\` under \`process.preloads\`, or unset it`,
    )
  }
  const sources: readonly (readonly [string, readonly string[]])[] = [
    ['the command line', execArgv],
    ['NODE_OPTIONS', wordsOf(env['NODE_OPTIONS'] ?? '')],
  ]
  for (const [source, words] of sources) {
    for (const [index, word] of words.entries()) {
      const [name, value] = splitOnce(word)
      const bad = forbidden.find((one) => one.name.test(name))
      if (bad === undefined) continue
      const { takesModule } = bad
      const module = takesModule ? (value ?? words[index + 1] ?? '') : ''
      if (takesModule && preloads.includes(module)) continue
      const subject = takesModule ? `\`${name} ${module}\`` : `\`${name}\``
      const mend = takesModule ? 'list the module under `process.preloads`, or take it out' : 'take it out'
      found.push(`${subject} in ${source} ${bad.why}: ${mend}`)
    }
  }
  return found
}

/** `--name=value` in two; underscores are hyphens to Node. */
function splitOnce(word: string): readonly [string, string | undefined] {
  const at = word.indexOf('=')
  const name = (at < 0 ? word : word.slice(0, at)).replaceAll('_', '-')
  return [name, at < 0 ? undefined : word.slice(at + 1)]
}

/** NODE_OPTIONS in words, as Node reads it: blanks part them, double quotes keep them together, a backslash escapes inside quotes. */
function wordsOf(text: string): readonly string[] {
  const words: string[] = []
  let word = ''
  let quoted = false
  let begun = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '\\' && quoted && at + 1 < text.length) {
      at += 1
      word += text.charAt(at)
    } else if (character === '"') {
      quoted = !quoted
      begun = true
    } else if (character === ' ' && !quoted) {
      if (begun || word !== '') words.push(word)
      word = ''
      begun = false
    } else word += character
  }
  if (begun || word !== '') words.push(word)
  return words
}
