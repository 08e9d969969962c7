/** What a person can choose: every model that writes and every engine that hears, each with the reason when it cannot. */
import type { ModelRow, Operation } from '../gateway/index.ts'
import { byPreference } from '../gateway/routing/preference.ts'
import type { AutomaticChoice, EngineOption, ModelOption } from '../http/contract/models.ts'
import type { ModelDirectory } from '../http/dependencies.ts'
import { readReason, sayAlone } from '../reasons.ts'
import type { ModelFigures, ModelStatistics } from '../models/usage/model-statistics.ts'
import type { Glance, ModelValidation } from '../models/validation/validate-model.ts'
import { listSpeechModels, type WeightsPlaces } from '../speech/weights.ts'
import type { Ai } from './ai.ts'

export interface ModelDirectoryDependencies {
  readonly ai: Ai
  readonly validation: Pick<ModelValidation, 'glance' | 'askAll'>
  /** Of the last day and week, held in memory: the list asks no database. */
  readonly figures: ModelStatistics['of']
  readonly places: WeightsPlaces
  /** The administrator's own model behind `auto:best`, if one is set. */
  readonly preferred: string | undefined
}

const nameOf = (row: ModelRow): string => `${row.provider}/${row.key}`

/** What is known against a model; what nobody knows passes, as a request has fallbacks. */
const whyNot = ({ available, reason }: Glance): string | null =>
  available === false ? (reason ?? sayAlone('not-usable')) : null

const availabilityOf = ({ available, verdict }: Glance): ModelOption['availability'] => {
  if (available === true) return 'available'
  return verdict === 'not-served' ? 'not-found' : 'unknown'
}

const isoOf = (moment: number | null): string | null => (moment === null ? null : new Date(moment).toISOString())

const toEngineOption = (row: ModelRow, reason: string | null): EngineOption => ({
  ref: nameOf(row),
  displayName: row.displayName,
  local: false,
  available: reason === null,
  unavailableReason: reason,
  unavailableBecause: reason === null ? null : readReason(reason),
  wordTimes: row.capabilities.includes('word-times'),
  perMinuteUsd: row.prices?.audioPerMinute ?? null,
})

const listLocalEngines = async (places: WeightsPlaces): Promise<EngineOption[]> =>
  (await listSpeechModels(places)).map(({ name, description, installed }) => ({
    ref: `local/${name}`,
    displayName: `Whisper ${name}`,
    local: true,
    available: installed,
    unavailableReason: installed ? null : `${sayAlone('engine-not-installed')}. ${description}`,
    unavailableBecause: installed ? null : readReason(sayAlone('engine-not-installed')),
    wordTimes: true,
    perMinuteUsd: null,
  }))

const toFigures = (figures: ModelFigures | null): ModelOption['statistics']['day'] =>
  figures && {
    requests: figures.requests,
    errorRate: figures.errorRate,
    p50Ms: figures.p50Ms,
    p95Ms: figures.p95Ms,
  }

const createToModelOption = ({
  ai,
  validation,
  figures,
}: Pick<ModelDirectoryDependencies, 'ai' | 'validation' | 'figures'>) => {
  const providers = new Map(ai.providers.map((provider) => [provider.id, provider]))
  return (row: ModelRow): ModelOption => {
    const glance = validation.glance(row)
    const reason = whyNot(glance)
    const { requests, errorRate, averageMs } = ai.gateway.insight.statistics.health(row)
    const { day, week } = figures(row.provider, row.key)
    const provider = providers.get(row.provider)
    return {
      provider: row.provider,
      providerName: provider?.displayName ?? row.provider,
      ref: nameOf(row),
      key: row.key,
      displayName: row.displayName,
      operations: [...row.operations],
      contextLength: row.contextLength,
      maxOutputTokens: row.maxOutputTokens,
      creditMultiplier: row.creditMultiplier,
      inputPerMillion: row.prices?.inputPerMillion ?? null,
      outputPerMillion: row.prices?.outputPerMillion ?? null,
      available: reason === null,
      unavailableReason: reason,
      unavailableBecause: reason === null ? null : readReason(reason),
      availability: availabilityOf(glance),
      checkedAt: isoOf(glance.checkedAtMs),
      statistics: {
        requests,
        errorRate: requests === 0 ? null : errorRate,
        averageMs,
        day: toFigures(day),
        week: toFigures(week),
      },
      basic: provider?.builtIn !== undefined,
    }
  }
}

/** The first of the order that a request would go through now; the request itself may still rule it out. */
const listAutomatic = ({ ai, preferred }: ModelDirectoryDependencies, rows: readonly ModelRow[]): AutomaticChoice[] => {
  const { door, statistics } = ai.gateway.insight
  const usable = rows.filter((row) => row.active && !ai.byNameOnly.includes(row.provider) && door.check(row) === null)
  const set = preferred === undefined ? null : ai.models.catalog.find(preferred)
  return (['best', 'fastest', 'cheapest'] as const).map((preference) => {
    const ref = `auto:${preference}` as const
    if (preference === 'best' && set !== null) return { ref, model: nameOf(set), preset: true }
    const [first] = byPreference(usable, preference, statistics.health)
    const builtIn = rows.find((row) => row.active && ai.byNameOnly.includes(row.provider))
    const chosen = first ?? builtIn
    return { ref, model: chosen === undefined ? null : nameOf(chosen), preset: false }
  })
}

export const createModelDirectory = (deps: ModelDirectoryDependencies): ModelDirectory => {
  const { ai, validation, places } = deps
  const toModelOption = createToModelOption(deps)
  const rowsFor = (operation: Operation): ModelRow[] =>
    ai.models.catalog.rows().filter((row) => row.operations.includes(operation))
  return {
    async list(live, signal) {
      if (live) await validation.askAll(signal)
      const writers = rowsFor('chat')
      const remote = rowsFor('transcribe').map((row) => toEngineOption(row, whyNot(validation.glance(row))))
      return {
        models: writers.map(toModelOption),
        engines: [...(await listLocalEngines(places)), ...remote],
        automatic: listAutomatic(deps, writers),
      }
    },
  }
}
