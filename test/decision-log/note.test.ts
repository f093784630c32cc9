import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import {
  checkpointText,
  openCheckpoint,
  openNote,
  readCheckpointText,
  readVerifierKey,
  signNote,
  verifierOf,
  writeVerifierKey,
} from '../../src/decision-log/note.ts'

// The example of golang.org/x/mod/sumdb/note, which C2SP's signed-note specification took over.
const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const seed = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1)
const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
const signature =
  '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'
const note = `${text}\n${signature}`

const peter = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
  format: 'der',
  type: 'pkcs8',
})

t.test('key id, verifier key and signature are those of the published example, byte by byte', async (t) => {
  const verifier = verifierOf('PeterNeumann', createPublicKey(peter))
  t.equal(verifier.id.toString('hex'), 'c74f20a3')
  t.equal(writeVerifierKey(verifier), vkey)
  t.equal(signNote(text, verifier, peter), note)
  t.same(openNote(note, verifier), { kind: 'text', text })
})

t.test('no mangled verifier key is taken', async (t) => {
  t.ok(readVerifierKey(vkey))
  const taken: string[] = []
  for (let from = 0; from <= vkey.length; from++)
    for (let to = from; to <= vkey.length; to++)
      if ((from > 0 || to < vkey.length) && readVerifierKey(vkey.slice(from, to)) !== undefined)
        taken.push(vkey.slice(from, to))
  for (let i = 0; i < vkey.length; i++) {
    const mangled = vkey.slice(0, i) + String.fromCharCode(vkey.charCodeAt(i) + 1) + vkey.slice(i + 1)
    if (readVerifierKey(mangled) !== undefined) taken.push(mangled)
  }
  t.same(taken, [])
})

t.test('no mangled note opens', async (t) => {
  const verifier = readVerifierKey(vkey)
  if (verifier === undefined) throw new Error('the example key is not read')
  const opened: string[] = []
  for (let i = 0; i < note.length; i++) {
    const flipped = note.slice(0, i) + String.fromCharCode(note.charCodeAt(i) ^ 1) + note.slice(i + 1)
    for (const mangled of [flipped, note.slice(0, i), note.slice(0, i) + note.slice(i + 1)])
      if (openNote(mangled, verifier).kind === 'text') opened.push(mangled)
  }
  t.same(opened, [])
})

t.test('a stranger beside the known signer is ignored; a wrong signature of the known one is not', async (t) => {
  const verifier = verifierOf('PeterNeumann', createPublicKey(peter))
  const stranger = generateKeyPairSync('ed25519')
  const other = verifierOf('EnochRoot', stranger.publicKey)
  const [, strange = ''] = signNote(text, other, stranger.privateKey).split('\n\n')
  t.equal(openNote(`${note}${strange}`, verifier).kind, 'text')
  t.equal(openNote(`${text}\n${strange}`, verifier).kind, 'fault', 'only a stranger')
  const forged = `\u2014 PeterNeumann ${Buffer.concat([verifier.id, Buffer.alloc(64)]).toString('base64')}\n`
  t.equal(openNote(`${note}${forged}`, verifier).kind, 'fault')
  const sameName = verifierOf('PeterNeumann', stranger.publicKey)
  t.equal(openNote(note, sameName).kind, 'fault', 'another key of the same name')
})

t.test('a checkpoint is origin, size and root, and nothing more', async (t) => {
  const root = Buffer.alloc(32, 7)
  const checkpoint = { origin: 'a/b', size: 20852163, root }
  const written = checkpointText(checkpoint)
  t.same(readCheckpointText(written), checkpoint)
  const lines = written.split('\n')
  for (const bad of [
    `${written}extension\n`,
    written.trimEnd(),
    written.replace('20852163', '020852163'),
    written.replace('20852163', '-1'),
    written.replace('20852163', '99999999999999999'),
    written.replace('=', ''),
    `${lines[0]}\n${lines[1]}\n`,
    ` ${written}`,
  ])
    t.equal(readCheckpointText(bad), undefined, JSON.stringify(bad))
})

t.test('a checkpoint of another log, though signed by the right key, is refused', async (t) => {
  const verifier = verifierOf('PeterNeumann', createPublicKey(peter))
  const foreign = signNote(checkpointText({ origin: 'x', size: 1, root: Buffer.alloc(32) }), verifier, peter)
  t.match(openCheckpoint(foreign, verifier), { kind: 'fault', message: /for the log `x`/ })
})
