/** Figures of calls to models for administrators: as JSON, as a file, and as they happen. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Clock } from '../../lib/clock.ts'
import { toUsageCsv } from '../../models/usage/usage-csv.ts'
import { contentDisposition } from '../content-disposition.ts'
import { problemSchema } from '../contract/problem.ts'
import { getLiveUsage, getUsage, listUsage, liveUsageSchema, usageCsvQuery, type LiveUsage } from '../contract/usage.ts'
import { CSV_MARK } from '../csv-mark.ts'
import type { HttpDependencies, Monitoring } from '../dependencies.ts'
import { sendEvents } from '../event-stream.ts'
import { registerRoute } from '../register-route.ts'

const LIVE_EVENT_MS = 3_000
const LATELY_MINUTES = 5
/** More rows than a page ever shows, few enough for one answer. */
const MOST_ROWS = 100_000

const problem = { description: 'A problem', content: { 'application/problem+json': { schema: problemSchema } } }

export const toLiveUsage = (live: Awaited<ReturnType<Monitoring['live']>>): LiveUsage => {
  const { lately, minutes, ...rest } = live
  return {
    ...rest,
    breakers: [...rest.breakers],
    queue: [...rest.queue],
    minutes: minutes.map(({ at, attempts, failed, inputTokens, outputTokens, costUsd }) => ({
      at,
      attempts,
      failed,
      tokens: inputTokens + outputTokens,
      costUsd,
    })),
    now: {
      attemptsPerMinute: lately.attempts / LATELY_MINUTES,
      errorRate: lately.errorRate,
      p50Ms: lately.p50Ms,
      p95Ms: lately.p95Ms,
      tokensPerMinute: (lately.inputTokens + lately.outputTokens) / LATELY_MINUTES,
      costUsdPerHour: (lately.costUsd * 60) / LATELY_MINUTES,
    },
  }
}

async function* liveEvents(monitoring: Monitoring, clock: Clock, signal: AbortSignal): AsyncGenerator<LiveUsage> {
  while (!signal.aborted) {
    yield toLiveUsage(await monitoring.live())
    await clock.sleep(LIVE_EVENT_MS, signal).catch(() => {})
  }
}

const registerLive = (app: FastifyInstance, { monitoring, clock, closing }: HttpDependencies): void => {
  registerRoute(app, getLiveUsage, async () => toLiveUsage(await monitoring.live()))
  app.route({
    method: 'GET',
    url: '/api/v1/admin/usage/live/events',
    exposeHeadRoute: false,
    config: { access: 'admin' },
    schema: {
      operationId: 'liveUsageEvents',
      summary: 'What happens now, every few seconds',
      tags: ['admin'],
      response: {
        200: {
          description: 'Events, each `data` one JSON object',
          content: { 'text/event-stream': { schema: liveUsageSchema } },
        },
        default: problem,
      },
    },
    handler: (_request, reply) => sendEvents(reply, closing, (signal) => liveEvents(monitoring, clock, signal)),
  })
}

const registerCsv = (app: FastifyInstance, { monitoring }: HttpDependencies): void => {
  app.route({
    method: 'GET',
    url: '/api/v1/admin/usage.csv',
    config: { access: 'admin' },
    schema: {
      operationId: 'exportUsage',
      summary: 'Calls over a period as a file for spreadsheets',
      tags: ['admin'],
      querystring: usageCsvQuery,
      response: {
        200: { description: 'The file', content: { 'text/csv': { schema: z.string() } } },
        default: problem,
      },
    },
    handler: async (request, reply) => {
      const { table, ...asked } = request.query as z.output<typeof usageCsvQuery>
      const rows =
        table === 'series'
          ? (await monitoring.usage.overview(asked)).series
          : (
              await monitoring.usage.table({
                ...asked,
                dimension: table,
                sort: 'attempts',
                descending: true,
                limit: MOST_ROWS,
                offset: 0,
              })
            ).items
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', contentDisposition('attachment', `usage-${table}.csv`))
        .header('cache-control', 'no-store')
        .send(`${CSV_MARK}${toUsageCsv(rows)}`)
    },
  })
}

export const registerUsage = (app: FastifyInstance, deps: HttpDependencies): void => {
  const { usage } = deps.monitoring
  registerRoute(app, getUsage, ({ query }) => usage.overview(query))
  registerRoute(app, listUsage, ({ params, query }) => usage.table({ ...query, dimension: params.dimension }))
  registerLive(app, deps)
  registerCsv(app, deps)
}
