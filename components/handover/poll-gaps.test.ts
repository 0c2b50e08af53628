import { describe, expect, it } from 'vitest'
import type { ShiftHandover } from '#lib/incidents/api/index.ts'
import { formatPollGapResources, groupPollGaps } from './poll-gaps.ts'

type Interval = ShiftHandover['gaps'][number]
const minute = (n: number) => new Date(Date.UTC(2026, 0, 5, 3, n)).toISOString()
const interval = (scope: string, from: number, to: number, rest: Partial<Interval> = {}): Interval => ({
  scope,
  scopeName: scope,
  kind: 'arp',
  from: minute(from),
  to: minute(to),
  outcome: 'not_polled',
  ...rest,
})
const shown = (intervals: readonly Interval[]) =>
  groupPollGaps(intervals).map((group) => `${formatPollGapResources(group)} ${group.intervals.length}`)

describe('polling gaps', () => {
  it.each([
    {
      name: 'at about one time are one',
      gaps: [interval('a', 0, 30), interval('b', 1, 29), interval('a', 2, 30, { kind: 'learned' })],
      is: ['a, b 3'],
    },
    { name: 'at different times are not', gaps: [interval('a', 0, 30), interval('b', 30, 50)], is: ['a 1', 'b 1'] },
    {
      name: 'for different reasons are not',
      gaps: [interval('a', 0, 30), interval('b', 0, 30, { outcome: 'timeout' })],
      is: ['a 1', 'b 1'],
    },
    {
      name: 'for a small part of the same time are not',
      gaps: [interval('a', 0, 30), interval('b', 10, 20)],
      is: ['a 1', 'b 1'],
    },
    {
      name: 'of many resources name the first',
      gaps: [...'abcde'].map((scope) => interval(scope, 0, 30)),
      is: ['a, b, c and 2 more 5'],
    },
    { name: 'never are nothing', gaps: [], is: [] },
  ])('$name', ({ gaps, is }) => expect(shown(gaps)).toEqual(is))

  it('together reach from the first that began to the last that ended', () => {
    const [group] = groupPollGaps([interval('a', 1, 30), interval('b', 0, 29)])
    expect([group?.from, group?.to]).toEqual([Date.parse(minute(0)), Date.parse(minute(30))])
  })
})
