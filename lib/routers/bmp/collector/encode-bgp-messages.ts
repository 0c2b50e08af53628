/** Types of the BGP messages that the collector sends. It sends no routes. */
import { ByteWriter } from '../codec/byte-writer.ts'
import type { AddressFamily } from '../codec/address-family.ts'

export const BGP_MESSAGE_TYPES = { open: 1, update: 2, notification: 3, keepalive: 4 } as const

/** AS_TRANS: value of a two-octet ASN field if the ASN needs four octets (RFC 6793 section 9). */
const AS_TRANS = 23_456

/** ASN and hold time that the collector uses in its sessions. */
export interface CollectorBgpParameters {
  /** ASN, 1 to 4,294,967,295 */
  asn: number
  /** proposed hold time in seconds, 3 to 600 */
  holdSeconds: number
}

const bgpMessage = (type: number, body = new ByteWriter()): Uint8Array => {
  const bytes = body.done()
  return new ByteWriter()
    .bytes(new Uint8Array(16).fill(0xff))
    .u16(19 + bytes.length)
    .u8(type)
    .bytes(bytes)
    .done()
}

export const encodeKeepalive = (): Uint8Array => bgpMessage(BGP_MESSAGE_TYPES.keepalive)

export const encodeBgpNotification = (code: number, subcode: number, data: Uint8Array = new Uint8Array()): Uint8Array =>
  bgpMessage(BGP_MESSAGE_TYPES.notification, new ByteWriter().u8(code).u8(subcode).bytes(data))

/**
 * Returns an End-of-RIB message (RFC 4724 section 2). The collector must send it because it offers graceful restart. A
 * router that restarts may wait for it before it selects routes.
 */
export const encodeEndOfRib = (family: AddressFamily): Uint8Array =>
  bgpMessage(
    BGP_MESSAGE_TYPES.update,
    family === 'ipv4' ? new ByteWriter().u32(0) : new ByteWriter().u16(0).u16(6).u8(0x80).u8(15).u8(3).u16(2).u8(1),
  )

/**
 * Returns the collector's OPEN. It offers IPv4 and IPv6 unicast, four-octet ASNs, and graceful restart with 0 s and no
 * families. The router then keeps no routes after a restart, but reports when it has sent its whole table (RFC 4724).
 */
export function encodeCollectorOpen({ asn, holdSeconds }: CollectorBgpParameters, bgpId: string): Uint8Array {
  const capabilities = new ByteWriter()
    .bytes(Uint8Array.of(1, 4, 0, 1, 0, 1, 1, 4, 0, 2, 0, 1, 64, 2, 0, 0, 65, 4))
    .u32(asn)
    .done()
  return bgpMessage(
    BGP_MESSAGE_TYPES.open,
    new ByteWriter()
      .u8(4)
      .u16(asn > 0xffff ? AS_TRANS : asn)
      .u16(holdSeconds)
      .bytes(encodeBgpId(bgpId))
      .u8(capabilities.length + 2)
      .u8(2)
      .u8(capabilities.length)
      .bytes(capabilities),
  )
}

/**
 * Returns the collector's BGP identifier for a connection: its own IPv4 address, or the four bytes of its ASN if its
 * address is IPv6.
 */
export const getCollectorBgpId = ({ asn }: CollectorBgpParameters, localAddress: string): string =>
  localAddress.includes(':') ? [...new ByteWriter().u32(asn).done()].join('.') : localAddress

export const encodeBgpId = (bgpId: string): Uint8Array => Uint8Array.from(bgpId.split('.').map(Number))
