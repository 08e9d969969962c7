/**
 * How a field of a request is taken out or changed for a model: with a note that says so, or as a typed error where the
 * policy says that nothing may be changed. Knows no rule and no model.
 */
import { AppError } from '../../errors.ts'
import { sayReason } from '../../reasons.ts'
import type { Note } from '../types/attempts.ts'
import type { ParameterPolicy } from '../types/call-options.ts'
import type { ChatRequest } from '../types/requests.ts'

export interface Fitting {
  readonly provider: string
  readonly model: string
  readonly policy: ParameterPolicy
}

export interface FittedRequest {
  readonly request: ChatRequest
  readonly notes: readonly Note[]
}

export const unchanged = (request: ChatRequest): FittedRequest => ({ request, notes: [] })

export const nameOf = ({ provider, model }: Pick<Fitting, 'provider' | 'model'>): string => `${provider}/${model}`

export const refusal = ({ provider, model }: Fitting, parameter: string, message: string): AppError =>
  new AppError('unsupported-parameter', message, { details: { provider, model, parameter } })

/** A note says what was done about it after the semicolon; a refusal does nothing about it. */
const withoutDeed = (message: string): string => message.slice(0, message.lastIndexOf(';'))

type Say = (model: string, parameter: string) => string

const doesNotTake: Say = (model, parameter) => sayReason('parameter-dropped', { model, parameter })

/** The field without its value, or an error where the policy says that nothing may be changed. */
export const drop = (request: ChatRequest, field: string, context: Fitting, say = doesNotTake): FittedRequest => {
  const value = (request as unknown as Record<string, unknown>)[field]
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return unchanged(request)
  const message = say(nameOf(context), field)
  if (context.policy === 'refuse') throw refusal(context, field, withoutDeed(message))
  const { [field]: _dropped, ...rest } = request as unknown as Record<string, unknown>
  return { request: rest as unknown as ChatRequest, notes: [{ kind: 'parameter-dropped', field, message }] }
}

export const map = (context: Fitting, field: string, message: string, change: () => ChatRequest): FittedRequest => {
  if (context.policy === 'refuse') throw refusal(context, field, message)
  return { request: change(), notes: [{ kind: 'parameter-mapped', field, message }] }
}

/** One change after the other, with the notes of all. */
export const inTurn = (
  request: ChatRequest,
  changes: readonly ((request: ChatRequest) => FittedRequest)[],
): FittedRequest =>
  changes.reduce<FittedRequest>((fitted, change) => {
    const next = change(fitted.request)
    return { request: next.request, notes: [...fitted.notes, ...next.notes] }
  }, unchanged(request))

export const dropAll = (request: ChatRequest, fields: readonly string[], context: Fitting, say?: Say): FittedRequest =>
  inTurn(
    request,
    fields.map((field) => (before: ChatRequest) => drop(before, field, context, say)),
  )
