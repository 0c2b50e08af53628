import { connect, type Socket } from 'node:net'
import { bgpMessage, encodeOpen } from '#lib/routers/bmp/codec/testing/encode-bgp.ts'
import type { BgpOpen } from '#lib/routers/bmp/codec/open.ts'
import type { PeerHeader } from '#lib/routers/bmp/codec/peer-header.ts'

const KEEPALIVE = bgpMessage(4, new Uint8Array())

/** Returns a router's OPEN. */
export const createTestBgpOpen = (more: Partial<BgpOpen> = {}): BgpOpen => ({
  asn: 65_010,
  holdTimeSeconds: 600,
  bgpId: '10.255.0.1',
  families: ['ipv4'],
  fourOctetAsns: true,
  addPath: [],
  gracefulRestart: null,
  capabilities: [1, 65, 73],
  ...more,
})

/** Returns a neighbor as in BMP's per-peer header. By default it is an MSEE. */
export const createTestBmpPeerHeader = (more: Partial<PeerHeader> = {}): PeerHeader => ({
  type: 'global',
  view: 'adjInPre',
  distinguisher: '0'.repeat(16),
  address: '192.0.2.98',
  asn: 12_076,
  bgpId: '192.0.2.98',
  twoOctetAsns: false,
  filtered: false,
  seconds: null,
  microseconds: 0,
  ...more,
})

/** Connects from an address of this machine. */
export async function connectFromLocalAddress(localAddress: string, port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, localAddress })
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('connect', resolve))
  return socket
}

/** Opens a BGP session with a collector. The socket is closed when the collector ends the session. */
export async function openTestBgpSession(
  localAddress: string,
  port: number,
  more: Partial<BgpOpen> & { hostName: string },
): Promise<Socket> {
  const socket = await connectFromLocalAddress(localAddress, port)
  socket.resume()
  socket.write(encodeOpen(createTestBgpOpen(more)))
  socket.write(KEEPALIVE)
  return socket
}
