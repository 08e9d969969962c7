/**
 * Accounts: sign-up, sign-in, sessions, invitations, preferences, audit log.
 *
 * Knows headers and cookies as text, but no server and no route. API keys will enter at `authenticate`.
 */
import type { Kysely } from 'kysely'
import type { AccountTables } from '../db/tables/accounts.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../lib/clock.ts'
import { createId } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import { createAttempts, defaultAttemptLimits, type AttemptLimits } from './attempts.ts'
import { createAuditStore, type Act, type AuditQuery } from './audit.store.ts'
import { translateAuthErrors } from './auth-error.ts'
import { createAuth, type AuthSettings } from './auth.ts'
import { createInvitations } from './invitations.ts'
import { createInvitationsStore } from './invitations.store.ts'
import { createRateWindowsStore } from './rate-windows.store.ts'
import { createSignUp, type SignedIn, type SignUpPolicy, type SignUpRequest } from './sign-up.ts'
import type { Identity, User } from './user.ts'
import { createUsersStore } from './users.store.ts'

export interface AccountsSettings extends AuthSettings {
  readonly signUp: SignUpPolicy
  readonly attemptLimits?: AttemptLimits
}

/** Where a request came from: the headers as they may be trusted, and the address. */
export interface Caller {
  readonly headers: Headers
  readonly address: string
  readonly requestId: string
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
    invitations,
    needsSetup: async (): Promise<boolean> => !(await users.exists()),

    /** The caller behind a request, or undefined. The only place that decides who somebody is. */
    async authenticate({ headers }: Caller): Promise<Identity | undefined> {
      if (!headers.has('cookie')) return undefined
      const { headers: answer, response } = await translateAuthErrors(() =>
        auth.api.getSession({ headers, returnHeaders: true }),
      )
      if (response === null) return undefined
      const { id, email, name, role } = response.user
      return {
        user: { id, email, name, role: role === 'admin' ? 'admin' : 'user' },
        sessionId: response.session.id,
        setCookies: answer.getSetCookie(),
      }
    },

    async signUp(request: SignUpRequest, caller: Caller): Promise<SignedIn> {
      await attempts.count('sign-up', caller.address, request.email)
      return signUp(request, caller.headers)
    },

    async signIn(request: { email: string; password: string }, caller: Caller): Promise<SignedIn> {
      const email = request.email.toLowerCase()
      await attempts.count('sign-in', caller.address, email)
      const { headers: answer, response } = await translateAuthErrors(() =>
        auth.api.signInEmail({
          body: { email, password: request.password },
          headers: caller.headers,
          returnHeaders: true,
        }),
      )
      await attempts.succeeded('sign-in', caller.address, email)
      return { userId: response.user.id, setCookies: answer.getSetCookie() }
    },

    /** Ends the session; safe without one. */
    async signOut({ headers }: Caller): Promise<readonly string[]> {
      const { headers: answer } = await translateAuthErrors(() => auth.api.signOut({ headers, returnHeaders: true }))
      return answer.getSetCookie()
    },

    /** Ends all other sessions of the user as well. */
    async changePassword(
      user: User,
      change: { current: string; next: string },
      caller: Caller,
    ): Promise<readonly string[]> {
      await attempts.count('change-password', caller.address, user.email)
      const body = { currentPassword: change.current, newPassword: change.next, revokeOtherSessions: true }
      const { headers: answer } = await translateAuthErrors(() =>
        auth.api.changePassword({ body, headers: caller.headers, returnHeaders: true }),
      )
      return answer.getSetCookie()
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
