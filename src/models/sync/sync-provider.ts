/**
 * One provider's list, from the question to the transaction. Its failure is its own: nothing of the table changes, and
 * the other providers go on.
 */
import type { Kysely, Transaction } from 'kysely'
import type { Database } from '../../db/types.ts'
import { toAppError } from '../../errors.ts'
import type { ListedModel } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { statement, type KeptStatement } from '../../statements/statement.ts'
import type { ProbeReport } from '../availability/probe-plan.ts'
import { raiseAlert, resolveAlerts } from '../alerts/alerts.store.ts'
import { told } from '../alerts/told.ts'
import { countChecked, lockProvider, rowsOf, writePlan } from './catalog-rows.store.ts'
import { compareList, type ListPlan } from './compare-list.ts'
import { isUnchanged, type ListDiff } from './diff.ts'
import { holdList, supersedeHeld } from './held-lists.store.ts'
import { toCleanList, type CleanList, type CleanModel } from './listed-model.ts'
import type { Actor } from './model-changes.store.ts'
import { noteRead, noteUnread } from './unread-lists.store.ts'
import { whyHeld, type Doubt, type QuarantinePolicy } from './quarantine.ts'

/** Providers whose lists hold models that do not answer: there, only a call proves a model. */
const LISTS_WITHOUT_PROOF: readonly string[] = ['together']

export const provesItsModels = (provider: string): boolean => !LISTS_WITHOUT_PROOF.includes(provider)

/** A provider that may be asked. */
export interface SyncTarget {
  readonly id: string
  readonly displayName: string
  /** Why it cannot be asked now, for example without a key; null when it can. */
  readonly unreachable: string | null
}

export interface ProviderResult {
  readonly provider: string
  /** `would-…`: a dry run. */
  readonly outcome: 'applied' | 'unchanged' | 'held' | 'failed' | 'skipped' | 'would-apply' | 'would-hold'
  readonly diff: ListDiff | null
  /** Why it was held, failed or skipped. */
  readonly message: string | null
  /** Why it was held, to be said in the reader's language. Missing otherwise, and in runs of older versions. */
  readonly statement?: KeptStatement
  readonly errorCode: string | null
  readonly heldId: string | null
  readonly durationMs: number
  /** Rows whose last check this list renewed. Missing in runs of older versions. */
  readonly checked?: number
  /** Null: none was to be asked. */
  readonly probes?: ProbeReport | null
}

export interface SyncProviderDeps {
  readonly db: Kysely<Database>
  readonly listModels: (provider: string, options: { signal?: AbortSignal }) => Promise<ListedModel[]>
  readonly quarantine: QuarantinePolicy
  readonly clock: Clock
}

type Told = Pick<ProviderResult, 'outcome'> &
  Partial<Pick<ProviderResult, 'diff' | 'message' | 'statement' | 'errorCode' | 'heldId' | 'checked'>>

const nowOf = (clock: Clock): Date => new Date(clock.now())
const dayOf = (now: Date): string => now.toISOString().slice(0, 10)

export const planFor = async (
  db: Kysely<Database>,
  { id, displayName }: Pick<SyncTarget, 'id' | 'displayName'>,
  listed: readonly CleanModel[],
  now: Date,
): Promise<ListPlan> =>
  compareList({
    provider: id,
    displayName,
    rows: await rowsOf(db, id),
    listed,
    day: dayOf(now),
    proves: provesItsModels(id),
  })

/** Writes the plan and clears what stood in its way. */
export const applyPlan = async (trx: Transaction<Database>, plan: ListPlan, actor: Actor, now: Date): Promise<void> => {
  const { provider } = plan.diff
  await writePlan(trx, plan, { proves: provesItsModels(provider), actor, now })
  await supersedeHeld(trx, provider, now)
  await noteRead(trx, provider)
  await resolveAlerts(trx, { kind: 'model-list-held', provider }, now)
  await resolveAlerts(trx, { kind: 'model-sync-failed', provider }, now)
}

