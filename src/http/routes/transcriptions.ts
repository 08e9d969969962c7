/** Recordings: list, read, rename, delete, and the work on them. */
import type { FastifyInstance } from 'fastify'
import * as contract from '../contract/transcriptions.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'

export const registerTranscriptions = (app: FastifyInstance, { transcriptions }: HttpDependencies): void => {
  registerRoute(app, contract.listTranscriptions, ({ user, query }) => transcriptions.list(user.id, query))
  registerRoute(app, contract.getTranscription, ({ user, params }) => transcriptions.get(user.id, params.id))
  registerRoute(app, contract.updateTranscription, ({ user, params, body }) =>
    transcriptions.update(user.id, params.id, body),
  )
  registerRoute(app, contract.deleteTranscription, async ({ user, params }) => {
    await transcriptions.remove(user.id, params.id)
    return {}
  })
  registerRoute(app, contract.runStep, ({ user, params, body }) =>
    transcriptions.runStep(user.id, params.id, params.step, body),
  )
  registerRoute(app, contract.cancelTranscription, ({ user, params }) => transcriptions.cancel(user.id, params.id))
  registerRoute(app, contract.retryTranscription, ({ user, params }) => transcriptions.retry(user.id, params.id))
}
