import { expect, it } from 'vitest'
import { computeClockOffsetMs, replaceWronglyDatedPoll } from './poll-dates.ts'

const NOW = Date.UTC(2026, 10, 26, 3)

it.each([
  { says: 'a clock that is right', ended: 0, before: 0, after: 5, off: 0 },
  { says: 'a poll that waited for the database', ended: -600_000, before: 0, after: 5, off: 0 },
  { says: 'a clock that is ahead within the tolerance', ended: 1_500, before: 2_000, after: 2_005, off: 0 },
  { says: 'a clock that is two minutes ahead', ended: 119_000, before: 120_000, after: 120_005, off: 120_000 },
  {
    says: 'a poll of a clock that was ahead and is right again',
    ended: 7_200_000,
    before: 0,
    after: 5,
    off: 7_200_000,
  },
  { says: 'a clock that is two minutes behind', ended: -121_000, before: -120_005, after: -120_000, off: -120_000 },
  { says: 'a statement that took long', ended: -30_000, before: -30_000, after: 5, off: 0 },
])('$says is off by $off ms', ({ ended, before, after, off }) => {
  const poll = { startedAt: NOW + ended - 500, finishedAt: NOW + ended }
  expect(computeClockOffsetMs(poll, { before: NOW + before, database: NOW, after: NOW + after })).toBe(off)
})

it('a poll whose clock was set back while it ran is dated by a wrong clock', () => {
  const poll = { startedAt: NOW + 7_200_000, finishedAt: NOW }
  expect(computeClockOffsetMs(poll, { before: NOW, database: NOW, after: NOW })).toBe(7_200_000)
})

it('what is left of such a poll is the moment, the outcome and the words', () => {
  const answered = { target: { resourceId: '/s', subresource: '' }, kind: 'peers', rows: [{}] }
  const left = replaceWronglyDatedPoll(answered as never, NOW + 0.5, -7_200_000)
  expect(left).toMatchObject({ kind: 'peers', outcome: 'clock', startedAt: NOW, finishedAt: NOW, rows: [] })
  expect(left.error?.detail).toBe(
    'The worker’s clock is 7200 s behind the database’s: nothing that it dates is recorded.',
  )
})
