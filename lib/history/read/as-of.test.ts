import { describe, expect, it } from 'vitest'
import { findStateAtCoveredMoment, type StoredIntervalBounds } from './as-of.ts'

const span = (
  lastAbsent: number | null,
  firstPresent: number,
  lastPresent: number,
  firstAbsent: number | null,
): StoredIntervalBounds => ({
  lastAbsent,
  firstPresent,
  lastPresent,
  firstAbsent,
})

/** Polls [0,2] absent, [10,12] and [20,22] present, [30,32] absent, [40,42] present and ongoing. */
const first = span(0, 12, 20, 32)
const second = span(30, 42, 40, null)

const around = (at: number) => {
  const begun = [first, second].filter(({ firstPresent }) => firstPresent <= at)
  return findStateAtCoveredMoment(
    begun.at(-1) ?? null,
    [first, second].find(({ firstPresent }) => firstPresent > at) ?? null,
    at,
  )
}

describe('as of a moment', () => {
  it.each([
    [-1, 'absent', null],
    [0, 'absent', null],
    [1, 'indeterminate', first],
    [11, 'indeterminate', first],
    [12, 'present', first],
    [20, 'present', first],
    [21, 'indeterminate', first],
    [31, 'indeterminate', first],
    [32, 'indeterminate', second],
    [41, 'indeterminate', second],
    [42, 'present', second],
    [999, 'present', second],
  ] as const)('%i is %s', (at, presence, expected) => expect(around(at)).toMatchObject({ presence, span: expected }))

  it('is unknown before the first poll, when that poll saw it already', () =>
    expect(findStateAtCoveredMoment(null, span(null, 12, 20, 32), 5)).toEqual({
      presence: 'unknown',
      span: null,
      last: null,
    }))

  it('a single poll shows it at some instant of the call only: what follows is not sure', () =>
    expect(findStateAtCoveredMoment(span(0, 12, 10, 32), null, 12).presence).toBe('indeterminate'))
})
