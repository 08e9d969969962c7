/**
 * The way of a piece of work through the ledger: what it may take is reserved before the first call, what was delivered is
 * taken in the transaction that stores it, the rest goes back.
 *
 * Work that fails, is cancelled or answers nothing delivers no part, so nothing is taken for it. A part costs what the
 * model costs that made it, and never more than the model that was chosen: nobody pays more than was shown.
 */
import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { CreditTables } from '../db/tables/credits.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { LedgerTransaction } from './acts.ts'
import { toChargeFacts, type ChargeFacts, type PartBreakdown } from './charge.ts'
import type { Ledger } from './ledger.ts'
import { capturesOfWork } from './ledger.store.ts'
import { amountOf, quantityOf, type Price, type WorkSize } from './price.ts'
import { requirePrice, type PriceList } from './prices.ts'
import type { Reservation } from './reservations.ts'
import type { PartCharge, WorkCharges } from './work-charges.ts'

export interface PricedModel {
  readonly provider: string
  readonly model: string
  readonly multiplier: number
}

export interface ChargeOrder {
  readonly userId: string
  readonly transcriptionId: string
  /** The same in every try at the same work: what one has reserved or paid, the next goes on with. */
  readonly workId: string
  readonly operation: string
  /** Who is asked first: `provider/key`, `auto:…`. */
  readonly model: string
  readonly size: WorkSize
}

/** A part of the work that is stored and can be read. */
export interface DeliveredPart {
  /** Place in the work. */
  readonly path: string
  /** What was asked, or anything that says when it is another part in the same place. */
  readonly content: string
  /** Of the whole work, 0 to 1; 0 for what only joins parts. */
  readonly share: number
  readonly provider: string
  readonly model: string
  /** What the provider took; null is unknown. */
  readonly costMicrocents: number | null
  /** The answer was there already and nobody was asked for it: it is delivered, and costs nothing. */
  readonly cached?: boolean
}

export interface OpenCharge {
  /** Takes for parts, in the transaction that stores them; a part that was paid is not paid again. */
  take(tx: LedgerTransaction, parts: readonly DeliveredPart[]): Promise<void>
  /** The same for the last parts of work that is delivered; gives the rest back and tells what was taken in all. */
  settle(tx: LedgerTransaction, parts: readonly DeliveredPart[], missing: number): Promise<ChargeFacts>
  /** Gives everything back that was not taken: the work failed. */
  release(): Promise<void>
  /** Whoever works no longer says so, whatever came of it; the reservation lasts until it is settled, or runs out. */
  leave(): void
}

export interface Charging {
  /**
   * Opens the user's account, should it be new. What it answers reserves for work in the transaction that stores the order
   * of it, so that an order that cannot be paid is not stored; `begin` goes on with that.
   */
  openFor(userId: string): Promise<(tx: LedgerTransaction, order: ChargeOrder) => Promise<void>>
  /**
   * Null when nothing is counted: credits are off, or it is work of this server itself that has no price.
   * Errors: `insufficient-credits`, `budget-exceeded`; nothing is reserved then.
   */
  begin(order: ChargeOrder): Promise<OpenCharge | null>
  /** Gives back what is reserved for work that was stopped, in the transaction that stops it. */
  release(tx: LedgerTransaction, of: { readonly workId: string } | { readonly transcriptionId: string }): Promise<void>
}

export interface ChargingDeps {
  readonly db: Kysely<CreditTables>
  readonly ledger: Pick<Ledger, 'hold' | 'reserve' | 'extend'>
  readonly charges: WorkCharges
  readonly prices: Pick<PriceList, 'list'>
  /** Opens the user's account, should it be new. */
  readonly openAccount: (userId: string) => Promise<void>
  /** Who a name means now, and what they multiply. */
  readonly modelOf: (name: string) => PricedModel
  /** Part of this server: nothing is paid to anybody. */
  readonly isOwn: (provider: string) => boolean
  readonly clock: Clock
  readonly newId: () => string
  readonly logger: Pick<Logger, 'warn'>
}

/** A reservation that nobody prolongs for so long is given back. */
export const HOLD_TTL_MS = 3_600_000
const STOPPED = 'The work was stopped; nothing was charged for the rest'
const FAILED = 'The work failed; nothing was charged for the rest'
const DONE = 'The work is done; the rest is free again'

interface Offer {
  readonly price: Price
  readonly multiplier: number
}

