import { routerPeerKey, type RouterPeerType, type RouterView, routerPeerTypes } from '#lib/contract/index.ts'
import type { ByteReader } from './byte-reader.ts'
import { ipv4Text, ipv6Text, isZero } from './wire-text.ts'

/** The header of BMP messages that describes their neighbor (RFC 7854 section 4.2). */
export interface PeerHeader {
  type: RouterPeerType
  view: RouterView
  /** the VRF's route distinguisher as 16 hex digits; zeros = the default VRF */
  distinguisher: string
  /** the neighbor's address; null = not given, as in a Loc-RIB and for routes of the router itself */
  address: string | null
  /** ASN of the neighbor; 0 = not given */
  asn: number
  /** the neighbor's BGP identifier; in a Loc-RIB the router's own identifier */
  bgpId: string
  /** whether AS paths have two octets for each ASN (flag A) */
  twoOctetAsns: boolean
  /** whether the Loc-RIB that the router reports lacks some routes (flag F of RFC 9069) */
  filtered: boolean
  /**
   * time of the event in seconds since 1970, as sent by the router; null = not sent. Routers differ in which event the
   * time refers to
   */
  seconds: number | null
  /**
   * microseconds in addition to `seconds`; 0 = not given. FRR 8.4 sends the rounding error of its clock, which is the
   * same for all events
   */
  microseconds: number
}

const FLAG = { ipv6: 0x80, filtered: 0x80, postPolicy: 0x40, twoOctetAsns: 0x20, adjRibOut: 0x10 }

/**
 * Reads the header.
 * @returns null if the type of the peer is unknown, so that the message is skipped
 */
export function readPeerHeader(reader: ByteReader): PeerHeader | null {
  const typeCode = reader.u8('the peer type')
  const flags = reader.u8('the peer flags')
  const distinguisher = Buffer.from(reader.take(8, 'the peer distinguisher')).toString('hex')
  const address = reader.take(16, 'the peer address')
  const asn = reader.u32('the peer ASN')
  const bgpId = ipv4Text(reader.take(4, 'the peer BGP identifier'))
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
    address: isZero(address) ? null : isIpv6 ? ipv6Text(address) : ipv4Text(address.subarray(12)),
    asn,
    bgpId,
    twoOctetAsns: !isLocRib && (flags & FLAG.twoOctetAsns) !== 0,
    filtered: isLocRib && (flags & FLAG.filtered) !== 0,
    seconds: seconds === 0 ? null : seconds,
    microseconds: microseconds < 1_000_000 ? microseconds : 0,
  }
}

function viewOf(flags: number): RouterView {
  const isAfterPolicy = (flags & FLAG.postPolicy) !== 0
  if ((flags & FLAG.adjRibOut) !== 0) return isAfterPolicy ? 'adjOutPost' : 'adjOutPre'
  return isAfterPolicy ? 'adjInPost' : 'adjInPre'
}

/** Returns the key of a neighbor, which is the same for messages about all of its views (RFC 7854 section 4.2). */
export const peerKey = ({ type, distinguisher, address }: PeerHeader): string =>
  routerPeerKey({ type, distinguisher, neighbor: address })
