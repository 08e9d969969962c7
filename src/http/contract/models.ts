/** What can be chosen: engines that hear, models that write, and the speech models on this server. */
import { z } from 'zod'
import { becauseSchema } from './reason.ts'
import { defineRoute, timestamp } from './route.ts'

/** Calls of a day or a week, of all servers together. */
export const modelFiguresSchema = z.object({
  /** Answered, and failed by the provider's fault. */
  requests: z.int(),
  errorRate: z.number().nullable(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
})

/** What calls showed of a model on this server; null where nothing was measured. */
export const modelStatisticsSchema = z.object({
  /** These three are of the last hour, or of the last day where the hour has too few calls. */
  requests: z.int(),
  errorRate: z.number().nullable(),
  averageMs: z.number().nullable(),
  /** Of the last 24 hours; null when nobody called it. */
  day: modelFiguresSchema.nullable(),
  /** Of the last seven days. */
  week: modelFiguresSchema.nullable(),
})

export const modelOptionSchema = z.object({
  provider: z.string(),
  providerName: z.string(),
  /** `provider/key`, what every request names. */
  ref: z.string(),
  key: z.string(),
  displayName: z.string(),
  operations: z.array(z.string()),
  contextLength: z.number().nullable(),
  maxOutputTokens: z.number().nullable(),
  creditMultiplier: z.number(),
  inputPerMillion: z.number().nullable(),
  outputPerMillion: z.number().nullable(),
  /** Whether it may be chosen: false only where something is known against it. */
  available: z.boolean(),
  /** Why not, in words: switched off, no key, not served. */
  unavailableReason: z.string().nullable(),
  unavailableBecause: becauseSchema,
  /** What its provider showed: its list, a probe, or an answer to a user. */
  availability: z.enum(['available', 'unknown', 'not-found']),
  /** When it was seen so; null while nobody looked. */
  checkedAt: timestamp.nullable(),
  statistics: modelStatisticsSchema,
  /** True for the built-in one: rules, no AI. */
  basic: z.boolean(),
})
export type ModelOption = z.infer<typeof modelOptionSchema>

/** Whom an automatic choice would ask first now; null when there is nobody. */
export const automaticChoiceSchema = z.object({
  ref: z.enum(['auto:best', 'auto:fastest', 'auto:cheapest']),
  model: z.string().nullable(),
  /** True where an administrator has set the model behind this choice. */
  preset: z.boolean(),
})
export type AutomaticChoice = z.infer<typeof automaticChoiceSchema>

export const engineOptionSchema = z.object({
  /** `local/<speech model>` or `provider/key`. */
  ref: z.string(),
  displayName: z.string(),
  local: z.boolean(),
  available: z.boolean(),
  unavailableReason: z.string().nullable(),
  unavailableBecause: becauseSchema,
  wordTimes: z.boolean(),
  perMinuteUsd: z.number().nullable(),
})
export type EngineOption = z.infer<typeof engineOptionSchema>

export const speechModelSchema = z.object({
  name: z.string(),
  displayName: z.string(),
  installed: z.boolean(),
  shipped: z.boolean(),
  active: z.boolean(),
  sizeBytes: z.number().nullable(),
  download: z
    .object({
      state: z.enum(['running', 'failed', 'paused']),
      bytesDone: z.number(),
      bytesTotal: z.number().nullable(),
      error: z.string().nullable(),
    })
    .nullable(),
})
export type SpeechModel = z.infer<typeof speechModelSchema>

const speechModelName = z.object({ name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,60}$/) })

export const listModels = defineRoute({
  method: 'GET',
  path: '/api/v1/models',
  access: 'user',
  tag: 'models',
  summary: 'Models and speech engines that can be chosen, with what is known of each',
  query: z.object({
    /** Asks every provider for its list first (at most 8 s), where the last answer is older than a minute. */
    live: z.stringbool().default(false),
  }),
  response: z.object({
    models: z.array(modelOptionSchema),
    engines: z.array(engineOptionSchema),
    automatic: z.array(automaticChoiceSchema),
  }),
})
export const listSpeechModels = defineRoute({
  method: 'GET',
  path: '/api/v1/speech-models',
  access: 'user',
  tag: 'models',
  summary: 'Local speech models, installed or to be had',
  response: z.object({ items: z.array(speechModelSchema) }),
})
export const downloadSpeechModel = defineRoute({
  method: 'POST',
  path: '/api/v1/speech-models/:name/download',
  access: 'admin',
  tag: 'models',
  summary: 'Start or resume the download of a speech model',
  params: speechModelName,
  response: speechModelSchema,
})
export const deleteSpeechModel = defineRoute({
  method: 'DELETE',
  path: '/api/v1/speech-models/:name',
  access: 'admin',
  tag: 'models',
  summary: 'Stop a download or remove a downloaded speech model',
  params: speechModelName,
})
