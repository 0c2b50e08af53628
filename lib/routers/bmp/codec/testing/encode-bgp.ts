import type { BgpNotification } from '#lib/contract/index.ts'
/** Encodes BGP messages, independent of the decoder and based on the RFCs. */
import { parseAddress } from '#lib/bgp/index.ts'
import type { AsPathSegment } from '#lib/bgp/index.ts'
import type { PathAttributes } from '../attributes.ts'
import type { AddressFamily } from '../address-family.ts'
import type { BgpOpen } from '../open.ts'
import type { PrefixWithOptionalPathId } from '../prefixes.ts'
import type { BgpUpdate, BgpUpdateDecodingOptions } from '../update.ts'

type WireForm = Pick<BgpUpdateDecodingOptions, 'twoOctetAsns'>
import { ByteWriter } from '../byte-writer.ts'

export function addressBytes(text: string): Uint8Array {
  const address = parseAddress(text)
  if (!address) throw new Error(`no address: ${text}`)
  const hex = address.value.toString(16).padStart(address.family === 4 ? 8 : 32, '0')
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

export function bgpMessage(type: number, body: Uint8Array): Uint8Array {
  return new ByteWriter()
    .bytes(new Uint8Array(16).fill(0xff))
    .u16(19 + body.length)
    .u8(type)
    .bytes(body)
    .done()
}

const afiOf = (family: AddressFamily) => (family === 'ipv4' ? 1 : 2)

/** @param extended whether parameters have the longer form of RFC 9072 */
export function encodeOpen(open: BgpOpen, extended = false): Uint8Array {
  const capabilities = new ByteWriter()
  const capability = (code: number, value: Uint8Array) => capabilities.u8(code).u8(value.length).bytes(value)
  for (const code of open.capabilities) {
    if (code === 1) {
      for (const family of open.families) capability(1, new ByteWriter().u16(afiOf(family)).u8(0).u8(1).done())
    } else if (code === 65) capability(65, new ByteWriter().u32(open.asn).done())
    else if (code === 64) capability(64, new ByteWriter().u16(0x8000 | (open.gracefulRestart?.seconds ?? 0)).done())
    else if (code === 69) {
      const value = new ByteWriter()
      for (const { family, sends, receives } of open.addPath)
        value
          .u16(afiOf(family))
          .u8(1)
          .u8((sends ? 2 : 0) + (receives ? 1 : 0))
      capability(69, value.done())
    } else if (code === 73 && open.hostName !== undefined) {
      const text = Buffer.from(open.hostName)
      capability(73, new ByteWriter().u8(text.length).bytes(text).u8(0).done())
    } else capability(code, new Uint8Array(3))
  }
  const value = capabilities.done()
  const parameters = new ByteWriter()
  if (value.length > 0) {
    parameters.u8(2)
    if (extended) parameters.u16(value.length)
    else parameters.u8(value.length)
    parameters.bytes(value)
  }
  const all = parameters.done()
  const body = new ByteWriter()
    .u8(4)
    .u16(open.asn > 0xffff ? 23456 : open.asn)
    .u16(open.holdTimeSeconds)
    .bytes(addressBytes(open.bgpId))
  if (extended) body.u8(255).u8(255).u16(all.length)
  else body.u8(all.length)
  return bgpMessage(1, body.bytes(all).done())
}

export function encodeNotification(notification: BgpNotification): Uint8Array {
  const body = new ByteWriter().u8(notification.code).u8(notification.subcode)
  if (notification.hardResetOf) body.u8(notification.hardResetOf.code).u8(notification.hardResetOf.subcode)
  if (notification.communication !== null) {
    const text = Buffer.from(notification.communication)
    body.u8(text.length).bytes(text)
  }
  return bgpMessage(3, body.done())
}

function encodePrefixes(prefixes: readonly PrefixWithOptionalPathId[]): Uint8Array {
  const writer = new ByteWriter()
  for (const { prefix, pathId } of prefixes) {
    const [address = '', length = ''] = prefix.split('/')
    if (pathId !== null) writer.u32(pathId)
    writer.u8(Number(length)).bytes(addressBytes(address).subarray(0, Math.ceil(Number(length) / 8)))
  }
  return writer.done()
}

const SEGMENTS = ['set', 'sequence', 'confedSequence', 'confedSet']

function encodeAsPath(path: readonly AsPathSegment[], octets: 2 | 4): Uint8Array {
  const writer = new ByteWriter()
  for (const { type, asns } of path) {
    writer.u8(SEGMENTS.indexOf(type) + 1).u8(asns.length)
    for (const asn of asns) {
      if (octets === 4) writer.u32(asn)
      else writer.u16(asn > 0xffff ? 23456 : asn)
    }
  }
  return writer.done()
}

function attribute(type: number, flags: number, value: Uint8Array): Uint8Array {
  const isLong = value.length > 255
  const writer = new ByteWriter().u8(isLong ? flags | 0x10 : flags & ~0x10).u8(type)
  if (isLong) writer.u16(value.length)
  else writer.u8(value.length)
  return writer.bytes(value).done()
}

const u32s = (values: readonly number[]) => values.reduce((writer, value) => writer.u32(value), new ByteWriter()).done()

function encodeAttributes(attributes: PathAttributes, { twoOctetAsns }: WireForm): Uint8Array[] {
  const all: Uint8Array[] = []
  const { asPath, aggregator } = attributes
  const isLarge = (asn: number) => asn > 0xffff
  if (attributes.origin !== null)
    all.push(attribute(1, 0x40, Uint8Array.of(['igp', 'egp', 'incomplete'].indexOf(attributes.origin))))
  if (asPath) all.push(attribute(2, 0x40, encodeAsPath(asPath, twoOctetAsns ? 2 : 4)))
  if (attributes.med !== null) all.push(attribute(4, 0x80, u32s([attributes.med])))
  if (attributes.localPref !== null) all.push(attribute(5, 0x40, u32s([attributes.localPref])))
  if (attributes.atomicAggregate) all.push(attribute(6, 0x40, new Uint8Array()))
  if (aggregator) {
    const writer = new ByteWriter()
    if (twoOctetAsns) writer.u16(isLarge(aggregator.asn) ? 23456 : aggregator.asn)
    else writer.u32(aggregator.asn)
    all.push(attribute(7, 0xc0, writer.bytes(addressBytes(aggregator.address)).done()))
  }
  if (attributes.communities.length > 0) {
    const values = attributes.communities.map((text) => {
      const [high = 0, low = 0] = text.split(':').map(Number)
      return ((high << 16) | low) >>> 0
    })
    all.push(attribute(8, 0xc0, u32s(values)))
  }
  if (attributes.extendedCommunities.length > 0)
    all.push(attribute(16, 0xc0, Buffer.from(attributes.extendedCommunities.join(''), 'hex')))
  if (twoOctetAsns && asPath?.some(({ asns }) => asns.some(isLarge)))
    all.push(attribute(17, 0xc0, encodeAsPath(asPath, 4)))
  if (twoOctetAsns && aggregator && isLarge(aggregator.asn))
    all.push(attribute(18, 0xc0, new ByteWriter().u32(aggregator.asn).bytes(addressBytes(aggregator.address)).done()))
  if (attributes.largeCommunities.length > 0)
    all.push(attribute(32, 0xc0, u32s(attributes.largeCommunities.flatMap((text) => text.split(':').map(Number)))))
  for (const { type, flags, value } of attributes.others) all.push(attribute(type, flags, value))
  return all
}

/** Encodes an UPDATE with IPv4 routes in the UPDATE itself and IPv6 routes in MP_REACH_NLRI and MP_UNREACH_NLRI. */
export function encodeUpdate(update: BgpUpdate, encoding: WireForm): Uint8Array {
  const attributes = encodeAttributes(update.attributes, encoding)
  const ipv4 = update.announced.find(({ family }) => family === 'ipv4')
  const ipv6 = update.announced.find(({ family }) => family === 'ipv6')
  const gone = (family: AddressFamily) => update.withdrawn.find((entry) => entry.family === family)?.prefixes ?? []
  if (ipv4?.nextHop) attributes.push(attribute(3, 0x40, addressBytes(ipv4.nextHop)))
  if (ipv6?.nextHop) {
    const value = new ByteWriter().u16(2).u8(1).u8(16).bytes(addressBytes(ipv6.nextHop)).u8(0)
    attributes.push(attribute(14, 0x80, value.bytes(encodePrefixes(ipv6.prefixes)).done()))
  }
  if (update.endOfRib === 'ipv6' || gone('ipv6').length > 0)
    attributes.push(
      attribute(
        15,
        0x80,
        new ByteWriter()
          .u16(2)
          .u8(1)
          .bytes(encodePrefixes(gone('ipv6')))
          .done(),
      ),
    )
  const withdrawn = encodePrefixes(gone('ipv4'))
  const attributeBytes = Buffer.concat(attributes)
  const body = new ByteWriter().u16(withdrawn.length).bytes(withdrawn).u16(attributeBytes.length).bytes(attributeBytes)
  return bgpMessage(2, body.bytes(encodePrefixes(ipv4?.prefixes ?? [])).done())
}
