/** The catalog for administrators: rows and their history, the sync with its runs and held lists. */
import { z } from 'zod'
import { becauseSchema } from './reason.ts'
import { byId, defineRoute, timestamp } from './route.ts'
import { statementSchema } from './statements.ts'
import { unreadListSchema } from './unread-list.ts'

const tag = 'admin'

export const modelOperations = ['chat', 'embed', 'transcribe', 'image'] as const
const modality = z.enum(['text', 'image', 'audio', 'file', 'embedding', 'transcription'])
export const modelCapabilities = [
  'stream',
  'tools',
  'schema',
  'json',
  'reasoning',
  'vision',
  'prefill',
  'word-times',
  'diarization',
] as const
const capability = z.enum(modelCapabilities)
const day = z.iso.date()
/** A model's key holds slashes, dots, colons: it is sent percent-encoded in a path. */
const providerId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,60}$/)
const modelKey = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\s\p{Cc}]+$/u)
export const byModel = z.object({ provider: providerId, key: modelKey })
const limit = z.int().min(1).max(1_000_000_000).nullable()
const price = z.number().min(0).max(100_000).nullable()
const flag = z.stringbool()

const fieldSource = z.object({
  kind: z.enum(['seed', 'list', 'learned', 'admin']),
  from: z.string(),
  /** The same as a code, where it is a sentence of this server; null for a person’s name and for what others wrote. */
  because: becauseSchema,
  /** ISO day; empty where the source tells its own. */
  at: z.string(),
})
const fieldChange = z.object({ field: z.string(), from: z.unknown(), to: z.unknown(), source: z.string() })

export const catalogModelSchema = z.object({
  provider: z.string(),
  key: z.string(),
  ref: z.string(),
  displayName: z.string(),
  operations: z.array(z.string()),
  contextLength: z.number().nullable(),
  maxOutputTokens: z.number().nullable(),
  inputModalities: z.array(z.string()),
  outputModalities: z.array(z.string()),
  capabilities: z.array(z.string()),
  creditMultiplier: z.number(),
  /** All known ones in the order of their first day. */
  prices: z.array(z.record(z.string(), z.unknown())),
  /** The one of today; null is unknown, never free. */
  price: z.record(z.string(), z.unknown()).nullable(),
  aliases: z.array(z.string()),
  retiresAt: z.string().nullable(),
  active: z.boolean(),
  removalReason: z.string().nullable(),
  removalBecause: becauseSchema,
  removalCause: z.string().nullable(),
  removedAt: timestamp.nullable(),
  /** Why it may be switched on again. */
  proposal: z.string().nullable(),
  proposalBecause: becauseSchema,
  proposedAt: timestamp.nullable(),
  availability: z.enum(['available', 'unknown', 'not-found']),
  checkedAt: timestamp.nullable(),
  checkError: z.string().nullable(),
  checkBecause: becauseSchema,
  /** What showed that it answers. */
  confirmedBy: z.enum(['probe', 'traffic']).nullable(),
  confirmedAt: timestamp.nullable(),
  listedAt: timestamp.nullable(),
  origin: z.enum(['seed', 'list', 'admin']),
  source: z.string(),
  sourceBecause: becauseSchema,
  /** By field, where it is not the row's own source. */
  sources: z.record(z.string(), fieldSource),
  createdAt: timestamp,
  updatedAt: timestamp,
})
export type CatalogModel = z.infer<typeof catalogModelSchema>

const editSchema = z.object({
  active: z.boolean().optional(),
  displayName: z.string().trim().min(1).max(200).optional(),
  creditMultiplier: z.number().min(0).max(1_000).optional(),
  contextLength: limit.optional(),
  maxOutputTokens: limit.optional(),
  /** Limits that refusals of the provider taught, to be set back to what they were before. */
  forgetLimits: z
    .array(z.enum(['contextLength', 'maxOutputTokens']))
    .max(2)
    .optional(),
  operations: z.array(z.enum(modelOperations)).min(1).optional(),
  inputModalities: z.array(modality).min(1).optional(),
  outputModalities: z.array(modality).min(1).optional(),
  capabilities: z.array(capability).optional(),
  aliases: z.array(modelKey).max(50).optional(),
  retiresAt: day.nullable().optional(),
  /** From today on; USD per million tokens, or per minute of audio. */
  prices: z
    .object({
      inputPerMillion: price,
      outputPerMillion: price,
      cachedInputPerMillion: price.optional(),
      audioPerMinute: price.optional(),
    })
    .optional(),
})

