/**
 * Reading JSON whose shape nobody promised: every reader returns a safe value instead of throwing, so that decoders
 * stay free of nested checks.
 */
export type UnknownObject = Readonly<Record<string, unknown>>

const EMPTY: UnknownObject = Object.freeze({})

export const isObject = (value: unknown): value is UnknownObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value when it is an object, else an empty one. */
export const toObject = (value: unknown): UnknownObject => (isObject(value) ? value : EMPTY)

/** The value when it is an array, else an empty one. */
export const toArray = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** The value when it is a string, else null. */
export const toText = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** The value when it is a finite number, else null. */
export const toNumber = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null

/** A count: a whole number not below zero, else 0. */
export const toCount = (value: unknown): number => Math.max(0, Math.round(toNumber(value) ?? 0))

/** The parsed text, or undefined when it is not JSON. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
