/**
 * Credits as the rest of the product sees them. Amounts are credits with at most six decimals; whose they are is always
 * said first. Knows no HTTP, no recordings and no catalog: what a model multiplies is asked of the host.
 */
import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { CreditTables } from '../db/tables/credits.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { createAccountOpening, toCreditView, uncounted, type CreditView } from './accounts.ts'
import { microcreditsPerCredit, toBalance } from './acts.ts'
import { createCharging, type Charging, type ChargingDeps } from './charging.ts'
import { toEstimate, type Estimate, type EstimatedWork } from './estimate.ts'
import { createHistory, type CreditHistory, type TitlesOf } from './history.ts'
import { accountsOf, sumSpent } from './history.store.ts'
import { knownKeys } from './ledger.store.ts'
import { createLedger, type Ledger } from './ledger.ts'
import type { PriceUnit, Price, WorkSize } from './price.ts'
import { createPriceList } from './prices.ts'
import type { PricePlace } from './prices.store.ts'
import { createWorkCharges } from './work-charges.ts'

export interface Credits extends CreditHistory {
  readonly enabled: boolean
  /** What a new user gets. */
  readonly newUserCredits: number
  balance(userId: string): Promise<CreditView>
  /** Of many users in one query. */
  balances(userIds: readonly string[]): Promise<Map<string, CreditView>>
  /** Errors: `insufficient-credits` when more is taken back than is free. */
  grant(
    userId: string,
    gift: {
      readonly credits: number
      readonly reason: string
      readonly madeBy: string
      /** Told twice, it is granted once. */
      readonly requestId?: string | undefined
    },
  ): Promise<CreditView>
  setMonthlyLimit(userId: string, credits: number | null): Promise<CreditView>
  estimate(userId: string, works: readonly EstimatedWork[], size: WorkSize): Promise<Estimate>
  prices(): Promise<Price[]>
  /** Errors: `invalid-request`. */
  setPrice(place: PricePlace, price: { unit: PriceUnit; credits: number }, setBy: string): Promise<void>
  /** Error: `not-found`. */
  resetPrice(place: PricePlace): Promise<void>
  /** For work; undefined when credits are not counted. */
  readonly charging: Charging | undefined
  /** Gives back what nobody prolonged; returns how many reservations that were. */
  sweep(): Promise<number>
  readonly ledger: Ledger
}

export interface CreditsDeps extends Pick<ChargingDeps, 'modelOf' | 'isOwn'> {
  readonly db: Kysely<CreditTables>
  readonly clock: Clock
  readonly newId: () => string
  readonly logger: Pick<Logger, 'warn'>
  /** Left out, recordings have no titles. */
  readonly titlesOf?: TitlesOf
  readonly settings: { readonly enabled: boolean; readonly newUserCredits: number }
}

const WEEK_MS = 7 * 86_400_000

const toAmount = (credits: number): number => Math.round(credits * microcreditsPerCredit)

export const createCredits = (deps: CreditsDeps): Credits => {
  const { db, clock, settings } = deps
  const ledger = createLedger(deps)
  const priceList = createPriceList({ db, clock })
  const accounts = createAccountOpening({
    ledger,
    newUserAmount: toAmount(settings.newUserCredits),
    known: (keys) => knownKeys(db, keys),
  })
  const charging = createCharging({
    ...deps,
    ledger,
    prices: priceList,
    charges: createWorkCharges(deps),
    openAccount: accounts.open,
  })
  const balance = async (userId: string): Promise<CreditView> => {
    if (!settings.enabled) return uncounted(clock.now())
    await accounts.open(userId)
    const from = new Date(clock.now() - WEEK_MS)
    const [account, lately] = await Promise.all([ledger.balance(userId), sumSpent(db, { userId, from })])
    return toCreditView(account, lately, clock.now())
  }
  const balances = async (userIds: readonly string[]): Promise<Map<string, CreditView>> => {
    const now = clock.now()
    if (!settings.enabled) return new Map(userIds.map((userId) => [userId, uncounted(now)]))
    if (userIds.length === 0) return new Map()
    await accounts.openAll(userIds)
    const found = await accountsOf(db, userIds, new Date(now - WEEK_MS))
    const rows = new Map(found.map((row) => [row.user_id, row]))
    return new Map(
      userIds.map((userId) => {
        const row = rows.get(userId)
        return [userId, toCreditView(toBalance(row, now), row?.spentLately ?? 0, now)]
      }),
    )
  }
  return {
    ...createHistory({ db, clock, titlesOf: deps.titlesOf ?? (() => Promise.resolve(new Map())) }),
    ...settings,
    balance,
    balances,
    async grant(userId, { credits, reason, madeBy, requestId = randomUUID() }) {
      await accounts.open(userId)
      const idempotencyKey = `grant:${userId}:${requestId}`
      await ledger.grant({ userId, amount: toAmount(credits), reason, madeBy, idempotencyKey })
      return balance(userId)
    },
    async setMonthlyLimit(userId, credits) {
      await ledger.setMonthlyLimit(userId, credits === null ? null : toAmount(credits))
      return balance(userId)
    },
    async estimate(userId, works, size) {
      if (settings.enabled) await accounts.open(userId)
      const account = settings.enabled ? await ledger.balance(userId) : null
      return toEstimate(works, size, { prices: await priceList.list(), account })
    },
    prices: () => priceList.list(),
    setPrice: (place, { unit, credits }, setBy) => priceList.set(place, { unit, amount: toAmount(credits) }, setBy),
    resetPrice: (place) => priceList.reset(place),
    charging: settings.enabled ? charging : undefined,
    sweep: () => ledger.sweep(),
    ledger,
  }
}
