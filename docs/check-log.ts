// The script of docs/records.md that checks a log with nothing of ours, as text: the test writes it to a file and runs it.
export const checkScript: string = `import { createHash, createPublicKey, verify } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'

const [log, key] = process.argv.slice(2)
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest()
const must = (holds, what) => {
  if (!holds) throw new Error(what)
}

const leaves = []
let last = Buffer.alloc(32)
for (const file of readdirSync(\`\${log}/seg\`).sort())
  for (const line of readFileSync(\`\${log}/seg/\${file}\`, 'utf8').split('\\n').slice(0, -1)) {
    const { seq, prev } = JSON.parse(line)
    must(seq === leaves.length && prev === last.toString('base64url'), \`line \${leaves.length} does not follow the one before\`)
    last = sha256(Buffer.of(0), Buffer.from(line))
    leaves.push(last)
  }

const rootOf = (some) => {
  if (some.length < 2) return some[0] ?? sha256()
  const left = 2 ** Math.ceil(Math.log2(some.length) - 1)
  return sha256(Buffer.of(1), rootOf(some.slice(0, left)), rootOf(some.slice(left)))
}

const note = readFileSync(\`\${log}/checkpoint\`, 'utf8')
const signed = note.slice(0, note.indexOf('\\n\\n') + 1)
const [origin, size, root] = signed.split('\\n')
const signature = Buffer.from(note.trim().split(' ').at(-1), 'base64').subarray(4)
must(verify(null, Buffer.from(signed), createPublicKey(readFileSync(key)), signature), 'the signature is wrong')
must(rootOf(leaves.slice(0, Number(size))).toString('base64') === root, 'the lines are not those that were signed')
console.log(\`\${origin}: \${leaves.length} lines follow each other, the first \${size} are signed\`)
`
