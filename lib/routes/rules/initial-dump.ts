import type { TimestampBounds, EpochMs } from '#lib/contract/index.ts'

/** Number of polls of the route table after a session came up in which its first routes may still be incomplete. */
const DUMP_POLLS = 2

/**
 * Returns the time until which the first routes of a session may still be incomplete. It is the end of the second
 * successful poll of the table that began after the session came up, or Infinity if there is no such poll yet.
 * @param up earliest and latest time at which the session came up or restarted
 * @param polls [start, end] of the successful polls of the route table, in any order
 */
export function findInitialDumpEnd(up: TimestampBounds, polls: readonly TimestampBounds[]): EpochMs {
  const after = polls.filter((poll) => poll.earliest >= up.latest).toSorted((a, b) => a.earliest - b.earliest)
  return after[DUMP_POLLS - 1]?.latest ?? Number.POSITIVE_INFINITY
}
