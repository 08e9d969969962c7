import type { JsonValue } from '../../gateway/index.ts'

/** A value as JSON has it; what JSON has no word for is null. */
export const toWire = (value: unknown): JsonValue => JSON.parse(JSON.stringify(value ?? null)) as JsonValue
