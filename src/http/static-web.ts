/** The page: built files with hashed names are kept for a year, everything else is asked for again each time. */
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { openToAnyone } from './access.ts'

const YEAR = 'public, max-age=31536000, immutable'
const AGAIN = 'no-cache'

/** Serves the directory and returns what sends its first page. */
export const registerStaticWeb = async (
  app: FastifyInstance,
  directory: string,
): Promise<(reply: FastifyReply) => FastifyReply> => {
  await app.register(async (scope) => {
    openToAnyone(scope)
    await scope.register(fastifyStatic, {
      root: directory,
      wildcard: true,
      cacheControl: false,
      dotfiles: 'ignore',
      setHeaders: (reply, path) => {
        void reply.header('cache-control', path.includes('/assets/') ? YEAR : AGAIN)
      },
    })
  })
  return (reply) => reply.sendFile('index.html', directory)
}
