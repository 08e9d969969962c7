/** Rows, runs and held lists of the catalog as the contract shows them. */
import type { z } from 'zod'
import { priceOn } from '../models/model.ts'
import { causeOf, type CatalogRow } from '../models/sync/catalog-row.ts'
import type { ListDiff } from '../models/sync/diff.ts'
import type { HeldList } from '../models/sync/held-lists.store.ts'
import type { RecordedChange } from '../models/sync/model-changes.store.ts'
import type { SyncOutcome } from '../models/sync/sync-catalog.ts'
import { readReason } from '../reasons.ts'
import type { UnreadList } from '../models/sync/unread-lists.store.ts'
import type { applyHeldModelList } from './contract/held-model-lists.ts'
import type { Because } from './contract/reason.ts'
import type { UnreadList as UnreadView } from './contract/unread-list.ts'
import { toStatement } from './statement-view.ts'
import type { ProbeReport } from '../models/availability/probe-plan.ts'
import type { SyncRun } from '../models/sync/sync-runs.store.ts'
import type {
  CatalogModel,
  getCatalogModel,
  getModelSync,
  ListDiffView,
  probeReportSchema,
  startModelSync,
} from './contract/model-admin.ts'

type RunView = z.infer<(typeof getModelSync)['response']>
type HeldView = z.infer<(typeof applyHeldModelList)['response']>
type HistoryView = z.infer<(typeof getCatalogModel)['response']>['history'][number]
type ProbeReportView = z.infer<typeof probeReportSchema>
type OutcomeView = Omit<z.infer<(typeof startModelSync)['response']>, 'runId'>

/** 1 USD is 100 000 000 microcents. */
export const MICROCENTS_PER_USD = 100_000_000

const toTime = (date: Date | null): string | null => date?.toISOString() ?? null

type ReadReason = (sentence: string | null) => Because

const read: ReadReason = (sentence) => (sentence === null ? null : readReason(sentence))

/** Hundreds of rows give the same few reasons; each is read once. */
const createRemembered = (): ReadReason => {
  const known = new Map<string | null, Because>([[null, null]])
  return (sentence) => {
    const found = known.get(sentence)
    if (found !== undefined) return found
    const because = read(sentence)
    known.set(sentence, because)
    return because
  }
}

export const toCatalogModels = (rows: readonly CatalogRow[], nowMs: number): CatalogModel[] => {
  const because = createRemembered()
  return rows.map((row) => toCatalogModel(row, nowMs, because))
}

export const toUnread = (unread: UnreadList | undefined): UnreadView | null =>
  unread === undefined
    ? null
    : {
        at: unread.at.toISOString(),
        errorCode: unread.errorCode,
        message: unread.message,
        because: readReason(unread.message),
      }

export const toCatalogModel = (row: CatalogRow, nowMs: number, because: ReadReason = read): CatalogModel => {
  const price = priceOn(row.prices, new Date(nowMs).toISOString().slice(0, 10))
  return {
    provider: row.provider,
    key: row.key,
    ref: `${row.provider}/${row.key}`,
    displayName: row.displayName,
    operations: [...row.operations],
    contextLength: row.contextLength,
    maxOutputTokens: row.maxOutputTokens,
    inputModalities: [...row.inputModalities],
    outputModalities: [...row.outputModalities],
    capabilities: [...row.capabilities],
    creditMultiplier: row.creditMultiplier,
    prices: row.prices.map((one) => ({ ...one })),
    price: price === null ? null : { ...price },
    aliases: [...row.aliases],
    retiresAt: row.retiresAt,
    active: row.active,
    removalReason: row.removalReason,
    removalBecause: row.active ? null : because(row.removalReason),
    removalCause: causeOf(row),
    removedAt: toTime(row.removedAt),
    proposal: row.proposal,
    proposalBecause: because(row.proposal),
    proposedAt: toTime(row.proposedAt),
    availability: row.availability,
    checkedAt: toTime(row.checkedAt),
    checkError: row.checkError,
    checkBecause: because(row.checkError),
    confirmedBy: row.confirmedBy,
    confirmedAt: toTime(row.confirmedAt),
    listedAt: toTime(row.listedAt),
    origin: row.origin,
    source: row.source,
    sourceBecause: because(row.source),
    sources: Object.fromEntries(
      Object.entries(row.sources).map(([field, { kind, from, at }]) => [
        field,
        { kind, from, at, because: kind === 'admin' ? null : because(from) },
      ]),
    ),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

export const toHistory = ({ id, action, changes, actor, createdAt }: RecordedChange): HistoryView => ({
  id,
  action,
  actor,
  changes: changes.map((change) => ({ ...change, because: readReason(change.source) })),
  createdAt: createdAt.toISOString(),
})

const toDiff = (diff: ListDiff): ListDiffView => ({
  ...diff,
  added: diff.added.map((one) => ({ ...one, operations: [...one.operations] })),
  removed: [...diff.removed],
  back: [...diff.back],
  updated: diff.updated.map(({ key, changes }) => ({ key, changes: [...changes] })),
  notes: [...diff.notes],
})

const toProbeReport = ({ provider: _, costMicrocents, failures, ...counts }: ProbeReport): ProbeReportView => ({
  ...counts,
  costUsd: costMicrocents / MICROCENTS_PER_USD,
  failures: [...failures],
})

export const toOutcomeView = ({ results, deadTargets }: SyncOutcome): OutcomeView => ({
  results: results.map((result) => ({
    ...result,
    diff: result.diff === null ? null : toDiff(result.diff),
    statement: toStatement(result.statement ?? null),
    because: result.message === null ? null : readReason(result.message),
    checked: result.checked ?? null,
    probes: result.probes == null ? null : toProbeReport(result.probes),
  })),
  deadTargets: deadTargets.map((target) => ({ ...target, suggestions: [...target.suggestions] })),
})

export const toRunView = (run: SyncRun): RunView => ({
  id: run.id,
  trigger: run.trigger,
  startedBy: run.startedBy,
  providers: run.providers === null ? null : [...run.providers],
  probe: run.probe,
  stoppedBy: run.stoppedBy,
  state: run.state,
  ...toOutcomeView(run),
  error: run.error,
  createdAt: run.createdAt.toISOString(),
  endedAt: toTime(run.endedAt),
})

export const toHeldView = (held: HeldList): HeldView => ({
  id: held.id,
  provider: held.provider,
  cause: held.cause,
  message: held.message,
  statement: toStatement(held.statement),
  diff: toDiff(held.diff),
  state: held.state,
  decidedBy: held.decidedBy,
  decidedAt: toTime(held.decidedAt),
  createdAt: held.createdAt.toISOString(),
})
