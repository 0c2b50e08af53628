import { routerPeerKey, type RouterPeerType, type RouterView, routerPeerTypes } from '#lib/contract/index.ts'
import type { ByteReader } from './byte-reader.ts'
import { ipv4Text, ipv6Text, isZero } from './wire-text.ts'

/** The per-peer header (RFC 7854 section 4.2). */
export interface PeerHeader {
  type: RouterPeerType
  view: RouterView
  /** the VRF's route distinguisher as 16 hex digits; zeros = none, which is the default VRF */
  distinguisher: string
  /** the neighbor's address; null = none is given, as in a Loc-RIB and for routes of the router itself */
  address: string | null
  /** 0 = none is given */
  asn: number
  /** the neighbor's BGP identifier; of a Loc-RIB the router's own */
  bgpId: string
  /** whether AS paths hold two octets for each ASN (flag A) */
  twoOctetAsns: boolean
  /** whether a Loc-RIB leaves routes out (flag F of RFC 9069) */
  filtered: boolean
  /** seconds since 1970 that the router names; null = it names none. Which event they belong to differs by router */
  seconds: number | null
  /** beside the seconds; 0 = none are given. FRR 8.4 gives those by which its clock reading was rounded, the same for all events */
  microseconds: number
}

const FLAG = { ipv6: 0x80, filtered: 0x80, postPolicy: 0x40, twoOctetAsns: 0x20, adjRibOut: 0x10 }

/** @returns null when the peer is of a type that is not known: such a message is skipped */
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

/** What messages about one neighbor have in common, whichever view they are about (RFC 7854 section 4.2). */
export const peerKey = ({ type, distinguisher, address }: PeerHeader): string =>
  routerPeerKey({ type, distinguisher, neighbor: address })
