/** Chat, at once or as a stream: one run of the same parts, read to the end or handed on. */
import { AppError, toAppError } from '../../errors.ts'
import { runChat } from '../resilience/chat/chat-run.ts'
import { createStory, toFailedFacts } from '../resilience/facts.ts'
import { openRequest, type OpenRequest } from '../resilience/open-request.ts'
import { chatNeeds } from '../routing/needs.ts'
import type { CalibratedCounter } from '../tokens/counter.ts'
import type { ChatAnswer, StreamPart } from '../types/answers.ts'
import type { Usage } from '../types/attempts.ts'
import type { CallOptions } from '../types/call-options.ts'
import type { ModelRow } from '../types/models.ts'
import type { ChatRequest } from '../types/requests.ts'
import type { OperationDeps } from './plain.ts'

export interface ChatOperations {
  /** Rejects with an AppError whose details tell every attempt, the model asked for, and live models to try instead. */
  chat(request: ChatRequest, options?: CallOptions): Promise<ChatAnswer>
  /** Never throws for a failure: the last part is `finish` or `error`. Leave by aborting the signal. */
  stream(request: ChatRequest, options?: CallOptions): AsyncIterable<StreamPart>
}

const failedBeforeStart = (thrown: unknown, model: string): StreamPart => {
  const error = toAppError(thrown)
  const requestId = error.details['requestId']
  return {
    type: 'error',
    error,
    facts: toFailedFacts(createStory(typeof requestId === 'string' ? requestId : '', model)),
  }
}

async function* onePart(part: StreamPart): AsyncGenerator<StreamPart> {
  yield await Promise.resolve(part)
}

/** Each model's count of the request is taken once; tokens differ from model to model. */
const countOnce = (counter: CalibratedCounter, request: ChatRequest): ((row: ModelRow) => number) => {
  const inputTokens = new Map<ModelRow, number>()
  return (row) => {
    const known = inputTokens.get(row) ?? counter.request(row, request)
    inputTokens.set(row, known)
    return known
  }
}

export const createChatOperations = ({ caller, counter, policy, requests }: OperationDeps): ChatOperations => {
  const open = (request: ChatRequest, options: CallOptions): OpenRequest => {
    const { defaultOutput, minimumOutput } = policy.tokens
    const shape = {
      model: request.model,
      needs: chatNeeds(request, countOnce(counter, request), minimumOutput),
      request,
      outputTokens: (row: ModelRow) =>
        Math.min(request.maxOutputTokens ?? defaultOutput, row.maxOutputTokens ?? Infinity),
    }
    return openRequest(requests, shape, options)
  }
  const parts = (request: ChatRequest, options: CallOptions, live: boolean): AsyncGenerator<StreamPart> => {
    const deps = {
      ...open(request, options),
      ...{ caller, counter, policy, live },
      interruption: options.interruptionPolicy ?? policy.interruption,
      onUsage: (row: ModelRow, sent: ChatRequest, usage: Usage) => counter.observe(row, sent, usage.inputTokens),
    }
    return runChat(deps, request)
  }

  return {
    // Opened at the first pull: a stream that nobody reads must not hold a timer.
    stream: (request, options = {}) => ({
      [Symbol.asyncIterator]() {
        try {
          return parts(request, options, true)
        } catch (thrown) {
          return onePart(failedBeforeStart(thrown, request.model))
        }
      },
    }),
    async chat(request, options = {}) {
      for await (const part of parts(request, options, false)) {
        if (part.type === 'finish') return part.answer
        if (part.type === 'error') throw part.error
      }
      throw new AppError('internal', 'A chat ended without an answer and without an error')
    },
  }
}