const hold = async (
  trx: Transaction<Database>,
  doubt: Doubt,
  { plan, list, now }: { readonly plan: ListPlan; readonly list: CleanList; readonly now: Date },
): Promise<Told> => {
  const { provider } = plan.diff
  const heldId = await holdList(trx, { ...doubt, provider, listed: list.models, diff: plan.diff }, now)
  await noteUnread(trx, { provider, at: now, errorCode: null, message: doubt.message })
  const { listed, activeBefore, removed } = plan.diff
  const details = { heldId, cause: doubt.cause, listed, activeBefore, removed: removed.length }
  await raiseAlert(trx, { kind: 'model-list-held', provider, ...told(doubt.statement), details }, now)
  return { outcome: 'held', diff: plan.diff, message: doubt.message, statement: doubt.statement, heldId }
}

const take = (
  deps: SyncProviderDeps,
  target: SyncTarget,
  list: CleanList,
  { dryRun, actor }: SyncProviderOptions,
): Promise<Told> =>
  deps.db.transaction().execute(async (trx) => {
    const now = nowOf(deps.clock)
    await lockProvider(trx, target.id)
    const plan = await planFor(trx, target, list.models, now)
    const doubt = whyHeld(target.displayName, list, plan.diff, deps.quarantine)
    if (dryRun) {
      return doubt === null
        ? { outcome: isUnchanged(plan.diff) ? 'unchanged' : 'would-apply', diff: plan.diff }
        : { outcome: 'would-hold', diff: plan.diff, message: doubt.message, statement: doubt.statement }
    }
    if (doubt !== null) return hold(trx, doubt, { plan, list, now })
    await applyPlan(trx, plan, actor, now)
    const checked = await countChecked(trx, target.id, now)
    return { outcome: isUnchanged(plan.diff) ? 'unchanged' : 'applied', diff: plan.diff, checked }
  })

export interface SyncProviderOptions {
  readonly dryRun: boolean
  readonly actor: Actor
  readonly signal?: AbortSignal
}

const fail = async (deps: SyncProviderDeps, target: SyncTarget, thrown: unknown, dryRun: boolean): Promise<Told> => {
  const { code, message } = toAppError(thrown)
  if (!dryRun) {
    const details = { errorCode: code }
    const notRead = statement('list-not-read', { provider: target.displayName, error: message })
    const alert = { kind: 'model-sync-failed' as const, provider: target.id, ...told(notRead), details }
    await raiseAlert(deps.db, alert, nowOf(deps.clock))
    await noteUnread(deps.db, { provider: target.id, at: nowOf(deps.clock), errorCode: code, message })
  }
  return { outcome: 'failed', message, errorCode: code }
}

const skip = async (deps: SyncProviderDeps, { id }: SyncTarget, message: string, dryRun: boolean): Promise<Told> => {
  const at = nowOf(deps.clock)
  if (!dryRun) await noteUnread(deps.db, { provider: id, at, errorCode: 'credential-missing', message })
  return { outcome: 'skipped', message }
}

/** Never rejects but for the end of the signal. */
export const syncProvider = async (
  deps: SyncProviderDeps,
  target: SyncTarget,
  options: SyncProviderOptions,
): Promise<ProviderResult> => {
  const startedMs = deps.clock.now()
  const tell = (told: Told): ProviderResult => ({
    provider: target.id,
    diff: null,
    message: null,
    errorCode: null,
    heldId: null,
    checked: 0,
    probes: null,
    ...told,
    durationMs: deps.clock.now() - startedMs,
  })
  if (target.unreachable !== null) return tell(await skip(deps, target, target.unreachable, options.dryRun))
  try {
    const { signal } = options
    const listed = await deps.listModels(target.id, { ...(signal && { signal }) })
    return tell(await take(deps, target, toCleanList(listed), options))
  } catch (thrown) {
    if (options.signal?.aborted === true) throw thrown
    return tell(await fail(deps, target, thrown, options.dryRun))
  }
}
