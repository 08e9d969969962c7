/** What a text is to be made with, while it is being chosen; several models may be asked at once. */
import type { MakeText } from '../../../../src/http/contract/texts.ts'
import type { Transcription, TranscriptionText } from '../../../../src/http/contract/transcriptions.ts'

export type MakeableKind = MakeText['kind']
export type WrittenKind = Exclude<MakeableKind, 'cleaned'>

export interface Order extends Omit<MakeText, 'kind' | 'model'> {
  kind: WrittenKind
  models: string[]
}

/** How the operation is called in prices and chains. */
export const operationOfKind = {
  enhanced: 'enhancement',
  summary: 'summary',
  lecture_notes: 'lecture_notes',
  translation: 'translation',
} as const satisfies Record<WrittenKind, string>

/** What is asked about its credits: in the one form that the page remembers the answer of. */
export const wishOf = (kind: WrittenKind, model: string, transcriptionId: string) => ({
  operations: [operationOfKind[kind]],
  model,
  transcriptionId,
})

export const mostModels = 4

/** A language to translate into that isn't the recording's own: the reader's, or English. */
const firstTarget = (recording: Pick<Transcription, 'language'>, locale: string): string =>
  [locale, 'en', 'tr'].find((language) => language !== recording.language) ?? 'en'

const said = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** What a text was made with, to make it so again. */
export const orderOfText = (text: Pick<TranscriptionText, 'kind' | 'options'>): Partial<Order> => {
  const { options } = text
  const template = options['template'] as { id?: unknown } | undefined
  const fields = {
    models: said(options['model']) === undefined ? undefined : [said(options['model']) ?? ''],
    enhancementMode: said(options['enhancementMode']) as Order['enhancementMode'],
    summaryVariant: said(options['summaryVariant']) as Order['summaryVariant'],
    targetLanguage: said(options['targetLanguage']),
    customInstruction: said(options['customInstruction']),
    templateId: said(template?.id),
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** As the recording was asked for at its upload, or as the last text of the kind was. */
export const startOrder = (
  recording: Pick<Transcription, 'options' | 'language' | 'texts'>,
  kind: WrittenKind,
  locale: string,
): Order => {
  const { model, enhancementMode, summaryVariant, customInstruction } = recording.options
  const order: Order = { kind, models: [model] }
  if (kind === 'enhanced') order.enhancementMode = enhancementMode
  if (kind === 'enhanced' && customInstruction !== undefined) order.customInstruction = customInstruction
  if (kind === 'summary') order.summaryVariant = summaryVariant ?? 'medium'
  if (kind === 'translation') order.targetLanguage = firstTarget(recording, locale)
  return order
}

/** Why it cannot be started yet; null when it can. */
export const whatIsMissing = (order: Order): 'instruction' | 'language' | 'model' | null => {
  if (order.models.some((model) => model === '')) return 'model'
  const isCustom = order.kind === 'enhanced' && order.enhancementMode === 'custom' && order.templateId === undefined
  if (isCustom && !order.customInstruction?.trim()) return 'instruction'
  return order.kind === 'translation' && order.targetLanguage === undefined ? 'language' : null
}

/** The bodies to send, one for each model; what does not belong to the kind is left out. */
export const toRequests = ({ kind, models, ...order }: Order): MakeText[] =>
  [...new Set(models)].map((model) => ({
    kind,
    model,
    ...(kind === 'enhanced' && { enhancementMode: order.enhancementMode ?? 'standard' }),
    ...(kind === 'summary' && { summaryVariant: order.summaryVariant ?? 'medium' }),
    ...(kind === 'translation' && { targetLanguage: order.targetLanguage }),
    ...(order.customInstruction?.trim() ? { customInstruction: order.customInstruction.trim() } : {}),
    ...(order.templateId !== undefined && { templateId: order.templateId }),
  }))