export const listDiffSchema = z.object({
  provider: z.string(),
  listed: z.int(),
  ignored: z.int(),
  activeBefore: z.int(),
  added: z.array(
    z.object({
      key: z.string(),
      displayName: z.string(),
      operations: z.array(z.string()),
      contextLength: z.number().nullable(),
      active: z.boolean(),
    }),
  ),
  removed: z.array(z.object({ key: z.string(), cause: z.string(), reason: z.string() })),
  back: z.array(z.object({ key: z.string(), reason: z.string() })),
  updated: z.array(z.object({ key: z.string(), changes: z.array(fieldChange) })),
  notes: z.array(z.object({ key: z.string(), note: z.string() })),
})
export type ListDiffView = z.infer<typeof listDiffSchema>

/** What was asked of models at one provider. */
export const probeReportSchema = z.object({
  /** To be asked in this run, asked already or not. */
  due: z.int(),
  asked: z.int(),
  answered: z.int(),
  /** Not asked, as number or budget of the run were used up. */
  left: z.int(),
  /** Not asked, as what they cost is not known. */
  unpriced: z.int(),
  costUsd: z.number(),
  failures: z.array(z.object({ key: z.string(), errorCode: z.string(), message: z.string() })),
})
/** The most that one check may be told to ask and to spend. */
export const probeBounds = { most: 500, budgetUsd: 100 } as const

