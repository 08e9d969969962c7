/** What administrators did: who, what, before, after. It only grows. */
import { z } from 'zod'
import { defineRoute, timestamp } from './route.ts'

export const auditEntrySchema = z.object({
  id: z.string(),
  at: timestamp,
  /** Null when the account is gone; the email stays. */
  actorId: z.string().nullable(),
  actorEmail: z.string(),
  /** For example `model-changed`, `credits-granted`, `schedule-changed`. */
  action: z.string(),
  /** What it was done to: a model's name, a user's id, a schedule. */
  subject: z.string(),
  /** Only the fields that changed; null where there was nothing. Never a secret. */
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  details: z.record(z.string(), z.unknown()),
  requestId: z.string().nullable(),
  address: z.string().nullable(),
})
export type AuditEntryView = z.infer<typeof auditEntrySchema>

export const listAuditEntries = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/audit',
  access: 'admin',
  tag: 'admin',
  summary: 'What administrators did, newest first',
  query: z.object({
    /** Part of the email. */
    actor: z.string().trim().max(200).optional(),
    action: z.string().trim().max(100).optional(),
    /** Part of the subject, or of a name in the fields. */
    subject: z.string().trim().max(300).optional(),
    from: timestamp.optional(),
    to: timestamp.optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
    offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  }),
  response: z.object({
    items: z.array(auditEntrySchema),
    total: z.int(),
    /** Every action that occurs, for the filter. */
    actions: z.array(z.string()),
  }),
})
