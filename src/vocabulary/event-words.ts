// Event words: of every kind of event, when it is written and what each field of its `about` says; closed over event.ts by the compiler.
import { actWords } from './act-words.ts'
import type { EventKind, Events, PolicyApproved } from './event.ts'
import type { EventWords, FieldWords } from './field-paths.ts'

const policy: FieldWords<PolicyApproved> = {
  digest: ['digest', 'Of the policy in force; every decision under it has the same.'],
  content: ['digest', 'The same without the serial: equal for two policies that say the same.'],
  serial: ['number', 'Of the policy bundle; of a folder, a count of its states.'],
  unsigned: ['true or false', 'No approvals are asked for.'],
  path: ['path', 'Where it was read.'],
  files: ['number', 'Files that it was made from.'],
  directives: ['number', 'Directives in it.'],
  before: [
    'digest or null',
    'Of what was in force before; null: nothing. The same as `digest`: it was kept over a restart.',
  ],
  author: ['text or null', 'Who wrote it, as the bundle says.'],
  approvers: ['list of names', 'Whose approvals count.'],
  approval_due: ['instant or null', 'Until when the missing approvals must be there; null: none is missing.'],
  policy_digest: ['digest', 'Of the policy bundle alone.'],
  registers_digest: [
    'digest',
    'Of the registers bundle. It and what follows: only where registers are approved apart.',
  ],
  registers_serial: ['number', 'Of the registers bundle.'],
  registers_author: ['text or null', 'Who wrote it.'],
  registers_approvers: ['list of names', 'Whose approvals count.'],
  registers_approval_due: ['instant or null', 'As `approval_due`.'],
  registers_not_after: ['instant or null', 'From when on the registers admit nobody.'],
}

const database = {
  kind: ['`country`, `anonymizer`', 'Which database.'],
  file: ['path', 'Where it was read.'],
} as const

