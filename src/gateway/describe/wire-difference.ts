/** What a parameter changes in the body that is sent. Pure; knows no parameter and no provider. */
import { isObject } from '../../lib/json.ts'
import type { JsonObject, JsonValue } from '../types/json.ts'

export interface SentField {
  /** Dotted from the body's root, for example `generationConfig.topP`. */
  readonly name: string
  /** Null: it is no longer sent. */
  readonly value: JsonValue
}

export const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right)

/** A form's fields as an object; a file is named by its kind only. */
const plainForm = (form: FormData): JsonObject => {
  const names = [...new Set(form.keys())]
  return Object.fromEntries(
    names.map((name) => {
      const values = form.getAll(name).map((value) => (typeof value === 'string' ? value : '(file)'))
      return [name, values.length === 1 ? (values[0] ?? '') : values]
    }),
  )
}

export const plainBody = (body: JsonObject | FormData | null): JsonObject =>
  body instanceof FormData ? plainForm(body) : (body ?? {})

const isPlain = (value: JsonValue | undefined): value is JsonObject => isObject(value)

/** Fields of `after` that `before` does not have like this, and those that are gone. Lists count as one value. */
export const changedFields = (before: JsonObject, after: JsonObject, { deep = false, path = '' } = {}): SentField[] => {
  const gone = Object.keys(before)
    .filter((name) => !(name in after))
    .map((name) => ({ name: path + name, value: null }))
  const changed = Object.entries(after).flatMap(([name, value]): SentField[] => {
    const former = before[name]
    if (isSame(former, value)) return []
    // A new object is one value, unless all that is in it is asked for.
    if (isPlain(value) && (isPlain(former) || deep))
      return changedFields(isPlain(former) ? former : {}, value, { deep, path: `${path}${name}.` })
    return [{ name: path + name, value }]
  })
  return [...changed, ...gone]
}
