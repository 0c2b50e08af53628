import type { ChildProcess } from 'node:child_process'
import { connect, createServer, type Server, type Socket } from 'node:net'
import path from 'node:path'
import { killed, spawnIn } from './namespaces.ts'

/** Runs inside: from a port to a socket that is a file. */
const INSIDE = `const net = require('node:net')
net.createServer((router) => {
  const station = net.connect(process.argv[1])
  for (const end of [router, station]) for (const what of ['error', 'close']) end.on(what, () => { router.destroy(); station.destroy() })
  router.pipe(station); station.pipe(router)
}).listen(Number(process.argv[2]), process.argv[3])`

/** Hands connections of a router's namespace on to this machine, through a socket that is a file: the machine's network stays as it is. */
export class StationRelay {
  private readonly server: Server
  private readonly child: ChildProcess

  /**
   * @param port of the router's namespace, at its own 127.0.0.1 unless `at` is given
   * @param to the station: its port, and which of this machine's own addresses (127.0.0.0/8) the router seems to have
   */
  constructor(options: { router: string; port: number; folder: string; to: () => number; as?: string; at?: string }) {
    const { router, port, folder, to, as = '127.0.0.1', at = '127.0.0.1' } = options
    const file = path.join(folder, `${router}-${port}.sock`)
    this.server = createServer((inside) => {
      join(inside, connect({ host: '127.0.0.1', port: to(), localAddress: as }))
    }).listen(file)
    this.child = spawnIn(router, process.execPath, ['-e', INSIDE, file, String(port), at])
  }

  async close(): Promise<void> {
    this.server.close()
    await killed(this.child)
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
