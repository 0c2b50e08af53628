import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * A TCP proxy in front of a web server. If it is cut, a browser sees the same as if the server had died, without an
 * effect on other tests.
 */
export class SeverableProxy {
  /** the port to which new connections are forwarded */
  target: number
  private readonly sockets = new Set<Socket>()
  private server: Server | undefined
  port = 0

  constructor(target: number) {
    this.target = target
  }

  async open(): Promise<void> {
    this.server = createServer((near) => {
      const far = connect(this.target, '127.0.0.1')
      for (const socket of [near, far]) {
        this.sockets.add(socket)
        socket.on('close', () => {
          this.sockets.delete(socket)
          near.destroy()
          far.destroy()
        })
        // destroying the socket closes both ends, through the close handler
        socket.on('error', () => socket.destroy())
      }
      near.pipe(far)
      far.pipe(near)
    })
    this.server.listen(this.port, '127.0.0.1')
    await once(this.server, 'listening')
    const address = this.server.address()
    if (address && typeof address === 'object') this.port = address.port
  }

  /** Refuses new connections and breaks existing ones. */
  async cut(): Promise<void> {
    const { server } = this
    if (!server?.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of this.sockets) socket.destroy()
    await closed
  }
}
