/** What a person can choose: every model that writes and every engine that hears, each with the reason when it cannot. */
import type { AccessSource, ModelRow, Operation } from '../gateway/index.ts'
import type { EngineOption, ModelOption } from '../http/contract/models.ts'
import type { ModelDirectory } from '../http/dependencies.ts'
import { listSpeechModels, type WeightsPlaces } from '../speech/weights.ts'
import type { Ai } from './ai.ts'

const nameOf = (row: ModelRow): string => `${row.provider}/${row.key}`

/** Why nobody can be asked at this provider now, in words; null when somebody can. */
const whyUnavailable = (row: ModelRow, access: AccessSource, displayName: string): string | null => {
  if (!row.active) return row.removalReason ?? 'This model is switched off'
  const way = access(row.provider)
  if (way === null) return `${displayName} is not set up`
  return way.needsCredential && way.credentials.length === 0 ? `No key is set for ${displayName}` : null
}

const toModelOption = (row: ModelRow, reason: string | null, basic: boolean): ModelOption => ({
  provider: row.provider,
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
  basic,
})

const toEngineOption = (row: ModelRow, reason: string | null): EngineOption => ({
  ref: nameOf(row),
  displayName: row.displayName,
  local: false,
  available: reason === null,
  unavailableReason: reason,
  wordTimes: row.capabilities.includes('word-times'),
  perMinuteUsd: row.prices?.audioPerMinute ?? null,
})

const listLocalEngines = async (places: WeightsPlaces): Promise<EngineOption[]> =>
  (await listSpeechModels(places)).map(({ name, description, installed }) => ({
    ref: `local/${name}`,
    displayName: `Whisper ${name}`,
    local: true,
    available: installed,
    unavailableReason: installed ? null : `Not installed. ${description}`,
    wordTimes: true,
    perMinuteUsd: null,
  }))

export const createModelDirectory = (ai: Ai, places: WeightsPlaces): ModelDirectory => {
  const names = new Map(ai.providers.map(({ id, displayName }) => [id, displayName]))
  const reasonOf = (row: ModelRow): string | null =>
    whyUnavailable(row, ai.credentials.access, names.get(row.provider) ?? row.provider)
  const rowsFor = (operation: Operation): ModelRow[] =>
    ai.models.catalog.rows().filter((row) => row.operations.includes(operation))
  return {
    async list() {
      const models = rowsFor('chat').map((row) =>
        toModelOption(
          row,
          reasonOf(row),
          ai.providers.some(({ id, builtIn }) => id === row.provider && builtIn !== undefined),
        ),
      )
      const remote = rowsFor('transcribe').map((row) => toEngineOption(row, reasonOf(row)))
      return { models, engines: [...(await listLocalEngines(places)), ...remote] }
    },
  }
}
