import { describe, expect, it } from 'vitest'
import { computePaceAfter, type PollPaceHistory, computeUsualIntervalMs } from './poll-pace.ts'

/** Returns the pace of polls with the given start-to-start times, each poll one second long. */
function paceOf(startToStartMs: readonly number[]): PollPaceHistory {
  const starts = startToStartMs.reduce((known, wait) => [...known, (known.at(-1) ?? 0) + wait], [0])
  return starts.reduce<PollPaceHistory>((pace, start) => computePaceAfter(pace, start, 1_000), {
    starts: [],
    durations: [],
  })
}

describe('the interval that freshness is judged by', () => {
  it.each([
    { name: 'the configured one without history', configured: 60_000, history: [], expected: 60_000 },
    {
      name: 'the configured one when polls are quicker',
      configured: 60_000,
      history: [30_000, 30_000],
      expected: 60_000,
    },
    {
      name: 'the usual one when polls take longer',
      configured: 1_000,
      history: [12_000, 14_000, 13_000],
      expected: 13_000,
    },
    {
      name: 'the mean of the middle two of an even count',
      configured: 1_000,
      history: [10_000, 20_000],
      expected: 15_000,
    },
    {
      name: 'only the last twenty, so that an old slow spell is forgotten',
      configured: 1_000,
      history: [...Array<number>(30).fill(90_000), ...Array<number>(20).fill(2_000)],
      expected: 2_000,
    },
    { name: 'one outlier moves nothing', configured: 5_000, history: [5_000, 5_000, 600_000], expected: 5_000 },
  ])('is $name', ({ configured, history, expected }) => {
    expect(computeUsualIntervalMs(paceOf(history), configured)).toBe(expected)
  })

  it('is the length of the first poll while there is no other', () => {
    expect(computeUsualIntervalMs({ starts: [0], durations: [9_000] }, 1_000)).toBe(9_000)
  })
})
