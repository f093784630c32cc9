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
export { vanishedFrom } from './vanished.ts'
