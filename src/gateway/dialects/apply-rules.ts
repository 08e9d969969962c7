/**
 * Fits a request to what its model takes, before anything is sent. By policy `adapt` a field is dropped or mapped and a
 * note says so; by `refuse` it is a typed error. Pure; knows rules, not models.
 */
import { AppError } from '../../errors.ts'
import { sayReason } from '../../reasons.ts'
import type { Note } from '../types/attempts.ts'
import type { Message } from '../types/messages.ts'
import type { ModelRules } from '../types/models.ts'
import type { ChatRequest, ReasoningEffort } from '../types/requests.ts'
import { drop, dropAll, inTurn, map, nameOf, refusal, unchanged, type FittedRequest, type Fitting } from './fitting.ts'
import { fitStop, type StopLimits } from './fit-stop.ts'

export interface RuleContext extends Fitting {
  readonly rules: ModelRules
  /** Fields that the provider does not have at all. */
  readonly providerDrops: readonly string[]
  /** The request's format as the model can take it: natively, as bare JSON, or by words in the prompt. */
  readonly schemaSupport: 'native' | 'json' | 'prompt'
  /** The provider has no way to ask for JSON without a schema. */
  readonly noJsonMode: boolean
  /** How the provider takes stop sequences. */
  readonly stop?: StopLimits
}

type Step = (request: ChatRequest, context: RuleContext) => FittedRequest

const EFFORTS: readonly ReasoningEffort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']

export const applyRules = (request: ChatRequest, context: RuleContext): FittedRequest =>
  inTurn(
    request,
    STEPS.map((step) => (before: ChatRequest) => step(before, context)),
  )

const refuseTools: Step = (request, context) => {
  if (!request.tools?.length || !context.rules.refuses?.includes('tools')) return unchanged(request)
  throw new AppError('unsupported-capability', `${nameOf(context)} takes no tools here`, {
    details: { provider: context.provider, model: context.model, capability: 'tools' },
  })
}

const fitToolChoice: Step = (request, context) => {
  const forced = request.toolChoice === 'required' || typeof request.toolChoice === 'object'
  if (!forced || !request.tools?.length || !context.rules.refuses?.includes('forced-tool-choice'))
    return unchanged(request)
  return map(context, 'toolChoice', sayReason('tools-left-free', { model: nameOf(context) }), () => ({
    ...request,
    toolChoice: 'auto',
  }))
}

const CONTINUE = 'Continue exactly where your last message ends. Do not repeat any of it.'

const fitPrefill: Step = (request, context) => {
  const last = request.messages.at(-1)
  const prefilled = last?.role === 'assistant' && !last.toolCalls?.length
  if (!prefilled || !context.rules.refuses?.includes('prefill')) return unchanged(request)
  return map(context, 'messages', sayReason('asked-to-continue', { model: nameOf(context) }), () => ({
    ...request,
    messages: [...request.messages, { role: 'user', content: CONTINUE }],
  }))
}

/** The allowed effort nearest to the one asked for; of two equally near ones the lower. */
export const nearestEffort = (asked: ReasoningEffort, allowed: readonly ReasoningEffort[]): ReasoningEffort =>
  allowed.toSorted((first, second) => distance(asked, first) - distance(asked, second))[0] ?? asked

const distance = (first: ReasoningEffort, second: ReasoningEffort): number =>
  Math.abs(EFFORTS.indexOf(first) - EFFORTS.indexOf(second))

const withEffort = (request: ChatRequest, effort: ReasoningEffort): ChatRequest => ({
  ...request,
  reasoning: { ...request.reasoning, effort },
})

const fitEffort: Step = (request, context) => {
  const asked = request.reasoning?.effort
  const allowed = context.rules.efforts
  if (asked === undefined || allowed === undefined || allowed.includes(asked)) return unchanged(request)
  const effort = nearestEffort(asked, allowed)
  // Who wants thought gets the model's own measure of it rather than none.
  if (effort === 'none' && EFFORTS.indexOf(asked) > EFFORTS.indexOf('low')) return drop(request, 'reasoning', context)
  const message = sayReason('effort-changed', { model: nameOf(context), asked, effort })
  return map(context, 'reasoning.effort', message, () => withEffort(request, effort))
}

// The default effort of such models refuses tools too, so it is set even when the caller said nothing.
const fitToolEffort: Step = (request, context) => {
  const needed = context.rules.toolsNeedEffort
  if (needed === undefined || !request.tools?.length || request.reasoning?.effort === needed) return unchanged(request)
  if (request.reasoning?.effort === undefined) return unchanged(withEffort(request, needed))
  const message = sayReason('effort-for-tools', { model: nameOf(context), effort: needed })
  return map(context, 'reasoning.effort', message, () => withEffort(request, needed))
}

