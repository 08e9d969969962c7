/** What each provider is expected to do in the conformance suite; everything it does not do has its reason here. */
import type { ProviderName } from '../../simulator/types.ts'

export type Feature =
  | 'tools'
  | 'parallel-tools'
  | 'forced-tool'
  | 'schema'
  | 'vision'
  | 'vision-by-address'
  | 'reasoning-text'
  | 'embeddings'
  | 'transcription'
  | 'word-times'
  | 'images'
  | 'models'
  | 'count-tokens'
  | 'context-error'
  | 'rate-limit-hint'
  | 'key-error'

export interface Declaration {
  /** The provider's id in the gateway. */
  readonly id: string
  readonly simulated: ProviderName
  readonly chat: string
  readonly vision?: string
  readonly reasoning?: string
  readonly embeddings?: string
  readonly transcription?: string
  /** Where another model than `transcription` gives times. */
  readonly timedTranscription?: string
  readonly images?: string
  readonly skips: Partial<Record<Feature, string>>
}

const NO_EMBEDDINGS = 'the provider has no embeddings'
const NO_TRANSCRIPTION = 'the provider transcribes nothing'
const NO_IMAGES = 'the provider makes no images'
const NO_COUNT = 'the provider counts no tokens'

export const DECLARATIONS: readonly Declaration[] = [
  {
    id: 'openai',
    simulated: 'openai',
    chat: 'gpt-4o-mini',
    vision: 'gpt-4o-mini',
    embeddings: 'text-embedding-3-small',
    transcription: 'whisper-1',
    images: 'gpt-image-2',
    skips: { 'count-tokens': NO_COUNT, 'reasoning-text': 'this path gives no reasoning text' },
  },
  {
    id: 'together',
    simulated: 'together',
    chat: 'meta-llama/Llama-3.3-70B-Instruct-Turbo',
    vision: 'moonshotai/Kimi-K3',
    reasoning: 'deepseek-ai/DeepSeek-V4-Pro',
    embeddings: 'intfloat/multilingual-e5-large-instruct',
    transcription: 'openai/whisper-large-v3',
    images: 'black-forest-labs/FLUX.1-schnell',
    skips: { 'count-tokens': NO_COUNT },
  },
  {
    id: 'groq',
    simulated: 'groq',
    chat: 'openai/gpt-oss-20b',
    vision: 'qwen/qwen3.6-27b',
    reasoning: 'openai/gpt-oss-120b',
    transcription: 'whisper-large-v3',
    skips: { embeddings: 'no embedding model is listed', images: NO_IMAGES, 'count-tokens': NO_COUNT },
  },
  {
    id: 'gemini',
    simulated: 'gemini',
    chat: 'gemini-2.5-flash',
    vision: 'gemini-2.5-flash',
    reasoning: 'gemini-3.5-flash',
    embeddings: 'gemini-embedding-001',
    transcription: 'gemini-2.5-flash',
    timedTranscription: 'gemini-3.5-transcribe',
    images: 'gemini-2.5-flash-image',
    skips: { 'vision-by-address': 'images travel as bytes; an address is fetched by the host or refused' },
  },
  {
    id: 'anthropic',
    simulated: 'anthropic',
    chat: 'claude-haiku-4-5-20251001',
    vision: 'claude-haiku-4-5-20251001',
    reasoning: 'claude-opus-5',
    skips: {
      embeddings: NO_EMBEDDINGS,
      transcription: NO_TRANSCRIPTION,
      'word-times': NO_TRANSCRIPTION,
      images: NO_IMAGES,
    },
  },
  {
    id: 'ollama',
    simulated: 'ollama',
    chat: 'llama3.2:3b',
    vision: 'qwen3.5:2b',
    reasoning: 'qwen3.5:2b',
    embeddings: 'nomic-embed-text:latest',
    skips: {
      'forced-tool': 'the wire has no field for it; the choice is left free with a note',
      'vision-by-address': 'images travel as bytes; an address is fetched by the host or refused',
      transcription: NO_TRANSCRIPTION,
      'word-times': NO_TRANSCRIPTION,
      images: NO_IMAGES,
      'count-tokens': NO_COUNT,
      'key-error': 'no key is needed',
      'rate-limit-hint': 'a local server names no wait',
    },
  },
  {
    id: 'local-one',
    simulated: 'compatible',
    chat: 'local-model',
    vision: 'local-vision',
    reasoning: 'local-reasoner',
    embeddings: 'local-embedding',
    transcription: 'whisper-1',
    skips: {
      images: 'the simulated server makes none',
      'count-tokens': NO_COUNT,
      'key-error': 'no key is needed',
      'rate-limit-hint': 'a local server names no wait',
    },
  },
]
