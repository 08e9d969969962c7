/**
 * What is taken for the work of models, as far as recordings need to know: whoever does the work says what it is before,
 * and which parts of it are delivered in the transaction that stores them. What it costs is somebody else's affair.
 */
import type { Transaction } from 'kysely'
import type { Database } from '../db/types.ts'

export interface ChargeOrder {
  readonly userId: string
  readonly transcriptionId: string
  /** The same in every try at the same work. */
  readonly workId: string
  readonly operation: string
  /** Who is asked first. */
  readonly model: string
  readonly size: {
    /** Of the transcript that is read. */
    readonly characters: number | null
    /** Of the sound. */
    readonly seconds: number | null
  }
}

/** A part of the work that is stored and can be read; one that failed, or was never asked for, is none. */
export interface DeliveredPart {
  readonly path: string
  /** What it was made of: other words in the same place are another part. */
  readonly content: string
  /** Of the whole work, 0 to 1; 0 for a request that only joins parts. */
  readonly share: number
  readonly provider: string
  readonly model: string
  /** Null is unknown. */
  readonly costMicrocents: number | null
  /** The answer was there already and nobody was asked for it. */
  readonly cached?: boolean
}

/** Stored with the text, and shown. */
export type ChargeFacts = object

export interface OpenCharge {
  take(db: Transaction<Database>, parts: readonly DeliveredPart[]): Promise<void>
  /** The last parts; the rest of what is reserved goes back. */
  settle(db: Transaction<Database>, parts: readonly DeliveredPart[], missing: number): Promise<ChargeFacts>
  /** The work failed: everything that was not taken goes back. */
  release(): Promise<void>
  /** Whoever works has ended; what is still reserved is there for the next one who does the same work. */
  leave(): void
}

/**
 * Reserves in the transaction that stores what was ordered: the order is there and paid for, or neither.
 * Errors: `insufficient-credits`, `budget-exceeded`.
 */
export type Reserve = (db: Transaction<Database>, order: ChargeOrder) => Promise<void>

export interface Charging {
  /** Before that transaction; whoever does the work goes on with what it reserved. */
  openFor(userId: string): Promise<Reserve>
  /**
   * Null when nothing is taken for it. Errors: `insufficient-credits`, `budget-exceeded`, before anybody is called.
   */
  begin(order: ChargeOrder): Promise<OpenCharge | null>
  /** Work was stopped, or what it was for is gone: what is reserved goes back with that. */
  release(
    db: Transaction<Database>,
    of: { readonly workId: string } | { readonly transcriptionId: string },
  ): Promise<void>
}
