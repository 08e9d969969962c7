/** What the demo's administrator has done: so that sync, alerts, chains, reports and the audit log have something to show. */
import type { Session } from './demo-client.ts'

interface CatalogModel {
  readonly provider: string
  readonly key: string
  readonly ref: string
}

const modelsOf = async (session: Session, provider: string): Promise<CatalogModel[]> => {
  const path = `/api/v1/admin/models?status=active&operation=chat&provider=${provider}`
  return ((await session.call(path)) as { items: CatalogModel[] }).items
}

const untilSynced = async (session: Session, runId: string): Promise<void> => {
  for (;;) {
    const { state } = (await session.call(`/api/v1/admin/model-sync/${runId}`)) as { state: string }
    if (state === 'done' || state === 'failed') return
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

export const addAdministration = async (session: Session): Promise<void> => {
  const { total } = (await session.call('/api/v1/admin/audit?action=model-tested')) as { total: number }
  if (total > 0) return
  const [writer, other] = [await modelsOf(session, 'anthropic'), await modelsOf(session, 'gemini')]
  const [model, second] = [writer[0], other[0]]
  if (model === undefined || second === undefined) return
  const address = `/api/v1/admin/models/${model.provider}/${encodeURIComponent(model.key)}`
  await session.call(address, { method: 'PATCH', body: { creditMultiplier: 4.5 } })
  await session.call(`${address}/test`, { method: 'POST', body: {} })
  await session.call('/api/v1/admin/chains/summary', { method: 'PUT', body: { models: [second.ref, model.ref] } })
  await session.call('/api/v1/admin/alert-rules/model-error-rate', { method: 'PATCH', body: { minimumSamples: 10 } })
  await session.call('/api/v1/admin/alert-channels', {
    method: 'POST',
    // Off: the demo has no mail server.
    body: { kind: 'email', name: 'On call', recipients: ['oncall@example.com'], enabled: false },
  })
  const { runId } = (await session.call('/api/v1/admin/model-sync', { method: 'POST', body: {} })) as { runId: string }
  await untilSynced(session, runId)
  await session.call('/api/v1/admin/schedules/reports.weekly/run', { method: 'POST', body: {} })
}
