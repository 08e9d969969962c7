/** Sign-up, sign-in, sign-out, password. The session leaves as a cookie only. */
import type { FastifyInstance } from 'fastify'
import { callerOf } from '../access.ts'
import * as contract from '../contract/auth.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { toMe } from '../me.ts'
import { registerRoute } from '../register-route.ts'

export const registerAuth = (app: FastifyInstance, { accounts }: HttpDependencies): void => {
  registerRoute(app, contract.signUp, async ({ body, request, reply }) => {
    const { userId, setCookies } = await accounts.signUp(body, callerOf(request))
    void reply.header('set-cookie', setCookies)
    return toMe(await accounts.profile(userId))
  })

  registerRoute(app, contract.signIn, async ({ body, request, reply }) => {
    const { userId, setCookies } = await accounts.signIn(body, callerOf(request))
    void reply.header('set-cookie', setCookies)
    return toMe(await accounts.profile(userId))
  })

  registerRoute(app, contract.signOut, async ({ request, reply }) => {
    void reply.header('set-cookie', await accounts.signOut(callerOf(request)))
    return {}
  })

  registerRoute(app, contract.changePassword, async ({ body, user, request, reply }) => {
    const change = { current: body.currentPassword, next: body.newPassword }
    void reply.header('set-cookie', await accounts.changePassword(user, change, callerOf(request)))
    return {}
  })
}
