import { describe, expect, it } from 'vitest'
import type { Bounds } from '#lib/contract/index.ts'
import { MINUTE, SECOND } from '#lib/contract/time/time.ts'
import { findInitialDumpEnd } from './initial-dump.ts'

/** Returns a poll of the table that lasts two seconds. There is one poll per minute. */
const poll = (minute: number): Bounds => ({ earliest: minute * MINUTE, latest: minute * MINUTE + 2 * SECOND })
const polls = Array.from({ length: 20 }, (_, minute) => poll(minute))
const up: Bounds = { earliest: 9.5 * MINUTE, latest: 9.6 * MINUTE }

describe('initial dump', () => {
  it.each<{ rule: string; at: Bounds; good: Bounds[]; until: number }>([
    { rule: 'lasts for two polls after the session came up', at: up, good: polls, until: poll(11).latest },
    {
      rule: 'does not count a poll that was in flight as the session came up',
      at: { earliest: 10 * MINUTE, latest: 10 * MINUTE + SECOND },
      good: polls,
      until: poll(12).latest,
    },
    {
      rule: 'counts a poll that began as the session was first seen up',
      at: { earliest: 9 * MINUTE, latest: 10 * MINUTE },
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
