import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { judgeFreshness, computeLateAgeMs, computeIntervalStaleAgeMs, findWorstFreshness } from './freshness.ts'

describe('limits', () => {
  it.each([
    { interval: 60_000, late: 90_000, stale: 180_000 },
    { interval: 5_000, late: 7_500, stale: 15_000 },
    { interval: 1_000, late: 5_000, stale: 10_000 },
    { interval: 100, late: 5_000, stale: 10_000 },
  ])('of $interval ms are $late and $stale', ({ interval, late, stale }) => {
    expect(computeLateAgeMs(interval)).toBe(late)
    expect(computeIntervalStaleAgeMs(interval)).toBe(stale)
  })
})

describe('freshness', () => {
  it.each([
    { name: 'just polled', age: 0, interval: MS_PER_MINUTE, expected: 'fresh' },
    { name: 'ahead of the clock that asks', age: -500, interval: MS_PER_MINUTE, expected: 'fresh' },
    { name: 'dated two minutes ahead', age: -120_000, interval: MS_PER_MINUTE, expected: 'stale' },
    { name: 'dated two hours ahead', age: -7_200_000, interval: MS_PER_MINUTE, expected: 'stale' },
    { name: 'one and a half intervals old', age: 90_000, interval: MS_PER_MINUTE, expected: 'fresh' },
    { name: 'a moment older than that', age: 90_001, interval: MS_PER_MINUTE, expected: 'late' },
    { name: 'three intervals old', age: 180_000, interval: MS_PER_MINUTE, expected: 'late' },
    { name: 'a moment older than three', age: 180_001, interval: MS_PER_MINUTE, expected: 'stale' },
    { name: 'five seconds old at one per second', age: 5_000, interval: 1_000, expected: 'fresh' },
    { name: 'ten seconds old at one per second', age: 10_000, interval: 1_000, expected: 'late' },
    { name: 'older than ten seconds at one per second', age: 10_001, interval: 1_000, expected: 'stale' },
  ])('$name is $expected', ({ age, interval, expected }) => {
    expect(judgeFreshness(1_000_000, 1_000_000 - age, interval)).toBe(expected)
  })

  it('is not late by what a call may take', () => {
    const ages = [95_000, 95_001].map((age) => judgeFreshness(1_000_000, 1_000_000 - age, MS_PER_MINUTE, 5_000))
    expect(ages).toEqual(['fresh', 'late'])
  })

  it('is never without a good poll', () => {
    expect(judgeFreshness(1_000_000, null, MS_PER_MINUTE)).toBe('never')
  })

  it.each([
    { states: ['fresh', 'late', 'fresh'], expected: 'late' },
    { states: ['stale', 'late'], expected: 'stale' },
    { states: ['fresh', 'never', 'stale'], expected: 'never' },
    { states: ['fresh'], expected: 'fresh' },
    { states: [], expected: 'never' },
  ] as const)('of $states together is $expected', ({ states, expected }) => {
    expect(findWorstFreshness(states)).toBe(expected)
  })
})
