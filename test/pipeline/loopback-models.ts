/** An OpenAI-compatible server on the loopback whose answers a test decides; sees what was really sent. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface AskedChat {
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly max_tokens?: number
  readonly max_completion_tokens?: number
  readonly stream?: boolean
}
export interface SaidChat {
  readonly text?: string
  readonly finish?: 'stop' | 'length' | 'content_filter'
  /** An error answer instead. */
  readonly status?: number
  readonly error?: Readonly<Record<string, unknown>>
}
export interface AskedAudio {
  readonly bytes: number
  readonly fields: Readonly<Record<string, string>>
}

export interface LoopbackScript {
  chat(asked: AskedChat, signal: AbortSignal): Promise<SaidChat> | SaidChat
  /** With `status`, an error answer. */
  transcribe(asked: AskedAudio, nth: number): unknown
}

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** A token is four letters here, so that what callers learn from it is true of this server. */
export const LETTERS_PER_TOKEN = 4

const usageOf = (asked: AskedChat, said: SaidChat): Readonly<Record<string, number>> => {
  const letters = asked.messages.reduce((sum, { content }) => sum + content.length, 0)
  const [prompt, completion] = [letters, said.text?.length ?? 0].map((count) => Math.ceil(count / LETTERS_PER_TOKEN))
  return {
    prompt_tokens: prompt ?? 0,
    completion_tokens: completion ?? 0,
    total_tokens: (prompt ?? 0) + (completion ?? 0),
  }
}

const sendJson = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

const sendChat = (response: ServerResponse, asked: AskedChat, said: SaidChat): void => {
  if (said.status !== undefined) return sendJson(response, said.status, { error: said.error ?? { message: 'no' } })
  const finish = said.finish ?? 'stop'
  const head = { id: 'x', created: 1, model: asked.model }
  const usage = usageOf(asked, said)
  if (asked.stream !== true) {
    const message = { role: 'assistant', content: said.text ?? '' }
    const choices = [{ index: 0, message, finish_reason: finish }]
    return sendJson(response, 200, { ...head, object: 'chat.completion', choices, usage })
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const event = (value: unknown): void => void response.write(`data: ${JSON.stringify(value)}\n\n`)
  const chunk = { ...head, object: 'chat.completion.chunk' }
  event({
    ...chunk,
    choices: [{ index: 0, delta: { role: 'assistant', content: said.text ?? '' }, finish_reason: null }],
  })
  event({ ...chunk, choices: [{ index: 0, delta: {}, finish_reason: finish }] })
  event({ ...chunk, choices: [], usage })
  response.end('data: [DONE]\n\n')
}

const readForm = async (request: IncomingMessage, body: Buffer): Promise<AskedAudio> => {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': request.headers['content-type'] ?? '' },
  }).formData()
  const entries = [...form.entries()]
  const fields = Object.fromEntries(
    entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
  const file = form.get('file')
  return { bytes: typeof file === 'string' || file === null ? 0 : file.size, fields }
}

export interface LoopbackModels {
  readonly url: string
  readonly script: LoopbackScript
  readonly chats: AskedChat[]
  readonly audios: AskedAudio[]
  close(): Promise<void>
}

export const startLoopbackModels = async (changes: Partial<LoopbackScript> = {}): Promise<LoopbackModels> => {
  const script: LoopbackScript = {
    chat: () => ({ text: 'An answer.' }),
    transcribe: () => ({ text: '' }),
    ...changes,
  }
  const chats: AskedChat[] = []
  const audios: AskedAudio[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const body = await readBody(request)
    if (request.url?.endsWith('/audio/transcriptions')) {
      const asked = await readForm(request, body)
      audios.push(asked)
      const said = await script.transcribe(asked, audios.length - 1)
      const isFailure = typeof said === 'object' && said !== null && 'status' in said
      return sendJson(response, isFailure ? Number(said.status) : 200, said)
    }
    const asked = JSON.parse(body.toString()) as AskedChat
    chats.push(asked)
    const said = await script.chat(asked, gone.signal)
    if (!gone.signal.aborted) sendChat(response, asked, said)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    script,
    chats,
    audios,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** The transcript that a request carries. */
export const transcriptIn = (asked: AskedChat): string =>
  /<transcript>\n([\s\S]*)\n<\/transcript>/.exec(asked.messages.at(-1)?.content ?? '')?.[1] ?? ''
