import { type AsPathSegment, lengthOfAsPath, segmentTypes } from '#lib/bgp/index.ts'
import type { ByteReader } from './byte-reader.ts'
import { malformedStream } from './stream-error.ts'

/** @throws BmpStreamError for a segment of unknown type, an empty one, or one that is cut off (RFC 7606 section 7.2) */
export function readAsPath(value: ByteReader, octets: 2 | 4): AsPathSegment[] {
  const segments: AsPathSegment[] = []
  while (value.left > 0) {
    const code = value.u8('a segment')
    const type = segmentTypes[code - 1]
    if (type === undefined) throw malformedStream(`a segment of type ${code} in an AS path`)
    const count = value.u8('the length of a segment')
    if (count === 0) throw malformedStream('an empty segment in an AS path')
    const asns = Array.from({ length: count }, () => (octets === 2 ? value.u16('an ASN') : value.u32('an ASN')))
    segments.push({ type, asns })
  }
  return segments
}

/**
 * The whole path, from a two-octet one and what AS4_PATH preserved (RFC 6793 section 4.2.3): as many leading ASNs as AS4_PATH lacks,
 * then AS4_PATH. An AS4_PATH that counts more than the path is ignored.
 */
export function mergeAsPaths(asPath: readonly AsPathSegment[], as4Path: readonly AsPathSegment[]): AsPathSegment[] {
  const preserved = as4Path.filter(({ type }) => type === 'set' || type === 'sequence')
  let leading = lengthOfAsPath(asPath) - lengthOfAsPath(preserved)
  if (leading < 0 || preserved.length === 0) return [...asPath]
  const merged: AsPathSegment[] = []
  for (const segment of asPath) {
    const isConfederation = segment.type !== 'set' && segment.type !== 'sequence'
    if (leading === 0 && !isConfederation) break
    const taken = segment.type === 'sequence' ? Math.min(leading, segment.asns.length) : segment.asns.length
    merged.push({ type: segment.type, asns: segment.asns.slice(0, taken) })
    leading -= lengthOfAsPath([{ type: segment.type, asns: segment.asns.slice(0, taken) }])
  }
  return joinSequences([...merged, ...preserved])
}

function joinSequences(segments: readonly AsPathSegment[]): AsPathSegment[] {
  const joined: AsPathSegment[] = []
  for (const segment of segments) {
    const last = joined.at(-1)
    if (last?.type === 'sequence' && segment.type === 'sequence') last.asns = [...last.asns, ...segment.asns]
    else joined.push({ ...segment })
  }
  return joined
}
