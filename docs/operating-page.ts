// docs/operating.md: the operator's page. Its tables are the listener's own, the exit codes' own, and docs/operating-words.ts.
import { adminRoutes } from '../src/admin/routes.ts'
import { exitCodes } from '../src/commands/exit-codes.ts'
import { checkWords, exitWords, fileWords, roleWords } from './operating-words.ts'

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const exits = Object.entries(exitCodes).map(([name, code]) => [String(code), exitWords[name as keyof typeof exitCodes]])

const checks = Object.entries(checkWords).map(([name, { fails, meanwhile, mend }]) => [
  `\`${name}\``,
  fails,
  meanwhile,
  mend,
])

const files = Object.entries(fileWords).map(([path, { holds, lost }]) => [`\`${path}\``, holds, lost])

const roles = Object.entries(roleWords).map(([role, says]) => [`\`${role}\``, says])

const routes = Object.entries(adminRoutes).map(([name, { access, does, takes, gives }]) => [
  `\`${name.replace(/:(\w+)/g, '{$1}')}\``,
  access === 'anybody' ? '*anybody*' : access.join(', '),
  does,
  takes ?? '',
  gives,
])

export const operatingPage = (): string => `# Operating a gate

For whoever starts it, keeps it up and is called at night. Tables are printed by \`npm run pages\`; a test runs the commands, in this order.
In a checkout type \`npx portcullis\` for \`portcullis\`. What each key of the settings means: [settings](settings.md).

## Start

\`\`\`sh
portcullis serve --config portcullis.yaml
\`\`\`

It starts whole or not at all: a fault in the settings, a log that another process writes, a damaged journal, an unsafe process
(a debugger, a preload nobody named) end it with exit code 1 and a sentence. What it can wait for (policy, place database, issuer)
does not end it: it starts, refuses, and says so:

\`\`\`sh
curl -s $ADMIN/readyz
\`\`\`

Standard output holds operational messages, a JSON text a line; decisions are in [the log](records.md) alone. Every gate has a log of its
own: one gate, one \`log.path\`; beside it may lie that of its [fleet](fleet.md)’s control.

## Stop

\`\`\`sh
kill -TERM $PID
\`\`\`

| signal | does |
|---|---|
| SIGTERM, SIGINT, and SIGHUP where it is one process | \`/readyz\` fails; nothing new is taken; open answers get ten seconds, then are cut; the log is closed; exit code 0 |
| the same within 15 seconds | nothing more |
| the same after 15 seconds | it ends at once |
| SIGKILL, loss of power | the next start closes what was open (\`unknown_crash\`); what was answered is on record |
| SIGUSR1 | nothing: no debugger is opened |
| SIGHUP with \`process.workers\` above 1 | the settings are read anew and new [workers](workers.md) take over |

WebSockets on which nothing was permitted yet are closed at once (1012), the others like open answers.

Settings are read at the start alone, and on such a reload. The policy, the place databases and the issuers’ keys are read again by themselves.

${table(['exit code', 'of every command'], exits)}

Let a supervisor start it again after 0 (if it was not you) and 1, not after 74 before somebody has looked at the disk.

## Ready

\`GET /livez\` says that the process answers: restart it if not. \`GET /readyz\` says whether to send it traffic, 503 where one check
fails. **A gate that is not ready is still safe**: it refuses what it cannot decide. Some checks fail while everybody is served, so
that somebody mends in time; if your balancer takes such gates away, all go at once. A fleet’s control has [checks of its
own](fleet.md#watch-control).

${table(['check', 'fails when', 'meanwhile', 'what to do'], checks)}

## What to alarm on

The list stands under [metrics](metrics.md); besides: any check of the table above for longer than five minutes, exit code 74, and
\`portcullis_suspensions\` above 0 (somebody closed something: tell those who answer for the service). The place database’s age is in
the detail of \`geo\`; each directive sets how old it may be, so renew it well before the smallest of these limits.

## WebSockets

Realtime, Responses and Gemini Live ([operations](operations.md#websockets)). Each open one has a place of \`limits.in-flight\` and two
connections; at most half of the places are theirs (\`portcullis_open_sockets\`), and the next upgrade is refused with 503 \`overloaded\`. A
proxy in front must let \`Upgrade: websocket\` pass, and hold back nothing: either side is pinged every 30 seconds. One is closed by itself
when nothing was said for 15 minutes, when its upgrade named no model and no frame does within two minutes, when 32 different models and
modes were named on it, or when its client does not take what comes. A frame is as long as \`limits.body-bytes\` at most. What its client
sees at the end: [the close codes](operations.md#websockets).

Clients that cannot set headers have the caller’s token in the subprotocol (OpenAI’s) or in the query (\`key\`, Gemini’s). The gate writes
neither down; see that no proxy in front does.

## The admin listener

A port of its own (\`admin.address\`); keep it inside. *Anybody* means: whoever reaches it. The rest asks for
\`Authorization: Bearer\` with a token of an issuer whose settings have \`roles\`; bodies are JSON. A refusal is
\`{"error":{"code","message"}}\`: 400 the request cannot be read, 401 no good token, 403 \`role_required\`, 503 the log or the issuer is not available.

${table(['role', 'is'], roles)}

${table(['route', 'role', 'does', 'takes', 'answers'], routes)}

## What it keeps

Beside \`log.path\`, here \`state/log\`. Only the account of the gate may write there; whoever else can, can put an older state back.

${table(['file', 'holds', 'if it is lost'], files)}

After a crash there may be a folder \`torn\` beside \`seg\`: bytes that nobody was told were written, kept for people.

**Backup.** Stopped, or from a snapshot of the file system; a copy of files that grow meanwhile may not hang together.

\`\`\`sh
tar -czf backup.tgz portcullis.yaml state
portcullis log verify state/log --key state/log-key.pem.pub
\`\`\`

**Restore** the whole of \`state\`; alone only a key that was lost. Records after the backup are gone and \`log verify --checkpoint\` with a newer
checkpoint says so; keep the damaged folder for the auditor. What was suspended or revoked after the backup is open again: look before you
let traffic in, and suspend or [revoke](revocation.md) again what must be shut.

## Upgrade

1. Read [the changelog](../CHANGELOG.md): a star marks what can change a decision. Show those lines to compliance.
2. With the new version, run the policy’s own examples: \`policy test\`.

   \`\`\`sh
   portcullis policy test policies
   \`\`\`
3. One gate at a time: stop, back up, start the new one, wait for \`/readyz\`, go on. What is in force, suspended or revoked and the log go on.

## When something is wrong

| what | one sees | what happens | do |
|---|---|---|---|
| the disk of the log is full | check \`log\`; 503 \`log_unavailable\` | nothing passes; every second one record is tried | make room: it goes on by itself, and \`log.recovered\` says how many were refused |
| few files may be open (\`ulimit -n\`) | at the start, in the operational messages: fewer connections than set | connections and requests at one moment are fewer, so that log, policy and model APIs always get theirs; with too few it does not start and says how many it needs | let it open more: \`limits.connections\`, and twice \`limits.in-flight\` for one model API |
| somebody holds connections and says nothing | \`portcullis_connections_crowded_total\` | the one that is idle longest gives way to a new one; what is being answered stays; while all are busy, a new one is closed | a proxy in front that bounds connections per client |
| the disk of the log fails | exit code 74 | the process ended | another disk, then start; if files are damaged, restore |
| the log is damaged | exit code 1, and a sentence that says which file | it does not start | keep its folder for the auditor, with the key and what \`log verify\` says; put it back from a copy. Or let \`log.path\` name a new directory, copy into it the files that stand beside the logs (the table above; without them what was suspended is open), and start |
| the account may not write where the log lies | exit code 1, and a sentence that names the directory | it does not start | give the directory to the account; or mount it, if it is read-only |
| the log was touched while it ran (moved, truncated, written to) | exit code 74 | the process ended | find out who; \`log verify\`, keep the folder |
| Redis is down, slow or lies | \`portcullis_redis_up\` 0, record \`redis.state\` | each gate decides for itself, no decision changes | mend Redis; it is used again by itself |
| an issuer is down | check \`identity\` after a day, or at once after a restart | its keys are used on for a day; tokens under a newer key get 503 \`identity_unavailable\` | do not restart gates before it is up |
| a model API is down | 502 \`upstream_unavailable\`, \`portcullis_outcomes_total{ending="upstream_failed"}\` | the decision stands, nothing is tried twice | the provider’s status page |
| a model API serves another model | 502 \`model_mismatch\` | the answer was stopped | tell compliance: something was served that nobody decided |
| the place database is too old | 403 \`evidence_stale\` | who needs a known place is refused, the embargo still holds | put a newer file at \`geo.country\` ([where from](../geo-db/README.md)) |
| a newer place database is refused | record \`geo.rejected\` | the old one is used on | its reasons stand in the record |
| the clock may be off by more than a second (\`clock.uncertainty\`) | 503 \`clock_unsynchronized\` | nothing passes | give the machine a better source of time, then set what is true |
| the clock is set by more than two seconds, or the machine slept | check \`clock\`, record \`clock.step\` | for five seconds new requests get 503 \`clock_unsynchronized\`; what was cached is dropped, open answers are decided again | nothing; if it comes again, look after the source of time |
| an officer calls: close it, now | | | \`portcullis suspend\` ([the guide](policy-guide.md)) |
| a token leaked, a laptop is stolen, somebody left | | | \`portcullis revoke\` ([revocation](revocation.md)) |
`
