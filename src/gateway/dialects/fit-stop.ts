/** The stop sequences that a provider takes: so many, and at some none of blanks alone. What is over is told. */
import { sayReason } from '../../reasons.ts'
import type { ChatRequest } from '../types/requests.ts'
import { inTurn, map, nameOf, unchanged, type FittedRequest, type Fitting } from './fitting.ts'

export interface StopLimits {
  readonly most?: number
  /** A sequence of blanks alone is refused. */
  readonly noBlanks?: boolean
}

const keep = (request: ChatRequest, kept: readonly string[], context: Fitting, message: string): FittedRequest => {
  const { stop: _stop, ...rest } = request
  return map(context, 'stop', message, () => (kept.length === 0 ? rest : { ...rest, stop: kept }))
}

const fitBlanks = (request: ChatRequest, context: Fitting): FittedRequest => {
  const { stop = [] } = request
  const kept = stop.filter((one) => one.trim() !== '')
  const count = stop.length - kept.length
  if (count === 0) return unchanged(request)
  return keep(request, kept, context, sayReason('stop-blank', { model: nameOf(context), count }))
}

const fitCount = (request: ChatRequest, context: Fitting, most: number): FittedRequest => {
  const { stop = [] } = request
  const count = stop.length - most
  if (count <= 0) return unchanged(request)
  const message = sayReason('stop-shortened', { model: nameOf(context), limit: most, count })
  return keep(request, stop.slice(0, most), context, message)
}

export const fitStop = (request: ChatRequest, context: Fitting, { most, noBlanks }: StopLimits): FittedRequest =>
  inTurn(request, [
    (before) => (noBlanks === true ? fitBlanks(before, context) : unchanged(before)),
    (before) => (most === undefined ? unchanged(before) : fitCount(before, context, most)),
  ])
