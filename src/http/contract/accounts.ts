/** Who is here, and what the page needs to know before anyone is. Sign-in itself is under /api/auth (better-auth). */
import { z } from 'zod'
import { byId, defineRoute, identifier, timestamp } from './route.ts'

export const locales = ['en', 'tr'] as const

export const serverInfoSchema = z.object({
  name: z.string(),
  version: z.string(),
  /** No user exists yet: the first to sign up becomes the administrator. */
  needsSetup: z.boolean(),
  signUp: z.enum(['open', 'invitation']),
  /** True when the server runs against the simulator of providers; every page says so. */
  demo: z.boolean(),
  limits: z.object({
    maxUploadBytes: z.number(),
    maxDurationSecond: z.number(),
    /** File name endings offered in the file picker; the content decides. */
    fileExtensions: z.array(z.string()),
  }),
})
export type ServerInfo = z.infer<typeof serverInfoSchema>

export const preferencesSchema = z.object({
  locale: z.enum(locales),
  theme: z.enum(['light', 'dark', 'auto']),
  /** Defaults of the upload page, remembered from the last use. */
  uploadDefaults: z.record(z.string(), z.unknown()).optional(),
})

export const meSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(['user', 'admin']),
  preferences: preferencesSchema,
})
export type Me = z.infer<typeof meSchema>

export const invitationSchema = z.object({
  id: identifier,
  email: z.string(),
  role: z.enum(['user', 'admin']),
  createdAt: timestamp,
  expiresAt: timestamp,
  acceptedAt: timestamp.nullable(),
})

export const getServerInfo = defineRoute({
  method: 'GET',
  path: '/api/v1/server',
  access: 'anyone',
  tag: 'server',
  summary: 'What a page needs to know before sign-in',
  response: serverInfoSchema,
})
export const getMe = defineRoute({
  method: 'GET',
  path: '/api/v1/me',
  access: 'user',
  tag: 'account',
  summary: 'The signed-in user',
  response: meSchema,
})
export const updateMe = defineRoute({
  method: 'PATCH',
  path: '/api/v1/me',
  access: 'user',
  tag: 'account',
  summary: 'Change name or preferences',
  body: z.object({
    name: z.string().trim().min(1).max(200).optional(),
    preferences: preferencesSchema.partial().optional(),
  }),
  response: meSchema,
})
export const listInvitations = defineRoute({
  method: 'GET',
  path: '/api/v1/invitations',
  access: 'admin',
  tag: 'account',
  summary: 'Open and accepted invitations',
  response: z.object({ items: z.array(invitationSchema) }),
})
export const createInvitation = defineRoute({
  method: 'POST',
  path: '/api/v1/invitations',
  access: 'admin',
  tag: 'account',
  summary: 'Invite a person; the answer holds the link, shown once',
  body: z.object({ email: z.email(), role: z.enum(['user', 'admin']).default('user') }),
  response: invitationSchema.extend({ url: z.string() }),
})
export const deleteInvitation = defineRoute({
  method: 'DELETE',
  path: '/api/v1/invitations/:id',
  access: 'admin',
  tag: 'account',
  summary: 'Withdraw an invitation',
  params: byId,
})
