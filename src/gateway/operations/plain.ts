/** Embedding, transcription and image: one request, one whole answer, fitted to what each model takes. */
import { AppError } from '../../errors.ts'
import type { CallContext, Caller } from '../call.ts'
import { rulesFor } from '../catalog/rules.ts'
import { withoutDropped } from '../dialects/apply-rules.ts'
import type { Turn } from '../resilience/conduct.ts'
import { openRequest, type OpenRequest, type RequestDeps, type RequestShape } from '../resilience/open-request.ts'
import { runPlain, type PlainCall, type PlainResult } from '../resilience/plain-run.ts'
import type { GatewayPolicy, TimeLimits } from '../resilience/policy.ts'
import { transcribeLimits } from '../resilience/time-limits.ts'
import { embedNeeds, imageNeeds, transcribeNeeds } from '../routing/needs.ts'
import type { CalibratedCounter } from '../tokens/counter.ts'
import type { AnswerFacts, EmbedAnswer, ImageAnswer, TranscribeAnswer } from '../types/answers.ts'
import type { CallOptions } from '../types/call-options.ts'
import type { EmbedRequest, ImageRequest, TranscribeRequest } from '../types/requests.ts'

/** What every operation is made of. */
export interface OperationDeps {
  readonly caller: Caller
  readonly counter: CalibratedCounter
  readonly policy: GatewayPolicy
  readonly requests: RequestDeps
}

export interface PlainOperations {
  /** One vector for each input, in its order. Rejects as `chat` does. */
  embed(request: EmbedRequest, options?: CallOptions): Promise<EmbedAnswer>
  /** An empty text is an answer: silence. Rejects as `chat` does. */
  transcribe(request: TranscribeRequest, options?: CallOptions): Promise<TranscribeAnswer>
  /** Rejects as `chat` does; `output-empty` when no image came. */
  image(request: ImageRequest, options?: CallOptions): Promise<ImageAnswer>
}

const emptyOutput = ({ row }: Turn, what: string): AppError =>
  new AppError('output-empty', `${row.key} answered without ${what}`, {
    details: { provider: row.provider, model: row.key },
  })

/** A request without what its model turned out to reject; the answer says so. */
const callFitted = async <Request extends { readonly model: string }, Result extends PlainResult>(
  request: Request,
  { row }: Turn,
  context: CallContext,
  call: (fitted: Request) => Promise<Result>,
): Promise<Result> => {
  const fitted = withoutDropped(
    { ...request, model: row.key },
    {
      provider: row.provider,
      model: row.key,
      rules: rulesFor(row.provider, row.key, row.rules),
      policy: context.parameterPolicy,
    },
  )
  const result = await call(fitted.request)
  return fitted.notes.length === 0 ? result : { ...result, notes: [...fitted.notes, ...(result.notes ?? [])] }
}

export const createPlainOperations = ({ caller, counter, policy, requests }: OperationDeps): PlainOperations => {
  const run = async <Result extends PlainResult>(
    shape: Omit<RequestShape, 'outputTokens'>,
    options: CallOptions,
    plainCall: (opened: OpenRequest) => PlainCall<Result>,
  ): Promise<Omit<Result, 'notes' | 'servedModel' | 'finishReason'> & AnswerFacts> => {
    const opened = openRequest(requests, { ...shape, outputTokens: () => 0 }, options)
    try {
      return await runPlain(opened, plainCall(opened))
    } finally {
      opened.close()
    }
  }
  const limitsOf = ({ interactive }: OpenRequest): TimeLimits =>
    interactive ? policy.limits.interactive : policy.limits.background

  return {
    embed: (request, options = {}) =>
      run({ model: request.model, needs: embedNeeds(request, counter.text), request }, options, (opened) => ({
        call: (target, context, turn) =>
          callFitted(request, turn, context, (fitted) => caller.embed(target, fitted, context)),
        limits: () => limitsOf(opened),
        check: (result, turn) => {
          if (result.embeddings.length !== request.input.length) throw emptyOutput(turn, 'a vector for each input')
        },
      })),
    transcribe: (request, options = {}) =>
      run({ model: request.model, needs: transcribeNeeds(request), request }, options, (opened) => ({
        call: (target, context, turn) =>
          callFitted(request, turn, context, (fitted) => caller.transcribe(target, fitted, context)),
        limits: () => transcribeLimits(policy.limits, opened.interactive, request),
        // Silence is a true answer of a transcription: an empty text is not a failure here.
        check: () => {},
      })),
    image: (request, options = {}) =>
      run({ model: request.model, needs: imageNeeds(request), request }, options, (opened) => ({
        call: (target, context, turn) =>
          callFitted(request, turn, context, (fitted) => caller.image(target, fitted, context)),
        limits: () => limitsOf(opened),
        check: (result, turn) => {
          if (result.images.length === 0) throw emptyOutput(turn, 'an image')
        },
      })),
  }
}
