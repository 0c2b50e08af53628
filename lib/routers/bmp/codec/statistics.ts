import type { ByteReader } from './byte-reader.ts'
import { createMalformedStreamError } from './stream-error.ts'

/** Names of the values in a Statistics Report, by type (RFC 7854 section 4.8, RFC 8671 section 6.2). */
const NAMES: Readonly<Record<number, string>> = {
  0: 'prefixesRejected',
  1: 'duplicateAnnouncements',
  2: 'duplicateWithdrawals',
  3: 'clusterListLoops',
  4: 'asPathLoops',
  5: 'originatorIdLoops',
  6: 'confederationLoops',
  7: 'routesAdjRibIn',
  8: 'routesLocRib',
  9: 'routesAdjRibInByFamily',
  10: 'routesLocRibByFamily',
  11: 'updatesTreatedAsWithdraw',
  12: 'prefixesTreatedAsWithdraw',
  13: 'duplicateUpdates',
  14: 'routesAdjRibOutPre',
  15: 'routesAdjRibOutPost',
  16: 'routesAdjRibOutPreByFamily',
  17: 'routesAdjRibOutPostByFamily',
}

/** A value of a Statistics Report. */
export interface BmpStatistic {
  type: number
  /** Name of the value; null = these RFCs do not define its type. */
  name: string | null
  value: bigint
  /** Address family of the value, as `afi/safi`; null = it is for all families. */
  family: string | null
}

/**
 * Length in bytes of a value for one address family. It consists of AFI (2 bytes), SAFI (1 byte) and a 64-bit number.
 */
const OF_FAMILY_BYTES = 11

/**
 * Reads the values of a Statistics Report. A value with an unexpected length is skipped.
 * @throws BmpStreamError if the announced number of values does not fit
 */
export function decodeBmpStatistics(reader: ByteReader): BmpStatistic[] {
  const count = reader.u32('the number of statistics')
  if (count > reader.left / 4) throw createMalformedStreamError(`${count} statistics in ${reader.left} bytes`)
  const statistics: BmpStatistic[] = []
  for (let n = 0; n < count; n++) {
    const type = reader.u16('a statistic')
    const value = reader.part(reader.u16('the length of a statistic'), `statistic ${type}`)
    const base = { type, name: NAMES[type] ?? null }
    if (value.left === 4) statistics.push({ ...base, value: BigInt(value.u32('a statistic')), family: null })
    else if (value.left === 8) statistics.push({ ...base, value: value.u64('a statistic'), family: null })
    else if (value.left === OF_FAMILY_BYTES) {
      const family = `${value.u16('an address family')}/${value.u8('a subsequent address family')}`
      statistics.push({ ...base, value: value.u64('a statistic'), family })
    }
  }
  return statistics
}
