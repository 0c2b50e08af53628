import {
  PATH_ATTRIBUTE_CODES,
  type PathAttributes,
  type UndecodedPathAttributes,
  decodePathAttributes,
  splitAttributes,
} from './attributes.ts'
import { takeExpectedBgpMessage } from './bgp-message.ts'
import { ByteReader } from './byte-reader.ts'
import { type AddressFamily, parseAddressFamily } from './address-family.ts'
import type { PathIdDetection } from './path-ids.ts'
import type { PrefixWithOptionalPathId } from './prefixes.ts'
import { createMalformedStreamError } from './stream-error.ts'
import { formatIpv4Bytes, formatIpv6Bytes } from './wire-text.ts'

/** Advertised routes of an UPDATE that have the same address family and next hop. */
interface Announcement {
  family: AddressFamily
  /** Next hop of the routes; null = it could not be read. */
  nextHop: string | null
  prefixes: PrefixWithOptionalPathId[]
}

/** The content of an UPDATE (RFC 4271 section 4.3, RFC 4760). */
export interface BgpUpdate {
  announced: Announcement[]
  withdrawn: { family: AddressFamily; prefixes: PrefixWithOptionalPathId[] }[]
  attributes: PathAttributes
  /**
   * Address family whose table the router has now sent completely (End-of-RIB, RFC 4724 section 2); null = the UPDATE
   * is not an End-of-RIB.
   */
  endOfRib: AddressFamily | null
  /** True if the UPDATE contains routes that are skipped, because they are not IPv4 or IPv6 unicast. */
  hasOtherFamilies: boolean
}

/** Encoding of routes in the session. It is derived from the OPENs of both ends and the header of the BMP message. */
export interface BgpUpdateDecodingOptions {
  twoOctetAsns: boolean
  pathIds: PathIdDetection
}

/**
 * Reads an UPDATE. If an attribute has a wrong length, malformed value or wrong flags, or if ORIGIN, AS_PATH or
 * NEXT_HOP is missing, the advertised routes count as withdrawn (RFC 7606).
 * @throws BmpStreamError if the routes themselves cannot be read
 */
export function decodeBgpUpdate(reader: ByteReader, encoding: BgpUpdateDecodingOptions): BgpUpdate {
  const body = takeExpectedBgpMessage(reader, 'update')
  const withdrawn = body.part(body.u16('the length of withdrawn routes'), 'the withdrawn routes')
  const { raw, isCut } = splitAttributes(body.part(body.u16('the length of the attributes'), 'the attributes'))
  const isEmpty = withdrawn.left === 0 && body.left === 0
  const { attributes, isWithdrawn } = decodePathAttributes(raw, encoding.twoOctetAsns)
  const update: BgpUpdate = {
    announced: [],
    withdrawn: [],
    attributes,
    endOfRib: isEmpty && raw.size === 0 && !isCut ? 'ipv4' : null,
    hasOtherFamilies: false,
  }
  const { pathIds } = encoding
  if (withdrawn.left > 0) update.withdrawn.push({ family: 'ipv4', prefixes: pathIds.read(withdrawn, 'ipv4') })
  if (body.left > 0) {
    const prefixes = pathIds.read(body, 'ipv4')
    update.announced.push({ family: 'ipv4', nextHop: nextHopOf(raw, attributes), prefixes })
  }
  const isBare = !raw.has(PATH_ATTRIBUTE_CODES.origin) || !raw.has(PATH_ATTRIBUTE_CODES.asPath)
  const lacksNextHop = update.announced.some(({ nextHop }) => nextHop === null)
  addReachable(update, raw, pathIds)
  addUnreachable(update, raw, pathIds)
  if (isCut || isWithdrawn || isBare || lacksNextHop) withdrawAnnounced(update)
  return update
}

/** Moves the advertised routes of an UPDATE to its withdrawn routes (RFC 7606 section 2). */
function withdrawAnnounced(update: BgpUpdate): void {
  for (const { family, prefixes } of update.announced) update.withdrawn.push({ family, prefixes })
  update.announced = []
}

function nextHopOf(raw: UndecodedPathAttributes, { unreadable }: PathAttributes): string | null {
  const value = raw.get(PATH_ATTRIBUTE_CODES.nextHop)?.value
  if (!value) return null
  if (value.length === 4) return formatIpv4Bytes(value)
  unreadable.push(PATH_ATTRIBUTE_CODES.nextHop)
  return null
}

function addReachable(update: BgpUpdate, raw: UndecodedPathAttributes, pathIds: PathIdDetection): void {
  const attribute = raw.get(PATH_ATTRIBUTE_CODES.mpReach)
  if (!attribute) return
  const value = new ByteReader(attribute.value)
  const family = parseAddressFamily(value.u16('an address family'), value.u8('a subsequent address family'))
  const nextHop = value.take(value.u8('the length of a next hop'), 'a next hop')
  value.u8('a reserved octet')
  if (family === null) update.hasOtherFamilies = true
  else
    update.announced.push({
      family,
      nextHop: nextHopText(nextHop),
      prefixes: pathIds.read(value, family),
    })
}

function addUnreachable(update: BgpUpdate, raw: UndecodedPathAttributes, pathIds: PathIdDetection): void {
  const attribute = raw.get(PATH_ATTRIBUTE_CODES.mpUnreach)
  if (!attribute) return
  const value = new ByteReader(attribute.value)
  const family = parseAddressFamily(value.u16('an address family'), value.u8('a subsequent address family'))
  const isAlone = raw.size === 1 && update.announced.length === 0 && update.withdrawn.length === 0
  if (family === null) update.hasOtherFamilies = true
  else if (value.left > 0) update.withdrawn.push({ family, prefixes: pathIds.read(value, family) })
  else if (isAlone) update.endOfRib = family
}

/**
 * Returns a next hop as text. If it contains a global and a link-local IPv6 address (RFC 2545 section 3), the global
 * one is returned. An IPv4 route may have an IPv6 next hop, too (RFC 8950).
 */
function nextHopText(bytes: Uint8Array): string {
  if (bytes.length === 4) return formatIpv4Bytes(bytes)
  if (bytes.length === 16 || bytes.length === 32) return formatIpv6Bytes(bytes.subarray(0, 16))
  throw createMalformedStreamError(`a next hop of ${bytes.length} bytes`)
}
