import { type AsPathSegment, countSegmentsLength, asPathSegmentTypes } from '#lib/bgp/index.ts'
import type { RouterRouteAttributes } from '#lib/contract/index.ts'
import { ByteReader } from './byte-reader.ts'
import { BmpStreamError, createMalformedStreamError } from './stream-error.ts'
import { formatIpv4Bytes, readUint32At } from './wire-text.ts'

const origins = ['igp', 'egp', 'incomplete'] as const
type Origin = (typeof origins)[number]

type SharedAttribute =
  | 'origin'
  | 'med'
  | 'localPref'
  | 'communities'
  | 'extendedCommunities'
  | 'largeCommunities'
  | 'unreadable'

/**
 * Maximum number of communities of each type for one route. A longer list counts as unreadable and is not stored. A
 * message of 64 kB may contain 16,000 communities, which would take a megabyte of memory for each of its routes.
 */
const MAX_COMMUNITIES = 512
const MAX_ASNS = 1_024

/** Path attributes that all routes of an UPDATE share. Null = the attribute is absent or could not be read. */
export interface PathAttributes extends Pick<RouterRouteAttributes, SharedAttribute> {
  /**
   * Four-octet ASNs of the AS path; AS4_PATH is already merged into it. Empty = the router itself originated the
   * routes.
   */
  asPath: AsPathSegment[] | null
  atomicAggregate: boolean
  aggregator: { asn: number; address: string } | null
  /** Attributes that Peerwatch does not interpret, with their raw bytes. */
  others: { type: number; flags: number; value: Uint8Array }[]
}

export const PATH_ATTRIBUTE_CODES = {
  origin: 1,
  asPath: 2,
  nextHop: 3,
  med: 4,
  localPref: 5,
  atomicAggregate: 6,
  aggregator: 7,
  communities: 8,
  mpReach: 14,
  mpUnreach: 15,
  extendedCommunities: 16,
  as4Path: 17,
  as4Aggregator: 18,
  largeCommunities: 32,
} as const

const EXTENDED_LENGTH = 0x10

/** Attributes of an UPDATE by type code. Each type occurs at most once (RFC 4271 section 5). */
export type UndecodedPathAttributes = Map<number, { flags: number; value: Uint8Array }>

/** Bits of the attribute flags "optional" and "transitive", which must have a fixed value for each type. */
const CATEGORY = 0xc0
const WELL_KNOWN = 0x40
const OPTIONAL = 0x80
const OPTIONAL_TRANSITIVE = 0xc0

/** Required value of these flags for each known attribute type (RFC 4271 section 5 and the later RFCs). */
const categories: ReadonlyMap<number, number> = new Map([
  [PATH_ATTRIBUTE_CODES.origin, WELL_KNOWN],
  [PATH_ATTRIBUTE_CODES.asPath, WELL_KNOWN],
  [PATH_ATTRIBUTE_CODES.nextHop, WELL_KNOWN],
  [PATH_ATTRIBUTE_CODES.med, OPTIONAL],
  [PATH_ATTRIBUTE_CODES.localPref, WELL_KNOWN],
  [PATH_ATTRIBUTE_CODES.atomicAggregate, WELL_KNOWN],
  [PATH_ATTRIBUTE_CODES.aggregator, OPTIONAL_TRANSITIVE],
  [PATH_ATTRIBUTE_CODES.communities, OPTIONAL_TRANSITIVE],
  [PATH_ATTRIBUTE_CODES.extendedCommunities, OPTIONAL_TRANSITIVE],
  [PATH_ATTRIBUTE_CODES.as4Path, OPTIONAL_TRANSITIVE],
  [PATH_ATTRIBUTE_CODES.as4Aggregator, OPTIONAL_TRANSITIVE],
  [PATH_ATTRIBUTE_CODES.largeCommunities, OPTIONAL_TRANSITIVE],
])

/**
 * Attributes that are ignored if their value is malformed; the routes stay valid (RFC 7606 section 7, RFC 6793 section
 * 6). If any other known attribute is malformed, the routes count as withdrawn. LOCAL_PREF is included because it has
 * no meaning between two ASes.
 */
const DISCARDED: ReadonlySet<number> = new Set([
  PATH_ATTRIBUTE_CODES.localPref,
  PATH_ATTRIBUTE_CODES.atomicAggregate,
  PATH_ATTRIBUTE_CODES.aggregator,
  PATH_ATTRIBUTE_CODES.as4Path,
  PATH_ATTRIBUTE_CODES.as4Aggregator,
])

