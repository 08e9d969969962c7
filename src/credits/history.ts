/** What happened to credits, for people: pages, a file, and sums by model and day. */
import type { Kysely } from 'kysely'
import type { CreditTables } from '../db/tables/credits.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../lib/clock.ts'
import { toCredits } from './charge.ts'
import {
  listEntries,
  sumByDay,
  sumByModel,
  type EntryFilters,
  type EntryPlace,
  type SpentShare,
} from './history.store.ts'
import type { StoredEntry } from './ledger.store.ts'
import { toCsvCell } from '../lib/csv-cell.ts'

export interface EntryView {
  readonly id: string
  readonly kind: StoredEntry['kind']
  readonly credits: number
  readonly held: number
  readonly operation: string | null
  readonly provider: string | null
  readonly model: string | null
  readonly transcriptionId: string | null
  /** Null for a recording that is gone, and where nobody asked for titles. */
  readonly transcriptionTitle: string | null
  readonly reason: string
  readonly breakdown: Record<string, unknown>
  readonly costMicrocents: number | null
  readonly costUnknown: boolean
  readonly createdAt: string
}

export interface ShareView {
  readonly credits: number
  readonly requests: number
  readonly costMicrocents: number
  readonly costUnknown: number
}

export interface SpendView {
  readonly from: string
  readonly to: string
  readonly total: ShareView
  readonly byModel: (ShareView & { provider: string; model: string; operation: string })[]
  readonly byDay: (ShareView & { day: string; operation: string })[]
}

/** Titles are somebody's words: they are told to whose recordings they are. */
export interface EntryWish extends EntryFilters {
  readonly titles?: boolean | undefined
}

/** Titles of those of a user's recordings that are still there, by id. */
export type TitlesOf = (userId: string, transcriptionIds: readonly string[]) => Promise<ReadonlyMap<string, string>>

