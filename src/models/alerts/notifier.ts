/**
 * Tells administrators. What is to be told is decided and written down in one transaction with the jobs that send it, so
 * each alert is told once however many processes look; a delivery that fails is tried again, later and later.
 *
 * A process that dies between the sending and its note sends again: messages carry an id by which that can be told.
 */
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Database } from '../../db/types.ts'
import { AppError, toAppError } from '../../errors.ts'
import { defineJob } from '../../jobs/definition.ts'
import type { Queue } from '../../jobs/queue.ts'
import { handleJob, type JobRegistration } from '../../jobs/registry.ts'
import type { Clock } from '../../lib/clock.ts'
import { createId } from '../../lib/ids.ts'
import { statement } from '../../statements/statement.ts'
import type { Channel, Message, Sender, Subscription } from './channels/channel.ts'
import type { Channels } from './channels/channels.ts'
import { wasSent } from './channels/mail-failure.ts'
import { isAtLeast } from './kinds.ts'
import { alertsMessage, type ToldAlert } from './messages/alerts-message.ts'
import {
  addNotification,
  claimDelivery,
  findNotification,
  lastAlertsMessageAt,
  lockPending,
  markTold,
  settleDelivery,
  suppress,
  type StoredNotification,
} from './notifications.store.ts'
import { planNotices } from './plan-notices.ts'
import { allRules } from './rules.store.ts'

const RETRIES = 6

export const deliveryJob = defineJob({
  name: 'alerts.deliver',
  payload: z.object({ deliveryId: z.uuid() }),
  // 30 s, 1 min, 2 min … half an hour.
  retry: { limit: RETRIES, delaySeconds: 30 },
  concurrency: 4,
})

export interface Notifier {
  /** Tells what is to be told now. How many messages it handed over. */
  tell(): Promise<number>
  /** A message of another room to all that subscribed; its id. */
  send(kind: 'report', content: unknown, subscription: Subscription): Promise<string>
  readonly handler: JobRegistration
}

export interface NotifierDeps {
  readonly db: Kysely<Database>
  readonly queue: Pick<Queue, 'send'>
  readonly channels: Channels
  readonly sender: Sender
  readonly publicUrl: string
  /** Words for a report; null when the channel has nothing to hear. */
  readonly reportMessage: (content: unknown, channel: Channel, id: string) => Message | null
  readonly clock: Clock
}

export const createNotifier = (deps: NotifierDeps): Notifier => {
  const { db, queue, channels, sender, publicUrl, clock } = deps
  const now = (): Date => new Date(clock.now())
  const subscribed = async (subscription: Subscription): Promise<Channel[]> =>
    (await channels.list()).filter(({ enabled, subscriptions }) => enabled && subscriptions.includes(subscription))

  const tell = async (): Promise<number> => {
    const listening = await subscribed('alerts')
    return db.transaction().execute(async (transaction) => {
      const pending = await lockPending(transaction)
      if (pending.length === 0) return 0
      const lastMessageMs = (await lastAlertsMessageAt(transaction))?.getTime() ?? null
      const plan = planNotices(pending, await allRules(transaction), { lastMessageMs, nowMs: clock.now() })
      for (const { id, why } of plan.suppress) await suppress(transaction, id, why)
      const toldById = new Map(pending.map((one) => [one.id, one.told]))
      const content = plan.tell.flatMap(({ id, event }): ToldAlert[] => {
        const told = toldById.get(id)
        return told === undefined ? [] : [{ ...told, event }]
      })
      if (content.length === 0) return 0
      const wanted = listening.filter(({ minimumSeverity }) =>
        content.some(({ severity }) => isAtLeast(severity, minimumSeverity)),
      )
      const notification: StoredNotification = { id: createId(clock.now()), kind: 'alerts', content }
      const deliveries = await addNotification(transaction, notification, wanted, now())
      for (const event of ['opened', 'resolved'] as const) {
        const ids = content.filter((alert) => alert.event === event).map(({ id }) => id)
        await markTold(transaction, ids, event, notification.id)
      }
      if (wanted.length === 0)
        for (const { id, event } of content)
          if (event === 'opened') await suppress(transaction, id, statement('no-channel'))
      for (const deliveryId of deliveries) await queue.send(deliveryJob, { deliveryId }, { transaction })
      return deliveries.length
    })
  }

  const toMessage = ({ kind, content }: StoredNotification, channel: Channel, id: string): Message | null =>
    kind === 'alerts'
      ? alertsMessage(content as ToldAlert[], channel, { id, publicUrl })
      : deps.reportMessage(content, channel, id)

  const deliver = async (deliveryId: string, channelId: string | null, notificationId: string, signal: AbortSignal) => {
    const found = channelId === null ? undefined : await channels.destinationOf(channelId)
    const notification = await findNotification(db, notificationId)
    if (found === undefined || notification === undefined) throw new AppError('not-found', 'The channel was removed')
    const message = toMessage(notification, found.channel, deliveryId)
    if (message !== null) await sender.send(found.destination, message, signal)
  }

  const handler = handleJob(deliveryJob, async ({ payload: { deliveryId }, attempt, signal }) => {
    const claimed = await claimDelivery(db, deliveryId)
    if (claimed === undefined) return
    try {
      await deliver(deliveryId, claimed.channel_id, claimed.notification_id, signal)
      await settleDelivery(db, deliveryId, { state: 'sent', error: null, now: now() })
    } catch (thrown) {
      if (signal.aborted) throw thrown
      const error = toAppError(thrown)
      const { message, code, entry } = error
      if (wasSent(error)) return await settleDelivery(db, deliveryId, { state: 'sent', error: message, now: now() })
      const isLast = attempt >= RETRIES || (entry.retry === 'never' && code !== 'internal')
      await settleDelivery(db, deliveryId, { state: isLast ? 'failed' : 'waiting', error: message, now: now() })
      throw thrown
    }
  })

  return {
    tell,
    handler,
    async send(kind, content, subscription) {
      const id = createId(clock.now())
      const listening = await subscribed(subscription)
      await db.transaction().execute(async (transaction) => {
        const deliveries = await addNotification(transaction, { id, kind, content }, listening, now())
        for (const deliveryId of deliveries) await queue.send(deliveryJob, { deliveryId }, { transaction })
      })
      return id
    },
  }
}
