// Fields that OpenAI's API lacks and that servers which speak it take beside its own: searches and stores of theirs, another host,
// another set of weights, another way to think, another bound of what is put out. Each would change what was decided, so each is refused.

import { type RefusedRow, saysHosted, saysStored } from '../body-shape.ts'

const rowsOf = (fields: readonly string[], reason: RefusedRow['reason'], says: string): readonly RefusedRow[] =>
  fields.map((field) => ({ at: `/${field}`, reason, says }))

export const elsewhere: readonly RefusedRow[] = [
  // Azure's: it searches wherever the caller says, signed in as the gateway's own resource if the caller asks for that.
  ...rowsOf(['data_sources', 'enhancements'], 'reference_unknown', saysHosted),
  ...rowsOf(
    ['connectors', 'enable_code_interpreter', 'enable_search', 'plugins', 'search_options', 'web_search'],
    'reference_unknown',
    saysHosted,
  ),
  ...rowsOf(
    ['callback_url', 'webhook', 'webhook_url'],
    'request_unreadable',
    'the answer goes to the caller alone: leave this out',
  ),
  ...rowsOf(['preset', 'prompt_id', 'session_params'], 'reference_unknown', saysStored),
  ...rowsOf(
    [
      'api_base',
      'api_key',
      'api_version',
      'base_url',
      'custom_llm_provider',
      'extra_headers',
      'extra_query',
      'organization',
      'provider',
      'route',
      'user_config',
      // vLLM's and SGLang's: another server of the fleet, from which what was computed before is taken.
      'bootstrap_host',
      'bootstrap_port',
      'bootstrap_room',
      'kv_transfer_params',
    ],
    'request_unreadable',
    'which host answers is the gateway’s to say: leave this out',
  ),
  ...rowsOf(
    ['adapter', 'adapter_id', 'adapter_source', 'extra_body', 'lora', 'lora_path', 'prompt_mode'],
    'request_ambiguous',
    'a model and its mode are chosen by the documented fields alone: leave this out',
  ),
  ...rowsOf(
    ['max_gen_len', 'max_new_tokens', 'n_predict', 'num_predict'],
    'request_ambiguous',
    'how much is put out is said by the documented fields alone: leave this out',
  ),
]
