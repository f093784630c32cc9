// Errors of a model API, without what they say of the account that the gateway has there: all callers share it, and none is its owner.
// The rest of the text stays, since it says what to mend. What is written into the text of an answer that is no error is the model's.
import { Buffer } from 'node:buffer'

const leftOut = '(left out)'
const guid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'

/** What stands before the part that is left out is kept where it is a group. */
const ofAccount: readonly RegExp[] = [
  // OpenAI: organizations, projects, keys. "Rate limit reached for … in organization org-…"
  /\b(?:org-|proj_|user-|acct_|wrkspc_)[A-Za-z0-9]{8,}/g,
  /\b(?:sk|rk|pk)-[A-Za-z0-9_*-]{8,}/g,
  // Anthropic: "your organization’s rate limit (org: …)"; Azure: tenants and subscriptions.
  new RegExp(
    `((?:org|organization|workspace|tenant|subscriptions?|account)(?:[ _-]?id)?[^0-9a-zA-Z]{1,4})${guid}`,
    'gi',
  ),
  /(https?:\\?\/\\?\/)[\w.-]+(?=\.(?:openai|cognitiveservices|services\.ai)\.azure\.com)/gi,
  // AWS: "User: arn:aws:iam::…", accounts of twelve digits, access keys.
  /\barn:aws[\w-]*:[^\s"'\\,;)]+/g,
  /(\baccount(?:[ _-]?id)?[^0-9a-zA-Z]{1,4})\d{12}\b/gi,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  // Google: "consumer 'project_number:…'", "projects/…", "?project=…", service accounts, API keys.
  /(\bproject(?:[ _-]?(?:number|id))?[^0-9a-zA-Z]{1,4})\d{6,}/gi,
  /(\bprojects\\?\/)[A-Za-z0-9:._-]+/g,
  /([?&]project=)[\w.:-]+/g,
  /[\w.-]+@[\w.-]+\.gserviceaccount\.com/g,
  /\bAIza[\w-]{20,}/g,
]

/** Takes a whole answer; gives the same bytes, or those of an error without what is not the caller's to know. */
export function withoutAccount(status: number, body: Buffer): Buffer {
  if (status < 400) return body
  // Byte for character, so that whatever is in no plain alphabet stays as it came.
  const text = body.toString('latin1')
  const kept = ofAccount.reduce(
    (left, pattern) =>
      left.replace(pattern, (_, before: unknown) => (typeof before === 'string' ? before : '') + leftOut),
    text,
  )
  return kept === text ? body : Buffer.from(kept, 'latin1')
}
