/** Who somebody is: signing in and out, the session behind a request, a new password. Tries are counted, against guessing. */
import type { createAttempts } from './attempts.ts'
import { translateAuthErrors } from './auth-error.ts'
import type { Auth } from './auth.ts'
import type { Caller } from './caller.ts'
import type { SignedIn } from './sign-up.ts'
import type { Identity, User } from './user.ts'

interface Dependencies {
  readonly auth: Auth
  readonly attempts: ReturnType<typeof createAttempts>
}

export const createSessions = ({ auth, attempts }: Dependencies) => ({
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
})
