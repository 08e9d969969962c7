/**
 * Accounts: sign-up, sign-in, sessions, invitations, preferences, audit log.
 *
 * Knows headers and cookies as text, but no server and no route. API keys will enter at `authenticate` in `sessions.ts`.
 */
import type { Kysely } from 'kysely'
import type { AccountTables } from '../db/tables/accounts.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../lib/clock.ts'
import { createId } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import { createAttempts, defaultAttemptLimits, type AttemptLimits } from './attempts.ts'
import { createAuditStore, type Act, type AuditQuery } from './audit.store.ts'
import { createAuth, type AuthSettings } from './auth.ts'
import type { Caller } from './caller.ts'
import { createInvitations } from './invitations.ts'
import { createInvitationsStore } from './invitations.store.ts'
import { createRateWindowsStore } from './rate-windows.store.ts'
import { createSessions } from './sessions.ts'
import { createSignUp, type SignedIn, type SignUpPolicy, type SignUpRequest } from './sign-up.ts'
import type { User } from './user.ts'
import { createUsersStore } from './users.store.ts'

export interface AccountsSettings extends AuthSettings {
  readonly signUp: SignUpPolicy
  readonly attemptLimits?: AttemptLimits
}

export type Accounts = ReturnType<typeof createAccounts>

export const createAccounts = (deps: {
  readonly db: Kysely<AccountTables>
  readonly settings: AccountsSettings
  readonly clock: Clock
  readonly logger: Logger
}) => {
  const { db, settings, clock, logger } = deps
  const users = createUsersStore(db)
  const audit = createAuditStore(db)
  const windows = createRateWindowsStore(db)
  const auth = createAuth(db, settings, logger)
  const invitations = createInvitations({ store: createInvitationsStore(db), clock })
  const signUp = createSignUp({ auth, users, invitations, policy: settings.signUp })
  const attempts = createAttempts({ store: windows, clock, limits: settings.attemptLimits ?? defaultAttemptLimits })

  return {
    ...createSessions({ auth, attempts }),
    invitations,
    needsSetup: async (): Promise<boolean> => !(await users.exists()),

    async signUp(request: SignUpRequest, caller: Caller): Promise<SignedIn> {
      await attempts.count('sign-up', caller.address, request.email)
      return signUp(request, caller.headers)
    },

    async profile(userId: string): Promise<User & { preferences: Record<string, unknown> }> {
      const found = await users.find(userId)
      if (found === undefined) throw new AppError('unauthenticated', 'This account does not exist any more')
      return found
    },

    updateProfile: (userId: string, change: { name?: string; preferences?: object }): Promise<void> =>
      users.update(userId, change, new Date(clock.now())),

    /** Writes down what an administrator did. */
    record: (actor: User, act: Act, caller: Caller): Promise<void> =>
      audit.insert({
        id: createId(clock.now()),
        actorId: actor.id,
        actorEmail: actor.email,
        requestId: caller.requestId,
        address: caller.address,
        at: new Date(clock.now()),
        ...act,
      }),
    newestActs: (limit: number) => audit.newest(limit),
    /** The audit log by who, what, and when. */
    acts: (query: AuditQuery) => audit.page(query),

    /** Removes sessions and counts that are over. */
    async sweep(): Promise<void> {
      const now = new Date(clock.now())
      await users.deleteExpiredSessions(now)
      await windows.deleteEnded(now)
    },
  }
}
