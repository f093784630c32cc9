// The front of admin: the listener for operators, officers, auditors and enforcement points.
export { type AdminParts, createAdminListener } from './listener.ts'
export { type Check, readinessChecks } from './readiness.ts'
