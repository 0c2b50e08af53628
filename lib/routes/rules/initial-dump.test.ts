import { describe, expect, it } from 'vitest'
import type { TimestampBounds } from '#lib/contract/index.ts'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { findInitialDumpEnd } from './initial-dump.ts'

/** Returns a poll of the table that lasts two seconds. There is one poll per minute. */
const poll = (minute: number): TimestampBounds => ({
  earliest: minute * MS_PER_MINUTE,
  latest: minute * MS_PER_MINUTE + 2 * MS_PER_SECOND,
})
const polls = Array.from({ length: 20 }, (_, minute) => poll(minute))
const up: TimestampBounds = { earliest: 9.5 * MS_PER_MINUTE, latest: 9.6 * MS_PER_MINUTE }

describe('initial dump', () => {
  it.each<{ rule: string; at: TimestampBounds; good: TimestampBounds[]; until: number }>([
    { rule: 'lasts for two polls after the session came up', at: up, good: polls, until: poll(11).latest },
    {
      rule: 'does not count a poll that was in flight as the session came up',
      at: { earliest: 10 * MS_PER_MINUTE, latest: 10 * MS_PER_MINUTE + MS_PER_SECOND },
      good: polls,
      until: poll(12).latest,
    },
    {
      rule: 'counts a poll that began as the session was first seen up',
      at: { earliest: 9 * MS_PER_MINUTE, latest: 10 * MS_PER_MINUTE },
      good: polls,
      until: poll(11).latest,
    },
    {
      rule: 'goes on while the second poll has not come',
      at: up,
      good: polls.slice(0, 11),
      until: Number.POSITIVE_INFINITY,
    },
    {
      rule: 'is not ended by failed polls between: only good ones count',
      at: up,
      good: polls.filter((_, minute) => minute < 10 || minute > 14),
      until: poll(16).latest,
    },
    { rule: 'does not depend on the order of the polls', at: up, good: polls.toReversed(), until: poll(11).latest },
  ])('$rule', ({ at, good, until }) => expect(findInitialDumpEnd(at, good)).toBe(until))
})
