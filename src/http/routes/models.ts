/** What can be chosen, and the speech models on this server. */
import type { FastifyInstance } from 'fastify'
import { callerOf } from '../access.ts'
import { deleteSpeechModel, downloadSpeechModel, listModels, listSpeechModels } from '../contract/models.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'

export const registerModels = (app: FastifyInstance, { accounts, models, speechModels }: HttpDependencies): void => {
  registerRoute(app, listModels, ({ query, request }) => models.list(query.live, request.signal))
  registerRoute(app, listSpeechModels, async () => ({ items: await speechModels.list() }))

  registerRoute(app, downloadSpeechModel, async ({ user, params, request }) => {
    const model = await speechModels.download(params.name)
    await accounts.record(user, { action: 'speech-model-download', subject: params.name }, callerOf(request))
    return model
  })

  registerRoute(app, deleteSpeechModel, async ({ user, params, request }) => {
    await speechModels.remove(params.name)
    await accounts.record(user, { action: 'speech-model-removed', subject: params.name }, callerOf(request))
    return {}
  })
}
