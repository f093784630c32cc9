// Front of the way out: HTTP/1.1 to the model APIs.
export type { AnswerFields } from './answer-head.ts'
export type { AnswerControl, AnswerListener } from './connection.ts'
export { Pool } from './pool.ts'
