// Operation: what is asked of which models, as read from one request.

export const dialectNames = [
  'openai',
  'anthropic',
  'azure',
  'google',
  'google-openai',
  'vertex',
  'vertex-anthropic',
  'ollama',
  'bedrock',
] as const
export type Dialect = (typeof dialectNames)[number]

/** `infer` releases output of a model; `list-models` names what the caller may use. */
export const actions = ['infer', 'count-tokens', 'list-models'] as const
export type Action = (typeof actions)[number]

export const phases = ['admit', 'start', 'continue', 'deliver'] as const
export type Phase = (typeof phases)[number]

/**
 * Fields by which the dialects choose a mode, as a catalogue names them: OpenAI's effort, Anthropic's `thinking.type`, Google's
 * budget (`0` is off) and level, Ollama's `think` (`true`, `false` or a word); on Amazon Bedrock, where models of all vendors are, also
 * Nova's `reasoningConfig.type` and the effort that some of OpenAI's models have in an object, `reasoning.effort`.
 */
export const modeFields = [
  'reasoning-effort',
  'thinking',
  'thinking-budget',
  'thinking-level',
  'think',
  'reasoning-config',
  'reasoning-object',
] as const
export type ModeField = (typeof modeFields)[number]

/**
 * The field by which a dialect chooses a mode, and what the request says there (null: left to the model). `mode` is no dialect's
 * field: AuthZEN and cases name the mode itself.
 */
export interface ModeSelector {
  readonly field: ModeField | 'mode'
  readonly value: string | null
  /** Every other field of a dialect in which each vendor has one of its own, and what the request says there. Absent: none. */
  readonly beside?: readonly Omit<ModeSelector, 'beside'>[]
}

export interface ModelReference {
  /** RFC 6901 pointer into the body, or `path:NAME`, `query:NAME`, `header:NAME`, `part:NAME`. */
  readonly pointer: string
  /** The name, byte for byte as asked. */
  readonly name: string
  readonly mode: ModeSelector | null
}

export interface Operation {
  /** `openai.chat.completions.create`: dialect and the SDK's own method path. */
  readonly id: string
  readonly dialect: Dialect
  readonly action: Action
  readonly phase: Phase
  readonly stream: boolean
  /** Null: the request sets none. */
  readonly maxOutputTokens: number | null
  /** Every model that the request names, in order of appearance. */
  readonly models: readonly ModelReference[]
}

/** A model reference after the catalogue: one exact model, with every mode that the request could reach. */
export interface Resource {
  readonly pointer: string
  readonly name: string
  readonly model: string
  readonly family: string
  readonly version: string
  readonly variant: string | null
  /** Sorted; empty for a model without modes. */
  readonly modes: readonly string[]
  readonly released: boolean
  readonly listing: 'shown' | 'hidden'
}
