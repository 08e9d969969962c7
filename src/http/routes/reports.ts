/** The weekly reports for administrators. */
import type { FastifyInstance } from 'fastify'
import { readReason } from '../../reasons.ts'
import type { ReportDelivery } from '../../models/reports/reports.ts'
import type { StoredReport } from '../../models/reports/reports.store.ts'
import { getReport, listReports, type ReportBody } from '../contract/reports.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'
import { toStatement } from '../statement-view.ts'

const toView = ({ id, from, to, createdAt, headline, statement }: Omit<StoredReport, 'body'>) => ({
  id,
  headline,
  statement: toStatement(statement),
  from: from.toISOString(),
  to: to.toISOString(),
  createdAt: createdAt.toISOString(),
})

/** Kept as it was made, so its shape is the contract's of that time. */
const toBody = (kept: StoredReport['body']): ReportBody => {
  const body = kept as unknown as ReportBody
  const removed = body.catalog.removed.map((one) => ({ ...one, because: readReason(one.reason) }))
  return { ...body, catalog: { ...body.catalog, removed } }
}

const toDelivery = (one: ReportDelivery) => ({
  ...one,
  because: one.error === null ? null : readReason(one.error),
})

export const registerReports = (
  app: FastifyInstance,
  { steering: { reports } }: Pick<HttpDependencies, 'steering'>,
): void => {
  registerRoute(app, listReports, async ({ query }) => ({ items: (await reports.list(query.limit)).map(toView) }))
  registerRoute(app, getReport, async ({ params }) => {
    const report = await reports.find(params.id)
    return { ...toView(report), body: toBody(report.body), deliveries: report.deliveries.map(toDelivery) }
  })
}
