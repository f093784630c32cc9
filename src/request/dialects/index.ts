// The one list of dialects.

import type { Dialect } from '../../vocabulary/operation.ts'
import { anthropic } from './anthropic.ts'
import { azure } from './azure.ts'
import type { DialectWords } from './dialect.ts'
import { openai } from './openai.ts'

export const dialects: Readonly<Record<Dialect, DialectWords>> = { openai, anthropic, azure }
