// docs/records.md: the auditor's page. Its tables are printed from src/vocabulary; its commands are run by test/documents/records.test.ts.
import { repeating } from '../src/decision-log/repeats.ts'
import { flagNames, flagSays } from '../src/vocabulary/flags.ts'
import { endings, recordWords } from '../src/vocabulary/record-words.ts'
import { checkScript } from './check-log.ts'

const rests = { accepted_risk: '<limb>', opened_by: '<window>', mode: '<mode>' } as const

const flagRow = (name: (typeof flagNames)[number]): string => {
  const flag = name in rests ? `${name}:${rests[name as keyof typeof rests]}` : name
  return `| \`${flag}\` | ${flagSays(flag)} |`
}

const repeatable = [...repeating].map((field) => `\`${field}\``).join(', ')

/** Fields that every kind has, or that stand below `about`. */
const section = (kind: keyof typeof recordWords): string => {
  const { when, fields } = recordWords[kind]
  const isEvent = !['decision', 'outcome', 'refusals', 'commit'].includes(kind)
  const rows = Object.entries(fields).map(
    ([path, [is, says]]) => `| \`${isEvent ? 'about.' : ''}${path}\` | ${is} | ${says} |`,
  )
  return `### \`${kind}\`

${when}

| field | is | says |
|---|---|---|
${rows.join('\n')}`
}

const kinds = Object.keys(recordWords) as (keyof typeof recordWords)[]

