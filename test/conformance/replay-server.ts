/** A loopback server that answers with recorded bytes, so that recordings pass through the whole stack. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RecordedReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  /** The connection stays open after the body. */
  readonly leaveOpen?: boolean
}

export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface ReplayServer {
  readonly baseUrl: string
  readonly requests: ReceivedRequest[]
  /** The replies of the next requests, in order; the last one is kept for all that follow. */
  readonly answerWith: (...replies: RecordedReply[]) => void
  readonly close: () => Promise<void>
}

/** Hop-by-hop and length fields of a recording would contradict how it is sent now. */
const SKIPPED = new Set(['content-length', 'transfer-encoding', 'connection', 'content-encoding'])

export const startReplayServer = async (): Promise<ReplayServer> => {
  const requests: ReceivedRequest[] = []
  let replies: RecordedReply[] = []
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      requests.push({ method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers, body })
      const reply = replies.length > 1 ? replies.shift() : replies[0]
      if (reply === undefined) return void outgoing.destroy()
      const headers = Object.entries(reply.headers ?? {}).filter(([name]) => !SKIPPED.has(name.toLowerCase()))
      outgoing.writeHead(reply.status, Object.fromEntries(headers))
      outgoing.write(reply.body)
      if (!reply.leaveOpen) outgoing.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answerWith: (...next) => {
      replies = next
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
