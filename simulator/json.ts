// Reading of untrusted JSON without trusting its shape.
import type { JsonObject } from './types.ts'

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const toObject = (value: unknown): JsonObject => (isObject(value) ? value : {})

export const toArray = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])

export const toText = (value: unknown): string => (typeof value === 'string' ? value : '')

export const toNumber = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

/** Parses JSON; undefined when the text is no JSON. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
