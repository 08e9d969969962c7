/** Recordings and every text made from them. */
import { z } from 'zod'
import { chargeSchema } from './credits.ts'
import { isSpokenLanguage } from './languages.ts'
import { byId, defineRoute, identifier, timestamp } from './route.ts'
import { becauseSchema } from './reason.ts'
import { storedErrorSchema } from './problem.ts'

export const transcriptionStatuses = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const
/** The pipeline in its order; each can be run again alone. */
export const stepNames = ['probe', 'audio', 'segments', 'recognize', 'clean', 'enhance', 'summarize'] as const
export const stepStatuses = ['pending', 'running', 'done', 'failed', 'skipped', 'cancelled'] as const
export const textKinds = ['raw', 'cleaned', 'enhanced', 'summary', 'lecture_notes', 'translation'] as const
export const exportFormats = ['txt', 'srt', 'vtt', 'json', 'md', 'docx', 'pdf'] as const
export const enhancementModes = ['standard', 'light', 'formal', 'custom'] as const
export const summaryVariants = ['short', 'medium', 'long', 'bullet-points', 'action-items'] as const

/** `auto` or the code of a language that can be recognized. */
const language = z
  .string()
  .regex(/^(auto|[a-z]{2,3})$/, { abort: true })
  .refine((code) => code === 'auto' || isSpokenLanguage(code), 'is no language that can be recognized')
export const modelRef = z.string().min(1).max(300)
/** A language that a text is translated into. */
export const targetLanguage = z.string().regex(/^[a-z]{2,3}(-[A-Za-z]{2,8})?$/)

export const transcriptionOptionsSchema = z.object({
  language: language.default('auto'),
  /** `local`, `local/<speech model>` or `provider/key` of a transcription model. */
  engine: z.string().min(1).max(300).default('local'),
  /** Model for enhancement and summary: `provider/key`, an alias, or `auto:best|fastest|cheapest`. */
  model: modelRef.default('auto:best'),
  enhance: z.boolean().default(true),
  summarize: z.boolean().default(true),
  enhancementMode: z.enum(enhancementModes).default('standard'),
  customInstruction: z.string().max(4000).optional(),
  /** Medium when left out. */
  summaryVariant: z.enum(summaryVariants).optional(),
  title: z.string().trim().max(300).optional(),
  priority: z.enum(['normal', 'high']).default('normal'),
})
export type TranscriptionOptions = z.infer<typeof transcriptionOptionsSchema>

export const wordSchema = z.object({ text: z.string(), startSecond: z.number(), endSecond: z.number() })
export const segmentSchema = z.object({
  index: z.int(),
  startSecond: z.number(),
  endSecond: z.number(),
  text: z.string(),
  /** What was recognized, where somebody changed it; written back as `text`, it makes the part what it was. */
  originalText: z.string().optional(),
  speaker: z.string().nullable(),
  words: z.array(wordSchema),
})
export type Segment = z.infer<typeof segmentSchema>

export const warningSchema = z.object({
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
  because: becauseSchema.optional(),
})

export const progressSchema = z.object({
  step: z.enum(stepNames).nullable(),
  /** Seconds of the recording done in the running step, of its length. */
  doneSecond: z.number(),
  totalSecond: z.number().nullable(),
  /** Seconds of sound handled per second. */
  speed: z.number().nullable(),
  etaSecond: z.number().nullable(),
  /** Transcriptions before this one while it waits. */
  queuePosition: z.int().nullable(),
})
export type Progress = z.infer<typeof progressSchema>

export const stepSchema = z.object({
  name: z.enum(stepNames),
  status: z.enum(stepStatuses),
  startedAt: timestamp.nullable(),
  finishedAt: timestamp.nullable(),
  attempts: z.int(),
  error: storedErrorSchema.nullable(),
})

/** How a text was cut into requests. */
export const textPlanSchema = z.object({
  /** Whose limits it was planned by: `provider/key`; null for any model. */
  model: z.string().nullable(),
  contextLength: z.int().nullable(),
  /** Of the text that was read, estimated. */
  inputTokens: z.int(),
  chunks: z.int(),
  /** Of notes, and notes of notes; 1 when one reading was enough. */
  levels: z.int(),
  requests: z.int(),
  /** How often a provider's limit error changed the plan. */
  replans: z.int(),
})
export type TextPlan = z.infer<typeof textPlanSchema>

/** Why this model: who was to be asked in which order, and who was passed over. */
export const decisionSchema = z.object({
  /** `provider/key`, or the preference as it was chosen. */
  asked: z.string(),
  /** Where the order comes from: the request itself, a chain of the user's, the house's, or the routing. */
  chain: z.enum(['request', 'user', 'global', 'routing']),
  targets: z.array(
    z.object({ provider: z.string(), model: z.string(), reason: z.string(), because: becauseSchema.optional() }),
  ),
  skipped: z.array(
    z.object({
      provider: z.string(),
      model: z.string(),
      kind: z.string(),
      reason: z.string(),
      because: becauseSchema.optional(),
    }),
  ),
})
export type Decision = z.infer<typeof decisionSchema>

