import { isObject, parseJson } from '../../lib/json.ts'
import { toProviderError } from '../dialects/provider-error.ts'
import { eventStatus, readFailure } from '../dialects/read-failure.ts'
import { WireError } from '../dialects/wire-error.ts'
import type { WireAccess, WireDeps } from './access.ts'
import { failureTarget } from './named-error.ts'
import type { WireReply } from './transport.ts'

/**
 * The whole body of an accepted call: JSON parsed, plain text as it is. Throws `provider-malformed` for what is neither,
 * and the provider's own failure where it stands in the body.
 */
export const readBody = async (deps: WireDeps, reply: WireReply, access: WireAccess): Promise<unknown> => {
  const text = await readText(reply.bytes)
  const type = reply.headers['content-type'] ?? ''
  if (text.trim() === '') throw new WireError('provider-malformed', 'the answer is empty')
  if (/^\s*<(?:!doctype|html)/i.test(text)) throw new WireError('provider-malformed', 'the answer is a web page')
  const parsed = parseJson(text)
  if (parsed === undefined && !/^text\/(?!html)/.test(type))
    throw new WireError('provider-malformed', 'the answer is not JSON')
  throwErrorBody(parsed, access, deps)
  return parsed ?? text
}

const readText = async (bytes: AsyncIterable<Uint8Array>): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of bytes) text += decoder.decode(chunk, { stream: true })
  return text + decoder.decode()
}

/** Some servers refuse with status 200 and an error in the body. */
const throwErrorBody = (body: unknown, access: WireAccess, deps: WireDeps): void => {
  if (!isObject(body) || body['error'] === undefined || body['error'] === null) return
  const failure = readFailure(eventStatus(body), {}, body)
  throw toProviderError(failure, failureTarget(access, deps), 'provider-error')
}
