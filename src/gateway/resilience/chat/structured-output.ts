/** The value in a structured answer: read from whatever was written, or a failure that one repair may mend. */
import { AppError } from '../../../errors.ts'
import { sayAlone } from '../../../reasons.ts'
import { parseStructured } from '../../structured/parse-structured.ts'
import { repairMessages } from '../../structured/repair-messages.ts'
import type { Note } from '../../types/attempts.ts'
import type { JsonObject, JsonValue } from '../../types/json.ts'
import type { ModelRow } from '../../types/models.ts'
import type { ChatRequest } from '../../types/requests.ts'

export interface Parsed {
  readonly value: JsonValue
  readonly notes: readonly Note[]
}

/** What a repair needs: the text that could not be used, and why. */
export interface Broken {
  readonly raw: string
  readonly problems: readonly string[]
}

const schemaOf = (request: ChatRequest): JsonObject | null => {
  const format = request.responseFormat
  if (format?.type === 'schema') return format.schema
  return format?.type === 'json' ? {} : null
}

/** Null when the request asked for no structure. Throws `output-invalid` with the raw text in its details. */
export const readStructured = (text: string, request: ChatRequest, row: ModelRow): Parsed | null => {
  const schema = schemaOf(request)
  if (schema === null) return null
  const result = parseStructured(text, schema)
  if (result.ok) return { value: result.value, notes: result.notes }
  throw new AppError(
    'output-invalid',
    sayAlone('wrong-form-of', { model: row.key, detail: result.problems[0] ?? '' }),
    {
      details: { provider: row.provider, model: row.key, raw: text, problems: result.problems },
    },
  )
}

/** The broken answer inside a failure, when there is one that its model can be shown. */
export const brokenOutput = (error: AppError): Broken | null => {
  const { raw, problems } = error.details
  if (error.code !== 'output-invalid' || typeof raw !== 'string' || !Array.isArray(problems)) return null
  return { raw, problems: problems.map(String) }
}

export const toRepair = (request: ChatRequest, broken: Broken): ChatRequest => {
  const schema = schemaOf(request)
  return schema === null
    ? request
    : { ...request, messages: repairMessages(request.messages, broken.raw, broken.problems, schema) }
}
