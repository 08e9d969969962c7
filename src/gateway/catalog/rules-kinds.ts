/**
 * What a listed model is for, read from its id where a provider's list does not say. An empty list of operations: a
 * model that we have no use for (video, speech, realtime, moderation). First match wins; no match is left open.
 */
import type { Operation } from '../types/requests.ts'

export interface ModelKind {
  readonly provider: string
  readonly pattern: RegExp
  readonly operations: readonly Operation[]
}

export const MODEL_KINDS: readonly ModelKind[] = [
  {
    provider: 'openai',
    pattern: /realtime|(^|-)tts|sora|moderation|^gpt-live|deep-research|^(davinci|babbage)|instruct/,
    operations: [],
  },
  // These answer on another path only.
  { provider: 'openai', pattern: /^(o\d|gpt-\d[\d.]*)-pro|codex/, operations: [] },
  { provider: 'openai', pattern: /transcribe|^whisper/, operations: ['transcribe'] },
  { provider: 'openai', pattern: /embedding/, operations: ['embed'] },
  { provider: 'openai', pattern: /image|^dall-e/, operations: ['image'] },
  { provider: 'openai', pattern: /^(gpt|o\d|chatgpt|chat-latest|ft:)/, operations: ['chat'] },

  {
    provider: 'gemini',
    pattern: /tts|lyria|robotics|computer-use|deep-research|antigravity|native-audio|live|veo|aqa|omni/,
    operations: [],
  },
  { provider: 'gemini', pattern: /embedding/, operations: ['embed'] },
  { provider: 'gemini', pattern: /image|banana/, operations: ['image'] },
  { provider: 'gemini', pattern: /transcribe/, operations: ['transcribe'] },
  { provider: 'gemini', pattern: /^gemini-/, operations: ['chat', 'transcribe'] },
  { provider: 'gemini', pattern: /^gemma-/, operations: ['chat'] },

  { provider: 'groq', pattern: /guard/, operations: [] },
]

/** Undefined when nothing is known about such an id. */
export const operationsOf = (provider: string, key: string): readonly Operation[] | undefined =>
  MODEL_KINDS.find((kind) => kind.provider === provider && kind.pattern.test(key))?.operations
