/** The one error shape: RFC 9457 problem details, with our code, title and advice. */
import { z } from 'zod'
import { becauseSchema } from './reason.ts'

export const problemSchema = z.object({
  /** Address of the entry in the error reference. */
  type: z.string(),
  status: z.int(),
  code: z.string(),
  title: z.string(),
  /** What happened in this case. */
  detail: z.string(),
  advice: z.string(),
  /** The request this answers; a person can quote it. */
  requestId: z.string().optional(),
  /** `detail` as data, where it is a sentence of ours. */
  because: becauseSchema.optional(),
  retryAfterMs: z.number().optional(),
  /** Field names and what is wrong with each, for invalid input. */
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** Facts about the failure: provider, model, attempts, exit code. Never a secret. */
  details: z.record(z.string(), z.unknown()).optional(),
})
export type Problem = z.infer<typeof problemSchema>

/** A failure that is stored with what failed, and shown where the result would be. */
export const storedErrorSchema = z.object({
  code: z.string(),
  title: z.string(),
  message: z.string(),
  advice: z.string(),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  /** `message` as data, where it is a sentence of ours. */
  because: becauseSchema,
  /** The provider's own words, as they came; null where it said nothing. */
  providerMessage: z.string().nullable(),
  /** Models that could do it instead, nearest first. */
  suggestions: z.array(z.object({ provider: z.string(), model: z.string(), displayName: z.string() })),
})
export type StoredError = z.infer<typeof storedErrorSchema>