const priced = ({ price, multiplier }: Offer, size: WorkSize, share = 1): { amount: number; quantity: number } => {
  const quantity = quantityOf(price.unit, size) * share
  return { quantity, amount: amountOf(price, multiplier, quantity) }
}

/** Short, and another one for other words. */
const digest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 16)

export const createCharging = (deps: ChargingDeps): Charging => {
  const { db, ledger, charges, clock, newId, logger } = deps

  const toPartCharge = (
    order: ChargeOrder,
    prices: readonly Price[],
    shown: Offer,
    part: DeliveredPart,
  ): PartCharge => {
    const { provider, model, path, content, share, costMicrocents, cached = false } = part
    const { multiplier } = deps.modelOf(`${provider}/${model}`)
    const offer: Offer = { multiplier, price: requirePrice(prices, { operation: order.operation, provider, model }) }
    const own = priced(offer, order.size, share)
    const limit = priced(shown, order.size, share).amount
    const breakdown: PartBreakdown = {
      path,
      unit: offer.price.unit,
      quantity: own.quantity,
      base: offer.price.amount,
      multiplier,
      capped: !cached && own.amount > limit,
      ...(cached && { cached }),
    }
    return {
      key: `charge:${order.workId}:${path}:${digest(content)}`,
      amount: cached ? 0 : Math.min(own.amount, limit),
      provider,
      model,
      reason: `${order.operation}, part ${path}`,
      breakdown: { ...breakdown },
      costMicrocents: cached ? 0 : costMicrocents,
    }
  }

  const toReservation = (order: ChargeOrder, amount: number): Reservation => ({
    userId: order.userId,
    transcriptionId: order.transcriptionId,
    workId: order.workId,
    operation: order.operation,
    amount,
    reason: `${order.operation} by ${order.model}`,
    idempotencyKey: `hold:${order.workId}:${newId()}`,
    ttlMs: HOLD_TTL_MS,
  })

  const reserve = (order: ChargeOrder, amount: number): Promise<{ holdId: string }> =>
    ledger.hold(toReservation(order, amount))

  /** What is shown before, and whether there is anything to reserve. */
  const offerOf = (prices: readonly Price[], { model, operation, size }: ChargeOrder) => {
    const asked = deps.modelOf(model)
    const shown: Offer = { multiplier: asked.multiplier, price: requirePrice(prices, { operation, ...asked }) }
    const { amount } = priced(shown, size)
    return { shown, amount, isFree: amount === 0 && deps.isOwn(asked.provider) }
  }

  /** As long as the work goes on, its reservation does; work that went on in silence for too long reserves again. */
  const keepOpen = async (order: ChargeOrder, amount: number, first: string, signal: AbortSignal): Promise<void> => {
    let holdId = first
    while (!signal.aborted) {
      await clock.sleep(HOLD_TTL_MS / 4, signal).catch(() => {})
      if (signal.aborted) return
      try {
        if (!(await ledger.extend(holdId, HOLD_TTL_MS))) ({ holdId } = await reserve(order, amount))
      } catch (error) {
        logger.warn({ error, workId: order.workId }, 'A reservation of credits could not be prolonged')
      }
    }
  }

  return {
    async openFor(userId) {
      const prices = await deps.prices.list()
      await deps.openAccount(userId)
      return async (tx, order) => {
        const { amount, isFree } = offerOf(prices, order)
        if (!isFree) await ledger.reserve(tx, toReservation(order, amount))
      }
    },
    async begin(order) {
      const prices = await deps.prices.list()
      const { operation } = order
      const { shown, amount, isFree } = offerOf(prices, order)
      if (isFree) return null
      await deps.openAccount(order.userId)
      const { holdId } = await reserve(order, amount)
      const left = new AbortController()
      void keepOpen(order, amount, holdId, left.signal)
      const take: OpenCharge['take'] = async (tx, parts) => {
        await charges.take(
          tx,
          order,
          parts.map((part) => toPartCharge(order, prices, shown, part)),
        )
      }
      return {
        take,
        async settle(tx, parts, missing) {
          await take(tx, parts)
          await charges.release(tx, { workId: order.workId }, DONE)
          const captures = await capturesOfWork(tx, order.workId)
          const now = new Date(clock.now())
          return toChargeFacts(captures, { operation, held: amount, partsMissing: missing, now })
        },
        release: () => db.transaction().execute((tx) => charges.release(tx, { workId: order.workId }, FAILED)),
        leave: () => left.abort(),
      }
    },
    release: (tx, of) => charges.release(tx, of, STOPPED),
  }
}
