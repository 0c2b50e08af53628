/**
 * Converts a BGP session between a router and Peerwatch's collector to BMP messages, as if the router reported the
 * session by BMP (RFC 7854, RFC 8671). Both protocols can then be decoded and recorded by the same code. In these
 * messages, the collector is the neighbor, and the routes are the router's advertised routes after its policy.
 */
import { parseAddress } from '#lib/bgp/index.ts'
import { ByteWriter } from '../codec/byte-writer.ts'
import { encodeBgpId } from './encode-bgp-messages.ts'

const TYPE = { routeMonitoring: 0, peerDown: 2, peerUp: 3, initiation: 4 }
const FLAG = { ipv6: 0x80, postPolicy: 0x40, twoOctetAsns: 0x20, adjRibOut: 0x10 }
const SYS_NAME = 2

/** Address and port of one end of the connection. */
export interface ConnectionEndpoint {
  address: string
  port: number
}

/**
 * Reason why a session with the collector ended. `code` is a reason of a BMP Peer Down (RFC 7854 section 4.9);
 * `notification` is the NOTIFICATION that one end sent.
 */
export type CollectorSessionEndReason =
  | { code: 1 | 3; notification: Uint8Array }
  /** The TCP connection was lost: event TcpConnectionFails (RFC 4271 section 8.1.4). */
  | { code: 2; event: 18 }

export class CollectorSessionAsBmp {
  private readonly header: Uint8Array
  private readonly ends: { own: ConnectionEndpoint; router: ConnectionEndpoint }

  constructor(
    own: { asn: number; bgpId: string },
    ends: { own: ConnectionEndpoint; router: ConnectionEndpoint },
    { twoOctetAsns }: { twoOctetAsns: boolean },
  ) {
    const { address } = ends.own
    const flags =
      FLAG.postPolicy |
      FLAG.adjRibOut |
      (address.includes(':') ? FLAG.ipv6 : 0) |
      (twoOctetAsns ? FLAG.twoOctetAsns : 0)
    this.ends = ends
    this.header = new ByteWriter()
      .u8(0)
      .u8(flags)
      .bytes(new Uint8Array(8))
      .bytes(sixteen(address))
      .u32(own.asn)
      .bytes(encodeBgpId(own.bgpId))
      .bytes(new Uint8Array(8))
      .done()
  }

  /**
   * Returns the BMP messages for a session that was established: Initiation and Peer Up.
   * @param name host name in the router's OPEN, or its BGP identifier if there is no name
   */
  up(name: string, routersOpen: Uint8Array, ownOpen: Uint8Array): Uint8Array {
    const text = Buffer.from(name)
    const initiation = new ByteWriter().u16(SYS_NAME).u16(text.length).bytes(text).done()
    const { own, router } = this.ends
    const peerUp = new ByteWriter()
      .bytes(sixteen(router.address))
      .u16(router.port)
      .u16(own.port)
      .bytes(routersOpen)
      .bytes(ownOpen)
      .done()
    return Buffer.concat([frame(TYPE.initiation, initiation), frame(TYPE.peerUp, this.header, peerUp)])
  }

  update(message: Uint8Array): Uint8Array {
    return frame(TYPE.routeMonitoring, this.header, message)
  }

  down(reason: CollectorSessionEndReason): Uint8Array {
    const said = new ByteWriter().u8(reason.code)
    if (reason.code === 2) said.u16(reason.event)
    else said.bytes(reason.notification)
    return frame(TYPE.peerDown, this.header, said.done())
  }
}

function frame(type: number, ...parts: Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, { length: bytes }) => sum + bytes, 6)
  return Buffer.concat([new ByteWriter().u8(3).u32(length).u8(type).done(), ...parts])
}

/** Returns an address as 16 bytes. An IPv4 address has twelve zero bytes in front. */
function sixteen(text: string): Uint8Array {
  return Buffer.from((parseAddress(text)?.value ?? 0n).toString(16).padStart(32, '0'), 'hex')
}
