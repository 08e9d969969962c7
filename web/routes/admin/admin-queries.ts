/** What the administration reads. Every key begins with `admin`, so that an act renews all of it. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { listAlertChannels, listAlertRules, listAlerts, listDisablements } from '../../../src/http/contract/alerts.ts'
import { listAuditEntries } from '../../../src/http/contract/audit.ts'
import { listDecisions, listGlobalChains } from '../../../src/http/contract/chains.ts'
import { listLearnedRules } from '../../../src/http/contract/credentials.ts'
import { getErrorEntry, listErrorCauses, listErrorEntries } from '../../../src/http/contract/error-log.ts'
import { getModelsHealth } from '../../../src/http/contract/health-ai.ts'
import { listHeldModelLists } from '../../../src/http/contract/held-model-lists.ts'
import {
  getCatalogModel,
  listCatalogModels,
  listModelSyncs,
  type CatalogModel,
} from '../../../src/http/contract/model-admin.ts'
import { getRequestRules } from '../../../src/http/contract/request-rules.ts'
import { getReport, listReports } from '../../../src/http/contract/reports.ts'
import { getRollout, getSelection, listRollouts } from '../../../src/http/contract/rollouts.ts'
import { listScheduleRuns, listSchedules, previewCron } from '../../../src/http/contract/schedules.ts'
import { getLiveUsage, getUsage, listUsage, type usageDimensions } from '../../../src/http/contract/usage.ts'
import { call } from '../../api.ts'

const second = 1000
const pageSize = 500

// ── Catalog ──────────────────────────────────────────────────────────────────────────────────────────────────────

export interface CatalogList {
  models: CatalogModel[]
  providers: z.output<typeof listCatalogModels.response>['providers']
}

/** The whole catalog: some thousand rows at most, searched and sorted in the page without waiting. */
const readCatalog = async (signal: AbortSignal): Promise<CatalogList> => {
  const models: CatalogModel[] = []
  for (;;) {
    const page = await call(listCatalogModels, { query: { limit: pageSize, offset: models.length }, signal })
    models.push(...page.items)
    if (page.items.length === 0 || models.length >= page.total) return { models, providers: page.providers }
  }
}

export const catalogQuery = queryOptions({
  queryKey: ['admin', 'catalog'],
  queryFn: async ({ signal }) => await readCatalog(signal),
  staleTime: 10 * second,
})
export const catalogModelQuery = (provider: string, key: string) =>
  queryOptions({
    queryKey: ['admin', 'model', provider, key],
    queryFn: async ({ signal }) => await call(getCatalogModel, { params: { provider, key }, signal }),
  })
export const requestRulesQuery = (provider: string, key: string) =>
  queryOptions({
    queryKey: ['admin', 'request-rules', provider, key],
    queryFn: async ({ signal }) => await call(getRequestRules, { params: { provider, key }, signal }),
  })
export const learnedRulesQuery = queryOptions({
  queryKey: ['admin', 'learned-rules'],
  queryFn: async ({ signal }) => await call(listLearnedRules, { signal }),
})
/** Asked each second while a run is under way. */
export const syncRunsQuery = queryOptions({
  queryKey: ['admin', 'sync-runs'],
  queryFn: async ({ signal }) => await call(listModelSyncs, { query: { limit: 20 }, signal }),
  refetchInterval: ({ state }) =>
    state.data?.items.some((run) => run.state === 'running' || run.state === 'waiting') === true ? second : false,
})
export const heldListsQuery = queryOptions({
  queryKey: ['admin', 'held-lists'],
  queryFn: async ({ signal }) => await call(listHeldModelLists, { query: { open: 'false' }, signal }),
})

// ── Figures ──────────────────────────────────────────────────────────────────────────────────────────────────────

export type UsageQuery = Pick<z.input<typeof getUsage.query>, 'period' | 'provider' | 'model' | 'operation'>
type ListUsageQuery = z.input<typeof listUsage.query>

