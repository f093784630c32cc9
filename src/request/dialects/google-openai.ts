// Gemini's API under OpenAI's paths says what OpenAI says.

export { openai as googleOpenai } from './openai.ts'
