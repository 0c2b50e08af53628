import { ByteReader } from './byte-reader.ts'
import type { AddressFamily } from './address-family.ts'
import { type PrefixWithOptionalPathId, decodePathPrefixes } from './prefixes.ts'
import { BmpStreamError, createMalformedStreamError } from './stream-error.ts'

/**
 * Result of decoding bytes as a list of prefixes in one of the two forms (with or without path identifiers). `isOdd` =
 * true if it is improbable that a router sends such prefixes, so that the form is probably wrong.
 */
interface Attempt {
  prefixes: PrefixWithOptionalPathId[]
  isOdd: boolean
}

/**
 * Reads the routes of a table, which may contain path identifiers (RFC 7911). If the OPENs of the session are known,
 * they determine whether there are identifiers. Otherwise both forms are tried, because GoBGP 4 writes identifiers into
 * the routes of its own table (Loc-RIB) although its OPEN does not contain this capability. A form is improbable (odd)
 * if a prefix occurs twice in a list, or has bits after its length. Both happen if identifiers are read as prefixes,
 * because identifiers are small numbers.
 */
export class PathIdDetection {
  private readonly stated: readonly AddressFamily[]
  private readonly isNegotiated: boolean
  /** Whether the routes of a family contain path identifiers. It is set as soon as only one form fits. */
  private readonly proven = new Map<AddressFamily, boolean>()
  /** Families for which both forms were possible, so that the form in the OPENs was used. */
  private readonly assumed = new Set<AddressFamily>()

  /**
   * @param stated families with path identifiers according to the OPENs
   * @param isNegotiated true = the OPENs belong to the session of this table, so they determine the form
   */
  constructor(stated: readonly AddressFamily[], isNegotiated: boolean) {
    this.stated = stated
    this.isNegotiated = isNegotiated
  }

  /**
   * Reads the remaining bytes as routes of a family.
   * @throws BmpStreamError if the bytes fit neither form, or not the form that was negotiated or used before
   */
  read(reader: ByteReader, family: AddressFamily): PrefixWithOptionalPathId[] {
    if (reader.left === 0) return []
    if (this.isNegotiated) return decodePathPrefixes(reader, family, this.stated.includes(family)).prefixes
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
      throw createMalformedStreamError(`${family} prefixes that fit neither with path identifiers nor without`)
    }
    if (isOther) this.assumed.add(family)
    else this.proven.set(family, expected)
    return first.prefixes
  }

  private otherwise(family: AddressFamily, withIds: boolean, { prefixes }: Attempt): PrefixWithOptionalPathId[] {
    if (this.proven.has(family) || this.assumed.has(family)) {
      throw createMalformedStreamError(`${family} prefixes some of which have path identifiers, and some not`)
    }
    this.proven.set(family, withIds)
    return prefixes
  }
}

function attempt(bytes: Uint8Array, family: AddressFamily, withIds: boolean): Attempt | BmpStreamError {
  // record no stack trace of errors, because one of the two attempts usually fails and the trace would take longer than
  // both
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    const { prefixes, hasSpareBits } = decodePathPrefixes(new ByteReader(bytes), family, withIds)
    const distinct = new Set(prefixes.map(({ prefix, pathId }) => `${prefix} ${pathId}`))
    return { prefixes, isOdd: hasSpareBits || distinct.size < prefixes.length }
  } catch (error) {
    if (error instanceof BmpStreamError) return error
    throw error
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}
