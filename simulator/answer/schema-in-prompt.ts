// A schema that stands in the prompt: what callers do with models that take none in the request, and what models obey.
import { isObject, parseJson } from '../json.ts'
import type { JsonObject, Turn } from '../types.ts'

/** The line after the words that announce it; undefined where there is none. */
export const schemaInPrompt = (turns: readonly Turn[]): JsonObject | undefined => {
  for (const turn of turns.toReversed()) {
    const line = /JSON Schema:\s*\n(\{.*\})\s*$/m.exec(turn.text)?.[1]
    const schema = line === undefined ? undefined : parseJson(line)
    if (isObject(schema)) return schema
  }
  return undefined
}
