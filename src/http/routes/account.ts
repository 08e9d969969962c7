/** The signed-in user. */
import type { FastifyInstance } from 'fastify'
import { getMe, updateMe } from '../contract/accounts.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { toMe } from '../me.ts'
import { registerRoute } from '../register-route.ts'

export const registerAccount = (app: FastifyInstance, { accounts }: HttpDependencies): void => {
  registerRoute(app, getMe, async ({ user }) => toMe(await accounts.profile(user.id)))

  registerRoute(app, updateMe, async ({ user, body }) => {
    const { name, preferences } = body
    await accounts.updateProfile(user.id, {
      ...(name === undefined ? {} : { name }),
      ...(preferences === undefined ? {} : { preferences }),
    })
    return toMe(await accounts.profile(user.id))
  })
}
