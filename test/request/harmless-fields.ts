// Fields of the SDKs whose names tell of a model, a mode, a store, a tool or another place, and which choose nothing that is decided:
// each with the reason. Whoever adds a row has read what the API does with the field.

export interface Harmless {
  /** With a slash in front: the whole pointer; without: its end. `*` stands for every item. */
  readonly fields: readonly string[]
  readonly why: string
}

export const harmless: readonly Harmless[] = [
  {
    fields: [
      'function/name',
      'functionCall/name',
      'functionResponse/name',
      'functionDeclarations/*/name',
      'function_call/name',
      'custom/name',
      'toolSpec/name',
      'toolUse/name',
      'tool_name',
      '/functions/*/name',
      '/tools/*/name',
      '/tools/*/tools/*/name',
      '/tool_choice/name',
      'toolChoice/tool/name',
      '/messages/*/content/*/name',
      '/messages/*/content/*/toolset_name',
      '/messages/*/name',
      '/input/*/name',
      '/items/*/name',
    ],
    why: 'what the caller calls a function of its own, or who speaks',
  },
  {
    fields: [
      'custom_id',
      'call_id',
      'tool_call_id',
      'tool_calls/*/id',
      'tool_use_id',
      'toolUseId',
      'functionCall/id',
      'functionResponse/id',
      'caller/caller_id',
      'caller/tool_id',
      '/messages/*/content/*/id',
      'safety_checks',
      'safety_checks/*/id',
    ],
    why: 'pairs a call with its result, within this one conversation',
  },
  {
    fields: [
      'displayName',
      '/markup/name',
      'filename',
      'document/name',
      'json_schema/name',
      'jsonSchema/name',
      'format/name',
    ],
    why: 'a title of what the caller sends with the request',
  },
  { fields: ['file_data'], why: 'the file itself, in the request' },
  {
    fields: ['_index', 'Index', 'annotations/*/index', 'citations/*/url', 'annotations/*/url', 'web/domain', 'web/url'],
    why: 'where a quotation in earlier text came from: it is shown, not fetched',
  },
  {
    fields: ['citations/*/location', 'location/searchResultLocation', 'searchResult', 'logprobs/*/token'],
    why: 'text of the conversation, and where in it',
  },
  {
    fields: ['svg_usage/model', 'reasoning_tokens', 'revised_prompt'],
    why: 'what an earlier answer told of itself, handed back as it was',
  },
  {
    fields: ['content/*/thinking', 'reasoningContent', 'reasoningText', '/messages/*/thinking'],
    why: 'what a model thought before, handed back as text',
  },
  {
    fields: ['/prompt', '/instances/*/prompt', '/parameters/negativePrompt'],
    why: 'the question itself: text',
  },
  {
    fields: [
      'cache_control',
      'cachePoint',
      'prompt_cache_breakpoint',
      'prompt_cache_breakpoint/mode',
      '/prompt_cache_key',
      '/prompt_cache_options',
      '/prompt_cache_options/mode',
      '/prompt_cache_retention',
    ],
    why: 'what the provider may reckon only once for the same beginning of a request: no answer is read from it',
  },
  {
    fields: [
      '/service_tier',
      '/serviceTier',
      '/speed',
      '/fallbacks/*/speed',
      '/performanceConfig',
      '/performanceConfig/latency',
    ],
    why: 'how soon and at what price the same model answers',
  },
  {
    fields: ['/user', '/safety_identifier'],
    why: 'a word of the caller’s for one of its users, for the provider’s own statistics',
  },
  {
    fields: ['output_config', '/messages/*/output_config/effort'],
    why: 'the form of the answer and how hard the model works, which is no mode of the catalogue',
  },
  {
    fields: [
      '/tool_choice/allowed_tools',
      '/tool_choice/allowed_tools/tools',
      '/tool_choice/tools',
      'toolChoice/tool',
      'exclude_tools',
    ],
    why: 'picks among tools that the request declares, each of which is read',
  },
  {
    fields: [
      '/tool_choice/server_label',
      '/toolConfig/includeServerSideToolInvocations',
      '/toolConfig/retrievalConfig',
    ],
    why: 'says something of tools that run at the provider, none of which passes',
  },
  {
    fields: ['/tool_choice/mode', '/tool_choice/allowed_tools/mode', 'functionCallingConfig/mode'],
    why: 'whether a tool must be called',
  },
  { fields: ['/tools/*/environment'], why: 'what the caller’s own computer runs' },
  {
    fields: ['/moderation/policy', '/moderation/policy/input/mode', '/moderation/policy/output/mode'],
    why: 'what is done with the word of the moderation model, which is named beside it',
  },
  {
    fields: ['/background', '/tools/*/background', '/input/*/background', '/items/*/background'],
    why: 'of a picture; of a response: its answer waits under an id that is bound to its maker',
  },
  {
    fields: [
      '/quality',
      '/tools/*/quality',
      '/input/*/quality',
      '/items/*/quality',
      'imageConfig/imageOutputOptions',
      'imageOutputOptions/compressionQuality',
      'ompressionQuality',
      '/parameters/editMode',
    ],
    why: 'how the named model draws, and what becomes of the picture',
  },
  {
    fields: ['/parameters/enhancePrompt'],
    why: 'the model that draws reads its prompt so by itself, also where nothing is said',
  },
  { fields: ['/speed'], why: 'of speech: how fast it is spoken' },
  {
    fields: [
      '/voice',
      '/audio/voice',
      'voiceConfig',
      'prebuiltVoiceConfig',
      'prebuiltVoiceConfig/voiceName',
      'replicatedVoiceConfig',
      'voiceConsentSignature',
      'voiceSampleAudio',
      'multiSpeakerVoiceConfig',
      'speakerVoiceConfigs',
    ],
    why: 'a voice of the provider’s, or one that stands in the request; stored ones are refused',
  },
  { fields: ['audioTranscriptionConfig/mode'], why: 'how what is heard is written down' },
  { fields: ['/endpoint'], why: 'must be what the file of requests was read for' },
  { fields: ['/options/num_thread'], why: 'threads of a processor' },
]
