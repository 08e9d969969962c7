/** The catalog with what was measured in the last 24 hours, row by row. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { UsageRow } from '../../../../src/http/contract/usage.ts'
import type { CatalogModel } from '../../../../src/http/contract/model-admin.ts'
import type { UnreadList } from '../../../../src/http/contract/unread-list.ts'
import { catalogQuery, usageByQuery } from '../admin-queries.ts'
import type { ModelRow } from './model-row.ts'

/** What was seen before the list failed is old; a model that was never looked at says so by itself. */
const isOld = ({ checkedAt }: CatalogModel, unread: UnreadList | null | undefined): unread is UnreadList =>
  unread != null && checkedAt !== null && Date.parse(unread.at) > Date.parse(checkedAt)

const toRow = (model: CatalogModel, usage: UsageRow | undefined, unread: UnreadList | null | undefined): ModelRow => ({
  ...model,
  unread: isOld(model, unread) ? unread : null,
  requests: usage?.attempts ?? null,
  errorRate: usage?.errorRate ?? null,
  medianMs: usage?.p50Ms ?? null,
  slowMs: usage?.p95Ms ?? null,
  tokensPerRequest:
    usage === undefined || usage.answered === 0 ? null : (usage.inputTokens + usage.outputTokens) / usage.answered,
  costUsd: usage?.costUsd ?? null,
})

export const useModelRows = () => {
  const catalog = useQuery(catalogQuery)
  const usage = useQuery(usageByQuery('model', { period: '24h', limit: 1000 }))
  const rows = useMemo(() => {
    const byRef = new Map(usage.data?.items.map((row) => [`${row.provider}/${row.model}`, row]))
    const unread = new Map(catalog.data?.providers.map((one) => [one.provider, one.unread]))
    return (catalog.data?.models ?? []).map((model) => toRow(model, byRef.get(model.ref), unread.get(model.provider)))
  }, [catalog.data, usage.data])
  return { catalog, usage, rows }
}
