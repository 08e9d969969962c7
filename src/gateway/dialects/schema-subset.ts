/** JSON Schema as single providers want it. Pure; a schema is never changed in place. */
import type { JsonObject, JsonValue } from '../types/json.ts'

const isPlainObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const mapSchema = (value: JsonValue, change: (schema: JsonObject) => JsonObject): JsonValue => {
  if (Array.isArray(value)) return value.map((item: JsonValue) => mapSchema(item, change))
  if (!isPlainObject(value)) return value
  const inner = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapSchema(item, change)]))
  return change(inner)
}

/** Every object closed with `additionalProperties: false`, without which Anthropic refuses the schema. */
export const closeSchema = (schema: JsonObject): JsonObject =>
  mapSchema(schema, (one) =>
    isPlainObject(one['properties']) && (one['type'] === 'object' || one['type'] === undefined)
      ? { ...one, type: 'object', additionalProperties: false }
      : one,
  ) as JsonObject
