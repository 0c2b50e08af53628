import { computeAsPathLength, groupPrepends } from '#lib/bgp/index.ts'
import type { TimestampBounds, EpochMs, PollRecord } from '#lib/contract/index.ts'
import type { RouteTableComparison, RouteTableDifference } from './compare-tables.ts'
import type { ComparedPrefixDifference, TableParityMemory } from '../../../model/route-memory.ts'

/**
 * Returns the stored state after a new comparison of two route tables. If a prefix still differs in the same way, its
 * difference keeps its start. It also keeps its number of confirming polls, unless the length of an AS path changed.
 * Tables that change continuously are never polled at exactly the same time, so their difference may not be real.
 */
export function applyTableComparison(
  known: TableParityMemory | undefined,
  comparison: RouteTableComparison,
  ignored: (prefix: string) => boolean,
  seen: { since: TimestampBounds; source: string; isAlike: boolean; isClose: boolean; mark: PollRecord },
): TableParityMemory {
  const { since, source, isAlike, isClose, mark } = seen
  const differences = comparison.differences.filter(({ prefix }) => !ignored(prefix))
  const differing = Object.fromEntries(
    differences.map((difference): [string, ComparedPrefixDifference] => {
      const how = howOf(difference)
      const lengths = lengthsOf(difference)
      const before = known?.differing[difference.prefix]
      if (before?.how === how && (before.lengths ?? lengths) === lengths) return [difference.prefix, before]
      const begin = before?.how === how ? before.since : since
      const fresh = { source, samples: 0, lastAt: 0, lengths, prepends: prependsOf(difference) }
      return [difference.prefix, { how, since: begin, ...fresh, awaitsOtherSince: mark.finishedAt }]
    }),
  )
  const { shared, unequal, onlyA, onlyB } = comparison
  const more = Math.max(0, unequal + onlyA + onlyB - comparison.differences.length)
  const isEqual = differences.length === 0
  return {
    shared,
    unequal,
    more,
    differing,
    equal: isEqual ? (known?.equal ?? { since, source, samples: 0, lastAt: 0 }) : null,
    alike: alikeSince(known?.alike ?? null, isAlike, mark.startedAt),
    close: known?.close?.is === isClose ? known.close : { is: isClose, since },
  }
}

/**
 * Returns the last interval in which the AS paths of both sides had equal length. An ended interval is kept until the
 * next one begins.
 */
function alikeSince(known: TableParityMemory['alike'], isAlike: boolean, now: EpochMs): TableParityMemory['alike'] {
  if (!isAlike) return known && { ...known, until: known.until ?? now }
  return known?.until === null ? known : { since: now, until: null }
}

function howOf({ a, b }: RouteTableDifference): ComparedPrefixDifference['how'] {
  if (a === null) return 'only_b'
  if (b === null) return 'only_a'
  return computeAsPathLength(a) > computeAsPathLength(b) ? 'longer_a' : 'longer_b'
}

const lengthsOf = ({ a, b }: RouteTableDifference): string =>
  [a, b].map((path) => (path ? computeAsPathLength(path) : '-')).join('/')

function prependsOf({ a, b }: RouteTableDifference): number | null {
  if (a === null || b === null) return null
  const runs = groupPrepends(computeAsPathLength(a) > computeAsPathLength(b) ? a : b).toSorted(
    (x, y) => y.times - x.times,
  )
  return runs[0] && runs[0].times > 1 ? runs[0].asn : null
}

/**
 * Counts a good poll of one of the two tables as a confirmation of each difference, up to the number of polls that the
 * rules need.
 */
export function countDifferenceSample(
  memory: TableParityMemory,
  source: string,
  at: EpochMs,
  enough: number,
): TableParityMemory {
  const counted = <T extends { source: string; samples: number; lastAt: EpochMs }>(one: T): T =>
    one.source === source && one.samples < enough && one.lastAt < at
      ? { ...one, samples: one.samples + 1, lastAt: at }
      : one
  return {
    ...memory,
    differing: Object.fromEntries(
      Object.entries(memory.differing).map(([prefix, one]) => [
        prefix,
        one.source === source ? counted(one) : readByOther(one, at),
      ]),
    ),
    equal: memory.equal && counted(memory.equal),
  }
}

/**
 * Records that the other table was polled after the end of the poll that showed the difference. Two polls that overlap
 * may show the tables at different times, so that the difference may not be real.
 */
function readByOther(one: ComparedPrefixDifference, at: EpochMs): ComparedPrefixDifference {
  const { awaitsOtherSince = null } = one
  return awaitsOtherSince === null || at < awaitsOtherSince ? one : { ...one, awaitsOtherSince: null }
}

/**
 * Reports whether a difference is confirmed by enough good polls of the changed table, and by a later poll of the other
 * table.
 */
export const isDifferenceConfirmed = (
  { samples, awaitsOtherSince = null }: ComparedPrefixDifference,
  enough: number,
): boolean => samples >= enough && awaitsOtherSince === null

/**
 * Resets counts of confirming polls that have not reached the required number, because in the meantime the two sides
 * could not be compared.
 */
export function resetUnfinishedCounts(memory: TableParityMemory, enough: number): TableParityMemory {
  const again = <T extends { samples: number }>(one: T): T =>
    one.samples > 0 && one.samples < enough ? { ...one, samples: 0 } : one
  return {
    ...memory,
    differing: Object.fromEntries(Object.entries(memory.differing).map(([prefix, one]) => [prefix, again(one)])),
    equal: memory.equal && again(memory.equal),
  }
}

/**
 * Discards confirmations by polls from before a session came up, because they may have read a table while its session
 * was down.
 * @param rise when the last session of the two sides came up
 */
export function discardSamplesBeforeRise(memory: TableParityMemory, rise: EpochMs): TableParityMemory {
  const isOlder = ({ samples, lastAt }: ComparedPrefixDifference) => samples > 0 && lastAt < rise
  if (!Object.values(memory.differing).some(isOlder)) return memory
  const differing = Object.entries(memory.differing).map(
    ([prefix, one]) => [prefix, isOlder(one) ? { ...one, samples: 0 } : one] as const,
  )
  return { ...memory, differing: Object.fromEntries(differing) }
}
