import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * A plain TCP relay in front of a web: cutting it appears to a browser exactly like a server that died, and hurts
 * no other test.
 */
export class SeverableProxy {
  /** the port that new connections lead to */
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
        // a reset of either end closes both: the close handler does it
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

  /** Refuses new connections and breaks the present ones. */
  async cut(): Promise<void> {
    const { server } = this
    if (!server?.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of this.sockets) socket.destroy()
    await closed
  }
}
