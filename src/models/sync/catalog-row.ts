/** A row of the catalog with all that is known about it: what `StoredModel` is, and where it comes from and how it stands. */
import type { StoredModel } from '../model.ts'

export type RemovalCause = 'seed' | 'not-listed' | 'retired' | 'unconfirmed' | 'errors' | 'admin'
export type ApiAvailability = 'available' | 'unknown' | 'not-found'

/** Where the value of one field comes from. What an administrator set is never changed by a list. */
export interface FieldSource {
  readonly kind: 'seed' | 'list' | 'learned' | 'admin'
  /** In words, for example `list of groq`. */
  readonly from: string
  /** ISO day. */
  readonly at: string
  /** Of what was learned: what stood there before, for when it is forgotten. */
  readonly before?: LearnedFrom
  /** Of a limit that nobody named. */
  readonly bounds?: LimitBounds
  /** ISO day on which a larger one was tried last. */
  readonly triedAt?: string
}

/** Tokens of requests, by our count. */
export interface LimitBounds {
  readonly answered: number
  /** Null: nothing larger was refused since. */
  readonly refused: number | null
}

export interface LearnedFrom {
  readonly value: number | null
  /** Null: the row's own. */
  readonly source: FieldSource | null
}

export const SOURCED_FIELDS = [
  'displayName',
  'operations',
  'contextLength',
  'maxOutputTokens',
  'inputModalities',
  'outputModalities',
  'capabilities',
  'prices',
  'creditMultiplier',
  'retiresAt',
  'aliases',
] as const
export type SourcedField = (typeof SOURCED_FIELDS)[number]
export type Sources = Readonly<Partial<Record<SourcedField, FieldSource>>>

export interface CatalogRow extends StoredModel {
  readonly availability: ApiAvailability
  readonly checkedAt: Date | null
  readonly checkError: string | null
  readonly removedAt: Date | null
  readonly removalCause: RemovalCause | null
  readonly confirmedBy: 'probe' | 'traffic' | null
  readonly confirmedAt: Date | null
  readonly listedAt: Date | null
  readonly sources: Sources
  readonly proposal: string | null
  readonly proposedAt: Date | null
  readonly deletedAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Why a row is off; rows of the seed that were never on say it only in words. */
export const causeOf = (row: Pick<CatalogRow, 'active' | 'removalCause'>): RemovalCause | null =>
  row.active ? null : (row.removalCause ?? 'seed')

/** The field's source: its own, or the row's. */
export const sourceOf = (row: Pick<CatalogRow, 'sources' | 'origin' | 'source'>, field: SourcedField): FieldSource =>
  row.sources[field] ?? { kind: row.origin, from: row.source, at: '' }
