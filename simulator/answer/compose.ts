// Makes the answer of a model to an Ask: tool calls, JSON or prose, thinking, stop strings, the output limit and usage.
// Knows no wire format and no HTTP.
import type { Answer, Ask, Draft, Turn } from '../types.ts'
import { CHARACTERS_PER_TOKEN, countTokens, makeId } from '../tokens.ts'
import type { PromptCache } from '../state/prompt-cache.ts'
import type { Behaviour } from '../faults/types.ts'
import { toObject } from '../json.ts'
import { readThread, restAfter } from './continuation.ts'
import { fromSchema } from './from-schema.ts'
import { materialOf, writeAnswer } from './prose.ts'
import { schemaInPrompt } from './schema-in-prompt.ts'
import { polish } from './text.ts'
import { chooseToolCalls } from './tool-calls.ts'

const IMAGE_TOKENS = 85
const AUDIO_TOKENS_PER_SECOND = 32

export type ComposeContext = {
  behaviours: Behaviour[]
  cache: PromptCache
  /** Cached prefixes are per credential and model. */
  cacheScope: string
  /** Text of a recording of so many seconds. */
  transcribe: (seconds: number) => string
}

export const promptOf = (ask: Ask): string =>
  `${ask.tools.map((tool) => `${tool.name}${JSON.stringify(tool.schema)}`).join('')}${ask.turns
    .map((turn) => `${turn.role}:${turn.text}${turn.toolCalls.map((call) => call.arguments).join('')}\n`)
    .join('')}`

export const countPrompt = (ask: Ask): { inputTokens: number; audioTokens: number } => {
  const audioTokens = Math.round(ask.turns.reduce((sum, turn) => sum + turn.audioSeconds, 0) * AUDIO_TOKENS_PER_SECOND)
  const images = ask.turns.reduce((sum, turn) => sum + turn.images, 0) * IMAGE_TOKENS
  return { inputTokens: countTokens(promptOf(ask)) + images + audioTokens, audioTokens }
}

const writeText = (ask: Ask, turns: Turn[], context: ComposeContext): string => {
  const heard = turns.at(-1)?.audioSeconds ?? 0
  if (heard > 0) return context.transcribe(heard)
  const custom = context.behaviours.find((behaviour) => behaviour.fault.write)
  const material = materialOf(turns)
  const prose = custom?.fault.write?.({ args: custom.args, turns, material })
  const schema = ask.schema ?? schemaInPrompt(turns)
  if (schema) return JSON.stringify(fromSchema(schema, prose ?? material))
  if (ask.jsonMode) return JSON.stringify({ enhanced_text: prose ?? polish(material) })
  return prose ?? writeAnswer(turns)
}

const draftOf = (ask: Ask, context: ComposeContext): Draft => {
  const thread = readThread(ask.turns)
  const toolCalls = chooseToolCalls(ask, thread.turns, () => makeId(24))
  if (toolCalls.length > 0) return { text: '', reasoning: '', toolCalls, finish: 'tool_calls' }
  const whole = writeText(ask, thread.turns, context)
  const joined = context.behaviours.find((behaviour) => behaviour.fault.join)
  const text =
    thread.partial === undefined
      ? whole
      : (joined?.fault.join?.({ whole, partial: thread.partial }) ?? restAfter(whole, thread.partial))
  return { text, reasoning: '', toolCalls: [], finish: 'stop' }
}

const think = (ask: Ask): string => {
  const question =
    ask.turns
      .findLast((turn) => turn.role === 'user')
      ?.text.replace(/\s+/g, ' ')
      .slice(0, 120) ?? ''
  const room = ask.reasoningTokens * CHARACTERS_PER_TOKEN
  return `The user asks: "${question}". I should answer with what the text says and keep every number and name.`.slice(
    0,
    Math.max(room, 0),
  )
}

const stopAt = (draft: Draft, stop: string[]): Draft => {
  const cuts = stop
    .map((mark) => ({ mark, at: mark === '' ? -1 : draft.text.indexOf(mark) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
  const [first] = cuts
  return first ? { ...draft, text: draft.text.slice(0, first.at), stoppedAt: first.mark } : draft
}

/** Cuts at the output limit; thinking is spent first, so a small limit may leave no text at all. */
const limit = (draft: Draft, ask: Ask): Draft & { reasoningTokens: number } => {
  const reasoningTokens = Math.min(ask.reasoningTokens, ask.maxOutputTokens)
  const room = Math.max(0, ask.maxOutputTokens - reasoningTokens)
  const calls = draft.toolCalls.reduce((sum, call) => sum + countTokens(call.name + call.arguments), 0)
  if (countTokens(draft.text) + calls <= room) return { ...draft, reasoningTokens }
  return {
    ...draft,
    text: draft.text.slice(0, room * CHARACTERS_PER_TOKEN),
    toolCalls: calls <= room ? draft.toolCalls : [],
    finish: 'length',
    reasoningTokens,
  }
}

/** The answer, deterministic for the same Ask and behaviours. */
export const compose = (ask: Ask, context: ComposeContext): Answer => {
  const drafted = draftOf(ask, context)
  const withThinking = { ...drafted, reasoning: ask.showReasoning ? think(ask) : '' }
  const changed = context.behaviours.reduce<Draft>(
    (draft, { fault, args }) => fault.draft?.(draft, { ask, args, schema: toObject(ask.schema) }) ?? draft,
    stopAt(withThinking, ask.stop),
  )
  const { reasoningTokens, ...limited } = limit(changed, ask)
  const { inputTokens, audioTokens } = countPrompt(ask)
  const prompt = promptOf(ask)
  const seen = context.cache.look(context.cacheScope, prompt.slice(0, ask.cachePrefixCharacters ?? prompt.length))
  const written = limited.toolCalls.reduce(
    (sum, call) => sum + countTokens(call.name + call.arguments),
    countTokens(limited.text),
  )
  return {
    ...limited,
    usage: {
      inputTokens,
      cachedTokens: Math.min(seen.cachedTokens, inputTokens),
      cacheWriteTokens: Math.min(seen.writtenTokens, inputTokens),
      outputTokens: written + reasoningTokens,
      reasoningTokens,
      audioTokens,
    },
  }
}
