/** Templates of the caller. */
import type { FastifyInstance } from 'fastify'
import * as contract from '../contract/templates.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'

export const registerTemplates = (app: FastifyInstance, { templates }: HttpDependencies): void => {
  registerRoute(app, contract.listTemplates, async ({ user, query }) => ({
    items: await templates.list(user.id, query.kind),
    variables: templates.variables(),
  }))
  registerRoute(app, contract.createTemplate, ({ user, body }) => templates.create(user.id, body))
  registerRoute(app, contract.updateTemplate, ({ user, params, body }) => templates.update(user.id, params.id, body))
  registerRoute(app, contract.deleteTemplate, async ({ user, params }) => {
    await templates.remove(user.id, params.id)
    return {}
  })
  registerRoute(app, contract.previewTemplate, ({ user, body }) => templates.preview(user.id, body))
}
