/** Channels for administrators: add, change, try, remove. A secret goes in, or is shown once at its making, and never out. */
import type { Kysely } from 'kysely'
import type { Database } from '../../../db/types.ts'
import { AppError, toAppError } from '../../../errors.ts'
import type { Clock } from '../../../lib/clock.ts'
import type { Encryption } from '../../../lib/encryption.ts'
import { createId } from '../../../lib/ids.ts'
import type { Severity } from '../kinds.ts'
import type { Channel, ChannelKind, Destination, Locale, Sender, Subscription } from './channel.ts'
import { createChannelsStore, type StoredChannel } from './channels.store.ts'
import { createSigningSecret } from './sign.ts'
import { testMessage } from '../messages/test-message.ts'

export interface ChannelFields {
  readonly name: string
  readonly enabled: boolean
  readonly subscriptions: readonly Subscription[]
  readonly minimumSeverity: Severity
  readonly locale: Locale
}
export type NewChannel = ChannelFields &
  (
    | { readonly kind: 'email'; readonly recipients: readonly string[] }
    | { readonly kind: 'slack' | 'webhook'; readonly url: string }
  )

export type ChannelEdit = {
  readonly [Field in keyof ChannelFields]?: ChannelFields[Field] | undefined
} & {
  readonly recipients?: readonly string[] | undefined
  readonly url?: string | undefined
  readonly renewSecret?: boolean | undefined
}

export interface SavedChannel {
  readonly channel: Channel
  /** Shown this once. */
  readonly signingSecret: string | null
}

export interface ChannelTest {
  /** Of the channel. */
  readonly name: string
  readonly ok: boolean
  readonly durationMs: number
  readonly error: AppError | null
}

export interface Channels {
  readonly mailReady: boolean
  list(): Promise<Channel[]>
  create(channel: NewChannel): Promise<SavedChannel>
  change(id: string, edit: ChannelEdit): Promise<{ before: Channel } & SavedChannel>
  remove(id: string): Promise<Channel>
  test(id: string, signal: AbortSignal): Promise<ChannelTest>
  /** Opens the secrets of a channel for one delivery; undefined for one that is gone. */
  destinationOf(id: string): Promise<{ readonly channel: Channel; readonly destination: Destination } | undefined>
}

export interface ChannelsDeps {
  readonly db: Kysely<Database>
  readonly encryption: Encryption
  readonly sender: Sender
  readonly clock: Clock
}

/** Enough to know it again, and never more than a third of the path: in a Slack address the path is the secret. */
const mask = (text: string): string => {
  const { host, pathname } = new URL(text)
  return `${host}${pathname.slice(0, Math.min(8, Math.floor(pathname.length / 3)))}…`
}

const urlContext = (id: string): string => `alert-channel-url:${id}`
const secretContext = (id: string): string => `alert-channel-secret:${id}`

export const createChannels = ({ db, encryption, sender, clock }: ChannelsDeps): Channels => {
  const store = createChannelsStore(db)
  const now = (): Date => new Date(clock.now())
  const toChannel = (row: StoredChannel, last: Awaited<ReturnType<typeof store.lastDeliveries>>): Channel => {
    const delivery = last.get(row.id)
    return {
      id: row.id,
      kind: row.kind,
      name: row.name,
      enabled: row.enabled,
      recipients: row.recipients,
      maskedUrl: row.masked_url,
      signed: row.sealed_secret !== null,
      subscriptions: row.subscriptions as Subscription[],
      minimumSeverity: row.minimum_severity,
      locale: row.locale,
      lastDelivery:
        delivery === undefined
          ? null
          : { state: delivery.state, at: delivery.sent_at ?? delivery.created_at, error: delivery.error },
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }
  }
  const shown = async (row: StoredChannel): Promise<Channel> => toChannel(row, await store.lastDeliveries())
  const existing = async (id: string): Promise<StoredChannel> => {
    const row = await store.find(id)
    if (row === undefined) throw new AppError('not-found', 'There is no such channel', { details: { id } })
    return row
  }
  const withUrl = (id: string, url: string | undefined): Pick<StoredChannel, 'sealed_url' | 'masked_url'> => {
    if (url === undefined) return { sealed_url: null, masked_url: null }
    sender.checkUrl(url)
    return { sealed_url: encryption.encrypt(url, urlContext(id)), masked_url: mask(url) }
  }
  const newSecret = (id: string, kind: ChannelKind) => {
    const secret = kind === 'webhook' ? createSigningSecret() : null
    return { secret, sealed: secret === null ? null : encryption.encrypt(secret, secretContext(id)) }
  }
  const open = (row: StoredChannel): Destination => {
    if (row.kind === 'email') return { kind: 'email', recipients: row.recipients }
    const url = encryption.decrypt(row.sealed_url ?? '', urlContext(row.id))
    if (row.kind === 'slack') return { kind: 'slack', url }
    return { kind: 'webhook', url, secret: encryption.decrypt(row.sealed_secret ?? '', secretContext(row.id)) }
  }
  return {
    mailReady: sender.mailReady,
    async list() {
      const [rows, last] = await Promise.all([store.all(), store.lastDeliveries()])
      return rows.map((row) => toChannel(row, last))
    },
    async create(channel) {
      const id = createId(clock.now())
      const { secret, sealed } = newSecret(id, channel.kind)
      const row: StoredChannel = {
        id,
        kind: channel.kind,
        name: channel.name,
        enabled: channel.enabled,
        recipients: channel.kind === 'email' ? [...channel.recipients] : [],
        ...withUrl(id, channel.kind === 'email' ? undefined : channel.url),
        sealed_secret: sealed,
        subscriptions: [...channel.subscriptions],
        minimum_severity: channel.minimumSeverity,
        locale: channel.locale,
        created_at: now(),
        updated_at: now(),
      }
      await store.insert(row)
      return { channel: await shown(row), signingSecret: secret }
    },
    async change(id, edit) {
      const before = await existing(id)
      const renewed = edit.renewSecret === true ? newSecret(id, before.kind) : null
      const row: StoredChannel = {
        ...before,
        name: edit.name ?? before.name,
        enabled: edit.enabled ?? before.enabled,
        subscriptions: [...(edit.subscriptions ?? before.subscriptions)],
        minimum_severity: edit.minimumSeverity ?? before.minimum_severity,
        locale: edit.locale ?? before.locale,
        recipients: before.kind === 'email' ? [...(edit.recipients ?? before.recipients)] : [],
        ...(before.kind !== 'email' && edit.url !== undefined && withUrl(id, edit.url)),
        ...(renewed?.sealed != null && { sealed_secret: renewed.sealed }),
        updated_at: now(),
      }
      await store.update(row)
      return { before: await shown(before), channel: await shown(row), signingSecret: renewed?.secret ?? null }
    },
    async remove(id) {
      const row = await existing(id)
      await store.remove(id)
      return shown(row)
    },
    async test(id, signal) {
      const row = await existing(id)
      const startedMs = clock.now()
      const took = (): number => Math.round(clock.now() - startedMs)
      try {
        await sender.send(open(row), testMessage(row.name, row.locale, createId(clock.now())), signal)
        return { name: row.name, ok: true, durationMs: took(), error: null }
      } catch (thrown) {
        signal.throwIfAborted()
        return { name: row.name, ok: false, durationMs: took(), error: toAppError(thrown) }
      }
    },
    async destinationOf(id) {
      const row = await store.find(id)
      return row && { channel: await shown(row), destination: open(row) }
    },
  }
}