/**
 * Splits the path attributes of an UPDATE by their lengths. If a type occurs several times, the first one is used.
 * @returns the attributes, and `isCut` = true if a length was too large; attributes after it are missing (RFC 7606
 *   section 4)
 * @throws BmpStreamError if MP_REACH_NLRI or MP_UNREACH_NLRI occurs twice (RFC 7606 section 3)
 */
export function splitAttributes(reader: ByteReader): { raw: UndecodedPathAttributes; isCut: boolean } {
  const raw: UndecodedPathAttributes = new Map()
  while (reader.left > 0) {
    const attribute = takeAttribute(reader)
    if (attribute === null) return { raw, isCut: true }
    const { type, flags, value } = attribute
    if (!raw.has(type)) raw.set(type, { flags, value })
    else if (type === PATH_ATTRIBUTE_CODES.mpReach || type === PATH_ATTRIBUTE_CODES.mpUnreach)
      throw createMalformedStreamError(`attribute ${type} twice in an UPDATE`)
  }
  return { raw, isCut: false }
}

/** Returns the next attribute; null if fewer bytes are left than its length requires. */
function takeAttribute(reader: ByteReader): { type: number; flags: number; value: Uint8Array } | null {
  if (reader.left < 3) return null
  const flags = reader.u8('the flags of an attribute')
  const type = reader.u8('the type of an attribute')
  const isExtended = (flags & EXTENDED_LENGTH) !== 0
  if (isExtended && reader.left < 2) return null
  const length = isExtended ? reader.u16('the length of an attribute') : reader.u8('the length of an attribute')
  return length > reader.left ? null : { type, flags, value: reader.take(length, `attribute ${type}`) }
}

/**
 * Reads the path attributes that describe routes. MP_REACH_NLRI, MP_UNREACH_NLRI and NEXT_HOP are not included, because
 * they are read together with the routes.
 * @returns `isWithdrawn` is true if an attribute has wrong flags or a malformed value, so that the routes count as
 *   withdrawn (RFC 7606)
 */
export function decodePathAttributes(
  raw: UndecodedPathAttributes,
  twoOctetAsns: boolean,
): { attributes: PathAttributes; isWithdrawn: boolean } {
  const unreadable: number[] = []
  let isWithdrawn = [...raw].some(([type, { flags }]) => {
    const category = categories.get(type)
    return category !== undefined && (flags & CATEGORY) !== category && !DISCARDED.has(type)
  })
  /**
   * Reads the value of one attribute. If the value is malformed, the attribute counts as unreadable and the routes as
   * withdrawn, except for attributes in `DISCARDED`.
   */
  const read = <Value, Without>(type: number, whenAbsent: Without, reader: (value: ByteReader) => Value) => {
    const attribute = raw.get(type)
    if (!attribute) return whenAbsent
    try {
      const value = new ByteReader(attribute.value)
      const result = reader(value)
      if (value.left > 0) throw createMalformedStreamError('it is too long')
      return result
    } catch (error) {
      if (!(error instanceof BmpStreamError)) throw error
      unreadable.push(type)
      // a value that exceeds one of Peerwatch's limits is valid, although it is not stored, so the routes are not
      // withdrawn
      if (error.reason === 'malformed' && !DISCARDED.has(type)) isWithdrawn = true
      return whenAbsent
    }
  }
  const asPath = read(PATH_ATTRIBUTE_CODES.asPath, null, (value) => readAsPath(value, twoOctetAsns ? 2 : 4))
  const as4Path = twoOctetAsns ? read(PATH_ATTRIBUTE_CODES.as4Path, null, (value) => readAsPath(value, 4)) : null
  const aggregator = read(PATH_ATTRIBUTE_CODES.aggregator, null, (value) => readAggregator(value, twoOctetAsns ? 2 : 4))
  const as4Aggregator = twoOctetAsns
    ? read(PATH_ATTRIBUTE_CODES.as4Aggregator, null, (value) => readAggregator(value, 4))
    : null
  const attributes: PathAttributes = {
    origin: read(PATH_ATTRIBUTE_CODES.origin, null, readOrigin),
    asPath: asPath && as4Path ? mergeAsPaths(asPath, as4Path) : asPath,
    med: read(PATH_ATTRIBUTE_CODES.med, null, (value) => value.u32('MED')),
    localPref: read(PATH_ATTRIBUTE_CODES.localPref, null, (value) => value.u32('LOCAL_PREF')),
    atomicAggregate: raw.has(PATH_ATTRIBUTE_CODES.atomicAggregate),
    aggregator: as4Aggregator ?? aggregator,
    communities: read(PATH_ATTRIBUTE_CODES.communities, [], (value) =>
      readEach(value, 4, (bytes) => `${readUint32At(bytes, 0) >>> 16}:${readUint32At(bytes, 0) & 0xffff}`),
    ),
    extendedCommunities: read(PATH_ATTRIBUTE_CODES.extendedCommunities, [], (value) =>
      readEach(value, 8, (bytes) => Buffer.from(bytes).toString('hex')),
    ),
    largeCommunities: read(PATH_ATTRIBUTE_CODES.largeCommunities, [], (value) =>
      readEach(value, 12, (bytes) => [0, 4, 8].map((at) => readUint32At(bytes, at)).join(':')),
    ),
    others: othersOf(raw),
    unreadable,
  }
  return { attributes, isWithdrawn }
}

