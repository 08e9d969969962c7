/** Sign-up, sign-in and sign-out. A session is a cookie; the answers name the user, never a token. */
import { z } from 'zod'
import { meSchema } from './accounts.ts'
import { defineRoute } from './route.ts'

export const minPasswordLength = 10
export const maxPasswordLength = 128

const email = z.email().max(254)
const newPassword = z.string().min(minPasswordLength).max(maxPasswordLength)

export const signUp = defineRoute({
  method: 'POST',
  path: '/api/auth/sign-up/email',
  access: 'anyone',
  tag: 'account',
  summary: 'Make an account; the first one on a server is the administrator',
  body: z.object({
    name: z.string().trim().min(1).max(200),
    email,
    password: newPassword,
    /** From the link of an invitation (`?invitation=…`). */
    invitationToken: z.string().min(1).max(200).optional(),
  }),
  response: meSchema,
})
export const signIn = defineRoute({
  method: 'POST',
  path: '/api/auth/sign-in/email',
  access: 'anyone',
  tag: 'account',
  summary: 'Sign in with email and password',
  body: z.object({ email, password: z.string().min(1).max(1000) }),
  response: meSchema,
})
export const signOut = defineRoute({
  method: 'POST',
  path: '/api/auth/sign-out',
  access: 'anyone',
  tag: 'account',
  summary: 'End this session',
})
export const changePassword = defineRoute({
  method: 'POST',
  path: '/api/auth/change-password',
  access: 'user',
  tag: 'account',
  summary: 'Change the password; all other sessions end',
  body: z.object({ currentPassword: z.string().min(1).max(1000), newPassword }),
})
