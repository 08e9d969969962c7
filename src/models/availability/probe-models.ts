/** Asks models of a catalog a short question each, within a number and a budget: cheapest first, unseen ones before all. */
import { comparablePrice } from '../../gateway/catalog/likeness.ts'
import type { ModelRow } from '../../gateway/index.ts'
import { priceOn, toModelRow } from '../model.ts'
import { causeOf, type CatalogRow } from '../sync/catalog-row.ts'
import { provesItsModels } from '../sync/sync-provider.ts'
import { mostProbeCosts, probeModel, type ProbeDeps } from './probe-model.ts'
import type { ProbePlan, ProbeReport } from './probe-plan.ts'

export interface ProbeModelsDeps extends ProbeDeps {
  readonly rowsOf: (provider: string) => Promise<readonly CatalogRow[]>
  /** Providers inside this process: they have no list, and asking them costs nothing. */
  readonly isBuiltIn: (provider: string) => boolean
}

export interface ProbeModelsOptions {
  /** Left out: only what is built in is asked. */
  readonly plan: ProbePlan | null
  readonly signal?: AbortSignal | undefined
  /** Asked before each question; once true, what was not asked is left. */
  readonly isStopped?: () => Promise<boolean>
  /** Hears after each answer. */
  readonly onProgress?: (reports: readonly ProbeReport[]) => Promise<void>
}

/** A row that nobody saw answer is not asked again within this time. */
const PAUSE_MS = 20 * 3_600_000
const AT_ONCE = 4

const isUnseen = (row: CatalogRow, nowMs: number): boolean =>
  !provesItsModels(row.provider) &&
  row.confirmedBy === null &&
  row.operations.includes('chat') &&
  (row.active || causeOf(row) === 'unconfirmed') &&
  (row.checkError === null || row.checkedAt === null || nowMs - row.checkedAt.getTime() > PAUSE_MS)

/** A picture would cost far more than a question. */
const isActive = (row: CatalogRow): boolean => row.active && !row.operations.every((one) => one === 'image')

interface Question {
  readonly row: ModelRow
  readonly seenMs: number
  /** Null: its price is not known. */
  readonly mostMicrocents: number | null
}

const chooseQuestions = (
  deps: ProbeModelsDeps,
  rows: readonly CatalogRow[],
  plan: ProbePlan | null,
  nowMs: number,
): Question[] => {
  const day = new Date(nowMs).toISOString().slice(0, 10)
  const isDue = (row: CatalogRow): boolean => {
    if (row.deletedAt !== null) return false
    if (deps.isBuiltIn(row.provider)) return row.active
    if (plan === null) return false
    return plan.which === 'active' ? isActive(row) : isUnseen(row, nowMs)
  }
  return rows
    .filter(isDue)
    .map((stored) => {
      const row = toModelRow(stored, day)
      const free = deps.isBuiltIn(row.provider)
      const mostMicrocents = free ? 0 : priceOn(stored.prices, day) === null ? null : mostProbeCosts(row)
      return { row, seenMs: stored.confirmedAt?.getTime() ?? 0, mostMicrocents }
    })
    .sort((a, b) => a.seenMs - b.seenMs || comparablePrice(a.row) - comparablePrice(b.row))
}

type Counts = { -readonly [Field in keyof Omit<ProbeReport, 'failures'>]: ProbeReport[Field] } & {
  failures: ProbeReport['failures'][number][]
}

export const probeModels = async (
  deps: ProbeModelsDeps,
  providers: readonly string[],
  { plan, signal, isStopped, onProgress }: ProbeModelsOptions,
): Promise<readonly ProbeReport[]> => {
  const rows = (await Promise.all(providers.map((id) => deps.rowsOf(id)))).flat()
  const questions = chooseQuestions(deps, rows, plan, deps.clock.now())
  const reports = new Map<string, Counts>()
  const reportOf = (provider: string): Counts => {
    const none = { provider, due: 0, asked: 0, answered: 0, left: 0, unpriced: 0, costMicrocents: 0, failures: [] }
    const report = reports.get(provider) ?? none
    reports.set(provider, report)
    return report
  }
  const priced = questions.filter(({ mostMicrocents }) => mostMicrocents !== null)
  const isFree = ({ row }: Question): boolean => deps.isBuiltIn(row.provider)
  const free = priced.filter(isFree)
  const paid = priced.filter((one) => !isFree(one)).slice(0, Math.max(0, (plan?.most ?? 0) - free.length))
  const due = [...free, ...paid]
  for (const question of questions) {
    const report = reportOf(question.row.provider)
    if (question.mostMicrocents === null) report.unpriced += 1
    else if (due.includes(question)) report.due += 1
    else report.left += 1
  }

  // What is under way counts with what it may cost at most, so that four at once cannot go over the budget together.
  let leftMicrocents = plan?.budgetMicrocents ?? 0
  const ask = async ({ row, mostMicrocents }: Question): Promise<void> => {
    const report = reportOf(row.provider)
    const reserved = mostMicrocents ?? 0
    if (reserved > leftMicrocents || (await isStopped?.()) === true) {
      report.due -= 1
      report.left += 1
      return
    }
    leftMicrocents -= reserved
    const actor = { kind: 'sync' as const, id: null, name: 'sync' }
    const { ok, costMicrocents, error } = await probeModel(deps, row, { actor, ...(signal && { signal }) })
    const cost = isFree({ row, mostMicrocents, seenMs: 0 }) ? 0 : (costMicrocents ?? 0)
    leftMicrocents += reserved - cost
    report.asked += 1
    report.costMicrocents += cost
    if (ok) report.answered += 1
    if (error !== null) report.failures.push({ key: row.key, errorCode: error.code, message: error.message })
    await onProgress?.([...reports.values()])
  }
  const next = async (): Promise<void> => {
    for (let question = due.shift(); question !== undefined; question = due.shift()) await ask(question)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, next))
  return [...reports.values()]
}