const providerResultSchema = z.object({
  provider: z.string(),
  outcome: z.enum(['applied', 'unchanged', 'held', 'failed', 'skipped', 'would-apply', 'would-hold']),
  diff: listDiffSchema.nullable(),
  message: z.string().nullable(),
  statement: statementSchema,
  /** What the message says, where it is one of our reasons. */
  because: becauseSchema,
  errorCode: z.string().nullable(),
  heldId: z.string().nullable(),
  durationMs: z.number(),
  /** Rows whose last check the list renewed; null in runs of older versions. */
  checked: z.int().nullable(),
  /** Null: no model was to be asked. */
  probes: probeReportSchema.nullable(),
})
const deadTargetSchema = z.object({
  chain: z.string(),
  model: z.string(),
  reason: z.string(),
  suggestions: z.array(z.string()),
})
const runSchema = z.object({
  id: z.string(),
  trigger: z.enum(['admin', 'command', 'schedule']),
  startedBy: z.string().nullable(),
  providers: z.array(z.string()).nullable(),
  probe: z.boolean(),
  /** Who wanted it to ask no more models. */
  stoppedBy: z.string().nullable(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  results: z.array(providerResultSchema),
  deadTargets: z.array(deadTargetSchema),
  error: z.string().nullable(),
  createdAt: timestamp,
  endedAt: timestamp.nullable(),
})
const page = {
  limit: z.coerce.number().int().min(1).max(500).default(100),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
}

export const listCatalogModels = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/models',
  access: 'admin',
  tag,
  summary: 'Every model of the catalog with all that is known about it',
  query: z.object({
    provider: providerId.optional(),
    status: z.enum(['active', 'inactive', 'proposed', 'unconfirmed']).optional(),
    availability: z.enum(['available', 'unknown', 'not-found']).optional(),
    operation: z.enum(modelOperations).optional(),
    search: z.string().trim().max(200).optional(),
    sort: z.enum(['name', 'provider', 'multiplier', 'context', 'checked', 'removed', 'created']).default('provider'),
    descending: flag.default(false),
    ...page,
  }),
  response: z.object({
    items: z.array(catalogModelSchema),
    total: z.int(),
    providers: z.array(
      z.object({
        provider: z.string(),
        total: z.int(),
        active: z.int(),
        proposed: z.int(),
        unconfirmed: z.int(),
        unread: unreadListSchema.nullable(),
      }),
    ),
  }),
})
export const getCatalogModel = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/models/:provider/:key',
  access: 'admin',
  tag,
  summary: 'One model with its history',
  params: byModel,
  response: z.object({
    model: catalogModelSchema,
    history: z.array(
      z.object({
        id: z.string(),
        action: z.string(),
        changes: z.array(fieldChange.extend({ because: becauseSchema })),
        actor: z.object({
          kind: z.enum(['sync', 'admin', 'provider', 'watch']),
          id: z.string().nullable(),
          name: z.string(),
        }),
        createdAt: timestamp,
      }),
    ),
  }),
})
export const createCatalogModel = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/models',
  access: 'admin',
  tag,
  summary: 'Add a model by hand',
  body: editSchema
    .omit({ forgetLimits: true })
    .extend({ provider: providerId, key: modelKey, operations: z.array(z.enum(modelOperations)).min(1) }),
  response: catalogModelSchema,
})
export const updateCatalogModel = defineRoute({
  method: 'PATCH',
  path: '/api/v1/admin/models/:provider/:key',
  access: 'admin',
  tag,
  summary: 'Change a model; what is set here, no list changes',
  params: byModel,
  body: editSchema,
  response: catalogModelSchema,
})
export const deleteCatalogModel = defineRoute({
  method: 'DELETE',
  path: '/api/v1/admin/models/:provider/:key',
  access: 'admin',
  tag,
  summary: 'Remove a model for good; no list brings it back',
  params: byModel,
})
export const testCatalogModel = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/models/:provider/:key/test',
  access: 'admin',
  tag,
  summary: 'Ask this model a short question and see what comes',
  params: byModel,
  response: z.object({
    provider: z.string(),
    model: z.string(),
    ok: z.boolean(),
    text: z.string(),
    servedModel: z.string().nullable(),
    durationMs: z.number(),
    inputTokens: z.int().nullable(),
    outputTokens: z.int().nullable(),
    /** USD; null is unknown. */
    costUsd: z.number().nullable(),
    notes: z.array(z.string()),
    error: z.object({ code: z.string(), title: z.string(), message: z.string(), advice: z.string() }).nullable(),
  }),
})
export const updateCatalogModels = defineRoute({
  method: 'PATCH',
  path: '/api/v1/admin/models',
  access: 'admin',
  tag,
  summary: 'The same change of many models, for example switching on all that a provider lists again',
  body: z.object({
    models: z.array(byModel).min(1).max(2_000),
    change: editSchema.pick({ active: true, creditMultiplier: true }),
  }),
  response: z.object({
    changed: z.int(),
    /** What cannot be changed, and why; it stops none of the others. */
    refused: z.array(z.object({ provider: z.string(), key: z.string(), reason: z.string() })),
  }),
})
export const startModelSync = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/model-sync',
  access: 'admin',
  tag,
  summary: 'Compare the catalog with the providers’ lists; a dry run only tells the difference',
  body: z.object({
    providers: z.array(providerId).min(1).max(50).optional(),
    dryRun: z.boolean().default(false),
    /**
     * Also ask models a short question each, cheapest first, those never seen to answer before all: listed ones that
     * nobody has seen answer (`true`), or every one that is on; up to a number and a budget.
     */
    probe: z
      .union([
        z.boolean(),
        z.object({
          which: z.enum(['unconfirmed', 'active']).default('unconfirmed'),
          most: z.int().min(1).max(probeBounds.most).default(40),
          budgetUsd: z.number().min(0).max(probeBounds.budgetUsd).default(0.5),
        }),
      ])
      .default(false),
  }),
  response: z.object({
    /** The run to look for; null for a dry run. */
    runId: z.string().nullable(),
    results: z.array(providerResultSchema),
    deadTargets: z.array(deadTargetSchema),
  }),
})
export const listModelSyncs = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/model-sync',
  access: 'admin',
  tag,
  summary: 'The last syncs with what each changed',
  query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20) }),
  response: z.object({ items: z.array(runSchema) }),
})
export const getModelSync = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/model-sync/:id',
  access: 'admin',
  tag,
  summary: 'One sync',
  params: byId,
  response: runSchema,
})
export const stopModelSync = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/model-sync/:id/stop',
  access: 'admin',
  tag,
  summary: 'Let a sync ask no more models',
  params: byId,
  response: runSchema,
})
