/** What a version of a text is made with; stored in its `options`, so that a restart makes the same. Pure. */
import { isDeepStrictEqual } from 'node:util'
import { toJson } from '../store/stored-text.ts'
import type { EnhancementMode, SummaryVariant, TextKind, TranscriptionOptions } from '../types.ts'

/** A template as it was when the text was asked for: later changes of it change nothing here. */
export interface TemplateSnapshot {
  readonly id: string
  readonly name: string
  readonly prompt: string
}

export interface TextOrder {
  readonly model: string
  readonly enhancementMode?: EnhancementMode | undefined
  readonly summaryVariant?: SummaryVariant | undefined
  readonly targetLanguage?: string | undefined
  readonly customInstruction?: string | undefined
  readonly template?: TemplateSnapshot | undefined
}

export type TextWishes = Partial<TextOrder> & Pick<TranscriptionOptions, 'model'>

const isSaid = (instruction: string | undefined): instruction is string =>
  instruction !== undefined && instruction.trim() !== ''

/** Only what matters to the kind: a version that differs in nothing that matters is the same version. */
export const textOrder = (kind: TextKind, wishes: TextWishes): Partial<TextOrder> => {
  if (kind === 'cleaned' || kind === 'raw') return {}
  const { model, template, customInstruction } = wishes
  return {
    model,
    ...(kind === 'enhanced' && { enhancementMode: wishes.enhancementMode ?? 'standard' }),
    ...(kind === 'summary' && { summaryVariant: wishes.summaryVariant ?? 'medium' }),
    ...(kind === 'translation' && { targetLanguage: wishes.targetLanguage }),
    ...(isSaid(customInstruction) && { customInstruction }),
    ...(template !== undefined && { template }),
  }
}

/** Whether stored options are this order; the database keeps the keys in an order of its own. */
export const isSameOrder = (stored: unknown, order: Partial<TextOrder>): boolean =>
  isDeepStrictEqual(stored, JSON.parse(toJson(order)))

/** How the operation is called in chains, prices and statistics. */
export const operationOfKind: Readonly<Record<Exclude<TextKind, 'raw' | 'cleaned'>, string>> = Object.freeze({
  enhanced: 'enhancement',
  summary: 'summary',
  lecture_notes: 'lecture_notes',
  translation: 'translation',
})
