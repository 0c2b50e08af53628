import type { ChildProcess } from 'node:child_process'
import { connect, createServer, type Server, type Socket } from 'node:net'
import path from 'node:path'
import { killProcessAndWait, spawnInRouterNamespace } from './namespaces.ts'

/** Script that runs in the namespace and forwards a port to a Unix socket. */
const INSIDE = `const net = require('node:net')
net.createServer((router) => {
  const station = net.connect(process.argv[1])
  for (const end of [router, station]) for (const what of ['error', 'close']) end.on(what, () => { router.destroy(); station.destroy() })
  router.pipe(station); station.pipe(router)
}).listen(Number(process.argv[2]), process.argv[3])`

/**
 * Forwards connections of a router's namespace to this machine through a Unix socket, so that the machine's network is
 * unaffected.
 */
export class BmpStationRelay {
  private readonly server: Server
  private readonly child: ChildProcess

  /**
   * Starts the relay.
   * @param port port in the router's namespace, at 127.0.0.1 unless `at` is given
   * @param to returns the port of the station; `as` is the address of this machine (in 127.0.0.0/8) from which the
   *   router seems to connect
   */
  constructor(options: { router: string; port: number; folder: string; to: () => number; as?: string; at?: string }) {
    const { router, port, folder, to, as = '127.0.0.1', at = '127.0.0.1' } = options
    const file = path.join(folder, `${router}-${port}.sock`)
    this.server = createServer((inside) => {
      join(inside, connect({ host: '127.0.0.1', port: to(), localAddress: as }))
    }).listen(file)
    this.child = spawnInRouterNamespace(router, process.execPath, ['-e', INSIDE, file, String(port), at])
  }

  async close(): Promise<void> {
    this.server.close()
    await killProcessAndWait(this.child)
  }
}

function join(one: Socket, other: Socket): void {
  const end = () => {
    one.destroy()
    other.destroy()
  }
  for (const socket of [one, other]) for (const what of ['error', 'close']) socket.on(what, end)
  one.pipe(other)
  other.pipe(one)
}
