import type { JsonObject, JsonValue } from '../types/json.ts'

/** A body without the fields that have no value. */
export const withoutUndefined = (fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined))
