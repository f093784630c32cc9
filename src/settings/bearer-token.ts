// The token with which a command speaks to an admin listener: from a file, or from the environment. Never an argument, since what
// stands in a command line stands in the list of processes and in the shell's history.
import { readFileSync, statSync } from 'node:fs'
import { limits } from '../limits.ts'
import { reasonOf } from './substitute.ts'

const variable = 'PORTCULLIS_TOKEN'

/**
 * @param file null: the environment is asked
 * @throws Error with one sentence, in which nothing of the token stands
 */
export function readBearerToken(file: string | null, env: NodeJS.ProcessEnv = process.env): string {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0')
    throw new Error('NODE_TLS_REJECT_UNAUTHORIZED=0 would send the token to whoever answers: unset it')
  const where = file === null ? `the environment variable \`${variable}\`` : `\`${file}\``
  const token = (file === null ? env[variable] : textOf(file))?.trim() ?? ''
  if (token === '' && file === null)
    throw new Error(`there is no token: name its file with --token-file FILE, or set \`${variable}\``)
  // A Bearer token of RFC 6750 §2.1; anything else would come back in a message of the HTTP client.
  if (!/^[A-Za-z0-9._~+/-]+=*$/.test(token) || token.length > limits.tokenBytes)
    throw new Error(`${where} holds no Bearer token: put the token there, and nothing else`)
  return token
}

function textOf(file: string): string {
  try {
    if (!statSync(file).isFile()) throw new Error('it is no regular file')
    const bytes = readFileSync(file)
    if (bytes.length > limits.secretFileBytes) throw new Error(`it is larger than ${limits.secretFileBytes} bytes`)
    return bytes.toString('utf8')
  } catch (error) {
    throw new Error(`the token file \`${file}\` cannot be read: ${reasonOf(error)}`, { cause: error })
  }
}
