import { describe, expect, it } from 'vitest'
import { pickLongestGaps, MAX_POLL_GAPS_IN_RESPONSE, limitListedGaps } from './listed-gaps.ts'

const T = Date.UTC(2026, 10, 24)
const iso = (seconds: number) => new Date(T + seconds * 1_000).toISOString()
/** Returns a gap of the given length in seconds. */
const gap = (from: number, seconds: number, scope = 'a') => ({ scope, from: iso(from), to: iso(from + seconds) })

describe('gaps in a list', () => {
  it.each([
    { name: 'are all listed up to the limit', gaps: [gap(0, 5), gap(10, 1)], listed: [0, 1], omitted: 0 },
    {
      name: 'are the longest beyond it, in their order',
      gaps: [gap(0, 5), gap(10, 1), gap(20, 9), gap(30, 2)],
      listed: [0, 2],
      omitted: 2,
    },
    { name: 'of one length are the first', gaps: [gap(0, 5), gap(10, 5), gap(20, 5)], listed: [0, 1], omitted: 1 },
    {
      name: 'that are the same are one',
      gaps: [gap(0, 5), gap(0, 5), gap(10, 1)],
      listed: [0, 2],
      omitted: 0,
    },
    {
      name: 'at the same time of another resource are another one',
      gaps: [gap(0, 5), gap(0, 5, 'b'), gap(10, 1)],
      listed: [0, 1],
      omitted: 1,
    },
  ])('$name', ({ gaps, listed, omitted }) => {
    expect(pickLongestGaps(gaps, 2)).toEqual({ listed: listed.map((index) => gaps[index]), omitted })
  })
})

describe('an answer', () => {
  const data = { state: 'up' }

  it.each([
    { name: 'without gaps', answer: { data } },
    { name: 'with no gap', answer: { data, uncovered: [] } },
    {
      name: 'with as many as are listed',
      answer: { data, uncovered: Array.from({ length: MAX_POLL_GAPS_IN_RESPONSE }, (_, n) => gap(n * 10, 1)) },
    },
    { name: 'that is a text', answer: 'a;b' },
  ])('$name is as it was', ({ answer }) => {
    expect(limitListedGaps<unknown>(answer)).toBe(answer)
  })

  it('with more says how many it has not', () => {
    const short = Array.from({ length: MAX_POLL_GAPS_IN_RESPONSE + 340 }, (_, n) => gap(n * 10, 1))
    const long = gap(1_000_000, 60)
    const bounded = limitListedGaps<Record<string, unknown>>({ data, covered: false, uncovered: [...short, long] })
    expect(bounded).toEqual({
      data,
      covered: false,
      uncovered: [...short.slice(0, MAX_POLL_GAPS_IN_RESPONSE - 1), long],
      uncoveredOmitted: 341,
    })
  })
})
