/** Sends one call: address, headers and key of its provider. A refusal is thrown with its body read. */
import { AppError } from '../../errors.ts'
import type { CallContext } from '../call.ts'
import { toProviderError } from '../dialects/provider-error.ts'
import { readFailure } from '../dialects/read-failure.ts'
import type { WireCall } from '../provider.ts'
import type { WireAccess, WireDeps } from './access.ts'
import { failureTarget } from './named-error.ts'
import type { WireReply } from './transport.ts'

export const openReply = async (
  deps: WireDeps,
  access: WireAccess,
  call: WireCall,
  context: CallContext,
  stream: boolean,
): Promise<WireReply> => {
  const reply = await deps.send({
    method: call.method,
    url: joinUrl(access, call.path),
    headers: headersOf(access, call, stream),
    body: call.body === null || call.body instanceof FormData ? call.body : JSON.stringify(call.body),
    signal: context.signal,
    onConnection: context.onConnection,
  })
  context.onHeaders?.(reply.status, reply.headers)
  if (reply.status >= 200 && reply.status < 300) return reply
  throw toProviderError(readFailure(reply.status, reply.headers, await readRefusal(reply)), failureTarget(access, deps))
}

/** A base URL may be given with or without its version; a version that the path brings along is not doubled. */
const joinUrl = (access: WireAccess, path: string): string => {
  const base = (access.baseUrl || access.provider.baseUrl).replace(/\/+$/, '')
  return (/^\/(?:v1|api)\//.test(path) ? base.replace(/\/v1$/, '') : base) + path
}

const headersOf = (access: WireAccess, call: WireCall, stream: boolean): Record<string, string> => {
  const { provider, credential } = access
  if (provider.needsKey && credential === null)
    throw new AppError('credential-missing', `no key is set for ${provider.displayName}`, {
      details: { provider: provider.id, model: access.model },
    })
  const secret = credential?.secret() ?? ''
  return {
    accept: stream ? 'text/event-stream, application/json' : 'application/json, text/plain;q=0.9',
    'accept-encoding': stream ? 'identity' : 'gzip, br',
    'user-agent': 'mp4totext',
    ...(call.body === null || call.body instanceof FormData ? {} : { 'content-type': 'application/json' }),
    ...provider.headers,
    ...call.headers,
    ...(secret === '' ? {} : provider.auth(secret)),
  }
}

const REFUSAL_LIMIT = 256 * 1024

/** The body of a refusal as far as it is needed; that it breaks off is no new failure. */
const readRefusal = async (reply: WireReply): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of reply.bytes) {
      text += decoder.decode(chunk, { stream: true })
      if (text.length > REFUSAL_LIMIT) break
    }
  } catch {
    // The status is known already and says more than the broken body would.
  } finally {
    reply.discard()
  }
  return text
}
