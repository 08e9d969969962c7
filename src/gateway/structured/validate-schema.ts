/** Validates a value against a JSON Schema that a caller gave; schemas are hostile input and compiled ones are bounded. */
import { createHash } from 'node:crypto'
import { Ajv } from 'ajv'
import type { ValidateFunction } from 'ajv'
import { LRUCache } from 'lru-cache'
import type { JsonObject, JsonValue } from '../types/json.ts'

const compiled = new LRUCache<string, { readonly validate: ValidateFunction | null; readonly problem: string }>({
  max: 200,
})

const compile = (schema: JsonObject): { readonly validate: ValidateFunction | null; readonly problem: string } => {
  const key = createHash('sha256').update(JSON.stringify(schema)).digest('hex')
  const known = compiled.get(key)
  if (known !== undefined) return known
  const fresh = compileFresh(schema)
  compiled.set(key, fresh)
  return fresh
}

// A validator of its own for each schema: schemas with the same $id must not meet.
const compileFresh = (schema: JsonObject): { readonly validate: ValidateFunction | null; readonly problem: string } => {
  try {
    const { $schema: _dialect, ...rest } = schema
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false })
    return { validate: ajv.compile(rest), problem: '' }
  } catch (thrown) {
    return { validate: null, problem: thrown instanceof Error ? thrown.message : String(thrown) }
  }
}

const MAX_PROBLEMS = 8

/** What is wrong, in words a model can act on; empty when the value fits. */
export const validateSchema = (value: JsonValue, schema: JsonObject): readonly string[] => {
  const { validate, problem } = compile(schema)
  if (validate === null) return [`the schema itself cannot be used: ${problem}`]
  if (validate(value)) return []
  return (validate.errors ?? [])
    .slice(0, MAX_PROBLEMS)
    .map(
      (error) =>
        `${error.instancePath === '' ? 'the value' : error.instancePath} ${error.message ?? 'does not fit'}${extra(error.params)}`,
    )
}

const extra = (params: Readonly<Record<string, unknown>>): string =>
  typeof params['additionalProperty'] === 'string'
    ? ` ("${params['additionalProperty']}")`
    : Array.isArray(params['allowedValues'])
      ? ` (${params['allowedValues'].map(String).join(', ')})`
      : ''

/** Null when the schema can be used, else why not: to be asked before a call is paid for. */
export const schemaProblem = (schema: JsonObject): string | null => {
  const { validate, problem } = compile(schema)
  return validate === null ? problem : null
}
