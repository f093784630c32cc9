// The front of the directives room: the policy in force and how it changes, compiling a folder under limits, built bundles as files.

export { type BundleFile, bundleFileText, readBundleFile, readBundleJson } from './bundle-file.ts'
export { changedInPlace } from './changed.ts'
export {
  type CompileOutcome,
  type CompileRequest,
  compileDirectory,
  type ExampleResult,
  type ShownFault,
} from './compile-directory.ts'
export {
  type ActivePolicy,
  openPolicySource,
  type PolicySource,
  type PolicySourceEvent,
  type PolicySourceOptions,
} from './source.ts'
export { keptClosed, type SuspendedSource, suspendable } from './suspended-source.ts'
export { isSameOfficer, type Officer, pendingLift, type Standing } from './suspension-entry.ts'
export { readSuspensionName } from './suspension-name.ts'
export { startReminders } from './suspension-reminders.ts'
export { openSuspensions, type SuspensionEvent, type Suspensions, SuspensionUnkept } from './suspensions.ts'
export { vanishedFrom } from './vanished.ts'
