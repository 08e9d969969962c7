/**
 * A provider's list as we dare to use it: bounded, without doubles, numbers that fit, dates that are dates. Whatever a
 * server sends, nothing beyond this file can be hurt by it.
 */
import type { ListedModel, ModelRow, Operation, Prices } from '../../gateway/index.ts'
import { fromListed, type StoredModel } from '../model.ts'
import { plainName } from './spelling.ts'

/** More than any provider lists; more than this is no list of models. */
const MOST_MODELS = 5_000
const LONGEST_KEY = 200
const LONGEST_NAME = 200
/** The largest limit that the table holds and anybody promises. */
const LARGEST_LIMIT = 1_000_000_000

const isKey = (key: string): boolean => key.length > 0 && key.length <= LONGEST_KEY && !/[\p{Cc}\p{Zs}]/u.test(key)

const toLimit = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isFinite(value) && value >= 1 && value <= LARGEST_LIMIT ? Math.floor(value) : undefined

/** `2026-12-11` or a whole timestamp → the day. */
const toDay = (value: string | undefined): string | undefined => {
  const day = /^\d{4}-\d{2}-\d{2}(?=$|T)/.exec(value ?? '')?.[0]
  return day !== undefined && !Number.isNaN(Date.parse(day)) ? day : undefined
}

const isPrice = (value: number | null | undefined): boolean =>
  value == null || (Number.isFinite(value) && value >= 0 && value < 100_000)

const toPrices = (prices: Prices | undefined): Prices | undefined => {
  if (prices === undefined) return undefined
  const { inputPerMillion, outputPerMillion, cachedInputPerMillion, audioPerMinute } = prices
  const fits = [inputPerMillion, outputPerMillion, cachedInputPerMillion, audioPerMinute].every(isPrice)
  const says = [inputPerMillion, outputPerMillion, audioPerMinute].some((value) => value != null)
  return fits && says ? prices : undefined
}

/** Kinds by name, for servers whose list does not say: an embedding model must not be offered for chat. */
const KINDS: readonly { readonly pattern: RegExp; readonly operations: readonly Operation[] }[] = [
  { pattern: /rerank|guard|moderation|(^|[-_/])tts|text-to-speech|text-to-video/i, operations: [] },
  { pattern: /embed|(^|[-_/])(bge|gte|e5)-/i, operations: ['embed'] },
  { pattern: /whisper|transcri|speech-to-text/i, operations: ['transcribe'] },
  { pattern: /stable-diffusion|flux\.?1|dall-e|text-to-image/i, operations: ['image'] },
]

const toOperations = ({ key, operations }: ListedModel): readonly Operation[] =>
  operations ?? KINDS.find(({ pattern }) => pattern.test(key))?.operations ?? ['chat']

const clean = (model: ListedModel): ListedModel & { readonly operations: readonly Operation[] } => {
  const contextLength = toLimit(model.contextLength)
  const maxOutputTokens = toLimit(model.maxOutputTokens)
  const prices = toPrices(model.prices)
  const retiresAt = toDay(model.retiresAt)
  const displayName = model.displayName
    ?.replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, LONGEST_NAME)
  return {
    key: model.key.trim(),
    operations: toOperations(model),
    ...(displayName !== undefined && displayName !== '' && { displayName }),
    ...(contextLength !== undefined && { contextLength }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(model.inputModalities !== undefined && { inputModalities: model.inputModalities }),
    ...(model.outputModalities !== undefined && { outputModalities: model.outputModalities }),
    ...(model.capabilities !== undefined && { capabilities: model.capabilities }),
    ...(prices !== undefined && { prices }),
    ...(retiresAt !== undefined && { retiresAt }),
  }
}

export type CleanModel = ReturnType<typeof clean>

export interface CleanList {
  readonly models: readonly CleanModel[]
  /** Rows that are no models: their names cannot be read. */
  readonly unreadable: number
  /** So long that it is no list of models. */
  readonly endless: boolean
}

export const toCleanList = (listed: readonly ListedModel[]): CleanList => {
  const readable = listed.slice(0, MOST_MODELS).filter(({ key }) => typeof key === 'string' && isKey(key.trim()))
  const byName = new Map<string, CleanModel>()
  for (const model of readable) if (!byName.has(plainName(model.key))) byName.set(plainName(model.key), clean(model))
  return {
    models: [...byName.values()],
    unreadable: Math.min(listed.length, MOST_MODELS) - readable.length,
    endless: listed.length > MOST_MODELS,
  }
}

/** Modalities follow the kind where the list says no more. */
const BY_OPERATION: Readonly<Record<string, Pick<ModelRow, 'inputModalities' | 'outputModalities' | 'capabilities'>>> =
  {
    embed: { inputModalities: ['text'], outputModalities: ['embedding'], capabilities: [] },
    transcribe: { inputModalities: ['audio'], outputModalities: ['transcription'], capabilities: [] },
    image: { inputModalities: ['text'], outputModalities: ['image'], capabilities: [] },
  }

/** A row for a model that nobody has described, of the kind that it is. */
export const toListedRow = (provider: string, listed: CleanModel, source: string): StoredModel => {
  const model = fromListed(provider, listed, source)
  const isChat = model.operations.includes('chat')
  const kind = isChat ? {} : BY_OPERATION[model.operations[0] ?? '']
  // Whisper gives times wherever it runs; a server that does not pass them on refuses, which is learned.
  const timed = !isChat && model.operations.includes('transcribe') && /whisper/i.test(listed.key)
  const limits = {
    contextLength: isChat || model.operations.includes('embed') ? model.contextLength : null,
    maxOutputTokens: isChat ? model.maxOutputTokens : null,
  }
  // Ollama's default tag is left out by everybody who names a model.
  const aliases = listed.key.endsWith(':latest') ? [listed.key.replace(/:latest$/, '')] : []
  return {
    ...model,
    ...kind,
    ...(timed && { capabilities: ['word-times'] }),
    ...limits,
    aliases,
    prices: model.prices.map((price) => ({ ...price, source })),
  }
}
