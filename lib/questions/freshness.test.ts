import { describe, expect, it } from 'vitest'
import type { PollHealth, SourceStatus } from '#lib/history/index.ts'
import {
  computeCallSeconds,
  combinePollFreshness,
  findAllPollsStoppedAt,
  findNotPolledSince,
  judgePollFreshness,
} from './freshness.ts'

const NOW = Date.UTC(2026, 10, 20, 3)
const ago = (seconds: number) => NOW - seconds * 1_000

const polled = (secondsAgo: number | null, intervalSeconds = 60): PollHealth => {
  const at = secondsAgo === null ? null : ago(secondsAgo)
  return {
    kind: 'peers',
    lastOutcome: at === null ? 'not_polled' : 'ok',
    lastStartedAt: at,
    lastFinishedAt: at,
    lastOkStartedAt: at,
    lastOkAt: at,
    lastReadAt: at,
    silentInstances: [],
    error: null,
    correlationId: null,
    budget: null,
    intervalSeconds,
    plan: { configuredSeconds: 60, plannedSeconds: 60, observedSeconds: null, reason: null },
    burst: null,
    floorSeconds: null,
  }
}

it.each([
  ['before the first poll nothing is known', { floorSeconds: null, intervalSeconds: 60, burst: null }, null],
  ['the floor is the interval and the call', { floorSeconds: 72, intervalSeconds: 60, burst: null }, 12],
  [
    'during a burst its interval counts',
    { floorSeconds: 17, intervalSeconds: 60, burst: { everySeconds: 5, until: 0, reason: 'adverse' as const } },
    12,
  ],
])('the length of a call: %s', (_, poll, expected) => {
  expect(computeCallSeconds(poll)).toBe(expected)
})

it('a poll whose calls take now 2 s, now 11 s is fresh all the time, and late once one does not come', () => {
  const cycle = { ...polled(0, 15), intervalSeconds: 15, floorSeconds: 26 }
  let goodAt = NOW + 2_000
  const stateAt = (at: number) => judgePollFreshness({ ...cycle, lastOkAt: goodAt, lastReadAt: null }, at)
  const seen = new Set<string>()
  for (let n = 1; n < 20; n++) {
    const end = NOW + n * 15_000 + (n % 2 === 0 ? 2_000 : 11_000)
    for (let at = goodAt; at < end; at += 1_000) seen.add(stateAt(at))
    goodAt = end
  }
  expect([...seen]).toEqual(['fresh'])
  expect(['fresh', 'late', 'stale']).toEqual([33_500, 33_501, 45_001].map((ms) => stateAt(goodAt + ms)))
})

const failed = (
  secondsAgo: number,
  endedSecondsAgo: number,
  lastOutcome: PollHealth['lastOutcome'] = 'forbidden',
): PollHealth => ({
  ...polled(secondsAgo),
  lastOutcome,
  lastStartedAt: ago(endedSecondsAgo + 1),
  lastFinishedAt: ago(endedSecondsAgo),
})

it.each([
  ['all are recent', [polled(30), polled(50)], null],
  ['one of many is late', [polled(500), polled(10), polled(20)], null],
  ['all are late', [polled(320), polled(300), polled(310)], ago(300)],
  ['polls with long intervals are not late yet', [polled(320), polled(310), polled(300, 3_600)], ago(300)],
  ['another poll has ended since, with an error', [polled(320), polled(310), failed(330, 10)], null],
  ['a few polls with a short interval are late', [polled(70, 10), polled(200), polled(40, 3_600)], null],
  ['no poll ever succeeded', [polled(null)], null],
  ['a poll ended by a wrong clock', [polled(320), polled(310), failed(330, 320, 'clock')], null],
])('time at which all polls stopped if %s', (_, polls, expected) => {
  expect(findAllPollsStoppedAt(polls, NOW)).toBe(expected)
})

it('the time at which all polls stopped stays while more polls become late', () => {
  const polls = [polled(0), polled(12), polled(20, 120), polled(200, 300)]
  const times = [130, 200, 400, 4_000].map((seconds) => findAllPollsStoppedAt(polls, NOW + seconds * 1_000))
  expect(new Set(times)).toEqual(new Set([NOW]))
})

it.each([
  ['all are recent', [polled(30), polled(400, 300)], null],
  ['some are not', [polled(30), polled(500), polled(400)], ago(500)],
  ['the only poll never succeeded', [polled(null)], null],
])('time since which a fact is not polled: %s', (_, polls, expected) => {
  expect(
    findNotPolledSince(
      polls.map((poll) => ({ poll }) as SourceStatus),
      NOW,
    ),
  ).toBe(expected)
})

describe('the freshness of an answer', () => {
  it.each([
    {
      name: 'all fresh: nothing is late, however old the oldest is',
      polls: [polled(30), polled(400, 300)],
      expected: { state: 'fresh', oldestPollAt: ago(400), latePollAt: null },
    },
    {
      name: 'what is paused is nobody’s word, however new',
      polls: [polled(30), { ...polled(10), lastOutcome: 'paused' as const }],
      expected: { state: 'stale', oldestPollAt: ago(30), latePollAt: ago(10) },
    },
    {
      name: 'one late, an older one fresh: the late one counts',
      polls: [polled(125), polled(400, 300)],
      expected: { state: 'late', oldestPollAt: ago(400), latePollAt: ago(125) },
    },
    {
      name: 'two late: the older one',
      polls: [polled(100), polled(170)],
      expected: { state: 'late', oldestPollAt: ago(170), latePollAt: ago(170) },
    },
    {
      name: 'one stale, an older one late: the stale one',
      polls: [polled(200), polled(600, 300)],
      expected: { state: 'stale', oldestPollAt: ago(600), latePollAt: ago(200) },
    },
    {
      name: 'one that has not run yet hides nothing of the others, nor do they hide it',
      polls: [polled(30), polled(125), polled(null)],
      expected: {
        state: 'late',
        oldestPollAt: ago(125),
        latePollAt: ago(125),
        missing: { notPolled: 1, unanswered: 0, of: 3 },
      },
    },
    {
      name: 'one that is refused each time is no poll that has not run yet',
      polls: [polled(30), { ...polled(null), lastOutcome: 'forbidden' as const, lastStartedAt: ago(20) }],
      expected: {
        state: 'fresh',
        oldestPollAt: ago(30),
        latePollAt: null,
        missing: { notPolled: 0, unanswered: 1, of: 2 },
      },
    },
    {
      name: 'none has run yet',
      polls: [polled(null), polled(null)],
      expected: {
        state: 'never',
        oldestPollAt: null,
        latePollAt: null,
        missing: { notPolled: 2, unanswered: 0, of: 2 },
      },
    },
    { name: 'nothing polled', polls: [], expected: { state: 'never', oldestPollAt: null, latePollAt: null } },
  ])('$name', ({ polls, expected }) => expect(combinePollFreshness(polls, NOW)).toEqual(expected))
})
