/** What a page needs before anyone has signed in, and the table of errors. */
import type { FastifyInstance } from 'fastify'
import { ERRORS } from '../../errors.ts'
import { getServerInfo } from '../contract/accounts.ts'
import { listErrors } from '../contract/errors.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'

/** For the file picker only; what a file is, its content decides. */
export const fileExtensions = Object.freeze([
  'mp4', 'm4v', 'mov', 'mkv', 'webm', 'avi', 'wmv', 'mpg', 'mpeg', 'ts', '3gp', 'flv',
  'mp3', 'm4a', 'm4b', 'aac', 'wav', 'flac', 'ogg', 'oga', 'opus', 'wma', 'aiff', 'aif', 'amr', 'caf',
]) // prettier-ignore

export const registerServerInfo = (app: FastifyInstance, { accounts, settings }: HttpDependencies): void => {
  registerRoute(app, getServerInfo, async () => ({
    name: 'mp4totext',
    version: settings.version,
    needsSetup: await accounts.needsSetup(),
    signUp: settings.signUp,
    demo: settings.demo,
    limits: {
      maxUploadBytes: settings.maxUploadBytes,
      maxDurationSecond: settings.maxDurationSecond,
      fileExtensions: [...fileExtensions],
    },
  }))

  registerRoute(app, listErrors, () => ({
    items: Object.entries(ERRORS).map(([code, { status, retry, title, advice }]) => ({
      code,
      status,
      retry,
      title,
      advice,
    })),
  }))
}
