/** The provider of the benchmark: an OpenAI-shaped server that does as little as possible, in a process of its own. */
import { createServer } from 'node:http'

const EVENTS = 200

const answer = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1,
  model: 'bench',
  choices: [
    { index: 0, message: { role: 'assistant', content: 'A short answer of a few words.' }, finish_reason: 'stop' },
  ],
  usage: { prompt_tokens: 12, completion_tokens: 8, total_tokens: 20 },
})

const event = (delta: object, finish: string | null, usage?: object): string =>
  `data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1, model: 'bench', choices: [{ index: 0, delta, finish_reason: finish }], ...(usage ? { usage } : {}) })}\n\n`

// Every piece differs, as in life.
const pieces = [
  event({ role: 'assistant', content: '' }, null),
  ...Array.from({ length: EVENTS }, (_, at) => event({ content: `word${at} ` }, null)),
  event({}, 'stop', { prompt_tokens: 12, completion_tokens: EVENTS, total_tokens: 12 + EVENTS }),
  'data: [DONE]\n\n',
]

const server = createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => (body += chunk))
  request.on('end', () => {
    if (!body.includes('"stream":true')) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) })
      response.end(answer)
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const writeFrom = (at: number): void => {
      const piece = pieces[at]
      if (piece === undefined) return void response.end()
      response.write(piece)
      setImmediate(writeFrom, at + 1)
    }
    writeFrom(0)
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.(typeof address === 'object' && address !== null ? address.port : 0)
})
process.on('disconnect', () => process.exit(0))
