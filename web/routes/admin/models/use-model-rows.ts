/** The catalog with what was measured in the last 24 hours, row by row. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { UsageRow } from '../../../../src/http/contract/usage.ts'
import type { CatalogModel } from '../../../../src/http/contract/model-admin.ts'
import { catalogQuery, usageByQuery } from '../admin-queries.ts'
import type { ModelRow } from './model-row.ts'

const toRow = (model: CatalogModel, usage: UsageRow | undefined): ModelRow => ({
  ...model,
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
    return (catalog.data?.models ?? []).map((model) => toRow(model, byRef.get(model.ref)))
  }, [catalog.data, usage.data])
  return { catalog, usage, rows }
}
