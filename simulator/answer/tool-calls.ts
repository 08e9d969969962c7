// Whether a model would call a tool, and with what: forced tools always, others when the prompt speaks of them.
import type { Ask, ToolCall, ToolSpec, Turn } from '../types.ts'
import { toArray, toObject } from '../json.ts'
import { fromSchema } from './from-schema.ts'

const MAX_PARALLEL = 4

const speaksOf = (prompt: string, tool: ToolSpec): boolean => {
  const text = prompt.toLowerCase()
  if (text.includes(tool.name.toLowerCase())) return true
  const words = tool.name
    .toLowerCase()
    .split(/[_\W]+/)
    .filter((word) => word.length > 3)
  return words.length > 0 && words.every((word) => text.includes(word))
}

/** "in Paris, London and Rome" → three subjects for three calls. */
const findSubjects = (prompt: string): string[] =>
  [...new Set(prompt.match(/(?<=(?:in|of|for|and|,)\s)\p{Lu}\p{L}+/gu) ?? [])].slice(0, MAX_PARALLEL)

const callsFor = (tool: ToolSpec, prompt: string, parallel: boolean): unknown[] => {
  const required = toArray(toObject(tool.schema)['required'])
  const first = required.find((name): name is string => typeof name === 'string')
  const subjects = findSubjects(prompt)
  const property = first === undefined ? {} : toObject(toObject(tool.schema['properties'])[first])
  const takesText = String(property['type']).toLowerCase() === 'string' && property['enum'] === undefined
  const filled = toObject(fromSchema(tool.schema, prompt))
  if (!parallel || first === undefined || !takesText || subjects.length < 2) return [filled]
  return subjects.map((subject) => ({ ...filled, [first]: subject }))
}

const choose = (ask: Ask, prompt: string): ToolSpec[] => {
  const { toolChoice, tools } = ask
  if (toolChoice === 'none' || tools.length === 0) return []
  if (typeof toolChoice === 'object') return tools.filter((tool) => tool.name === toolChoice.name).slice(0, 1)
  const spoken = tools.filter((tool) => speaksOf(prompt, tool))
  if (toolChoice === 'auto') return spoken
  return spoken.length > 0 ? spoken : tools.slice(0, 1)
}

/** The calls of this turn; none when the last turn already brings a tool's result. */
export const chooseToolCalls = (ask: Ask, turns: Turn[], makeCallId: () => string): ToolCall[] => {
  const last = turns.at(-1)
  if (last?.role !== 'user') return []
  const chosen = choose(ask, last.text).slice(0, ask.parallelTools ? MAX_PARALLEL : 1)
  return chosen.flatMap((tool) =>
    callsFor(tool, last.text, ask.parallelTools).map((input) => ({
      id: makeCallId(),
      name: tool.name,
      arguments: JSON.stringify(input),
    })),
  )
}