const KNOWN: ReadonlySet<number> = new Set(Object.values(PATH_ATTRIBUTE_CODES))

function othersOf(raw: UndecodedPathAttributes): PathAttributes['others'] {
  // copy the values, because otherwise they would keep the whole received chunk in memory
  return [...raw]
    .filter(([type]) => !KNOWN.has(type))
    .map(([type, { flags, value }]) => ({ type, flags, value: Uint8Array.from(value) }))
}

function readOrigin(value: ByteReader): Origin {
  const code = value.u8('ORIGIN')
  const origin = origins[code]
  if (origin === undefined) throw createMalformedStreamError(`ORIGIN ${code}`)
  return origin
}

function readAggregator(value: ByteReader, octets: 2 | 4): { asn: number; address: string } {
  const asn = octets === 2 ? value.u16('AGGREGATOR') : value.u32('AGGREGATOR')
  return { asn, address: formatIpv4Bytes(value.take(4, 'AGGREGATOR')) }
}

function readEach(value: ByteReader, size: number, textOf: (bytes: Uint8Array) => string): string[] {
  const texts: string[] = []
  if (value.left > MAX_COMMUNITIES * size) throw new BmpStreamError('limit', 'too many communities')
  while (value.left > 0) texts.push(textOf(value.take(size, 'a community')))
  return texts
}

/**
 * Reads the segments of an AS path.
 * @throws BmpStreamError if a segment has an unknown type, is empty, or is cut off (RFC 7606 section 7.2)
 */
function readAsPath(value: ByteReader, octets: 2 | 4): AsPathSegment[] {
  const segments: AsPathSegment[] = []
  if (value.left > MAX_ASNS * octets) throw new BmpStreamError('limit', 'an AS path that is too long')
  while (value.left > 0) {
    const code = value.u8('a segment')
    const type = asPathSegmentTypes[code - 1]
    if (type === undefined) throw createMalformedStreamError(`a segment of type ${code} in an AS path`)
    const count = value.u8('the length of a segment')
    if (count === 0) throw createMalformedStreamError('an empty segment in an AS path')
    const asns = Array.from({ length: count }, () => (octets === 2 ? value.u16('an ASN') : value.u32('an ASN')))
    segments.push({ type, asns })
  }
  return segments
}

/**
 * Returns the complete AS path from a path with two-octet ASNs and its AS4_PATH (RFC 6793 section 4.2.3). If AS4_PATH
 * is shorter, the missing ASNs at the begin are taken from the two-octet path. If it is longer, it is ignored.
 */
function mergeAsPaths(asPath: readonly AsPathSegment[], as4Path: readonly AsPathSegment[]): AsPathSegment[] {
  const preserved = as4Path.filter(({ type }) => type === 'set' || type === 'sequence')
  let leading = countSegmentsLength(asPath) - countSegmentsLength(preserved)
  if (leading < 0 || preserved.length === 0) return [...asPath]
  const merged: AsPathSegment[] = []
  for (const segment of asPath) {
    const isConfederation = segment.type !== 'set' && segment.type !== 'sequence'
    if (leading === 0 && !isConfederation) break
    const taken = segment.type === 'sequence' ? Math.min(leading, segment.asns.length) : segment.asns.length
    merged.push({ type: segment.type, asns: segment.asns.slice(0, taken) })
    leading -= countSegmentsLength([{ type: segment.type, asns: segment.asns.slice(0, taken) }])
  }
  return joinSequences([...merged, ...preserved])
}

function joinSequences(segments: readonly AsPathSegment[]): AsPathSegment[] {
  const joined: AsPathSegment[] = []
  for (const segment of segments) {
    const last = joined.at(-1)
    if (last?.type === 'sequence' && segment.type === 'sequence') for (const asn of segment.asns) last.asns.push(asn)
    else joined.push({ type: segment.type, asns: [...segment.asns] })
  }
  return joined
}
