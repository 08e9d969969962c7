/** A line to the server that a test can cut in the middle of anything: a TCP proxy on the loopback. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Line {
  /** Where the browser reaches the server through this line. */
  address: string
  connectTo(serverAddress: string): void
  /** Ends every connection and takes no new one. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

export const openLine = async (): Promise<Line> => {
  const sockets = new Set<Socket>()
  let port: number | null = null
  let isCut = false
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    return socket
  }
  const server = createServer((near) => {
    keep(near)
    if (isCut || port === null) return near.destroy()
    const far = keep(connect(port, 'localhost'))
    near.pipe(far).pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const cut = (): void => {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  return {
    address: `http://localhost:${(server.address() as AddressInfo).port}`,
    connectTo: (serverAddress) => {
      port = Number(new URL(serverAddress).port)
    },
    cut,
    mend: () => {
      isCut = false
    },
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