/** One text of one kind; several of a kind stand side by side, newest first. */
export const textSchema = z.object({
  id: identifier,
  kind: z.enum(textKinds),
  status: z.enum(['running', 'done', 'failed']),
  /**
   * Plain text; Markdown for a summary and for lecture notes, whose times are links like `[12:34](#t=754)`.
   * Empty while running or failed.
   */
  content: z.string(),
  /** What was made, where somebody changed it; written back as `content`, it makes the text what it was. */
  originalContent: z.string().optional(),
  /** False when a part is missing; `missing` says which. */
  complete: z.boolean(),
  missing: z.array(z.string()),
  /** Of `missing`, in its order. */
  missingBecause: z.array(becauseSchema),
  /** Who really made it; null for texts made by rules. */
  provider: z.string().nullable(),
  model: z.string().nullable(),
  /** Set when another model answered than the one chosen. */
  originalModel: z.string().nullable(),
  fallbackUsed: z.boolean(),
  notes: z.array(z.object({ kind: z.string(), message: z.string(), because: becauseSchema })),
  /** What a check found against it, and another model did not mend: to be shown with the text. */
  warnings: z.array(warningSchema),
  /** Null for texts made by rules, and until it is made. */
  plan: textPlanSchema.nullable(),
  decision: decisionSchema.nullable(),
  /** As the gateway wrote them, with `because` of the reason and `errorBecause` of the error's message. */
  attempts: z.array(z.record(z.string(), z.unknown())),
  options: z.record(z.string(), z.unknown()),
  durationMs: z.number().nullable(),
  costMicrocents: z.number().nullable(),
  /** What was taken for it in credits; null when nothing was. */
  charge: chargeSchema.nullable(),
  error: storedErrorSchema.nullable(),
  /** Grows with every edit; an edit names the one it was made on. */
  revision: z.int(),
  edited: z.boolean(),
  createdAt: timestamp,
})
export type TranscriptionText = z.infer<typeof textSchema>

export const coverageSchema = z.object({
  speechSecond: z.number(),
  coveredSecond: z.number(),
  gaps: z.array(z.object({ startSecond: z.number(), endSecond: z.number() })),
  noSpeechFound: z.boolean(),
})

export const transcriptionSummarySchema = z.object({
  id: identifier,
  title: z.string(),
  fileName: z.string(),
  sizeBytes: z.number(),
  durationSecond: z.number().nullable(),
  hasVideo: z.boolean(),
  status: z.enum(transcriptionStatuses),
  language: z.string().nullable(),
  /** First words of the text, for the list. */
  excerpt: z.string(),
  progress: progressSchema.nullable(),
  error: storedErrorSchema.nullable(),
  /** Steps that failed although the transcription is complete. */
  failedSteps: z.array(z.enum(stepNames)),
  createdAt: timestamp,
  completedAt: timestamp.nullable(),
})
export type TranscriptionSummary = z.infer<typeof transcriptionSummarySchema>

export const transcriptionSchema = transcriptionSummarySchema.extend({
  options: transcriptionOptionsSchema,
  languageProbability: z.number().nullable(),
  engine: z.string().nullable(),
  speechModel: z.string().nullable(),
  media: z.object({
    container: z.string().nullable(),
    audioCodec: z.string().nullable(),
    channels: z.int().nullable(),
    sampleRate: z.int().nullable(),
    /** Media type the player gets at the media address. */
    mediaType: z.string(),
  }),
  coverage: coverageSchema.nullable(),
  warnings: z.array(warningSchema),
  /** Names given to speaker labels. */
  speakers: z.record(z.string(), z.string()),
  steps: z.array(stepSchema),
  texts: z.array(textSchema),
  revision: z.int(),
})
export type Transcription = z.infer<typeof transcriptionSchema>

const tag = 'transcriptions'
const base = '/api/v1/transcriptions'
const textParams = z.object({ id: identifier, textId: identifier })

