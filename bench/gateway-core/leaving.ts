/** How soon a provider notices that the caller left: a stream that hangs after its first word, left again and again. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createBenchGateway } from './proxies.ts'

const FIRST = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'word ' }, finish_reason: null }] })}\n\n`

/** Milliseconds from the caller's abort to the closed connection at the provider, one a round. */
export const measureLeaving = async (rounds: number): Promise<number[]> => {
  let onClosed: (atMs: number) => void = () => {}
  const server = createServer((incoming, outgoing) => {
    incoming.resume()
    outgoing.on('close', () => onClosed(performance.now()))
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
    outgoing.write(FIRST)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const gateway = createBenchGateway(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const leaving = new AbortController()
    const closed = new Promise<number>((resolve) => (onClosed = resolve))
    let leftAtMs = 0
    const messages = [{ role: 'user' as const, content: 'Go on for ever.' }]
    const options = { signal: leaving.signal, fallbackModels: [] }
    for await (const part of gateway.stream({ model: 'bench/bench', messages }, options)) {
      if (part.type !== 'text-delta') continue
      leftAtMs = performance.now()
      leaving.abort()
    }
    times.push((await closed) - leftAtMs)
  }
  server.closeAllConnections()
  server.close()
  return times
}
