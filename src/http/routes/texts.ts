/** Segments and texts of a recording, read and edited. */
import type { FastifyInstance } from 'fastify'
import * as contract from '../contract/transcriptions.ts'
import { makeText, planText } from '../contract/texts.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'

/** A text of several hours with its times; anything longer than this is no edit. */
const EDIT_LIMIT_BYTES = 32 * 1024 * 1024

export const registerTexts = (app: FastifyInstance, { transcriptions }: HttpDependencies): void => {
  registerRoute(app, contract.listSegments, ({ user, params, query }) =>
    transcriptions.segments(user.id, params.id, query),
  )
  registerRoute(
    app,
    contract.updateSegments,
    ({ user, params, body }) => transcriptions.editSegments(user.id, params.id, body),
    { bodyLimit: EDIT_LIMIT_BYTES },
  )
  registerRoute(
    app,
    contract.updateText,
    ({ user, params, body }) => transcriptions.editText(user.id, params.id, params.textId, body),
    { bodyLimit: EDIT_LIMIT_BYTES },
  )
  registerRoute(app, makeText, ({ user, params, body }) => transcriptions.makeText(user.id, params.id, body))
  registerRoute(app, planText, ({ user, params, body }) => transcriptions.planText(user.id, params.id, body))
  registerRoute(app, contract.deleteText, async ({ user, params }) => {
    await transcriptions.removeText(user.id, params.id, params.textId)
    return {}
  })
}
