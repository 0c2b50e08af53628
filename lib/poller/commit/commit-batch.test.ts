import { expect, it } from 'vitest'
import type { UnchangedPoll } from '#lib/history/index.ts'
import { countPollsForCommit } from './commit-batch.ts'

/** Returns waiting polls with the given numbers of metric buckets. */
const waiting = (buckets: readonly number[]) =>
  buckets.map((length) => ({ quiet: { metrics: { buckets: Array.from({ length }) } } as unknown as UnchangedPoll }))

it.each<{ says: string; buckets: number[]; together: number }>([
  { says: 'none', buckets: [], together: 0 },
  { says: 'all, where there are few', buckets: [0, 900, 0, 900], together: 4 },
  { says: 'as many as may be', buckets: Array.from({ length: 300 }, () => 0), together: 200 },
  { says: 'those before the buckets are too many', buckets: [900, 19_000, 900, 0], together: 2 },
  { says: 'one that has too many by itself', buckets: [86_400, 0], together: 1 },
  { says: 'those before one that has', buckets: [0, 0, 86_400], together: 2 },
])('of polls that wait are committed together: $says', ({ buckets, together }) => {
  expect(countPollsForCommit(waiting(buckets))).toBe(together)
})