export const recordsPage = (): string => `# Records

What the gate decided, and what became of it, is on disk before anybody hears of it. This page is for whoever reads it later: how to ask,
how to check without our tools that nothing was changed, and what every field says. Tables are printed from \`src/vocabulary\` by
\`npm run pages\`; a test runs the commands, in this order, against the log of a gate. In a checkout type \`npx portcullis\` for \`portcullis\`.

The log lies where \`log.path\` of the settings says, here \`state/log\`; beside it lies the public half of its key, here \`log-key.pem.pub\`.
**Keep a copy of that file elsewhere**, with a checkpoint now and then: what such a checkpoint covers nobody can change unseen, not even whoever
owns the machine.

## How to ask

**Who asked for fable-5 on 20 June?** Days are UTC; the end is not included. Suspensions that closed it on that day are told as well.

\`\`\`sh
portcullis log query --log state/log --model fable-5 --since 2026-06-20T00:00:00Z --until 2026-06-21T00:00:00Z
\`\`\`

Persons stand as pseudonyms: the same person, the same word in all logs of one folder, as long as it lasts. Whoever has that folder can make
the pseudonym of somebody they know; nobody can read a name out of one:

\`\`\`sh
WHO=$(portcullis log hash --log state/log --issuer https://id.example.com alice)
portcullis log query --log state/log --subject "$WHO"
\`\`\`

**Another folder has another word for the same person**: each has a key of its own, \`hk1.key\`, so that each machine of a fleet, and its
control, needs \`log hash\` with \`--log\` of its own folder, or of a copy in which that key is (it is a secret). Ids of decisions,
suspensions and revocations, and digests of policies and of what is suspended or revoked, are the same everywhere. \`--subject\` finds who
asked and for whom, and of what officers did who acted and who was revoked; with \`--kind\` only in the kinds that it names.

**Why was this one refused?** By the id that the caller was sent as \`Portcullis-Decision\`; here the newest refusal of its kind.

\`\`\`sh
ID=$(portcullis log query --log state/log --reason person_restricted --limit 1 --format plain | cut -f 7)
portcullis log show "$ID" --log state/log
\`\`\`

With \`--policy\` (and \`--registers\`) it quotes the instruments themselves; [bundles](bundles.md) says which to keep for that.

**Which policy was in force then?** The last one that was loaded before. A decision names it too, as \`policy.digest\`.

\`\`\`sh
portcullis log query --log state/log --kind policy.loaded --until 2026-06-21T00:00:00Z --limit 1
\`\`\`

**When was the gate without a policy, a place database, its log?** What was refused says when; what went wrong has its own records.

\`\`\`sh
portcullis log query --log state/log --basis system
portcullis log query --log state/log --kind log.opened log.closed log.recovered policy.rejected policy.alarm geo.rejected
\`\`\`

A \`log.opened\` with \`prevSize\` 0 began a new log. There is one where a gate, a worker of it or a control is new; any other means that its folder
was lost, moved or not mounted: a checkpoint from elsewhere proves it (below).

**Who closed a model, who opened it again, who read the log over the network? Who was revoked?**

\`\`\`sh
portcullis log query --log state/log --kind suspension.begun suspension.lift_asked suspension.lifted query
portcullis log query --log state/log --kind revocation.begun revocation.lifted revocation.forgotten
\`\`\`

**What became of this suspension, or revocation?** By its id, as the officer’s command printed it and as decisions name it (\`suspension:ID\`,
\`revocation ID\`); here the newest suspension.

\`\`\`sh
ACT=$(portcullis log query --log state/log --kind suspension.begun --limit 1 --format json | grep -o '"id":"[^"]*"' | cut -d '"' -f 4)
portcullis log show "$ACT" --log state/log
\`\`\`

In a [fleet](fleet.md#who-did-it-and-why) officers act at its control, and these records are in its log, with \`policy.published\`: who sent which
bundles, and what came of it. Where control has no directory of its own it is one of the logs that are asked here; else it is asked by itself
(\`--log control/log\`), as the account that runs control, or on a copy of the whole folder. Without \`--kind\` decisions are asked, of which
control has none.

**Was nothing removed?** Keep a checkpoint in another place; months later the log must still contain all that it covered.

\`\`\`sh
cp state/log/local~portcullis~standalone~gate~0/checkpoint june.checkpoint
portcullis log verify state/log --key log-key.pem.pub --checkpoint june.checkpoint
\`\`\`

Exit codes: 0 intact, 3 not. Without \`--checkpoint\`, a folder that was put back whole to an older state cannot be told from the newest.

## How records belong together

\`\`\`
  request ──► decision ──► forwarded ──► outcome          same id, in the header Portcullis-Decision of the answer too
                  │
                  ├── policy.digest ────────► policy.loaded     which directives, who approved them
                  ├── policy.suspensions ───► suspension.*      what officers had closed beside them
                  ├── policy.revocations ───► revocation.*      whom officers had shut out
                  ├── settings ─────────────► config.loaded
                  ├── place.database ───────► geo.loaded
                  └── cache.of ─────────────► the decision that was computed first
\`\`\`

- Every decision has one outcome. None yet: the answer is still open. After a crash the next start writes it (\`unknown_crash\`).
- A decision from the cache is a record like any other, with all its findings; \`cache.of\` names the one that was computed.
- An open answer that is decided again and goes on has no second record. One that does not ends as \`cut\`; the outcome says why and when.
- Where refusals come in floods, \`refusals\` counts what would be the same record again and again; nothing is answered before it is written.
- A field (${repeatable}) that stands in a line shortly before is not written again: \`"subject":{"as":184467}\` says that it is the \`subject\` of line 184467. That line
  is a decision in the same file, at most 4 095 lines above, and has the field itself; \`log verify\` checks it. \`log query\` and \`log show\` give whole records.
- A value that makes a line longer than 60 KiB stands as \`{"$trunc":{"hmac":…,"len":…}}\`: its length in bytes, and a keyed digest by which
  whoever has the value can show that it is the one.

## Check it by hand

\`portcullis log verify\` does this and more. It can be done with tools that everybody has, so that nobody needs to believe ours. Nothing
is written to the log by it. In the folder of one log:

| file | holds |
|---|---|
| \`seg/<number of its first line>.ndjson\` | the records, one JSON object a line, in order |
| \`ahead\` | a copy of the newest lines, and older ones: what a power cut takes from the end of \`seg\` is put back from it at the next start (\`log.recovered\`, \`restored\`). No part of the record; to be copied along from a machine that was not shut down |
| \`checkpoint\` | the newest signed statement: name, number of lines, root of their tree, signature ([C2SP](https://c2sp.org/tlog-checkpoint)) |
| \`checkpoints\` | every one that there was, a JSON text a line |

**One line.** The leaf of a line is the SHA-256 of a zero byte and the line; the next line has it as \`prev\`, in base64url.

\`\`\`sh
LOG=state/log/local~portcullis~standalone~gate~0
(printf '\\000'; head -n 1 $LOG/seg/0000000000000000.ndjson | tr -d '\\n') | openssl dgst -sha256 -binary | openssl base64 | tr '+/' '-_' | tr -d '='
head -n 2 $LOG/seg/0000000000000000.ndjson | tail -n 1 | grep -o '"prev":"[^"]*"'
\`\`\`

**The signature.** Ed25519 over the first three lines; the last line has a dash, the name, and in base64 four bytes of key id and the
64 of the signature.

\`\`\`sh
head -n 3 $LOG/checkpoint > signed
tail -n 1 $LOG/checkpoint | cut -d ' ' -f 3 | openssl base64 -d -A | tail -c 64 > signature
openssl pkeyutl -verify -pubin -inkey log-key.pem.pub -rawin -in signed -sigfile signature
rm signed signature
\`\`\`

**All of it.** Every line hangs on the one before, the tree (RFC 6962) of as many lines as the checkpoint covers has the signed
root, and the key signed it. Save this as \`check.mjs\`; it needs Node and nothing of ours:

\`\`\`js
${checkScript}\`\`\`

\`\`\`sh
node check.mjs $LOG log-key.pem.pub
\`\`\`

A byte that was changed under the checkpoint, a line that is gone, moved or put in: it ends with an error and another code than 0, as
\`log verify\` does. What \`log verify\` looks at beside this: the whole history of checkpoints, the roster (no log is missing), and
checkpoints from elsewhere.

## Every kind of record

Every line has \`k\`, its kind; \`v\`, 1; \`seq\`, its number, from 0 without a gap; \`prev\`, the leaf of the line before. An *instant* is
RFC 3339 in UTC with milliseconds; a *digest* \`sha256:\` and hexadecimal; a *pseudonym* \`hk1:\` and a keyed digest (HMAC-SHA-256). Numbers are
whole; keys are sorted; text that could deceive a terminal stands escaped (\`\\u202e\`). No record holds a credential, a prompt, a
completion or a nationality; who asks stands as a pseudonym, who approved a bundle by the name that the settings give them. \`log query\` and
\`log show\` print null as \`none\`, and a null \`cut\`, of an act at a fleet’s control, as \`not known\`: answers may have been cut in its gates.

${kinds.map(section).join('\n\n')}

## Endings

| \`ending\` of an outcome | says |
|---|---|
${Object.entries(endings)
  .map(([ending, says]) => `| \`${ending}\` | ${says} |`)
  .join('\n')}

## Flags

What a limb’s finding says beside its value. A flag decides nothing.

| flag | says |
|---|---|
${flagNames.map(flagRow).join('\n')}
`
