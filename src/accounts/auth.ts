/**
 * The set-up of better-auth: email and password, sessions in the database.
 *
 * Everything that would speak to the outside is off. Its own rate limits, origin checks and HTTP handler are not used:
 * the server counts attempts in the database for all replicas and checks the origin of every unsafe request, and the
 * routes call `auth.api` directly. Nobody becomes a user but through `newUser`, which `sign-up.ts` fills.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { betterAuth } from 'better-auth'
import type { Kysely } from 'kysely'
import type { AccountTables } from '../db/tables/accounts.ts'
import { AppError } from '../errors.ts'
import { createId } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import { noteAuthLog } from './auth-error.ts'

export interface AuthSettings {
  /** Signs the session cookie; at least 32 characters. */
  readonly secret: string
  /** Where people reach the server, e.g. `https://texts.example.org`. Cookies are marked Secure when it is https. */
  readonly publicUrl: string
  /** Until a sign-in must be repeated. */
  readonly sessionDays: number
}

export const MIN_PASSWORD_LENGTH = 10
/** Longer ones only cost time to hash. */
export const MAX_PASSWORD_LENGTH = 128
/** Set by the server on the headers it passes on; never read from a caller. */
export const CLIENT_ADDRESS_HEADER = 'x-mp4totext-client-address'

/** What sign-up decided about the user that is being made in this call. */
export const newUser = new AsyncLocalStorage<{ readonly role: 'user' | 'admin' }>()

const models = {
  user: {
    modelName: 'users',
    fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
    additionalFields: { role: { type: 'string', required: false, input: false } },
  },
  session: {
    modelName: 'sessions',
    fields: {
      userId: 'user_id',
      expiresAt: 'expires_at',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
    updateAge: 24 * 3600,
  },
  account: {
    modelName: 'credential_accounts',
    fields: {
      userId: 'user_id',
      accountId: 'account_id',
      providerId: 'provider_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
  },
  verification: {
    modelName: 'verifications',
    fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
  },
} as const

/** Called by better-auth before any user row is written. */
const decideUser = <Row extends object>(user: Row): Promise<{ data: Row & { role: string } }> => {
  const decided = newUser.getStore()
  if (decided === undefined) throw new AppError('sign-up-closed', 'Users are made by sign-up only')
  return Promise.resolve({ data: { ...user, role: decided.role } })
}

export const createAuth = <Tables extends AccountTables>(db: Kysely<Tables>, settings: AuthSettings, logger: Logger) =>
  betterAuth({
    appName: 'mp4totext',
    baseURL: settings.publicUrl,
    basePath: '/api/auth',
    secret: settings.secret,
    database: { db, type: 'postgres', transaction: true },
    ...models,
    session: { ...models.session, expiresIn: settings.sessionDays * 24 * 3600 },
    emailAndPassword: {
      enabled: true,
      autoSignIn: true,
      minPasswordLength: MIN_PASSWORD_LENGTH,
      maxPasswordLength: MAX_PASSWORD_LENGTH,
    },
    databaseHooks: { user: { create: { before: decideUser } } },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      log: (level, message, ...rest: unknown[]) => {
        // A database that is away is told by the request that met it, with its cause and what to do.
        if (noteAuthLog(rest)) return
        logger[level]({ from: 'better-auth', rest }, message)
      },
    },
    advanced: {
      cookiePrefix: 'mp4totext',
      useSecureCookies: settings.publicUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      database: { generateId: () => createId() },
    },
  })

export type Auth = ReturnType<typeof createAuth>
