import { computeAsPathLength, groupPrepends } from '#lib/bgp/index.ts'
import type { Bounds, EpochMs, PollRecord } from '#lib/contract/index.ts'
import type { RouteTableComparison, RouteTableDifference } from './compare-tables.ts'
import type { ComparedPrefixDifference, TableParityMemory } from '../../../model/route-memory.ts'

/**
 * Returns the stored state after a new comparison of two route tables. A difference of the same kind keeps its begin.
 * It also keeps its number of samples, unless the length of a path changed: tables that change continuously are never
 * read at exactly the same time, so their difference may be apparent.
 */
export function applyTableComparison(
  known: TableParityMemory | undefined,
  comparison: RouteTableComparison,
  ignored: (prefix: string) => boolean,
  seen: { since: Bounds; source: string; isAlike: boolean; isClose: boolean; mark: PollRecord },
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
 * Returns the last interval in which the paths of both sides had equal length. An ended interval is kept until the next
 * one begins.
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
 * Counts a good sample of one of the two tables for each difference, up to the number of samples that the rules need.
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
 * Records that the other table was polled after the poll that showed the difference had ended. If the two polls
 * overlap, they may show different times, and the difference may not be real.
 */
function readByOther(one: ComparedPrefixDifference, at: EpochMs): ComparedPrefixDifference {
  const { awaitsOtherSince = null } = one
  return awaitsOtherSince === null || at < awaitsOtherSince ? one : { ...one, awaitsOtherSince: null }
}

/**
 * Reports whether a difference is confirmed: by enough good samples of the changed table, and by a later sample of the
 * other table.
 */
export const isDifferenceConfirmed = (
  { samples, awaitsOtherSince = null }: ComparedPrefixDifference,
  enough: number,
): boolean => samples >= enough && awaitsOtherSince === null

/**
 * Resets the counts of samples that are below the required number, because in the meantime the two sides could not be
 * compared.
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
 * Discards the samples that were counted before a session came up, because such a table may have been read while its
 * session was down.
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
