// The front of AuthZEN: one reading of a request, for the admin listener and for cases in files. Pure: no I/O, no clock, no chance.
export {
  type EvaluationFault,
  type EvaluationReading,
  faultsOf,
  readEvaluation,
  type Surroundings,
} from './read-evaluation.ts'
export { batchSchema } from './schema.ts'
