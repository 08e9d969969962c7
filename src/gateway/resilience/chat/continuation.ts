/** How a model is asked to go on where another one broke off. */
import { rulesFor } from '../../catalog/rules.ts'
import type { ModelRow } from '../../types/models.ts'
import type { ChatRequest } from '../../types/requests.ts'

const GO_ON =
  'Your answer was cut off by a technical fault. Continue it from the exact character where it stops. ' +
  'Do not repeat any of it, do not comment on the interruption, do not begin with a greeting.'

/** Whether the model takes its own unfinished turn at the end of the messages and writes on. */
export const takesPrefill = (row: ModelRow): boolean =>
  row.capabilities.includes('prefill') &&
  rulesFor(row.provider, row.key, row.rules).refuses?.includes('prefill') !== true

/**
 * The request for the rest. With a prefilled turn the model sees its own unfinished sentence; trailing blanks are taken
 * off, as some providers refuse them there.
 */
export const toContinuation = (request: ChatRequest, delivered: string, prefill: boolean): ChatRequest => ({
  ...request,
  messages: [
    ...request.messages,
    { role: 'assistant', content: prefill ? delivered.trimEnd() : delivered },
    ...(prefill ? [] : [{ role: 'user' as const, content: GO_ON }]),
  ],
})

const PREFILL_REFUSAL = /prefill|(?:last|final) message|must end with a user|assistant (?:message|turn)/i

/** A refusal that may go back to the prefilled turn: the same target is asked once more without it. */
export const mayRefusePrefill = (code: string, message: string): boolean =>
  PREFILL_REFUSAL.test(message) || code === 'provider-rejected' || code === 'invalid-request'
