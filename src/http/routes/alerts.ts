/** Alerts, their rules and channels, and the models that were switched off for their errors. */
import type { FastifyInstance } from 'fastify'
import type { ShownAlert, ShownRule } from '../../models/alerts/alerts.ts'
import type { Channel } from '../../models/alerts/channels/channel.ts'
import type { Disablement } from '../../models/auto-disable/disablements.store.ts'
import { MOST_PROBES } from '../../models/auto-disable/judge.ts'
import { readReason } from '../../reasons.ts'
import { callerOf } from '../access.ts'
import {
  createAlertChannel,
  deleteAlertChannel,
  listAlertChannels,
  listAlertRules,
  listAlerts,
  listDisablements,
  resolveAlert,
  testAlertChannel,
  updateAlertChannel,
  updateAlertRule,
  type AlertChannelView,
  type AlertRuleView,
  type AlertView,
  type DisablementView,
} from '../contract/alerts.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'
import { toStatement } from '../statement-view.ts'

type Deps = Pick<HttpDependencies, 'accounts' | 'steering' | 'closing'>

const toTime = (date: Date | null): string | null => date?.toISOString() ?? null

const toBecause = (error: string | null) => (error === null ? null : readReason(error))

const toRuleView = (rule: ShownRule): AlertRuleView => ({ ...rule, changedAt: toTime(rule.changedAt) })

const toAlertView = ({ model, details, deliveries, ...alert }: ShownAlert): AlertView => ({
  ...alert,
  statement: toStatement(alert.statement),
  suppressedStatement: toStatement(alert.suppressedStatement),
  model: model ?? null,
  details: { ...details },
  createdAt: alert.createdAt.toISOString(),
  lastSeenAt: alert.lastSeenAt.toISOString(),
  resolvedAt: toTime(alert.resolvedAt),
  deliveries: deliveries.map(({ sentAt, ...one }) => ({
    ...one,
    sentAt: toTime(sentAt),
    because: toBecause(one.error),
  })),
})

const toChannelView = ({ lastDelivery, recipients, subscriptions, ...channel }: Channel): AlertChannelView => ({
  ...channel,
  recipients: [...recipients],
  subscriptions: [...subscriptions],
  lastDelivery: lastDelivery && {
    ...lastDelivery,
    at: lastDelivery.at.toISOString(),
    because: toBecause(lastDelivery.error),
  },
  createdAt: channel.createdAt.toISOString(),
  updatedAt: channel.updatedAt.toISOString(),
})

const toDisablementView = ({ key, probes, evidence, ...one }: Disablement): DisablementView => ({
  ...one,
  model: key,
  evidence: { ...evidence, codes: { ...evidence.codes } },
  probes: [...probes],
  maximumProbes: MOST_PROBES,
  disabledAt: one.disabledAt.toISOString(),
  nextProbeAt: toTime(one.nextProbeAt),
  endedAt: toTime(one.endedAt),
})

const registerRules = (app: FastifyInstance, { accounts, steering: { alerts } }: Deps): void => {
  registerRoute(app, listAlertRules, async () => ({ items: (await alerts.rules()).map(toRuleView) }))
  registerRoute(app, updateAlertRule, async ({ user, params: { kind }, body, request }) => {
    const { before, after } = await alerts.changeRule(kind, body, user.email)
    const told = ({ changedAt: _at, changedBy: _by, ...rule }: ShownRule) => rule
    const act = { action: 'alert-rule-changed', subject: kind, before: told(before), after: told(after) }
    await accounts.record(user, act, callerOf(request))
    return toRuleView(after)
  })
}

/** What the log may know of a channel: never its address. */
const toldChannel = ({
  name,
  kind,
  enabled,
  recipients,
  maskedUrl,
  subscriptions,
  minimumSeverity,
  locale,
}: Channel) => ({
  name,
  kind,
  enabled,
  recipients,
  maskedUrl,
  subscriptions,
  minimumSeverity,
  locale,
})

const registerChannels = (app: FastifyInstance, { accounts, steering, closing }: Deps): void => {
  const { channels } = steering.alerts
  registerRoute(app, listAlertChannels, async () => ({
    items: (await channels.list()).map(toChannelView),
    mailReady: channels.mailReady,
  }))
  registerRoute(app, createAlertChannel, async ({ user, body, request }) => {
    const { channel, signingSecret } = await channels.create(body)
    const act = { action: 'alert-channel-added', subject: channel.id, after: toldChannel(channel) }
    await accounts.record(user, act, callerOf(request))
    return { channel: toChannelView(channel), signingSecret }
  })
  registerRoute(app, updateAlertChannel, async ({ user, params, body, request }) => {
    const { before, channel, signingSecret } = await channels.change(params.id, body)
    const details = { name: channel.name, secretRenewed: signingSecret !== null }
    const sides = { before: toldChannel(before), after: toldChannel(channel) }
    const act = { action: 'alert-channel-changed', subject: channel.id, ...sides, details }
    await accounts.record(user, act, callerOf(request))
    return { channel: toChannelView(channel), signingSecret }
  })
  registerRoute(app, deleteAlertChannel, async ({ user, params, request }) => {
    const channel = await channels.remove(params.id)
    const act = { action: 'alert-channel-removed', subject: channel.id, before: toldChannel(channel) }
    await accounts.record(user, act, callerOf(request))
    return {}
  })
  registerRoute(app, testAlertChannel, async ({ user, params, request }) => {
    const { name, error, ...test } = await channels.test(params.id, closing)
    const act = { action: 'alert-channel-tested', subject: params.id, details: { name, ok: test.ok } }
    await accounts.record(user, act, callerOf(request))
    if (error === null) return { ...test, error }
    const { code, message, entry } = error
    return { ...test, error: { code, title: entry.title, advice: entry.advice, message, because: toBecause(message) } }
  })
}

export const registerAlerts = (app: FastifyInstance, deps: Deps): void => {
  const { accounts, steering } = deps
  registerRules(app, deps)
  registerChannels(app, deps)
  registerRoute(app, listAlerts, async ({ query }) => {
    const { items, total } = await steering.alerts.list(query)
    return { items: items.map(toAlertView), total }
  })
  registerRoute(app, resolveAlert, async ({ user, params, request }) => {
    const alert = await steering.alerts.resolve(params.id, user.email)
    const details = { kind: alert.kind, provider: alert.provider, model: alert.model ?? null }
    const sides = { before: { resolvedBy: null }, after: { resolvedBy: alert.resolvedBy } }
    await accounts.record(user, { action: 'alert-resolved', subject: params.id, ...sides, details }, callerOf(request))
    return toAlertView(alert)
  })
  registerRoute(app, listDisablements, async ({ query }) => ({
    items: (await steering.disablements(query)).map(toDisablementView),
  }))
}
