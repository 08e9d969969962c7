/** Invitations: a link that makes one account. Its token is shown once; only its hash is kept. */
import { createHash, randomBytes } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { Clock } from '../lib/clock.ts'
import { createId } from '../lib/ids.ts'
import type { InvitationsStore, StoredInvitation } from './invitations.store.ts'
import type { User } from './user.ts'

const VALID_MS = 7 * 24 * 3_600_000

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

export interface Invitation {
  readonly id: string
  readonly email: string
  readonly role: 'user' | 'admin'
  readonly createdAt: string
  readonly expiresAt: string
  readonly acceptedAt: string | null
}

const toInvitation = (row: StoredInvitation): Invitation => ({
  id: row.id,
  email: row.email,
  role: row.role,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  acceptedAt: row.accepted_at?.toISOString() ?? null,
})

export const createInvitations = (deps: { store: InvitationsStore; clock: Clock }) => {
  const { store, clock } = deps
  const now = (): Date => new Date(clock.now())
  return {
    list: async (): Promise<Invitation[]> => (await store.list()).map(toInvitation),

    async create(
      by: User,
      invited: { email: string; role: 'user' | 'admin' },
    ): Promise<Invitation & { token: string }> {
      const token = randomBytes(24).toString('base64url')
      const row = await store.insert({
        id: createId(clock.now()),
        email: invited.email.toLowerCase(),
        role: invited.role,
        token_hash: hashOf(token),
        invited_by: by.id,
        created_at: now(),
        expires_at: new Date(clock.now() + VALID_MS),
      })
      return { ...toInvitation(row), token }
    },

    async remove(id: string): Promise<{ email: string; role: 'user' | 'admin' }> {
      const removed = await store.remove(id)
      if (removed === undefined) throw new AppError('not-found', 'There is no such invitation')
      return removed
    },

    /** Takes the invitation for `email`; `release` gives it back when the sign-up fails after all. */
    async accept(token: string, email: string) {
      const found = await store.findOpen(hashOf(token), now())
      if (found === undefined || found.email !== email.toLowerCase() || !(await store.accept(found.id, now()))) {
        throw new AppError('invitation-invalid', 'This invitation cannot be used with this email')
      }
      return {
        role: found.role,
        release: () => store.release(found.id),
        acceptedBy: (userId: string) => store.setAcceptedBy(found.id, userId),
      }
    },
  }
}

export type Invitations = ReturnType<typeof createInvitations>
