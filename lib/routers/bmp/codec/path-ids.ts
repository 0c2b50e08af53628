import { ByteReader } from './byte-reader.ts'
import type { Family } from './family.ts'
import { type PathPrefix, readPrefixes } from './prefixes.ts'
import { BmpStreamError, malformedStream } from './stream-error.ts'

/**
 * Result of reading bytes as prefixes, with or without path identifiers. `isOdd` means that a router would not write
 * routes in this form.
 */
interface Attempt {
  prefixes: PathPrefix[]
  isOdd: boolean
}

/**
 * Reads routes of one table, with path identifiers (RFC 7911) or without. If the OPENs of the session are known, they
 * decide. Otherwise both forms are tried, because GoBGP 4 writes identifiers into its own table (Loc-RIB). A form is
 * odd if a prefix occurs twice in one list or has bits after its length. Identifiers that are misread as prefixes cause
 * both, because they are small numbers.
 */
export class PathIdReading {
  private readonly stated: readonly Family[]
  private readonly isNegotiated: boolean
  /** whether the routes of the family have path identifiers (true) or not (false); set once exactly one form fitted */
  private readonly proven = new Map<Family, boolean>()
  /** families whose routes were read in the stated form while both forms fitted */
  private readonly assumed = new Set<Family>()

  /**
   * @param stated families with path identifiers according to the OPENs
   * @param isNegotiated whether these OPENs belong to the session of the table
   */
  constructor(stated: readonly Family[], isNegotiated: boolean) {
    this.stated = stated
    this.isNegotiated = isNegotiated
  }

  /**
   * Reads all remaining routes of a family.
   * @throws BmpStreamError if the routes do not fit the negotiated form, neither form, or the form of the previous
   *   routes
   */
  read(reader: ByteReader, family: Family): PathPrefix[] {
    if (reader.left === 0) return []
    if (this.isNegotiated) return readPrefixes(reader, family, this.stated.includes(family)).prefixes
    const bytes = reader.rest()
    const expected = this.proven.get(family) ?? this.stated.includes(family)
    const [first, other] = [attempt(bytes, family, expected), attempt(bytes, family, !expected)]
    const isOther = !(other instanceof BmpStreamError) && !other.isOdd
    if (first instanceof BmpStreamError) {
      if (!isOther) throw first
      return this.otherwise(family, !expected, other)
    }
    if (first.isOdd && isOther) return this.otherwise(family, !expected, other)
    if (first.isOdd && !(other instanceof BmpStreamError)) {
      throw malformedStream(`${family} prefixes that fit neither with path identifiers nor without`)
    }
    if (isOther) this.assumed.add(family)
    else this.proven.set(family, expected)
    return first.prefixes
  }

  private otherwise(family: Family, withIds: boolean, { prefixes }: Attempt): PathPrefix[] {
    if (this.proven.has(family) || this.assumed.has(family)) {
      throw malformedStream(`${family} prefixes some of which have path identifiers, and some not`)
    }
    this.proven.set(family, withIds)
    return prefixes
  }
}

function attempt(bytes: Uint8Array, family: Family, withIds: boolean): Attempt | BmpStreamError {
  // turns off stack traces, because one of the two attempts usually fails, and recording the stack of its error would
  // take longer than both attempts
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    const { prefixes, hasSpareBits } = readPrefixes(new ByteReader(bytes), family, withIds)
    const distinct = new Set(prefixes.map(({ prefix, pathId }) => `${prefix} ${pathId}`))
    return { prefixes, isOdd: hasSpareBits || distinct.size < prefixes.length }
  } catch (error) {
    if (error instanceof BmpStreamError) return error
    throw error
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}
