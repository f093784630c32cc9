// Words of docs/operating.md: of each exit code, each check of /readyz and each file that a gate keeps, what an operator has to know.
import type { CheckName } from '../src/admin/readiness.ts'
import type { exitCodes } from '../src/commands/exit-codes.ts'
import type { AdminRole } from '../src/vocabulary/settings.ts'

export const exitWords: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: 'Done, and fine. `serve`, `control`: ended as asked.',
  fault:
    'A fault: bad usage, bad settings, a file or network that failed. `serve`, `control`: it did not start, and the last line says why.',
  no: 'The answer is no: denied, an example failed, a claim refuted, a database refused.',
  logNotIntact: '`log verify`: the log is not intact.',
  policyFaulty: 'The policy does not compile.',
  logLost: '`serve`, `control`: the disk under the decision log failed. Mend the disk before it is started again.',
}

export const roleWords: Readonly<Record<AdminRole, string>> = {
  operator: 'Keeps gates up.',
  compliance: 'An officer: closes models and opens them again, reads decisions.',
  auditor: 'Reads, and changes nothing.',
  'enforcement-point': 'A program that enforces decisions elsewhere. It alone may state evidence as verified.',
}

interface CheckWords {
  /** What makes it fail. */
  readonly fails: string
  /** What is served meanwhile. */
  readonly meanwhile: string
  readonly mend: string
}

export const checkWords: Readonly<Record<CheckName, CheckWords>> = {
  policy: {
    fails:
      'No policy is in force; or what was found last was refused, is still being waited for, or was kept over a restart and not seen since.',
    meanwhile: 'What was in force stays in force; with none, every request gets 503 `policy_unavailable`.',
    mend: 'The detail names the first reason, the record `policy.rejected` all of them and a [code](bundles.md#what-is-refused-and-why). Put right what stands at `policy.path`; it is read again by itself.',
  },
  'policy-approval': {
    fails: 'What is in force on one approval lacks others that are overdue.',
    meanwhile: 'It stays in force.',
    mend: 'Get the approval and deploy the same file again ([bundles](bundles.md#one-may-close-two-must-open)).',
  },
  'policy-expiry': {
    fails: 'The policy bundle’s end is over.',
    meanwhile: 'It stays in force.',
    mend: 'Have it built and approved anew.',
  },
  'registers-expiry': {
    fails: 'The registers’ end is over.',
    meanwhile: 'They admit nobody any more; whoever needs no register is served.',
    mend: 'Have newer registers built and approved ([bundles](bundles.md#registers-every-day)).',
  },
  log: {
    fails: 'Records cannot be written, or checkpoints cannot.',
    meanwhile:
      'Without records every request gets 503 `log_unavailable`; without checkpoints all goes on. Of a fleet’s control: [acts hold, and their officers are told](fleet.md#who-did-it-and-why).',
    mend: '[When the disk is full](#when-something-is-wrong).',
  },
  geo: {
    fails: 'There is no place database, or no anonymizer database although one is set.',
    meanwhile: 'Whoever needs a known place gets 503 `geo_unavailable`.',
    mend: 'The detail says why the file is refused; `portcullis geo check FILE` says it too. Put a good one at the same path; it is read by itself.',
  },
  identity: {
    fails: 'The keys of an issuer of the settings are not there, or older than a day.',
    meanwhile: 'Callers of that issuer get 503 `identity_unavailable`, others are served.',
    mend: 'Let the gate reach `<issuer>/.well-known/openid-configuration` and the keys that it names. It tries again by itself.',
  },
  fleet: {
    fails:
      'The gate follows a fleet’s control and could not confirm within the lease that its policy is the newest: control does not answer and no statement came over Redis, or what is published is refused here; the detail says which.',
    meanwhile:
      'What a directive with `when-freshness-is-unknown: refuse` covers is denied (`policy_stale`), open answers included; what only such with `hold` cover is decided as ever.',
    mend: 'Bring control back, or the way to it; where the bundle is refused, see the record `policy.rejected`. The gate recovers by itself.',
  },
  suspensions: {
    fails: 'What is suspended could not be written down.',
    meanwhile: 'It is closed all the same. **A restart would open it.**',
    mend: 'Do not restart. Mend the disk beside the log; it is written again by itself. Nothing suspended, or something suspended and kept, is no failure.',
  },
  revocations: {
    fails: 'What is revoked could not be written down.',
    meanwhile: 'It is shut out all the same. **A restart would let it in.**',
    mend: 'As `suspensions`.',
  },
  clock: {
    fails: 'The machine’s clock was set by more than two seconds, or the machine slept, less than five seconds ago.',
    meanwhile:
      'New requests get 503 `clock_unsynchronized`; nothing that was cached is used; open answers were decided again.',
    mend: 'Nothing; if it comes again, the source of time. The record `clock.step` says by how much.',
  },
  serving: {
    fails: 'The gate is shutting down.',
    meanwhile: 'Open answers may end; nothing new is taken.',
    mend: 'Nothing.',
  },
  workers: {
    fails:
      'Of several [workers](workers.md) one does not answer, or died and is being started again; there is no such check with one process.',
    meanwhile: 'The others serve. What the one that does not answer has taken waits for it.',
    mend: 'The detail says which. One that never answers any more: kill it by its id, which the log has under `serving`; another one takes its place.',
  },
}

