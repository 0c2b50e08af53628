import type { ByteReader } from './byte-reader.ts'
import type { Family } from './family.ts'
import { malformedStream } from './stream-error.ts'
import { ipv4Text, ipv6Text } from './wire-text.ts'

/** A prefix in an UPDATE. */
export interface PathPrefix {
  /** canonical text, without host bits */
  prefix: string
  /** path identifier (RFC 7911); null = the prefix has a single path */
  pathId: number | null
}

const BITS = { ipv4: 32, ipv6: 128 }

/**
 * Reads all remaining prefixes (RFC 4271 section 4.3, RFC 4760 section 5).
 * @returns `hasSpareBits` is true if a prefix has bits after its length, which have no meaning
 * @throws BmpStreamError if a prefix is longer than an address of its family, or is cut off
 */
export function readPrefixes(
  reader: ByteReader,
  family: Family,
  withPathIds: boolean,
): { prefixes: PathPrefix[]; hasSpareBits: boolean } {
  const prefixes: PathPrefix[] = []
  let hasSpareBits = false
  while (reader.left > 0) {
    const pathId = withPathIds ? reader.u32('a path identifier') : null
    const length = reader.u8('the length of a prefix')
    if (length > BITS[family]) throw malformedStream(`an ${family} prefix of ${length} bits`)
    const bytes = new Uint8Array(BITS[family] / 8)
    bytes.set(reader.take(Math.ceil(length / 8), 'a prefix'))
    // bits after the length have no meaning (RFC 4271), so they are cleared
    const last = length >> 3
    const octet = bytes[last] ?? 0
    if (length % 8 !== 0) bytes[last] = octet & (0xff00 >> (length % 8)) & 0xff
    if (length % 8 !== 0 && bytes[last] !== octet) hasSpareBits = true
    const address = family === 'ipv4' ? ipv4Text(bytes) : ipv6Text(bytes)
    prefixes.push({ prefix: `${address}/${length}`, pathId })
  }
  return { prefixes, hasSpareBits }
}
