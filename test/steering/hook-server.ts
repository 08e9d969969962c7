/** Receivers of messages: a webhook and a mail server, as small as they can be. */
import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net'

export interface ReceivedHook {
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly body: {
    id: string
    event: string
    subject: string
    alerts?: { id: string; event: string; kind: string; message: string }[]
  }
}

export interface HookServer {
  readonly url: string
  readonly received: ReceivedHook[]
  /** Answers the next so many requests with 500. */
  failNext(count: number): void
  close(): Promise<void>
}

export const startHookServer = async (): Promise<HookServer> => {
  const received: ReceivedHook[] = []
  let failing = 0
  const server = createHttpServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      const fails = failing > 0
      if (fails) failing -= 1
      else received.push({ headers: request.headers, text, body: JSON.parse(text) as ReceivedHook['body'] })
      response.writeHead(fails ? 500 : 200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    failNext: (count) => (failing = count),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

export interface MailServer {
  readonly url: string
  readonly mails: { readonly from: string; readonly to: string[]; readonly data: string }[]
  close(): Promise<void>
}

/** Speaks just enough SMTP to take a mail. */
export const startMailServer = async (): Promise<MailServer> => {
  const mails: { from: string; to: string[]; data: string }[] = []
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    let [buffer, inData] = ['', false]
    let mail = { from: '', to: [] as string[], data: '' }
    const answer = (line: string): void => void socket.write(`${line}\r\n`)
    const takeLine = (line: string): void => {
      const [, address = ''] = /<([^>]*)>/.exec(line) ?? []
      if (/^MAIL/i.test(line)) mail = { from: address, to: [], data: '' }
      if (/^RCPT/i.test(line)) mail.to.push(address)
      if (/^DATA/i.test(line)) inData = true
      if (/^QUIT/i.test(line)) socket.end('221 bye\r\n')
      else answer(inData ? '354 go on' : '250 ok')
    }
    answer('220 test')
    socket.on('data', (chunk: Buffer) => {
      buffer += chunk.toString()
      for (;;) {
        const end = buffer.indexOf(inData ? '\r\n.\r\n' : '\r\n')
        if (end < 0) return
        const part = buffer.slice(0, end)
        buffer = buffer.slice(end + (inData ? 5 : 2))
        if (!inData) takeLine(part)
        else {
          mails.push({ ...mail, data: part })
          inData = false
          answer('250 taken')
        }
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
