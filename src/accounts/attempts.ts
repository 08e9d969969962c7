/**
 * How often a sign-in or sign-up may be tried: by address and by account, counted in the database.
 *
 * The account's limit is wider than the address's, so that a stranger who guesses from many addresses is slowed down
 * but one address alone cannot lock a person out.
 */
import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { Clock } from '../lib/clock.ts'
import type { RateWindowsStore } from './rate-windows.store.ts'

export interface AttemptLimits {
  readonly windowMs: number
  /** Per address. */
  readonly maxPerAddress: number
  /** Per account from one address; cleared by success. */
  readonly maxPerAccountAndAddress: number
  /** Per account from anywhere; cleared by success. */
  readonly maxPerAccount: number
}

export const defaultAttemptLimits: AttemptLimits = Object.freeze({
  windowMs: 15 * 60_000,
  maxPerAddress: 60,
  maxPerAccountAndAddress: 10,
  maxPerAccount: 100,
})

/** Emails are hashed so that the table of counts is no list of people. */
const fingerprint = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22)

export const createAttempts = (deps: { store: RateWindowsStore; clock: Clock; limits: AttemptLimits }) => {
  const { store, clock, limits } = deps
  const keysFor = (act: string, address: string, email: string): [string, number][] => [
    [`${act}:address:${address}`, limits.maxPerAddress],
    [`${act}:both:${address}:${fingerprint(email)}`, limits.maxPerAccountAndAddress],
    [`${act}:account:${fingerprint(email)}`, limits.maxPerAccount],
  ]

  return {
    /** Counts one attempt, or throws `too-many-requests` with the time to wait. */
    async count(act: string, address: string, email: string): Promise<void> {
      const now = new Date(clock.now())
      for (const [key, max] of keysFor(act, address, email)) {
        const window = await store.count(key, now, limits.windowMs)
        if (window.count <= max) continue
        throw new AppError('too-many-requests', 'There were too many attempts', {
          retryAfterMs: Math.max(1000, window.endsAt.getTime() - now.getTime()),
        })
      }
    },
    /** The attempt was right: the account's counts start anew. */
    async succeeded(act: string, address: string, email: string): Promise<void> {
      for (const [key] of keysFor(act, address, email).slice(1)) await store.clear(key)
    },
  }
}
