/** Troubles that administrators are told: the rules that find them, the alerts, and the channels that carry them. */
import { z } from 'zod'
import { becauseSchema } from './reason.ts'
import { byId, defineRoute, identifier, timestamp } from './route.ts'
import { statementSchema } from './statements.ts'

const tag = 'admin'
const flag = z.stringbool()
const page = {
  limit: z.coerce.number().int().min(1).max(500).default(100),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
}

export const alertKinds = [
  'model-error-rate',
  'model-auto-disabled',
  'model-recovered',
  'model-latency',
  'breaker-open',
  'model-list-held',
  'model-sync-failed',
  'fallback-target-dead',
  'credential-failing',
  'budget',
  'user-budget-near',
  'user-budget-used-up',
  'queue-age',
  'disk',
  'schedule-failed',
  'rollout-ended',
] as const
export const severities = ['info', 'warning', 'critical'] as const

// ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────────────

export const alertRuleSchema = z.object({
  kind: z.enum(alertKinds),
  /** What it watches, one sentence; pages translate by `kind`. */
  description: z.string(),
  enabled: z.boolean(),
  severity: z.enum(severities),
  /** Null where the rule has none: it then tells of events. */
  threshold: z.number().nullable(),
  defaultThreshold: z.number().nullable(),
  /** What the threshold counts: a share from 0 to 1, milliseconds, minutes, times the usual, or USD in a month. */
  unit: z.enum(['share', 'milliseconds', 'minutes', 'times', 'usd']).nullable(),
  /** How far back it looks; null where it looks at this moment. */
  windowMinutes: z.int().nullable(),
  /** Fewer requests than this say nothing; null where nothing is counted. */
  minimumSamples: z.int().nullable(),
  /** The same trouble is not told again before so many minutes are over. */
  coolDownMinutes: z.int(),
  /** Only for `model-auto-disabled`: after good probes, propose to an administrator or switch on at once. */
  recovery: z.enum(['propose', 'enable']).nullable(),
  changedAt: timestamp.nullable(),
  changedBy: z.string().nullable(),
})
export type AlertRuleView = z.infer<typeof alertRuleSchema>

const byKind = z.object({ kind: z.enum(alertKinds) })

export const listAlertRules = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/alert-rules',
  access: 'admin',
  tag,
  summary: 'What is watched, and from which value on it is told',
  response: z.object({ items: z.array(alertRuleSchema) }),
})
export const updateAlertRule = defineRoute({
  method: 'PATCH',
  path: '/api/v1/admin/alert-rules/:kind',
  access: 'admin',
  tag,
  summary: 'Change a rule’s threshold, samples, cool-down, or switch it off',
  params: byKind,
  body: z.object({
    enabled: z.boolean().optional(),
    severity: z.enum(severities).optional(),
    threshold: z.number().min(0).max(1_000_000).optional(),
    windowMinutes: z
      .int()
      .min(5)
      .max(7 * 24 * 60)
      .optional(),
    minimumSamples: z.int().min(1).max(100_000).optional(),
    coolDownMinutes: z
      .int()
      .min(0)
      .max(7 * 24 * 60)
      .optional(),
    recovery: z.enum(['propose', 'enable']).optional(),
  }),
  response: alertRuleSchema,
})

// ── Channels ─────────────────────────────────────────────────────────────────────────────────────────────────────

export const channelKinds = ['email', 'slack', 'webhook'] as const
const address = z.url({ protocol: /^https?$/ }).max(2_000)
const subscriptions = z
  .array(z.enum(['alerts', 'reports']))
  .min(1)
  .max(2)

export const alertChannelSchema = z.object({
  id: z.string(),
  kind: z.enum(channelKinds),
  name: z.string(),
  enabled: z.boolean(),
  /** For email: who gets it. */
  recipients: z.array(z.string()),
  /** For Slack and webhooks: host and the first letters of the path, never the whole address. */
  maskedUrl: z.string().nullable(),
  /** A webhook's deliveries are signed with a secret that is shown once, at its making. */
  signed: z.boolean(),
  subscriptions,
  minimumSeverity: z.enum(severities),
  /** Language of the texts. */
  locale: z.enum(['en', 'tr']),
  lastDelivery: z
    .object({
      state: z.enum(['waiting', 'sending', 'sent', 'failed']),
      at: timestamp,
      error: z.string().nullable(),
      because: becauseSchema,
    })
    .nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
})
export type AlertChannelView = z.infer<typeof alertChannelSchema>

const channelFields = {
  name: z.string().trim().min(1).max(100),
  enabled: z.boolean().default(true),
  subscriptions: subscriptions.default(['alerts', 'reports']),
  minimumSeverity: z.enum(severities).default('warning'),
  locale: z.enum(['en', 'tr']).default('en'),
}
const recipients = z.array(z.email().max(200)).min(1).max(50)

