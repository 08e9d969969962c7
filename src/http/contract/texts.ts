/** Texts made on request: any kind, with any model, at any time, beside those that there are. */
import { z } from 'zod'
import { defineRoute, identifier } from './route.ts'
import {
  enhancementModes,
  modelRef,
  summaryVariants,
  targetLanguage,
  textKinds,
  textPlanSchema,
  textSchema,
} from './transcriptions.ts'

/** Kinds that can be asked for; the raw text is made by recognizing. */
export const makeableKinds = textKinds.filter((kind) => kind !== 'raw')

export const makeTextSchema = z.object({
  kind: z.enum(textKinds).exclude(['raw']),
  /** `provider/key`, an alias, or `auto:best|fastest|cheapest`. */
  model: modelRef.default('auto:best'),
  /** For `enhanced`. */
  enhancementMode: z.enum(enhancementModes).optional(),
  /** For `summary`. */
  summaryVariant: z.enum(summaryVariants).optional(),
  /** For `translation`, where it is required. */
  targetLanguage: targetLanguage.optional(),
  /** Also to be heeded; what is to be done in mode `custom`. */
  customInstruction: z.string().max(4000).optional(),
  /** One of your templates of this kind; its words take the place of the built-in task. */
  templateId: identifier.optional(),
})
export type MakeText = z.infer<typeof makeTextSchema>

const params = z.object({ id: identifier })

/** Answers at once with the text as `running`; its progress comes as events of the recording. */
export const makeText = defineRoute({
  method: 'POST',
  path: '/api/v1/transcriptions/:id/texts',
  access: 'user',
  tag: 'transcriptions',
  summary: 'Make a text of any kind with any model, beside the earlier ones',
  params,
  body: makeTextSchema,
  response: textSchema,
})
/** What `makeText` would do; asks no model and costs nothing. */
export const planText = defineRoute({
  method: 'POST',
  path: '/api/v1/transcriptions/:id/texts/plan',
  access: 'user',
  tag: 'transcriptions',
  summary: 'Tokens, chunks, time and cost that making a text would take',
  params,
  body: makeTextSchema,
  response: textPlanSchema.omit({ replans: true }).extend({
    /** Of all requests together. */
    totalInputTokens: z.int(),
    totalOutputTokens: z.int(),
    /** By the catalog's prices; null when they are not known. */
    costMicrocents: z.number().nullable(),
    /** By the model's own recent calls; null while nobody measured. */
    seconds: z.number().nullable(),
  }),
})