const fitSampling: Step = (request, context) => {
  const needed = context.rules.samplingNeedsEffort
  if (needed === undefined || request.reasoning?.effort === needed) return unchanged(request)
  return dropAll(request, ['temperature', 'topP'], context, (model, parameter) =>
    sayReason('parameter-dropped-effort', { model, parameter, effort: needed }),
  )
}

/** Options of the provider's own that a model refused are rules by the name `providerOptions.x`. */
const dropOptions: Step = (request, context) => {
  const options = request.providerOptions?.[context.provider] ?? {}
  const refused = Object.keys(options).filter((option) => context.rules.drop?.includes(`providerOptions.${option}`))
  if (refused.length === 0) return unchanged(request)
  const message = `${nameOf(context)} does not take ${refused.join(', ')}`
  if (context.policy === 'refuse') throw refusal(context, refused[0] ?? '', message)
  const left = Object.fromEntries(Object.entries(options).filter(([option]) => !refused.includes(option)))
  return {
    request: { ...request, providerOptions: { ...request.providerOptions, [context.provider]: left } },
    notes: refused.map((field) => ({
      kind: 'parameter-dropped',
      field,
      message: sayReason('parameter-dropped', { model: nameOf(context), parameter: field }),
    })),
  }
}

const fitStopList: Step = (request, context) => fitStop(request, context, context.stop ?? {})

const dropFields: Step = (request, context) =>
  dropAll(request, [...(context.rules.drop ?? []), ...context.providerDrops], context)

/** The words that stand in for a schema at models which cannot be given one. */
export const schemaInstruction = (schema: unknown): string =>
  [
    'Answer with one JSON value and nothing else: no explanation before or after it, no code fence.',
    'It must be valid against this JSON Schema:',
    JSON.stringify(schema),
  ].join('\n')

const JSON_INSTRUCTION =
  'Answer with one JSON object and nothing else: no explanation before or after it, no code fence.'

const fitFormat: Step = (request, context) => {
  const format = request.responseFormat
  if (format === undefined || format.type === 'text') return unchanged(request)
  const blocked = context.rules.schemaWithoutTools === true && request.tools?.length
  const claimed = blocked ? 'prompt' : (context.rules.schema ?? context.schemaSupport)
  const support = context.noJsonMode && (format.type === 'json' || claimed === 'json') ? 'prompt' : claimed
  if (support === 'native') return unchanged(request)
  const words = format.type === 'schema' ? schemaInstruction(format.schema) : JSON_INSTRUCTION
  const { responseFormat: _format, ...rest } = request
  const asked: ChatRequest = { ...rest, messages: withSystem(request.messages, words) }
  return unchanged(support === 'json' ? { ...asked, responseFormat: { type: 'json' } } : asked)
}

/** The words after the system message that is there, or as a new one. */
export const withSystem = (messages: readonly Message[], words: string): readonly Message[] => {
  const index = messages.findIndex((message) => message.role === 'system')
  const found = messages[index]
  if (found?.role !== 'system') return [{ role: 'system', content: words }, ...messages]
  return messages.with(index, { role: 'system', content: `${found.content}\n\n${words}` })
}

const STEPS: readonly Step[] = [
  refuseTools,
  fitToolChoice,
  fitPrefill,
  fitEffort,
  fitToolEffort,
  fitSampling,
  dropFields,
  fitStopList,
  dropOptions,
  fitFormat,
]

/** The same for requests that are no chats: their fields can only be there or not. */
export const withoutDropped = <Request extends object>(
  request: Request,
  context: Pick<RuleContext, 'provider' | 'model' | 'rules' | 'policy'>,
): { readonly request: Request; readonly notes: readonly Note[] } => {
  const given = Object.entries(request)
  const refused = given.filter(([field, value]) => value !== undefined && context.rules.drop?.includes(field))
  const [first] = refused
  if (first === undefined) return { request, notes: [] }
  const messageOf = (field: string): string => `${context.provider}/${context.model} does not take ${field}`
  if (context.policy === 'refuse') {
    throw new AppError('unsupported-parameter', messageOf(first[0]), {
      details: { provider: context.provider, model: context.model, parameter: first[0] },
    })
  }
  return {
    request: Object.fromEntries(given.filter((one) => !refused.includes(one))) as Request,
    notes: refused.map(([field]) => ({
      kind: 'parameter-dropped',
      field,
      message: `${messageOf(field)}; it was left out.`,
    })),
  }
}
