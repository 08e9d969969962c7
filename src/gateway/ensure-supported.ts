/** Refuses, before any call, what a provider or model cannot do; the error names what is missing. */
import { AppError } from '../errors.ts'
import type { CallTarget } from './call.ts'
import type { Provider } from './provider.ts'
import type { ContentPart } from './types/messages.ts'
import type { Capability, Modality } from './types/models.ts'
import type { ChatRequest, Operation } from './types/requests.ts'

const unsupported = (target: CallTarget, what: string, message: string): AppError =>
  new AppError('unsupported-capability', message, {
    details: { provider: target.model.provider, model: target.model.key, capability: what },
  })

const DOES: Readonly<Record<Operation, string>> = {
  chat: 'answers no chat',
  embed: 'makes no embeddings',
  transcribe: 'transcribes no audio',
  image: 'makes no images',
}

/** The provider speaks the operation and the row claims it. */
export const ensureOperation = (provider: Provider, target: CallTarget, operation: Operation): void => {
  const spoken = operation === 'chat' ? (provider.chat ?? provider.builtIn) : provider[operation]
  if (spoken === undefined) throw unsupported(target, operation, `${provider.displayName} ${DOES[operation]}`)
  if (!target.model.operations.includes(operation))
    throw unsupported(target, operation, `${target.model.provider}/${target.model.key} ${DOES[operation]}`)
}

const NEEDS: Readonly<Record<Exclude<ContentPart['type'], 'text'>, Modality>> = {
  image: 'image',
  audio: 'audio',
  file: 'file',
}

/** What the messages and tools need is among what the row says the model takes. */
export const ensureChat = (target: CallTarget, request: ChatRequest): void => {
  const { model } = target
  const name = `${model.provider}/${model.key}`
  for (const type of mediaTypes(request)) {
    if (!model.inputModalities.includes(NEEDS[type]) && !(type === 'image' && hasCapability(target, 'vision')))
      throw unsupported(target, type, `${name} takes no ${type} parts`)
  }
  if (request.tools?.length && !hasCapability(target, 'tools') && model.capabilities.length > 0)
    throw unsupported(target, 'tools', `${name} takes no tools`)
}

const hasCapability = (target: CallTarget, capability: Capability): boolean =>
  target.model.capabilities.includes(capability)

const mediaTypes = (request: ChatRequest): Set<Exclude<ContentPart['type'], 'text'>> => {
  const types = new Set<Exclude<ContentPart['type'], 'text'>>()
  for (const message of request.messages) {
    if (message.role !== 'user' && message.role !== 'tool') continue
    if (typeof message.content === 'string') continue
    for (const part of message.content) if (part.type !== 'text') types.add(part.type)
  }
  return types
}
