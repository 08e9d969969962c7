/** A user's own credits: balance, history, spend, and what a run would take. */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { z } from 'zod'
import { contentDisposition } from '../content-disposition.ts'
import { estimateCredits, getCredits, getCreditSpend, listCreditEntries } from '../contract/credits.ts'
import { CSV_MARK } from '../csv-mark.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'

type EntryQuery = z.output<(typeof listCreditEntries)['query']>

export const toDates = ({ from, to }: { from?: string | undefined; to?: string | undefined }) => ({
  ...(from !== undefined && { from: new Date(from) }),
  ...(to !== undefined && { to: new Date(to) }),
})

async function* marked(lines: AsyncIterable<string>): AsyncGenerator<string> {
  yield CSV_MARK
  yield* lines
}

/** A page of a user's entries as JSON, or all of them as a file. */
export const sendEntries = async (
  { credits }: Pick<HttpDependencies, 'credits'>,
  whose: { readonly userId: string; readonly titles: boolean },
  query: EntryQuery,
  reply: FastifyReply,
) => {
  const { format, cursor, limit, from, to, ...rest } = query
  const filters = { ...whose, ...rest, ...toDates({ from, to }) }
  if (format === 'json') return credits.entries(filters, { cursor, limit })
  void reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', contentDisposition('attachment', 'credits.csv'))
    .header('cache-control', 'no-store')
  // A stream is sent as it is; the schema is that of the other form.
  return reply.send(Readable.from(marked(credits.csv(filters)))) as never
}

export const registerCredits = (app: FastifyInstance, deps: HttpDependencies): void => {
  const { credits } = deps
  registerRoute(app, getCredits, ({ user }) => credits.balance(user.id))
  registerRoute(app, listCreditEntries, ({ user, query, reply }) =>
    sendEntries(deps, { userId: user.id, titles: true }, query, reply),
  )
  registerRoute(app, getCreditSpend, ({ user, query }) => credits.spend({ userId: user.id, ...toDates(query) }))
  registerRoute(app, estimateCredits, ({ user, body }) => credits.estimate(user.id, body))
}
