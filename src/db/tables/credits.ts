/** Credits: accounts, the ledger that only grows, and what is reserved for work under way. Amounts in microcredits. */
import type { ColumnType, Generated, JSONColumnType } from 'kysely'

type Time = ColumnType<Date, Date | string, Date | string>

export interface CreditAccountRow {
  user_id: string
  /** What the user owns: the sum of the ledger's `balance_delta`. */
  balance: number
  /** The part of it that is reserved: the sum of the ledger's `held_delta`. */
  held: number
  /** At most this much may be spent in a calendar month (UTC); null is no limit. */
  monthly_limit: number | null
  /** First day of the month that `month_spent` is about. */
  month: ColumnType<Date, Date | string, Date | string>
  month_spent: number
  updated_at: Time
}

export interface CreditEntryRow {
  id: string
  user_id: string
  kind: 'grant' | 'hold' | 'capture' | 'release' | 'adjust'
  balance_delta: number
  held_delta: number
  hold_id: string | null
  /** Unique: the same act told twice is one entry. */
  idempotency_key: string
  operation: string | null
  provider: string | null
  model: string | null
  transcription_id: string | null
  /** What a person reads. */
  reason: string
  /** How the amount came about: base, multiplier, seconds, chunks, cost in currency. */
  breakdown: JSONColumnType<Record<string, unknown>>
  /** The administrator, for grants and adjustments. */
  made_by: string | null
  /** What the charge is for: a text, or a recognition. */
  work_id: string | null
  /** What the provider took; null for what is no request, and for a request whose cost nobody knows. */
  cost_microcents: number | null
  cost_unknown: Generated<boolean>
  created_at: Time
}

export interface CreditHoldRow {
  id: string
  user_id: string
  amount: number
  /** What is still reserved. */
  remaining: number
  status: 'open' | 'settled' | 'expired'
  operation: string
  transcription_id: string | null
  /** At most one open reservation for one work. */
  work_id: string | null
  expires_at: Time
  created_at: Time
}

/** A price that an administrator has set; empty texts stand for every provider, every model. */
export interface CreditPriceRow {
  operation: string
  provider: string
  model: string
  unit: string
  /** Microcredits for one unit. */
  amount: number
  set_by: string
  updated_at: Time
}

export interface CreditTables {
  credit_accounts: CreditAccountRow
  credit_entries: CreditEntryRow
  credit_holds: CreditHoldRow
  credit_prices: CreditPriceRow
}
