/**
 * Credits: what a user has, what it went to, what a run would take; and for administrators grants, budgets and prices.
 *
 * Credits are numbers with at most six decimals. Real cost stands beside them in microcents (1 USD = 100 000 000); null is
 * unknown and flagged, never free. Moments are ISO 8601 in UTC; days are UTC days.
 */
import { z } from 'zod'
import { defineRoute, identifier, timestamp } from './route.ts'

/** What a recording can be charged for. */
export const chargedOperations = ['transcription', 'enhancement', 'summary', 'lecture_notes', 'translation'] as const
export const entryKinds = ['grant', 'hold', 'capture', 'release', 'adjust'] as const
/** What a base price is for: a minute of sound, a thousand characters of the transcript, or the whole run. */
export const priceUnits = ['minute', 'thousand-characters', 'run'] as const

const operation = z.string().regex(/^[a-z][a-z0-9_-]{0,60}$/)
const day = z.iso.date()
const credits = z.number()
const costMicrocents = z.number().nullable()

// ── A charge, as it is kept with what it paid for ────────────────────────────────────────────────────────────────

export const chargeLineSchema = z.object({
  provider: z.string(),
  model: z.string(),
  /** Parts (chunks, pieces of sound) that this model made. */
  parts: z.int(),
  unit: z.enum(priceUnits),
  /** So many units: minutes, thousands of characters. */
  quantity: z.number(),
  /** Credits for one unit before the multiplier. */
  baseCredits: credits,
  multiplier: z.number(),
  credits,
  /** A dearer model answered in place of the chosen one, and only the chosen one's price was taken. */
  capped: z.boolean(),
  /** True where the answers were there already and cost nothing. */
  cached: z.boolean().optional(),
  costMicrocents,
})

/** What was taken for one text or recognition, and how it came about. */
export const chargeSchema = z.object({
  operation: z.string(),
  credits,
  /** Reserved before the work: the most that could be taken. */
  heldCredits: credits,
  /** What was delivered and paid, and what is missing and cost nothing. */
  partsCharged: z.int(),
  partsMissing: z.int(),
  lines: z.array(chargeLineSchema),
  costMicrocents,
  chargedAt: timestamp,
})
export type Charge = z.infer<typeof chargeSchema>

// ── What a user sees ─────────────────────────────────────────────────────────────────────────────────────────────

/** `warning` from 80 % of the monthly limit on; `reached` when nothing is left of it. */
export const budgetStates = ['none', 'ok', 'warning', 'reached'] as const

export const monthSchema = z.object({
  spent: credits,
  /** Hard limit: a run that would pass it is refused before the call. Null is no limit. */
  limit: credits.nullable(),
  /** Soft limit: from here on pages warn. */
  warnsAt: credits.nullable(),
  state: z.enum(budgetStates),
  /** When the next month begins. */
  resetsAt: timestamp,
})

export const balanceSchema = z.object({
  /** False when the server does not count credits: everything else is 0 then, and nothing is refused. */
  enabled: z.boolean(),
  balance: credits,
  /** Reserved for work under way. */
  held: credits,
  /** What may still be reserved. */
  available: credits,
  /** `low`: less than the last seven days took, or nearly nothing. */
  state: z.enum(['ok', 'low', 'empty']),
  month: monthSchema,
})
export type CreditBalance = z.infer<typeof balanceSchema>

export const entrySchema = z.object({
  id: identifier,
  kind: z.enum(entryKinds),
  /** Change of what the user owns; 0 for a reservation. */
  credits,
  /** Change of what is reserved. */
  held: credits,
  operation: z.string().nullable(),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  transcriptionId: z.string().nullable(),
  /** Null for a recording that was deleted, and in what an administrator reads of others. */
  transcriptionTitle: z.string().nullable(),
  reason: z.string(),
  breakdown: z.record(z.string(), z.unknown()),
  /** Real cost of the request; null is unknown, or no request. */
  costMicrocents,
  /** Whether a request stands behind it whose cost nobody knows. */
  costUnknown: z.boolean(),
  createdAt: timestamp,
})
export type CreditEntry = z.infer<typeof entrySchema>

