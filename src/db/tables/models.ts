/** The catalog of models, and the keys that we hold for providers. */
import type { ColumnType, JSONColumnType } from 'kysely'

type Time = ColumnType<Date, Date | string, Date | string>
type OptionalTime = ColumnType<Date | null, Date | string | null, Date | string | null>
type Texts = ColumnType<string[], readonly string[], readonly string[]>

export interface ModelTableRow {
  provider: string
  key: string
  display_name: string
  operations: Texts
  context_length: number | null
  max_output_tokens: number | null
  input_modalities: Texts
  output_modalities: Texts
  capabilities: Texts
  /** In the order of their first day; see `Prices`. */
  prices: JSONColumnType<unknown[]>
  credit_multiplier: number
  active: boolean
  removal_reason: string | null
  /** ISO date. */
  retires_at: string | null
  aliases: Texts
  rules: JSONColumnType<Record<string, unknown>>
  /** Where limits and prices come from. */
  source: string
  /** Who added the row. */
  origin: 'seed' | 'list' | 'admin'
  availability: 'available' | 'unknown' | 'not-found'
  checked_at: OptionalTime
  check_error: string | null
  /** When and why it became inactive; the words are in `removal_reason`. */
  removed_at: OptionalTime
  removal_cause: 'seed' | 'not-listed' | 'retired' | 'unconfirmed' | 'errors' | 'admin' | null
  /** What showed that it answers: a call made to see it, or a user's request. */
  confirmed_by: 'probe' | 'traffic' | null
  confirmed_at: OptionalTime
  /** When its provider listed it last. */
  listed_at: OptionalTime
  /** Where each field's value comes from; a field that is not there comes from `source`. */
  sources: JSONColumnType<Record<string, unknown>, string | undefined>
  /** Why an administrator may want to switch it on again. */
  proposal: string | null
  proposed_at: OptionalTime
  /** A deleted row stays as a mark, so that neither seed nor list brings it back. */
  deleted_at: OptionalTime
  created_at: Time
  updated_at: Time
}

export interface LearnedRuleTableRow {
  provider: string
  model: string
  /** As the provider named it. */
  field: string
  /** A `ModelRules`. */
  rules: ColumnType<unknown, string, string>
  evidence: string
  learned_at: Time
}

export interface ProviderCredentialRow {
  id: string
  provider: string
  name: string
  /** Encrypted; see `lib/encryption.ts`. */
  sealed_secret: string
  /** What may be shown: the first and last characters. */
  masked: string
  weight: number
  base_url: string | null
  enabled: boolean
  tested_at: OptionalTime
  test_error: string | null
  created_at: Time
  updated_at: Time
}

export interface ModelTables {
  models: ModelTableRow
  learned_rules: LearnedRuleTableRow
  provider_credentials: ProviderCredentialRow
}