export const listAlertChannels = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/alert-channels',
  access: 'admin',
  tag,
  summary: 'Where alerts and reports are sent',
  response: z.object({
    items: z.array(alertChannelSchema),
    /** False: no SMTP server is set, so mail cannot be sent; see SMTP_URL. */
    mailReady: z.boolean(),
  }),
})
export const createAlertChannel = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/alert-channels',
  access: 'admin',
  tag,
  summary: 'Add an email, Slack or webhook channel',
  body: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('email'), recipients, ...channelFields }),
    z.object({ kind: z.literal('slack'), url: address, ...channelFields }),
    z.object({ kind: z.literal('webhook'), url: address, ...channelFields }),
  ]),
  response: z.object({
    channel: alertChannelSchema,
    /** Checks the signature of a webhook; shown this once. Null for other channels. */
    signingSecret: z.string().nullable(),
  }),
})
export const updateAlertChannel = defineRoute({
  method: 'PATCH',
  path: '/api/v1/admin/alert-channels/:id',
  access: 'admin',
  tag,
  summary: 'Change a channel, or give it a new signing secret',
  params: byId,
  body: z.object({
    name: channelFields.name.optional(),
    enabled: z.boolean().optional(),
    subscriptions: subscriptions.optional(),
    minimumSeverity: z.enum(severities).optional(),
    locale: z.enum(['en', 'tr']).optional(),
    recipients: recipients.optional(),
    url: address.optional(),
    renewSecret: z.boolean().optional(),
  }),
  response: z.object({ channel: alertChannelSchema, signingSecret: z.string().nullable() }),
})
export const deleteAlertChannel = defineRoute({
  method: 'DELETE',
  path: '/api/v1/admin/alert-channels/:id',
  access: 'admin',
  tag,
  summary: 'Remove a channel',
  params: byId,
})
export const testAlertChannel = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/alert-channels/:id/test',
  access: 'admin',
  tag,
  summary: 'Send a test message over a channel and tell how it went',
  params: byId,
  response: z.object({
    ok: z.boolean(),
    durationMs: z.int(),
    error: z
      .object({
        code: z.string(),
        title: z.string(),
        message: z.string(),
        because: becauseSchema,
        advice: z.string(),
      })
      .nullable(),
  }),
})

// ── Alerts ───────────────────────────────────────────────────────────────────────────────────────────────────────

export const alertSchema = z.object({
  id: z.string(),
  kind: z.string(),
  severity: z.enum(severities),
  /** Empty where no provider is concerned. */
  provider: z.string(),
  model: z.string().nullable(),
  /** In English. */
  message: z.string(),
  /** The message as a code with its parameters, for other languages. */
  statement: statementSchema,
  /** The evidence: value, threshold, samples, failures by code, and what else the rule saw. */
  details: z.record(z.string(), z.unknown()),
  createdAt: timestamp,
  /** When the trouble was seen last. */
  lastSeenAt: timestamp,
  resolvedAt: timestamp.nullable(),
  resolvedBy: z.string().nullable(),
  /** Why nobody was told, when nobody was; for example the cool-down. */
  suppressed: z.string().nullable(),
  suppressedStatement: statementSchema,
  deliveries: z.array(
    z.object({
      channelId: z.string().nullable(),
      channelName: z.string(),
      event: z.enum(['opened', 'resolved']),
      state: z.enum(['waiting', 'sending', 'sent', 'failed']),
      attempts: z.int(),
      sentAt: timestamp.nullable(),
      /** In English; of a delivery that was sent, who of several did not get it. */
      error: z.string().nullable(),
      because: becauseSchema,
    }),
  ),
})
export type AlertView = z.infer<typeof alertSchema>

export const listAlerts = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/alerts',
  access: 'admin',
  tag,
  summary: 'Troubles that an administrator should see',
  query: z.object({
    open: flag.default(true),
    kind: z.string().max(60).optional(),
    provider: z.string().max(60).optional(),
    ...page,
  }),
  response: z.object({ items: z.array(alertSchema), total: z.int() }),
})
export const resolveAlert = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/alerts/:id/resolve',
  access: 'admin',
  tag,
  summary: 'Close an alert by hand',
  params: byId,
  response: alertSchema,
})

// ── Models that switched themselves off ──────────────────────────────────────────────────────────────────────────

export const disablementSchema = z.object({
  id: identifier,
  provider: z.string(),
  model: z.string(),
  /** `proposed`: it answers again and waits for an administrator; `given-up`: the probes are used up. */
  state: z.enum(['disabled', 'proposed', 'given-up', 'enabled']),
  disabledAt: timestamp,
  evidence: z.object({
    windowFrom: timestamp,
    windowTo: timestamp,
    requests: z.int(),
    failures: z.int(),
    errorRate: z.number(),
    threshold: z.number(),
    minimumSamples: z.int(),
    /** Failures by error code; only those that the provider is to blame for. */
    codes: z.record(z.string(), z.int()),
  }),
  probes: z.array(
    z.object({ at: timestamp, ok: z.boolean(), durationMs: z.int().nullable(), error: z.string().nullable() }),
  ),
  maximumProbes: z.int(),
  nextProbeAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
  endedBy: z.string().nullable(),
})
export type DisablementView = z.infer<typeof disablementSchema>

export const listDisablements = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/disabled-models',
  access: 'admin',
  tag,
  summary: 'Models that were switched off for their errors, with the evidence and the probes since',
  query: z.object({
    open: flag.default(true),
    provider: z.string().max(60).optional(),
    model: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  response: z.object({ items: z.array(disablementSchema) }),
})