export const listTranscriptions = defineRoute({
  method: 'GET',
  path: base,
  access: 'user',
  tag,
  summary: 'Your recordings, newest first',
  query: z.object({
    search: z.string().max(300).optional(),
    status: z.enum(transcriptionStatuses).optional(),
    language: z.string().max(10).optional(),
    from: timestamp.optional(),
    to: timestamp.optional(),
    sort: z.enum(['newest', 'oldest', 'longest', 'title']).default('newest'),
    cursor: z.string().max(500).optional(),
    limit: z.coerce.number().int().min(1).max(100).default(30),
  }),
  response: z.object({ items: z.array(transcriptionSummarySchema), nextCursor: z.string().nullable(), total: z.int() }),
})
/** Multipart: a field `file`, and a field for each option. For scripts; the page uses resumable uploads. */
export const createTranscription = defineRoute({
  method: 'POST',
  path: base,
  access: 'user',
  tag,
  summary: 'Upload a recording in one request (multipart: `file` and a field for each option)',
  response: transcriptionSchema,
})
export const getTranscription = defineRoute({
  method: 'GET',
  path: `${base}/:id`,
  access: 'user',
  tag,
  summary: 'One recording with its texts',
  params: byId,
  response: transcriptionSchema,
})
export const updateTranscription = defineRoute({
  method: 'PATCH',
  path: `${base}/:id`,
  access: 'user',
  tag,
  summary: 'Rename the recording or its speakers',
  params: byId,
  body: z.object({
    title: z.string().trim().min(1).max(300).optional(),
    speakers: z.record(z.string().max(100), z.string().trim().max(100)).optional(),
  }),
  response: transcriptionSchema,
})
export const deleteTranscription = defineRoute({
  method: 'DELETE',
  path: `${base}/:id`,
  access: 'user',
  tag,
  summary: 'Delete the recording, its media and every text',
  params: byId,
})
export const listSegments = defineRoute({
  method: 'GET',
  path: `${base}/:id/segments`,
  access: 'user',
  tag,
  summary: 'Timed segments with their words',
  params: byId,
  query: z.object({
    after: z.coerce.number().int().min(-1).default(-1),
    limit: z.coerce.number().int().min(1).max(5000).default(2000),
  }),
  response: z.object({ items: z.array(segmentSchema), nextAfter: z.int().nullable(), revision: z.int() }),
})
/** Edits of segment texts; `revision` is the one they were made on, otherwise 409. */
export const updateSegments = defineRoute({
  method: 'PATCH',
  path: `${base}/:id/segments`,
  access: 'user',
  tag,
  summary: 'Edit segments (text or speaker)',
  params: byId,
  body: z.object({
    revision: z.int(),
    changes: z
      .array(
        z.object({
          index: z.int().min(0),
          text: z.string().max(20_000).optional(),
          speaker: z.string().max(100).nullable().optional(),
        }),
      )
      .min(1)
      .max(2000),
  }),
  response: z.object({ revision: z.int(), items: z.array(segmentSchema) }),
})
export const updateText = defineRoute({
  method: 'PATCH',
  path: `${base}/:id/texts/:textId`,
  access: 'user',
  tag,
  summary: 'Edit a text',
  params: textParams,
  body: z.object({ revision: z.int(), content: z.string().max(5_000_000) }),
  response: textSchema,
})
export const deleteText = defineRoute({
  method: 'DELETE',
  path: `${base}/:id/texts/:textId`,
  access: 'user',
  tag,
  summary: 'Delete one version of a text',
  params: textParams,
})
/** Runs a step again: a text step with another model adds a version beside the earlier ones. */
export const runStep = defineRoute({
  method: 'POST',
  path: `${base}/:id/steps/:step/run`,
  access: 'user',
  tag,
  summary: 'Run one step again, with other options if given',
  params: z.object({ id: identifier, step: z.enum(stepNames) }),
  body: transcriptionOptionsSchema
    .pick({
      language: true,
      engine: true,
      model: true,
      enhancementMode: true,
      customInstruction: true,
      summaryVariant: true,
    })
    .partial(),
  response: transcriptionSchema,
})
export const cancelTranscription = defineRoute({
  method: 'POST',
  path: `${base}/:id/cancel`,
  access: 'user',
  tag,
  summary: 'Stop the work on a recording; what is done stays',
  params: byId,
  response: transcriptionSchema,
})
export const retryTranscription = defineRoute({
  method: 'POST',
  path: `${base}/:id/retry`,
  access: 'user',
  tag,
  summary: 'Go on from the first step that is not done',
  params: byId,
  response: transcriptionSchema,
})

// Not JSON, so described here and registered by hand:
// GET {base}/:id/media            the recording, with ranges
// GET {base}/:id/export?text=<kind or text id>&format=<format>   a file
// GET {base}/:id/events           server-sent events, see events.ts
// GET /api/v1/events              server-sent events of all of the user's recordings
// *   /api/v1/uploads             tus 1.0; metadata: filename, filetype, options (JSON of TranscriptionOptions)
export const exportQuerySchema = z.object({
  /** A kind (its newest finished version) or the id of one text. */
  text: z.union([z.enum(textKinds), identifier]).default('raw'),
  format: z.enum(exportFormats).default('txt'),
  /** Language of headings in the file, the reader's own by default; the text stays as it is. */
  locale: z.enum(['en', 'tr']).optional(),
})
