// The front of admin: the listener for operators, officers, auditors and enforcement points, and what a listener of a fleet's control
// has in common with it.
export { type AdminRefusal, refuse } from './admission.ts'
export { createBareListener } from './bare-listener.ts'
export { type Connections, type Crowded, createConnections } from './connections.ts'
export { type AdminParts, createAdminListener } from './listener.ts'
export { listen, type ServerChoice, serverOf, shut } from './node-server.ts'
export { officerOf, unwritten } from './officers.ts'
export { type Check, readinessChecks } from './readiness.ts'
export { addRevocationRoutes } from './revocations.ts'
export { addSuspensionRoutes } from './suspensions.ts'
