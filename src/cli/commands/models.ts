/** `models list`, `sync`, `test`, `validate`: the catalog from the command line, on the server's own database. */
import { userInfo } from 'node:os'
import { openCatalogOnly, type CatalogOnly } from '../../app/catalog-only.ts'
import type { Config } from '../../config.ts'
import { AppError } from '../../errors.ts'
import { systemClock } from '../../lib/clock.ts'
import { createId } from '../../lib/ids.ts'
import { silentLogger } from '../../lib/logger.ts'
import type { ModelStatus } from '../../models/administration/catalog-pages.store.ts'
import type { CatalogRow } from '../../models/sync/catalog-row.ts'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { writeOut, type Terminal } from '../terminal.ts'
import { toDiffLines, toTable } from './models-text.ts'

interface Context {
  readonly config: Config
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

const MOST_ROWS = 5_000

const within = async <Result>(
  { config, signal }: Context,
  work: (catalog: CatalogOnly) => Promise<Result>,
): Promise<Result> => {
  const catalog = await openCatalogOnly({ config, clock: systemClock, logger: silentLogger, signal })
  try {
    return await work(catalog)
  } finally {
    await catalog.close()
  }
}

/** Whoever has this terminal, as the history names them. */
const operator = (): string => {
  try {
    return `${userInfo().username} (command line)`
  } catch {
    return 'command line'
  }
}

const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

const standing = (row: CatalogRow): string => {
  if (!row.active) return 'off'
  return row.availability === 'available' ? 'on' : `on, ${row.availability}`
}

export const listModels = async (
  options: { provider?: string; status?: ModelStatus; search?: string; json: boolean },
  context: Context,
): Promise<ExitCode> => {
  const { provider, status, search, json } = options
  const query = { provider, status, search, sort: 'provider', descending: false, limit: MOST_ROWS, offset: 0 } as const
  const { items } = await within(context, ({ admin }) => admin.page(query))
  const table = toTable(
    ['model', 'status', 'kind', 'context', 'multiplier', 'note'],
    items.map((row) => [
      `${row.provider}/${row.key}`,
      standing(row),
      row.operations.join(','),
      row.contextLength === null ? '' : String(row.contextLength),
      String(row.creditMultiplier),
      row.proposal ?? row.removalReason ?? '',
    ]),
  )
  await writeOut(context.terminal, json ? toJson(items) : table)
  return exitCode.ok
}

export const syncModels = async (
  options: { provider?: readonly string[]; dryRun: boolean; probe: boolean; json: boolean },
  context: Context,
): Promise<ExitCode> => {
  const { provider: providers, dryRun, probe, json } = options
  const { signal, terminal } = context
  const outcome = await within(context, ({ life }) =>
    dryRun
      ? life.sync.preview({ providers }, signal)
      : life.sync.run({ id: createId(), trigger: 'command', startedBy: operator(), providers, probe }, signal),
  )
  await writeOut(terminal, json ? toJson(outcome) : toDiffLines(outcome))
  const isWhole = outcome.results.every(
    ({ outcome: one }) => one !== 'failed' && one !== 'held' && one !== 'would-hold',
  )
  return isWhole ? exitCode.ok : exitCode.failed
}

/** The row that a reference names. */
const findRow = ({ ai }: CatalogOnly, ref: string): { provider: string; key: string } => {
  const resolved = ai.models.catalog.resolve(ref)
  if (resolved.kind === 'model') return resolved.row
  const similar =
    resolved.kind === 'unknown' ? resolved.suggestions.map(({ provider, key }) => `${provider}/${key}`) : []
  throw new AppError(
    'model-unknown',
    `The catalog has no model “${ref}”.${similar.length > 0 ? ` Near: ${similar.join(', ')}.` : ''}`,
  )
}

export const testModel = async (ref: string, { json }: { json: boolean }, context: Context): Promise<ExitCode> => {
  const { signal, terminal } = context
  const result = await within(context, (catalog) =>
    catalog.admin.test(findRow(catalog, ref), { kind: 'admin', id: null, name: operator() }, signal),
  )
  const { error, costMicrocents } = result
  const cost = costMicrocents === null ? 'price unknown' : `$${(costMicrocents / 1e8).toFixed(6)}`
  const facts = `${result.durationMs} ms, ${result.inputTokens ?? 0} tokens in, ${result.outputTokens ?? 0} out, ${cost}`
  const lines =
    error === null
      ? `${result.provider}/${result.model} answered: ${facts}\n${result.text}\n`
      : `${result.provider}/${result.model} did not answer: ${error.message}\n${error.entry.advice}\n`
  const { code = null, message = null } = error ?? {}
  await writeOut(terminal, json ? toJson({ ...result, error: error && { code, message } }) : lines)
  return result.ok ? exitCode.ok : exitCode.failed
}

export const validateModel = async (ref: string, { json }: { json: boolean }, context: Context): Promise<ExitCode> => {
  const told = await within(context, async (catalog) => {
    const { provider, key } = findRow(catalog, ref)
    const { validation } = catalog.life
    const answer = await validation.validate(provider, key, context.signal)
    return { ...answer, confirmed: answer.suggestions.map((one) => validation.glance(one).available === true) }
  })
  const suggestions = told.suggestions.map(({ provider, key }) => `${provider}/${key}`)
  const unconfirmed = suggestions.filter((_, at) => told.confirmed[at] !== true)
  const instead = suggestions.map((one) => (unconfirmed.includes(one) ? `${one} (nobody has seen it answer yet)` : one))
  const { row, available, reason, verdict } = told
  const name = row === null ? ref : `${row.provider}/${row.key}`
  const words = available === true ? 'can be used' : available === false ? 'cannot be used' : 'may be usable'
  const lines = [
    `${name} ${words}${reason === null ? '' : `: ${reason}`}`,
    ...(row === null ? [] : [`context ${row.contextLength ?? 'unknown'}, output ${row.maxOutputTokens ?? 'unknown'}`]),
    ...(suggestions.length === 0 ? [] : [`instead: ${instead.join(', ')}`]),
  ]
  const body = { model: name, available, verdict, reason, suggestions, unconfirmed }
  await writeOut(context.terminal, json ? toJson(body) : `${lines.join('\n')}\n`)
  return available === true ? exitCode.ok : exitCode.failed
}
