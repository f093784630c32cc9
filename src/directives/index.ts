// The front of the directives room: the policy in force and how it changes, compiling a folder under limits, built bundles as files.

export type { ActEvent } from './act-records.ts'
export type { ActivePolicy } from './active-policy.ts'
export type { PolicySourceEvent } from './announce.ts'
export { approve, isAuthor, isGenuine, publicKeyOf, readPrivateKey } from './approvals.ts'
export { changedInPlace } from './changed.ts'
export { comparingIn } from './compare-bundles.ts'
export {
  type CompileOutcome,
  type CompileRequest,
  compileDirectory,
  type ExampleResult,
  type ShownFault,
} from './compile-directory.ts'
export {
  type Approval,
  type BundleKind,
  type Envelope,
  envelopeText,
  nameForm,
  readBundleJson,
  readEnvelope,
  type Statement,
  statedIn,
  statementOf,
} from './envelope.ts'
export { type Fed, type FedRefusal, type FedSource, openFedSource } from './fed-source.ts'
export type { Refusal } from './judge-part.ts'
export { type Officer, pendingLift, type Stands } from './officer-entry.ts'
export { type JournalForm, readJournal, Unkept } from './officer-journal.ts'
export { bundleOf, contentOf, type Pair } from './parts.ts'
export { readPlainFile } from './plain-file.ts'
export { replaceFile } from './replace-file.ts'
export { lapseOf, type Revocation, revokedSchema } from './revocation-entry.ts'
export { noRevocations, type RevocationSet, revocationSet } from './revocation-set.ts'
export { nameOfRevoked, openRevocations, type RevocationEvent, type Revocations } from './revocations.ts'
export { openPolicySource, type PolicySource, type PolicySourceOptions } from './source.ts'
export { keptClosed, type SuspendedSource, suspendable, suspensionDigest } from './suspended-source.ts'
export type { Standing } from './suspension-entry.ts'
export { readSuspensionName } from './suspension-name.ts'
export { startReminders } from './suspension-reminders.ts'
export { openSuspensions, type SuspensionEvent, type Suspensions } from './suspensions.ts'
export { vanishedFrom } from './vanished.ts'
