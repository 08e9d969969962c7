/**
 * Who may make an account: the first person becomes the administrator, later ones come by invitation or, when the
 * server is open, as they like. The first one is decided under a lock over all replicas, so there is never a second.
 */
import pLimit from 'p-limit'
import { AppError } from '../errors.ts'
import type { Auth } from './auth.ts'
import { newUser } from './auth.ts'
import { authCodeOf, translateAuthErrors } from './auth-error.ts'
import type { Invitations } from './invitations.ts'
import type { UsersStore } from './users.store.ts'

export type SignUpPolicy = 'open' | 'invitation'

export interface SignUpRequest {
  readonly name: string
  readonly email: string
  readonly password: string
  readonly invitationToken?: string | undefined
}

/** Whom the session belongs to and the cookies that carry it. */
export interface SignedIn {
  readonly userId: string
  readonly setCookies: readonly string[]
}

interface Dependencies {
  readonly auth: Auth
  readonly users: UsersStore
  readonly invitations: Invitations
  readonly policy: SignUpPolicy
}

export const createSignUp = ({ auth, users, invitations, policy }: Dependencies) => {
  // One at a time in this process: each holds a database connection while it waits for the lock of all replicas.
  const queue = pLimit(1)

  const create = async (request: SignUpRequest, role: 'user' | 'admin', headers: Headers): Promise<SignedIn> => {
    const body = { name: request.name, email: request.email.toLowerCase(), password: request.password }
    try {
      const { headers: answer, response } = await newUser.run({ role }, () =>
        translateAuthErrors(() => auth.api.signUpEmail({ body, headers, returnHeaders: true })),
      )
      return { userId: response.user.id, setCookies: answer.getSetCookie() }
    } catch (error) {
      // Two sign-ups with one email at the same time: the second meets the unique index.
      const cause = error instanceof AppError ? error.cause : undefined
      if (authCodeOf(cause) === 'FAILED_TO_CREATE_USER' && (await users.emailExists(body.email))) {
        throw new AppError('email-taken', 'This email was signed up a moment ago', { cause: error })
      }
      throw error
    }
  }

  const createInvited = async (request: SignUpRequest, token: string, headers: Headers): Promise<SignedIn> => {
    const invitation = await invitations.accept(token, request.email)
    try {
      const signedIn = await create(request, invitation.role, headers)
      await invitation.acceptedBy(signedIn.userId)
      return signedIn
    } catch (error) {
      await invitation.release()
      throw error
    }
  }

  const createLater = (request: SignUpRequest, headers: Headers): Promise<SignedIn> => {
    if (request.invitationToken !== undefined) return createInvited(request, request.invitationToken, headers)
    if (policy === 'open') return create(request, 'user', headers)
    throw new AppError('sign-up-closed', 'This server takes new people by invitation only')
  }

  return async (request: SignUpRequest, headers: Headers): Promise<SignedIn> => {
    if (await users.exists()) return createLater(request, headers)
    return queue(() =>
      users.withSignUpLock(async () =>
        (await users.exists()) ? createLater(request, headers) : create(request, 'admin', headers),
      ),
    )
  }
}
