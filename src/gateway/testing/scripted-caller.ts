/**
 * A Caller that answers from a script, for tests of the gateway's conduct: it implements the seam and no wire. Keeps a
 * log of every call, so that tests assert what was asked as well as what came out.
 */
import { AppError, type ErrorCode } from '../../errors.ts'
import type { Caller, CallContext, CallPart, CallResult, CallTarget } from '../call.ts'
import { resultParts } from '../result-parts.ts'
import type { ModelRules } from '../types/models.ts'
import type { ChatRequest } from '../types/requests.ts'

export { row } from './row.ts'

export interface LoggedCall {
  readonly model: string
  readonly credential: string | null
  readonly request: ChatRequest
  /** Of the row as it was asked: the catalog's and what was learned. */
  readonly rules: ModelRules
  readonly signal: AbortSignal
}

/** What one call does. `hang` waits until it is aborted. */
export type Step =
  | {
      readonly text: string
      readonly finish?: CallResult['finishReason']
      /** What the provider says beside the text. */
      readonly said?: string
    }
  | {
      readonly fail: ErrorCode
      readonly retryAfterMs?: number
      readonly details?: Record<string, unknown>
      readonly message?: string
    }
  | { readonly pieces: readonly string[]; readonly then: 'hang' | 'stop' | 'fail' | 'end' }
  | { readonly hang: true }
  /** The connection is never made. */
  | { readonly connecting: true }

export const USAGE = {
  inputTokens: 10,
  outputTokens: 5,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  reported: true,
} as const

const toResult = (text: string, finishReason: CallResult['finishReason'] = 'stop', said?: string): CallResult => ({
  text,
  reasoning: '',
  toolCalls: [],
  opaque: null,
  finishReason,
  usage: USAGE,
  servedModel: null,
  notes: said === undefined ? [] : [{ kind: 'provider-message', message: said }],
})

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })

const failure = (step: Extract<Step, { fail: ErrorCode }>): AppError =>
  new AppError(step.fail, step.message ?? `scripted ${step.fail}`, {
    ...(step.details && { details: step.details }),
    ...(step.retryAfterMs !== undefined && { retryAfterMs: step.retryAfterMs }),
  })

export interface ScriptedCaller extends Caller {
  readonly calls: LoggedCall[]
}

/** `script` is asked for each call; the number is the how-manieth call of this model it is, from 0. */
export const createScriptedCaller = (
  script: (model: string, nth: number, call: LoggedCall) => Step | Promise<Step>,
): ScriptedCaller => {
  const calls: LoggedCall[] = []
  const counts = new Map<string, number>()
  const log = async (target: CallTarget, request: ChatRequest, context: CallContext): Promise<Step> => {
    const model = `${target.model.provider}/${target.model.key}`
    const nth = counts.get(model) ?? 0
    counts.set(model, nth + 1)
    const call = {
      model,
      credential: target.credential?.name ?? null,
      request,
      rules: target.model.rules,
      signal: context.signal,
    }
    calls.push(call)
    const step = await script(model, nth, call)
    if (!('connecting' in step)) return step
    context.onConnection?.('opening')
    return untilAborted(context.signal)
  }
  async function* parts(step: Step, context: CallContext): AsyncGenerator<CallPart> {
    if ('fail' in step) throw failure(step)
    if ('hang' in step) await untilAborted(context.signal)
    context.onHeaders?.(200, {})
    if ('text' in step) yield* resultParts(toResult(step.text, step.finish, step.said))
    if (!('pieces' in step)) return
    for (const text of step.pieces) yield { type: 'text-delta', text }
    if (step.then === 'hang') await untilAborted(context.signal)
    if (step.then === 'fail') throw new AppError('stream-interrupted', 'scripted break')
    if (step.then === 'end') yield { type: 'end', result: toResult(step.pieces.join('')) }
  }
  return {
    calls,
    async chat(target, request, context) {
      const step = await log(target, request, context)
      if ('fail' in step) throw failure(step)
      if (!('text' in step)) return untilAborted(context.signal)
      context.onHeaders?.(200, {})
      return toResult(step.text, step.finish, step.said)
    },
    async *stream(target, request, context) {
      yield* parts(await log(target, request, context), context)
    },
    async embed(target, request, context) {
      const step = await log(target, { model: request.model, messages: [] }, context)
      if ('fail' in step) throw failure(step)
      return { embeddings: request.input.map(() => [1]), usage: USAGE, servedModel: null }
    },
    async transcribe(target, request, context) {
      const step = await log(target, { model: request.model, messages: [] }, context)
      if ('fail' in step) throw failure(step)
      if (!('text' in step)) return untilAborted(context.signal)
      const { text, finishReason, notes } = toResult(step.text, step.finish, step.said)
      const times = { language: 'en', durationSecond: 1, segments: [] }
      return { text, ...times, usage: USAGE, servedModel: null, notes, finishReason }
    },
    async image(target, request, context) {
      const step = await log(target, { model: request.model, messages: [] }, context)
      if ('fail' in step) throw failure(step)
      if (!('text' in step)) return untilAborted(context.signal)
      const { finishReason, notes } = toResult(step.text, step.finish, step.said)
      const images = step.text === '' ? [] : [{ base64: step.text, mediaType: 'image/png' }]
      return { images, usage: USAGE, servedModel: null, notes, finishReason }
    },
    listModels: () => Promise.resolve([]),
    countTokens: () => Promise.resolve(null),
  }
}
