/** Invitations, for administrators; each act is written to the audit log. */
import type { FastifyInstance } from 'fastify'
import { callerOf } from '../access.ts'
import { createInvitation, deleteInvitation, listInvitations } from '../contract/accounts.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'

export const registerInvitations = (app: FastifyInstance, { accounts, settings }: HttpDependencies): void => {
  registerRoute(app, listInvitations, async () => ({ items: await accounts.invitations.list() }))

  registerRoute(app, createInvitation, async ({ user, body, request }) => {
    const { token, ...invitation } = await accounts.invitations.create(user, body)
    const { email, role } = invitation
    await accounts.record(
      user,
      { action: 'invitation-created', subject: invitation.id, after: { email, role } },
      callerOf(request),
    )
    return { ...invitation, url: `${settings.publicUrl}/sign-up?invitation=${token}` }
  })

  registerRoute(app, deleteInvitation, async ({ user, params, request }) => {
    const { email, role } = await accounts.invitations.remove(params.id)
    await accounts.record(
      user,
      { action: 'invitation-withdrawn', subject: params.id, before: { email, role } },
      callerOf(request),
    )
    return {}
  })
}