export const eventWords: { readonly [Kind in EventKind]: EventWords<Events[Kind]> } = {
  'log.opened': {
    when: 'First of all at every start.',
    fields: {
      origin: ['text', 'Name of this log; its folder is called the same, with `~` for `/`.'],
      epoch: ['hexadecimal', 'Random: tells one run from another.'],
      prevSize: ['number', 'Lines that the log had: the `seq` of this one.'],
      prevRoot: ['base64', 'Root of the tree of those lines.'],
      key: ['C2SP verifier key', 'Public key of the checkpoints from here on.'],
      roster: ['list of origins', 'Other logs that are registered here: each log bears witness of the others.'],
    },
  },
  'log.sealed': {
    when: 'As the first lines of a new file, about the one before.',
    fields: {
      segment: ['file name', 'The file that is complete.'],
      sha256: ['hexadecimal', 'Of the whole file.'],
      n: ['number', 'Lines in the log with that file.'],
      root: ['base64', 'Root of their tree.'],
      frontier: ['list of base64', 'Roots of its perfect subtrees: enough to go on from here.'],
      open: ['list of UUIDv7', 'Decisions that have no outcome yet, in lines of their own.'],
    },
  },
  'log.recovered': {
    when: 'After an end that was not in order; and, with other fields, when records can be written again after they could not.',
    fields: {
      tornBytes: [
        'bytes',
        'Cut off the end: nobody had been told that they were written, or they stood in the file ahead as well and are restored.',
      ],
      torn: ['list of `file=digest`', 'Where they are kept, in the folder `torn`.'],
      restored: ['number', 'Lines that a power cut took from the end, put back from the file `ahead`.'],
      adopted: ['number', 'Whole lines behind the last commit that were kept.'],
      lastCommit: ['number', '`seq` of the last commit that was found.'],
      open: ['number', 'Decisions without an outcome; each gets one that says `unknown_crash`.'],
      refused: ['number', 'Records that could not be written: in a gate each of a request that was refused.'],
      from: ['instant', 'Of the first of them.'],
      to: ['instant', 'Of the last.'],
    },
  },
  'log.closed': {
    when: 'Last of all at an orderly end.',
    fields: { size: ['number', 'Lines before this one.'], open: ['number', 'Decisions without an outcome.'] },
  },
  'policy.loaded': {
    when: 'When a policy comes into force here, and once at each start for what is in force.',
    fields: {
      ...policy,
      changed: ['list of paths', 'Files that are new, gone or say something else.'],
      exposure: [
        'list of texts',
        'Of each directive that is new here: from when it holds, since when it is enforced here.',
      ],
    },
  },
  'policy.approved': { when: 'When approvals come that were due for what is in force.', fields: policy },
  'policy.rejected': {
    when: 'When something does not come into force. What was in force stays.',
    fields: {
      code: ['word', '[Why](bundles.md#what-is-refused-and-why).'],
      path: ['path', 'Where it was read.'],
      reasons: ['list of texts', 'The same at length, twenty at most.'],
      kept: ['digest or null', 'Of what stays in force; null: nothing.'],
    },
  },
  'policy.alarm': {
    when: 'Once, when an approval or a renewal is late. Nothing lapses by it.',
    fields: {
      check: ['word', 'The check of [`/readyz`](operating.md#ready) that fails.'],
      detail: ['text', 'What it says.'],
      digest: ['digest or null', 'Of what is in force.'],
      serial: ['number or null', 'Of what is in force.'],
    },
  },
  ...actWords,
  'fleet.followed': {
    when: 'When a gate that follows a fleet’s control first enforces what a statement names, at its start too.',
    fields: {
      serial: ['number', 'Of the policy.'],
      registers_serial: ['number', 'Of the registers; 0: they are part of the policy.'],
      digest: ['digest', 'Of the policy in force; every decision under it has the same.'],
      suspension_epoch: ['number', 'Grows with every change of what is suspended in the fleet.'],
      suspensions: ['digest or null', 'Of all that is suspended, as decisions name it; null: nothing.'],
      revocation_epoch: ['number', 'Grows with every change of what is revoked in the fleet.'],
      revocations: ['digest or null', 'Of all that is revoked, as decisions name it; null: nothing.'],
      issued: ['instant', 'When control signed it, by its own clock.'],
    },
  },
  'fleet.lease': {
    when: 'When the policy can no longer be confirmed to be the newest, and when it is again.',
    fields: {
      state: ['`confirmed`, `lost`', 'While lost, what a directive with `refuse` covers is denied (`policy_stale`).'],
      why: ['text', 'What was in the way.'],
    },
  },
  'fleet.ignored': {
    when: 'When a statement is not followed; the same in a row is told once, and counted in the metrics.',
    fields: {
      why: [
        '`unreadable`, `forged`, `expired`, `ahead`, `replayed`, `conflicting`',
        'It is none, of another key, over, signed by a clock ahead of this one, older than what was seen, or says otherwise under a number that was seen.',
      ],
    },
  },
  'geo.loaded': {
    when: 'When look-ups begin to use a place database.',
    fields: {
      ...database,
      digest: ['digest', 'Of the file; `place.database` of decisions has the same.'],
      type: ['text', 'Its own word on what it is.'],
      builtAt: ['instant', 'Its own word on when it was built.'],
      networks: ['number', 'Networks in it.'],
    },
  },
  'geo.rejected': {
    when: 'When a place database is not used. What was used goes on being used.',
    fields: {
      ...database,
      digest: ['digest or null', 'Of the file; null: it could not be read.'],
      why: ['text', 'Every fault of it.'],
      kept: ['digest or null', 'Of what stays in use; null: nothing, and no place is known.'],
    },
  },
  'config.loaded': {
    when: 'At every start.',
    fields: {
      settings: ['digest', 'Of the settings without their secrets; decisions have the same.'],
      software: ['text', 'Name and version of the gateway.'],
    },
  },
  'quantity.handed_out': {
    when: 'When a part of what a grant licenses in amount is made ready to be used, before the first token of it is reserved.',
    fields: {
      grant: ['text', 'Id of the grant.'],
      tokens: ['whole number', 'Output tokens that were made ready now.'],
      inAll: [
        'whole number',
        'With what was made ready before: what is not used of it is given back where the gate ends in order.',
      ],
      of: ['whole number', 'Output tokens that the grant licenses in all.'],
    },
  },
  'clock.step': {
    when: 'When this machine’s clock was set by more than two seconds, or the machine slept. Instants before and after it are of different clocks: the order of records is `seq`.',
    fields: { byMs: ['whole number', 'Milliseconds forth; negative: back.'] },
  },
  'redis.state': {
    when: 'When the shared cache comes or goes. Decisions do not depend on it.',
    fields: { state: ['`up`, `down`', 'Whether it is used.'], why: ['text', 'What happened.'] },
  },
  'redis.alarm': {
    when: 'When Redis holds what no gate of the fleet wrote there, or is not whom the settings name: once a minute at most. It is ignored; decisions do not depend on it.',
    fields: {
      why: ['text', 'What was found.'],
      poisoned: ['whole number', 'Values that were ignored since the start of the gate.'],
    },
  },
  query: {
    when: 'When somebody reads a decision over the admin listener, before they are answered.',
    fields: {
      decision: ['UUIDv7', 'Which one.'],
      found: ['true or false', 'Whether this log has it.'],
      issuer: ['text', 'Issuer of the reader’s token.'],
      subject: ['pseudonym', 'Of the reader.'],
      roles: ['list of words', 'Roles that the token has here.'],
    },
  },
}