interface FileWords {
  readonly holds: string
  readonly lost: string
}

/** By path beside `log.path: state/log`; `<log>` is the folder of one log, `<n>` a number. */
export const fileWords: Readonly<Record<string, FileWords>> = {
  'state/log-key.pem': {
    holds: 'The private key that signs checkpoints. Nobody else’s business.',
    lost: 'The gate does not start on this log again, and says so: another key would cut the old records off. Restore it, or leave the folder as it is and begin another one.',
  },
  'state/log-key.pem.pub': {
    holds: 'Its public half, for auditors. Keep a copy elsewhere.',
    lost: 'Made again at the next start.',
  },
  'state/log/hk1.key': {
    holds: 'The key of the pseudonyms. With it a person that one knows can be found.',
    lost: 'As `log-key.pem`: the gate does not start.',
  },
  'state/log/policy-in-force.json': {
    holds: 'What is in force, so that a restart never begins with less.',
    lost: 'The gate takes what stands at `policy.path`, and cannot see that a directive vanished or a serial went back. Damaged: nothing passes until somebody puts it back or removes it knowingly.',
  },
  'state/log/suspensions.ndjson': {
    holds: 'What officers have closed.',
    lost: '**After a restart everything that was suspended is open.** Damaged: the gate does not start.',
  },
  'state/log/revocations.ndjson': {
    holds: 'What is revoked, with the names of whom it shuts out.',
    lost: '**After a restart everything that was revoked is let in.** Damaged: the gate does not start.',
  },
  'state/log/fleet-seen.json': {
    holds:
      'In a gate that follows a fleet’s control: the highest numbers that it has seen, what is suspended, and whom what is revoked shuts out, with the names.',
    lost: 'The gate serves nothing before a fresh word of control. Damaged: the gate does not start.',
  },
  'state/log/worker-<n>': {
    holds:
      'With several [workers](workers.md): the files of this table, from `policy-in-force.json` to `stored-objects.ndjson`, that are each worker’s own.',
    lost: 'It goes on from the newest of the others.',
  },
  'state/log/quantities.json': {
    holds: 'How much was handed out of what grants license in amount.',
    lost: '**After a restart the whole amount is there again.** The records `quantity.handed_out` say how much was handed out. Damaged: the gate does not start.',
  },
  'state/log/stored-objects.ndjson': {
    holds: 'Who made what is stored at the providers.',
    lost: 'Every stored object is unknown: requests that refer to one are refused. Damaged: the gate does not start.',
  },
  'state/log/roster/<log>.note': {
    holds: 'The newest registration of each log, outside of it.',
    lost: 'The gate does not start on that log.',
  },
  'state/log/roster/<log>.vkey': {
    holds: 'The public key for it.',
    lost: 'Made again; until then `log verify` needs `--key`.',
  },
  'state/log/<log>/seg/<n>.ndjson': {
    holds: 'The records.',
    lost: 'Records are lost: `log verify` says which, and a gate does not go on behind a gap under a checkpoint.',
  },
  'state/log/<log>/ahead': {
    holds:
      'A copy of the newest records, from which the next start puts back what a power cut takes from the end of a segment.',
    lost: 'Made again at the next start. After a power cut records may be lost with it.',
  },
  'state/log/<log>/checkpoint': {
    holds: 'The newest signed statement on the records.',
    lost: 'Made again at the next start; until then `log verify` says that it is missing.',
  },
  'state/log/<log>/checkpoints': {
    holds: 'Every one that there was.',
    lost: 'The history of them: until the next start `log verify` says that it is missing, and afterwards older ones can be had from copies alone.',
  },
  'state/log/<log>/lock': { holds: 'Nothing: it is held while the gate runs.', lost: 'Nothing.' },
}
