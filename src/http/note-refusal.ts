/** Requests of people that are refused for the model they name, before a gateway hears of them. */
import type { FastifyRequest } from 'fastify'
import { AppError, type ErrorCode } from '../errors.ts'
import type { OnRefusal } from '../gateway/index.ts'
import type { Clock } from '../lib/clock.ts'

const FOR_THE_MODEL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'model-unknown',
  'model-inactive',
  'model-not-found',
  'credential-missing',
])

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** The gateway tells of its own refusals, whose errors carry the story of the request. */
const isOfTheGateway = ({ details }: AppError): boolean => 'attempts' in details

export const noteRefusal = (
  thrown: unknown,
  { identity, id: requestId, params }: Pick<FastifyRequest, 'identity' | 'id' | 'params'>,
  { refuse, clock }: { readonly refuse: OnRefusal; readonly clock: Clock },
): void => {
  if (!(thrown instanceof AppError) || !FOR_THE_MODEL.has(thrown.code) || isOfTheGateway(thrown)) return
  const model = text(thrown.details['model'])
  if (model === undefined || identity === null) return
  const provider = text(thrown.details['provider'])
  const asked = provider === undefined ? model : `${provider}/${model}`
  const operation = text(thrown.details['operation']) ?? 'order'
  const transcriptionId = text((params as Readonly<Record<string, unknown>> | undefined)?.['id'])
  refuse({
    requestId,
    operation: operation === 'transcription' ? 'transcribe' : 'chat',
    labels: { userId: identity.user.id, operation, ...(transcriptionId !== undefined && { transcriptionId }) },
    asked,
    atMs: clock.now(),
    error: thrown,
    request: { model: asked },
  })
}