const filters = {
  kind: z.enum(entryKinds).optional(),
  operation: operation.optional(),
  /** `provider/key`, or a key alone. */
  model: z.string().trim().max(300).optional(),
  transcriptionId: identifier.optional(),
  /** `from` is included, `to` is not. */
  from: timestamp.optional(),
  to: timestamp.optional(),
}
const entryQuery = z.object({
  ...filters,
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** `csv` answers all that the filters leave as a file, newest first, without pages. */
  format: z.enum(['json', 'csv']).default('json'),
})
const entryPage = z.object({ items: z.array(entrySchema), nextCursor: z.string().nullable() })

const spendQuery = z.object({ from: timestamp.optional(), to: timestamp.optional() })
const spendShare = z.object({
  credits,
  /** Requests that were charged, also those at 0 credits. */
  requests: z.int(),
  /** Sum of the known costs. */
  costMicrocents: z.number(),
  /** Requests whose cost nobody knows: the sum above is without them. */
  costUnknown: z.int(),
})
export const spendSchema = z.object({
  from: timestamp,
  to: timestamp,
  total: spendShare,
  byModel: z.array(spendShare.extend({ provider: z.string(), model: z.string(), operation: z.string() })),
  byDay: z.array(spendShare.extend({ day, operation: z.string() })),
})
export type CreditSpend = z.infer<typeof spendSchema>

export const estimateItemSchema = z.object({
  operation: z.enum(chargedOperations),
  provider: z.string(),
  model: z.string(),
  displayName: z.string(),
  unit: z.enum(priceUnits),
  quantity: z.number(),
  baseCredits: credits,
  multiplier: z.number(),
  /** The most that the run takes: what is reserved for it. */
  credits,
  inputTokens: z.int().nullable(),
  outputTokens: z.int().nullable(),
  chunks: z.int().nullable(),
  /** From how long such runs took on this server, else from the model's pace with other texts; null before its first. */
  seconds: z.number().nullable(),
  /** What the provider will take, about; null when its price is not known. */
  costMicrocents,
})
export type CreditEstimateItem = z.infer<typeof estimateItemSchema>

export const estimateSchema = z.object({
  enabled: z.boolean(),
  items: z.array(estimateItemSchema),
  credits,
  /** Null when any part of it is unknown. */
  costMicrocents,
  seconds: z.number().nullable(),
  available: credits,
  /** What the month's budget still allows; null without one. */
  budgetLeft: credits.nullable(),
  /** Why the run would be refused now; null when it would not. */
  refusal: z.enum(['insufficient-credits', 'budget-exceeded']).nullable(),
  /** The month's budget as it would be after the run. */
  budgetAfter: z.enum(budgetStates),
})
export type CreditEstimate = z.infer<typeof estimateSchema>

const tag = 'credits'

export const getCredits = defineRoute({
  method: 'GET',
  path: '/api/v1/credits',
  access: 'user',
  tag,
  summary: 'Your credits, and the state of your monthly budget',
  response: balanceSchema,
})
export const listCreditEntries = defineRoute({
  method: 'GET',
  path: '/api/v1/credits/entries',
  access: 'user',
  tag,
  summary: 'What happened to your credits, newest first; as a file with `format=csv`',
  query: entryQuery,
  response: entryPage,
})
export const getCreditSpend = defineRoute({
  method: 'GET',
  path: '/api/v1/credits/spend',
  access: 'user',
  tag,
  summary: 'What your credits went to, by model and by day; the last 30 days unless dates are given',
  query: spendQuery,
  response: spendSchema,
})
export const estimateCredits = defineRoute({
  method: 'POST',
  path: '/api/v1/credits/estimate',
  access: 'user',
  tag,
  summary: 'What a run would take: credits, tokens, chunks, time and real cost',
  body: z
    .object({
      operations: z.array(z.enum(chargedOperations)).min(1).max(chargedOperations.length),
      /** For texts: `provider/key`, an alias, or `auto:best|fastest|cheapest`. */
      model: z.string().min(1).max(300).default('auto:best'),
      /** For transcription: `local`, `local/<speech model>` or `provider/key`. */
      engine: z.string().min(1).max(300).default('local'),
      /** The size of the work: a recording of yours, or its length, or the length of a text. */
      transcriptionId: identifier.optional(),
      durationSecond: z.number().min(0).max(1_000_000).optional(),
      characters: z.int().min(0).max(100_000_000).optional(),
    })
    .refine(
      ({ transcriptionId, durationSecond, characters }) =>
        transcriptionId !== undefined || durationSecond !== undefined || characters !== undefined,
      { message: 'Give transcriptionId, durationSecond or characters', path: ['transcriptionId'] },
    ),
  response: estimateSchema,
})

