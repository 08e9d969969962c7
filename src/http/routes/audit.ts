/** What administrators did, for administrators. */
import type { FastifyInstance } from 'fastify'
import { listAuditEntries } from '../contract/audit.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'

export const registerAudit = (app: FastifyInstance, { accounts }: Pick<HttpDependencies, 'accounts'>): void => {
  registerRoute(app, listAuditEntries, async ({ query: { from, to, ...query } }) => {
    const { items, ...rest } = await accounts.acts({
      ...query,
      ...(from !== undefined && { from: new Date(from) }),
      ...(to !== undefined && { to: new Date(to) }),
    })
    return {
      ...rest,
      items: items.map((row) => ({
        id: row.id,
        at: row.created_at.toISOString(),
        actorId: row.actor_id,
        actorEmail: row.actor_email,
        action: row.action,
        subject: row.subject,
        before: row.before,
        after: row.after,
        details: row.details,
        requestId: row.request_id,
        address: row.ip_address,
      })),
    }
  })
}
