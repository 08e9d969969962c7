/** What can be chosen, and the speech models on this server. */
import type { FastifyInstance } from 'fastify'
import { callerOf } from '../access.ts'
import {
  deleteSpeechModel,
  downloadSpeechModel,
  listModels,
  listSpeechModels,
  type SpeechModel,
} from '../contract/models.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'

export const registerModels = (app: FastifyInstance, { accounts, models, speechModels }: HttpDependencies): void => {
  const toState = ({ installed, download }: SpeechModel) => ({ installed, download: download?.state ?? null })
  const stateOf = async (name: string) => {
    const found = (await speechModels.list()).find((one) => one.name === name)
    return found === undefined ? null : toState(found)
  }
  registerRoute(app, listModels, ({ query, request }) => models.list(query.live, request.signal))
  registerRoute(app, listSpeechModels, async () => ({ items: await speechModels.list() }))

  registerRoute(app, downloadSpeechModel, async ({ user, params, request }) => {
    const before = await stateOf(params.name)
    const model = await speechModels.download(params.name)
    const act = { action: 'speech-model-download', subject: params.name, before, after: toState(model) }
    await accounts.record(user, act, callerOf(request))
    return model
  })

  registerRoute(app, deleteSpeechModel, async ({ user, params, request }) => {
    const before = await stateOf(params.name)
    await speechModels.remove(params.name)
    const act = { action: 'speech-model-removed', subject: params.name, before, after: await stateOf(params.name) }
    await accounts.record(user, act, callerOf(request))
    return {}
  })
}
