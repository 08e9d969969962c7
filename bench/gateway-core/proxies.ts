/** Two proxies of one stack (node:http in, undici out): one passes bytes, one goes through the gateway. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { request } from 'undici'
import { createCaller } from '../../src/gateway/caller.ts'
import { createCatalog, createGateway, type Gateway } from '../../src/gateway/index.ts'
import { createOpenAiCompatible } from '../../src/gateway/providers/openai-compatible.ts'
import { row } from '../../src/gateway/testing/row.ts'
import type { ChatRequest } from '../../src/gateway/types/requests.ts'

const readBody = async (incoming: IncomingMessage): Promise<string> => {
  let body = ''
  for await (const chunk of incoming.setEncoding('utf8')) body += chunk as string
  return body
}

/** Bytes in, bytes out: what any proxy has to do at least. */
export const createBareProxy = (upstream: string): Server =>
  createServer((incoming, outgoing) => {
    void (async () => {
      const body = await readBody(incoming)
      const reply = await request(`${upstream}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
        body,
      })
      outgoing.writeHead(reply.statusCode, { 'content-type': String(reply.headers['content-type']) })
      for await (const chunk of reply.body) outgoing.write(chunk)
      outgoing.end()
    })()
  })

const bench = row('bench/bench', { contextLength: 128_000, maxOutputTokens: 4_096 })

export const createBenchGateway = (upstream: string): Gateway =>
  createGateway({
    caller: createCaller({ providers: [createOpenAiCompatible({ id: 'bench', baseUrl: upstream })] }),
    // As many models as a real catalog has, since routing looks at all of them.
    catalog: createCatalog([
      bench,
      ...Array.from({ length: 400 }, (_, at) => ({ ...bench, provider: `other${at % 8}`, key: `model-${at}` })),
    ]),
    credentials: (provider) => ({
      baseUrl: upstream,
      needsCredential: provider !== 'bench',
      credentials:
        provider === 'bench' ? [{ id: 'bench', name: 'bench', provider, weight: 1, secret: () => 'bench' }] : [],
    }),
  })

const sendStream = async (gateway: Gateway, asked: ChatRequest, outgoing: ServerResponse): Promise<void> => {
  outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
  for await (const part of gateway.stream(asked)) {
    if (part.type === 'text-delta')
      outgoing.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: part.text } }] })}\n\n`)
    if (part.type === 'error') throw part.error
  }
  outgoing.end('data: [DONE]\n\n')
}

/** Request decoded, routed, guarded, sent, answer decoded, facts gathered, answer encoded. */
export const createGatewayProxy = (gateway: Gateway): Server =>
  createServer((incoming, outgoing) => {
    void (async () => {
      const { stream, messages } = JSON.parse(await readBody(incoming)) as {
        stream?: boolean
        messages: ChatRequest['messages']
      }
      const asked: ChatRequest = { model: 'bench/bench', messages, maxOutputTokens: 500 }
      if (stream === true) return sendStream(gateway, asked, outgoing)
      const answer = await gateway.chat(asked)
      outgoing.writeHead(200, { 'content-type': 'application/json' })
      outgoing.end(
        JSON.stringify({
          choices: [{ index: 0, message: { role: 'assistant', content: answer.text }, finish_reason: 'stop' }],
          usage: answer.usage,
        }),
      )
    })()
  })
