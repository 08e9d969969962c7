/** Who may read what supervisors read: whoever has the token of the settings, and administrators. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { callerOf, checkIdentity } from './access.ts'
import type { HttpDependencies } from './dependencies.ts'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Compared by their digests, in a time that tells nothing of either. */
const isSame = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected))

/** Throws `unauthenticated` or `forbidden`. A wrong token is no reason to look for a session. */
export const ensureMonitor = async (
  { accounts, monitoring }: Pick<HttpDependencies, 'accounts' | 'monitoring'>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> => {
  const [, given] = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  if (given !== undefined && monitoring.token !== undefined && isSame(given, monitoring.token)) return
  const identity = checkIdentity(await accounts.authenticate(callerOf(request)), 'admin')
  if (identity.setCookies.length > 0) void reply.header('set-cookie', identity.setCookies)
}