// ── What an administrator sees and sets ──────────────────────────────────────────────────────────────────────────

const adminTag = 'admin'
const byUser = z.object({ userId: z.string().min(1).max(100) })

export const creditAccountSchema = z.object({
  user: z.object({ id: z.string(), email: z.string(), name: z.string(), role: z.enum(['user', 'admin']) }),
  credits: balanceSchema,
})
export type CreditAccount = z.infer<typeof creditAccountSchema>

export const listCreditAccounts = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/credits/accounts',
  access: 'admin',
  tag: adminTag,
  summary: 'Everybody’s credits and budgets',
  query: z.object({
    /** In name or e-mail address. */
    search: z.string().trim().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  }),
  response: z.object({ items: z.array(creditAccountSchema), total: z.int() }),
})
export const listCreditEntriesOf = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/credits/accounts/:userId/entries',
  access: 'admin',
  tag: adminTag,
  summary: 'What happened to a user’s credits, newest first; as a file with `format=csv`',
  params: byUser,
  query: entryQuery,
  response: entryPage,
})
export const getCreditSpendOfAll = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/credits/spend',
  access: 'admin',
  tag: adminTag,
  summary: 'What everybody’s credits went to, by model and by day, or one user’s',
  query: spendQuery.extend({ userId: z.string().min(1).max(100).optional() }),
  response: spendSchema,
})
export const grantCredits = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/credits/accounts/:userId/grants',
  access: 'admin',
  tag: adminTag,
  summary: 'Give a user credits, or take back some that are free',
  params: byUser,
  body: z.object({
    /** Negative takes back. */
    credits: z
      .number()
      .min(-1_000_000_000)
      .max(1_000_000_000)
      .refine((amount) => amount !== 0, 'Give an amount that is not 0'),
    reason: z.string().trim().min(1).max(300),
    /** Made by the caller; told twice, it is granted once. */
    requestId: z.uuid().optional(),
  }),
  response: balanceSchema,
})
export const setCreditBudget = defineRoute({
  method: 'PUT',
  path: '/api/v1/admin/credits/accounts/:userId/budget',
  access: 'admin',
  tag: adminTag,
  summary: 'Set or lift a user’s monthly limit',
  params: byUser,
  body: z.object({ monthlyLimit: z.number().min(0).max(1_000_000_000).nullable() }),
  response: balanceSchema,
})

export const priceSchema = z.object({
  operation: z.string(),
  /** Null: for every provider. */
  provider: z.string().nullable(),
  /** Null: for every model of the provider. */
  model: z.string().nullable(),
  unit: z.enum(priceUnits),
  /** For one unit, before the model's multiplier. */
  credits,
  /** `default` comes with the product; `admin` stands in its place. */
  origin: z.enum(['default', 'admin']),
  updatedAt: timestamp.nullable(),
})
export type CreditPrice = z.infer<typeof priceSchema>

const pricePlace = z.object({
  operation,
  provider: z.string().trim().min(1).max(60).nullable().default(null),
  model: z.string().trim().min(1).max(300).nullable().default(null),
})
const priceList = z.object({
  enabled: z.boolean(),
  /** What a new user gets. */
  newUserCredits: credits,
  /** The narrowest price that fits holds: model, then provider, then the operation's own. */
  items: z.array(priceSchema),
})

export const listCreditPrices = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/credits/prices',
  access: 'admin',
  tag: adminTag,
  summary: 'The price list: credits for each operation before the model’s multiplier',
  response: priceList,
})
export const setCreditPrice = defineRoute({
  method: 'PUT',
  path: '/api/v1/admin/credits/prices',
  access: 'admin',
  tag: adminTag,
  summary: 'Set a price for an operation, a provider or one model; for work that begins from now on',
  body: pricePlace.extend({ unit: z.enum(priceUnits), credits: z.number().min(0).max(1_000_000) }),
  response: priceList,
})
export const resetCreditPrice = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/credits/prices/reset',
  access: 'admin',
  tag: adminTag,
  summary: 'Take a price of yours away; the default, or the next wider price, holds again',
  body: pricePlace,
  response: priceList,
})
