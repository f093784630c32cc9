// Azure OpenAI says what OpenAI says, and has its key in a header of its own.

import type { DialectWords } from './dialect.ts'
import { openai } from './openai.ts'

export const azure: DialectWords = {
  ...openai,
  credentialPlaces: ['api-key', 'authorization'],
  credentialHeaders: (key) => ({ 'api-key': key }),
}
