/** A model as the table shows it: the catalog's row with what was measured of it. */
import { errorRateState } from '../../../../src/http/contract/error-rate.ts'
import type { CatalogModel } from '../../../../src/http/contract/model-admin.ts'
import type { UnreadList } from '../../../../src/http/contract/unread-list.ts'

export interface ModelRow extends CatalogModel {
  requests: number | null
  /** Share of failed requests in the last 24 hours, the model's own faults only. */
  errorRate: number | null
  medianMs: number | null
  slowMs: number | null
  tokensPerRequest: number | null
  costUsd: number | null
  /** Its provider was asked for its list since the last check, and the list told nothing. */
  unread: UnreadList | null
}

export const modelStatuses = ['active', 'proposed', 'unconfirmed', 'inactive'] as const
export type ModelStatus = (typeof modelStatuses)[number]

export const statusOf = (model: CatalogModel): ModelStatus => {
  if (model.active) return 'active'
  if (model.proposal !== null) return 'proposed'
  return model.removalCause === 'unconfirmed' ? 'unconfirmed' : 'inactive'
}

export type RowMark = 'unavailable' | 'errors' | null

/** What an administrator should see at once: a model that its provider doesn't serve, or one that often fails. */
export const markOf = (row: ModelRow): RowMark => {
  if (row.availability === 'not-found') return 'unavailable'
  return row.errorRate !== null && errorRateState(row.errorRate) !== 'ok' ? 'errors' : null
}
