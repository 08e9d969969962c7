/** Images by address as bytes, for providers that fetch nothing themselves. */
import { AppError } from '../errors.ts'
import type { ContentPart, Message } from './types/messages.ts'
import type { ChatRequest } from './types/requests.ts'

export type FetchImage = (
  url: string,
  signal: AbortSignal,
) => Promise<{ readonly base64: string; readonly mediaType: string }>

const DATA_URL = /^data:([\w./+-]+);base64,([\s\S]*)$/

/** The request with bytes in place of addresses; without a way to fetch, an address is a typed refusal. */
export const resolveImages = async (
  request: ChatRequest,
  fetchImage: FetchImage | undefined,
  signal: AbortSignal,
  providerName: string,
): Promise<ChatRequest> => {
  const resolvePart = async (part: ContentPart): Promise<ContentPart> => {
    if (part.type !== 'image' || !('url' in part.source)) return part
    const inline = DATA_URL.exec(part.source.url)
    if (inline !== null) return { ...part, source: { mediaType: inline[1] ?? '', base64: inline[2] ?? '' } }
    if (fetchImage === undefined)
      throw new AppError('unsupported-capability', `${providerName} takes images as bytes, not by address`, {
        details: { capability: 'image-url' },
      })
    return { ...part, source: await fetchImage(part.source.url, signal) }
  }
  const resolveMessage = async (message: Message): Promise<Message> =>
    (message.role === 'user' || message.role === 'tool') && typeof message.content !== 'string'
      ? { ...message, content: await Promise.all(message.content.map(resolvePart)) }
      : message
  return { ...request, messages: await Promise.all(request.messages.map(resolveMessage)) }
}
