import { buildRouterPeerKey, type RouterPeerType, type MonitoredRib, routerPeerTypes } from '#lib/contract/index.ts'
import type { ByteReader } from './byte-reader.ts'
import { formatIpv4Bytes, formatIpv6Bytes, areAllBytesZero } from './wire-text.ts'

/** Header of a BMP message that names the neighbor which the message is about (RFC 7854 section 4.2). */
export interface PeerHeader {
  type: RouterPeerType
  view: MonitoredRib
  /** Route distinguisher of the VRF, as 16 hex digits; zeros = the default routing table. */
  distinguisher: string
  /** Address of the neighbor; null = the message is about the router's own table (Loc-RIB) or its own routes. */
  address: string | null
  /** ASN of the neighbor; 0 = not reported. */
  asn: number
  /** BGP identifier of the neighbor. For the router's own table (Loc-RIB), it is the router's own identifier. */
  bgpId: string
  /** True if the ASNs in AS paths have two octets (flag A). */
  twoOctetAsns: boolean
  /** True if the router reports only a part of its own table (Loc-RIB); flag F of RFC 9069. */
  filtered: boolean
  /**
   * Time in seconds since 1970 that the router sent; null = none. It is the time of an event; which event this is
   * depends on the router software.
   */
  seconds: number | null
  /** Microseconds in addition to `seconds`; 0 = none. FRR 8.4 sends a constant rounding error of its clock here. */
  microseconds: number
}

const FLAG = { ipv6: 0x80, filtered: 0x80, postPolicy: 0x40, twoOctetAsns: 0x20, adjRibOut: 0x10 }

/**
 * Reads the header.
 * @returns null if the type of the peer is unknown; the message is then skipped
 */
export function decodePeerHeader(reader: ByteReader): PeerHeader | null {
  const typeCode = reader.u8('the peer type')
  const flags = reader.u8('the peer flags')
  const distinguisher = Buffer.from(reader.take(8, 'the peer distinguisher')).toString('hex')
  const address = reader.take(16, 'the peer address')
  const asn = reader.u32('the peer ASN')
  const bgpId = formatIpv4Bytes(reader.take(4, 'the peer BGP identifier'))
  const seconds = reader.u32('the time')
  const microseconds = reader.u32('the microseconds')
  const type = routerPeerTypes[typeCode]
  if (type === undefined) return null
  const isLocRib = type === 'locRib'
  const isIpv6 = !isLocRib && (flags & FLAG.ipv6) !== 0
  return {
    type,
    view: isLocRib ? 'locRib' : viewOf(flags),
    distinguisher,
    address: areAllBytesZero(address)
      ? null
      : isIpv6
        ? formatIpv6Bytes(address)
        : formatIpv4Bytes(address.subarray(12)),
    asn,
    bgpId,
    twoOctetAsns: !isLocRib && (flags & FLAG.twoOctetAsns) !== 0,
    filtered: isLocRib && (flags & FLAG.filtered) !== 0,
    seconds: seconds === 0 ? null : seconds,
    microseconds: microseconds < 1_000_000 ? microseconds : 0,
  }
}

function viewOf(flags: number): MonitoredRib {
  const isAfterPolicy = (flags & FLAG.postPolicy) !== 0
  if ((flags & FLAG.adjRibOut) !== 0) return isAfterPolicy ? 'adjOutPost' : 'adjOutPre'
  return isAfterPolicy ? 'adjInPost' : 'adjInPre'
}

/** Returns the key of a neighbor. It is the same for all tables (views) of the neighbor (RFC 7854 section 4.2). */
export const formatPeerHeaderKey = ({ type, distinguisher, address }: PeerHeader): string =>
  buildRouterPeerKey({ type, distinguisher, neighbor: address })