export interface CreditHistory {
  entries(
    filters: EntryWish,
    page: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<{ items: EntryView[]; nextCursor: string | null }>
  /** Everything that the filters leave, as lines of a CSV file; newest first. */
  csv(filters: EntryWish): AsyncIterable<string>
  /** The last 30 days unless dates are given. */
  spend(filters: Pick<EntryFilters, 'userId' | 'from' | 'to'>): Promise<SpendView>
}

const DAY_MS = 86_400_000
const LONGEST_SPAN_MS = 3 * 366 * DAY_MS
const CSV_PAGE = 1000

const toView = (entry: StoredEntry, titles: ReadonlyMap<string, string>): EntryView => ({
  id: entry.id,
  kind: entry.kind,
  credits: toCredits(entry.balance_delta),
  held: toCredits(entry.held_delta),
  operation: entry.operation,
  provider: entry.provider,
  model: entry.model,
  transcriptionId: entry.transcription_id,
  transcriptionTitle: entry.transcription_id === null ? null : (titles.get(entry.transcription_id) ?? null),
  reason: entry.reason,
  breakdown: entry.breakdown,
  costMicrocents: entry.cost_microcents,
  costUnknown: entry.cost_unknown,
  createdAt: entry.created_at.toISOString(),
})

const toCursor = ({ created_at, id }: StoredEntry): string =>
  Buffer.from(`${created_at.getTime()} ${id}`).toString('base64url')

const fromCursor = (cursor: string | undefined): EntryPlace | undefined => {
  if (cursor === undefined) return undefined
  const [, time = '', id = ''] = /^(\d{1,15}) ([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (id !== '') return { createdAt: new Date(Number(time)), id }
  const message = 'is not one that was given out'
  throw new AppError('invalid-request', 'The cursor is not one that was given out', {
    details: { fields: [{ path: 'cursor', message }] },
  })
}

const toShare = ({ amount, requests, costMicrocents, costUnknown }: SpentShare): ShareView => ({
  credits: toCredits(amount),
  requests,
  costMicrocents,
  costUnknown,
})

const sumShares = (shares: readonly SpentShare[]): ShareView =>
  toShare(
    shares.reduce<SpentShare>(
      (sum, one) => ({
        amount: sum.amount + one.amount,
        requests: sum.requests + one.requests,
        costMicrocents: sum.costMicrocents + one.costMicrocents,
        costUnknown: sum.costUnknown + one.costUnknown,
      }),
      { amount: 0, requests: 0, costMicrocents: 0, costUnknown: 0 },
    ),
  )

const HEAD = 'time,kind,operation,provider,model,credits,held,cost_usd,reason,transcription,id,title\r\n'
const MICROCENTS_PER_USD = 100_000_000

const toLine = (entry: EntryView): string => {
  const cost = entry.costUnknown ? 'unknown' : (entry.costMicrocents ?? null)
  return `${[
    entry.createdAt,
    entry.kind,
    entry.operation,
    entry.provider,
    entry.model,
    entry.credits,
    entry.held,
    typeof cost === 'number' ? cost / MICROCENTS_PER_USD : cost,
    entry.reason,
    entry.transcriptionId,
    entry.id,
    entry.transcriptionTitle,
  ]
    .map(toCsvCell)
    .join(',')}\r\n`
}

const toSpan = ({ from, to }: Pick<EntryFilters, 'from' | 'to'>, nowMs: number): { from: Date; to: Date } => {
  // The end is left out of the time, and what is of this moment belongs to it.
  const end = to ?? new Date(nowMs + 1)
  const start = from ?? new Date(end.getTime() - 30 * DAY_MS)
  const days = end.getTime() - start.getTime()
  if (days > 0 && days <= LONGEST_SPAN_MS) return { from: start, to: end }
  const message = days > 0 ? 'is more than three years before the end' : 'is not before the end'
  throw new AppError('invalid-request', `The beginning of the time ${message}`, {
    details: { fields: [{ path: 'from', message }] },
  })
}

export interface HistoryDeps {
  readonly db: Kysely<CreditTables>
  readonly clock: Clock
  readonly titlesOf: TitlesOf
}

const toViews = async (
  { titlesOf }: HistoryDeps,
  { userId, titles = false }: EntryWish,
  found: readonly StoredEntry[],
): Promise<EntryView[]> => {
  const ids = new Set(found.flatMap(({ transcription_id }) => transcription_id ?? []))
  const known = titles && userId !== undefined && ids.size > 0 ? await titlesOf(userId, [...ids]) : new Map()
  return found.map((entry) => toView(entry, known))
}

export const createHistory = (deps: HistoryDeps): CreditHistory => ({
  async entries(filters, { cursor, limit }) {
    const found = await listEntries(deps.db, filters, { after: fromCursor(cursor), limit: limit + 1 })
    const items = found.slice(0, limit)
    const last = items.at(-1)
    return {
      items: await toViews(deps, filters, items),
      nextCursor: found.length > limit && last ? toCursor(last) : null,
    }
  },
  async *csv(filters) {
    yield HEAD
    let after: EntryPlace | undefined
    for (;;) {
      const found = await listEntries(deps.db, filters, { after, limit: CSV_PAGE })
      const last = found.at(-1)
      if (last === undefined) return
      yield (await toViews(deps, filters, found)).map(toLine).join('')
      after = { createdAt: last.created_at, id: last.id }
    }
  },
  async spend({ userId, ...dates }) {
    const span = toSpan(dates, deps.clock.now())
    const [byModel, byDay] = await Promise.all([
      sumByModel(deps.db, { userId, ...span }),
      sumByDay(deps.db, { userId, ...span }),
    ])
    return {
      from: span.from.toISOString(),
      to: span.to.toISOString(),
      total: sumShares(byModel),
      byModel: byModel.map(({ provider, model, operation, ...rest }) => ({
        provider,
        model,
        operation,
        ...toShare(rest),
      })),
      byDay: byDay.map(({ day, operation, ...rest }) => ({ day, operation, ...toShare(rest) })),
    }
  },
})