export const usageQuery = (query: UsageQuery) =>
  queryOptions({
    queryKey: ['admin', 'usage', query],
    queryFn: async ({ signal }) => await call(getUsage, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 60 * second,
  })
export const usageByQuery = (dimension: (typeof usageDimensions)[number], query: ListUsageQuery) =>
  queryOptions({
    queryKey: ['admin', 'usage-by', dimension, query],
    queryFn: async ({ signal }) => await call(listUsage, { params: { dimension }, query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 60 * second,
  })
export const liveUsageQuery = queryOptions({
  queryKey: ['admin', 'live'],
  queryFn: async ({ signal }) => await call(getLiveUsage, { signal }),
  refetchInterval: 5 * second,
})
export const modelsHealthQuery = queryOptions({
  queryKey: ['admin', 'health'],
  queryFn: async ({ signal }) => await call(getModelsHealth, { signal }),
  refetchInterval: 30 * second,
})

// ── Errors, decisions ────────────────────────────────────────────────────────────────────────────────────────────

export type ErrorFilters = Omit<z.input<typeof listErrorEntries.query>, 'cursor' | 'limit'>

export const errorsQuery = (filters: ErrorFilters) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'errors', filters],
    queryFn: async ({ pageParam, signal }) =>
      await call(listErrorEntries, {
        query: { ...filters, limit: 50, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  })
export const errorCausesQuery = (filters: ErrorFilters) =>
  queryOptions({
    queryKey: ['admin', 'error-causes', filters],
    queryFn: async ({ signal }) => await call(listErrorCauses, { query: filters, signal }),
    placeholderData: keepPreviousData,
  })
export const errorQuery = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'error', id],
    queryFn: async ({ signal }) => await call(getErrorEntry, { params: { id }, signal }),
  })

export type DecisionFilters = Omit<z.input<typeof listDecisions.query>, 'cursor' | 'limit'>

export const decisionsQuery = (filters: DecisionFilters) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'decisions', filters],
    queryFn: async ({ pageParam, signal }) =>
      await call(listDecisions, {
        query: { ...filters, limit: 30, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  })
export const selectionQuery = (query: z.input<typeof getSelection.query>) =>
  queryOptions({
    queryKey: ['admin', 'selection', query],
    queryFn: async ({ signal }) => await call(getSelection, { query, signal }),
    placeholderData: keepPreviousData,
  })
export const chainsQuery = queryOptions({
  queryKey: ['admin', 'chains'],
  queryFn: async ({ signal }) => await call(listGlobalChains, { signal }),
})

// ── Alerts, schedules, reports, rollouts, audit ──────────────────────────────────────────────────────────────────

export const alertsQuery = (open: boolean) =>
  queryOptions({
    queryKey: ['admin', 'alerts', open],
    queryFn: async ({ signal }) => await call(listAlerts, { query: { open: open ? 'true' : 'false' }, signal }),
    refetchInterval: 30 * second,
  })
export const alertRulesQuery = queryOptions({
  queryKey: ['admin', 'alert-rules'],
  queryFn: async ({ signal }) => await call(listAlertRules, { signal }),
})
export const alertChannelsQuery = queryOptions({
  queryKey: ['admin', 'alert-channels'],
  queryFn: async ({ signal }) => await call(listAlertChannels, { signal }),
})
export const disablementsQuery = (query: z.input<typeof listDisablements.query>) =>
  queryOptions({
    queryKey: ['admin', 'disablements', query],
    queryFn: async ({ signal }) => await call(listDisablements, { query, signal }),
  })
export const schedulesQuery = queryOptions({
  queryKey: ['admin', 'schedules'],
  queryFn: async ({ signal }) => await call(listSchedules, { signal }),
  refetchInterval: ({ state }) => (state.data?.items.some((one) => one.currentRun !== null) === true ? second : 30_000),
})
export const scheduleRunsQuery = (name: string) =>
  queryOptions({
    queryKey: ['admin', 'schedule-runs', name],
    queryFn: async ({ signal }) => await call(listScheduleRuns, { params: { name }, query: { limit: 30 }, signal }),
    refetchInterval: ({ state }) =>
      state.data?.items.some((run) => run.state === 'running' || run.state === 'waiting') === true
        ? second
        : 15 * second,
  })
export const cronPreviewQuery = (cron: string, timeZone: string) =>
  queryOptions({
    queryKey: ['admin', 'cron-preview', cron, timeZone],
    queryFn: async ({ signal }) => await call(previewCron, { query: { cron, timeZone }, signal }),
    enabled: cron.trim() !== '' && timeZone.trim() !== '',
    retry: false,
  })
export const reportsQuery = queryOptions({
  queryKey: ['admin', 'reports'],
  queryFn: async ({ signal }) => await call(listReports, { signal }),
})
export const reportQuery = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'report', id],
    queryFn: async ({ signal }) => await call(getReport, { params: { id }, signal }),
  })
export const rolloutsQuery = queryOptions({
  queryKey: ['admin', 'rollouts'],
  queryFn: async ({ signal }) => await call(listRollouts, { signal }),
  refetchInterval: 30 * second,
})
export const rolloutQuery = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'rollout', id],
    queryFn: async ({ signal }) => await call(getRollout, { params: { id }, signal }),
    refetchInterval: 30 * second,
  })

export type AuditFilters = Omit<z.input<typeof listAuditEntries.query>, 'limit'>

export const auditQuery = (filters: AuditFilters) =>
  queryOptions({
    queryKey: ['admin', 'audit', filters],
    queryFn: async ({ signal }) => await call(listAuditEntries, { query: { ...filters, limit: 50 }, signal }),
    placeholderData: keepPreviousData,
  })
