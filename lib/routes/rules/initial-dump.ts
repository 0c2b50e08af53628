import type { Bounds, EpochMs } from '#lib/contract/index.ts'

/** So many polls after a session came up, its first table may still be in transit. */
const DUMP_POLLS = 2

/**
 * Until when the first table of a session that came up may still be in transit: the end of the second good poll of the table that
 * began after it did, infinite while there is none. What is announced until then is kept, and no reason for a churn alert.
 * @param up when the session came up, or was restarted
 * @param polls [start, end] of the good polls of the route table, in any order
 */
export function initialDumpUntil(up: Bounds, polls: readonly Bounds[]): EpochMs {
  const after = polls.filter((poll) => poll.earliest >= up.latest).toSorted((a, b) => a.earliest - b.earliest)
  return after[DUMP_POLLS - 1]?.latest ?? Number.POSITIVE_INFINITY
}
