/** A channel with what it takes to send over it. */
import type { Severity } from '../kinds.ts'

export type ChannelKind = 'email' | 'slack' | 'webhook'
export type Subscription = 'alerts' | 'reports'
export type Locale = 'en' | 'tr'

export interface Channel {
  readonly id: string
  readonly kind: ChannelKind
  readonly name: string
  readonly enabled: boolean
  readonly recipients: readonly string[]
  /** For people: host and beginning only. */
  readonly maskedUrl: string | null
  readonly signed: boolean
  readonly subscriptions: readonly Subscription[]
  readonly minimumSeverity: Severity
  readonly locale: Locale
  readonly lastDelivery: {
    readonly state: 'waiting' | 'sending' | 'sent' | 'failed'
    readonly at: Date
    readonly error: string | null
  } | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What a message is made of; each kind of channel takes the form that it shows best. */
export interface Message {
  /** The same for every attempt to deliver it, so that whoever gets it twice can tell. */
  readonly id: string
  readonly event: 'alerts' | 'report' | 'test'
  readonly subject: string
  readonly text: string
  readonly html: string
  /** For webhooks. */
  readonly data: Readonly<Record<string, unknown>>
}

/** Where to send, opened for this one delivery. */
export type Destination =
  | { readonly kind: 'email'; readonly recipients: readonly string[] }
  | { readonly kind: 'slack'; readonly url: string }
  | { readonly kind: 'webhook'; readonly url: string; readonly secret: string }

export interface Sender {
  /** False while no mail server is set. */
  readonly mailReady: boolean
  /** Throws `delivery-failed`, `address-not-allowed` or `mail-not-set-up`. */
  send(destination: Destination, message: Message, signal: AbortSignal): Promise<void>
  /** Refuses an address that can never be sent to. */
  checkUrl(url: string): void
  close(): Promise<void>
}
