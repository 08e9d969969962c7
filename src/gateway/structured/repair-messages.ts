/** The one question that asks a model to mend its own answer. */
import { schemaInstruction } from '../dialects/apply-rules.ts'
import type { JsonObject } from '../types/json.ts'
import type { Message } from '../types/messages.ts'

/** More of a broken answer than this helps nobody and costs tokens. */
const MAX_QUOTED = 60_000

/** The conversation with the failed answer and what is wrong with it; to be sent once, not more. */
export const repairMessages = (
  messages: readonly Message[],
  raw: string,
  problems: readonly string[],
  schema: JsonObject,
): Message[] => [
  ...messages,
  { role: 'assistant', content: raw.trim() === '' ? '(empty)' : raw.slice(0, MAX_QUOTED) },
  {
    role: 'user',
    content: [
      'Your last answer cannot be used as JSON:',
      ...problems.map((problem) => `- ${problem}`),
      'Give the same content again, complete and corrected.',
      schemaInstruction(schema),
    ].join('\n'),
  },
]
