/** `GET /models` of OpenAI and of those that speak like it. */
import { toArray, toNumber, toObject, toText } from '../../lib/json.ts'
import type { UnknownObject } from '../../lib/json.ts'
import type { ModelList } from '../provider.ts'
import type { ListedModel } from '../types/models.ts'

/** The list in an envelope `{data}`, or bare as Together sends it. */
export const openAiPage: ModelList['page'] = (body) => ({
  rows: Array.isArray(body) ? body : toArray(toObject(body)['data']),
  nextPath: null,
})

/** A list whose rows are read by `toRow`; a row without an id is none. */
export const openAiModels = (toRow: (row: UnknownObject) => Omit<ListedModel, 'key'> = readCommonRow): ModelList => ({
  path: '/models',
  page: openAiPage,
  toModel: (value) => {
    const row = toObject(value)
    const key = toText(row['id'])
    return key === null || key === '' ? null : { key, ...toRow(row) }
  },
})

/** The limits that compatible servers (vLLM, LM Studio, OpenRouter and others) give under several names. */
export const readCommonRow = (row: UnknownObject): Omit<ListedModel, 'key'> => {
  const contextLength = firstNumber(row, ['context_length', 'context_window', 'max_model_len', 'max_context_length'])
  const maxOutputTokens = firstNumber(row, ['max_completion_tokens', 'max_output_tokens', 'max_output_length'])
  const displayName = toText(row['display_name']) ?? toText(row['name'])
  return {
    ...(contextLength === null ? {} : { contextLength }),
    ...(maxOutputTokens === null ? {} : { maxOutputTokens }),
    ...(displayName === null ? {} : { displayName }),
  }
}

/** The first of the named fields that holds a number above zero. */
export const firstNumber = (row: UnknownObject, names: readonly string[]): number | null =>
  names.map((name) => toNumber(row[name])).find((value) => value !== null && value > 0) ?? null
