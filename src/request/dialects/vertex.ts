// Vertex AI: Google's words, and Anthropic's for Anthropic's models there; either takes an access token.

import { anthropic } from './anthropic.ts'
import type { DialectWords } from './dialect.ts'
import { google } from './google.ts'

const credentialHeaders: DialectWords['credentialHeaders'] = (token) => ({ authorization: `Bearer ${token}` })

export const vertex: DialectWords = { ...google, credentialHeaders }
export const vertexAnthropic: DialectWords = { ...anthropic, credentialPlaces: ['authorization'], credentialHeaders }
