/** A stand-in for the hub that speech models come from: gives each file, whole or from where a download broke off. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SpeechModelRow } from '../../src/speech/catalog.ts'

/** True when it has answered itself. */
export type HubAnswer = (path: string, request: IncomingMessage, response: ServerResponse) => boolean

const source = { repository: 'speech/whisper-tiny', revision: '0123456789abcdef0123456789abcdef01234567' }

/** The first byte that is asked for. */
export const askedFrom = (request: IncomingMessage): number =>
  Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)

export const createModelHub = (contents: Readonly<Record<string, Buffer>>, answer: HubAnswer) => {
  const model: SpeechModelRow = {
    name: 'tiny',
    source,
    files: Object.entries(contents).map(([path, content]) => ({
      path,
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    })),
    variant: 'quantized',
    approximateMemoryBytes: 1,
    description: '',
  }
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(`/${source.repository}/resolve/${source.revision}/`, '')
    if (answer(path, request, response)) return
    const content = contents[path]
    if (content === undefined) return void response.writeHead(404).end()
    const from = askedFrom(request)
    response.writeHead(from > 0 ? 206 : 200).end(content.subarray(from))
  })
  return {
    model,
    source,
    /** Its address. */
    async open(): Promise<string> {
      await new Promise<void>((opened) => server.listen(0, '127.0.0.1', opened))
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    },
    async close(): Promise<void> {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
