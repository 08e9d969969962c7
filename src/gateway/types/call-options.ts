/** How a request is to be carried out: limits, policies, and who is asked when the chosen model fails. */

/** What to do with a parameter that the chosen model is known to reject. `refuse` is a typed error before any call. */
export type ParameterPolicy = 'adapt' | 'refuse'

/** After text has reached the caller and its stream breaks: end with an error part, or let another target go on. */
export type InterruptionPolicy = 'error' | 'continue'

export interface CallOptions {
  readonly signal?: AbortSignal
  /** For all attempts of the request together. */
  readonly deadlineMs?: number
  readonly requestId?: string
  readonly parameterPolicy?: ParameterPolicy
  readonly interruptionPolicy?: InterruptionPolicy
  /** Models to try, in order, when the chosen one fails. Left out: the routing decides. An empty list: no fallback. */
  readonly fallbackModels?: readonly string[]
  /** Who follows the chosen model by the host's wish; `fallbackModels` goes before it. */
  readonly chain?: FallbackChain
  /** Models that are not to answer this request, with the reason that is told. */
  readonly avoid?: readonly { readonly model: string; readonly reason: string }[]
  /**
   * What follows when a request is too long for the model that it names: a larger model answers, or the error comes back
   * at once, so that the caller can divide the text and stay with its model. Left out: a larger model.
   */
  readonly whenTooLong?: 'larger-model' | 'divide'
  /** A person is waiting: the first-token limit is the short one. */
  readonly interactive?: boolean
  /** The host's own words about the request (who, what for). The gateway carries them into every record, unread. */
  readonly labels?: Readonly<Record<string, string>>
}

/** Who is asked after the chosen model, in order. */
export interface FallbackChain {
  /** Whose it is, in a word; told with every decision. */
  readonly name: string
  readonly models: readonly string[]
  /** Whether the last resort stands at its end. */
  readonly lastResort: boolean
}
