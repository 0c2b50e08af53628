import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createEstablishmentSamples,
  computeEstablishmentBounds,
  computeEstablishmentSpan,
  type EstablishmentSamples,
  judgeEstablishment,
  computeLastProvenUpTime,
} from './index.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const nobody = { suspects: [], suspectedSince: null }
/** Returns a call that takes one second. */
const call = (startedAt: number) => ({ startedAt, finishedAt: startedAt + SECOND })
const life = (earliest: number, latest: number): EstablishmentSamples =>
  createEstablishmentSamples({ earliest, latest })

describe('when a session came up', () => {
  it.each([
    {
      name: 'the sample lies somewhere in the call',
      ageMs: 100,
      unitMs: 0,
      expected: { earliest: 900, latest: 1_400 },
    },
    { name: 'a printed age is cut to its unit', ageMs: 600, unitMs: 100, expected: { earliest: 300, latest: 900 } },
    { name: 'fractions widen outwards', ageMs: 0.5, unitMs: 0, expected: { earliest: 999, latest: 1_500 } },
  ])('$name', ({ ageMs, unitMs, expected }) =>
    expect(computeEstablishmentSpan({ startedAt: 1_000, finishedAt: 1_500 }, ageMs, unitMs)).toEqual(expected),
  )

  it('lies in what all samples of one life have in common', () =>
    expect(
      computeEstablishmentBounds({
        samples: [
          { earliest: 0, latest: 9 },
          { earliest: 4, latest: 12 },
          { earliest: 2, latest: 7 },
        ],
        ...nobody,
      }),
    ).toEqual({
      earliest: 4,
      latest: 7,
    }))

  it('spans what jitter leaves between samples that have nothing in common', () =>
    expect(
      computeEstablishmentBounds({
        samples: [
          { earliest: 0, latest: 5 },
          { earliest: 8, latest: 9 },
        ],
        ...nobody,
      }),
    ).toEqual({ earliest: 5, latest: 8 }))

  it('is not known when no sample established an age', () =>
    expect(computeEstablishmentBounds(createEstablishmentSamples(null))).toBeNull())
})

describe('a later sample', () => {
  const known = life(10 * SECOND, 11 * SECOND)
  it.each([
    {
      name: 'of the same moment: the same life',
      established: { earliest: 10_500, latest: 11_500 },
      lastSampleAt: 60_000,
      verdict: 'same',
    },
    {
      name: 'within the tolerance: the same life',
      established: { earliest: 13_000, latest: 14_000 },
      lastSampleAt: 60_000,
      verdict: 'same',
    },
    {
      name: 'past the tolerance, before the last sample: impossible',
      established: { earliest: 13_001, latest: 14_000 },
      lastSampleAt: 60_000,
      verdict: 'inconsistent',
    },
    {
      name: 'after the last sample: a restart',
      established: { earliest: 70_000, latest: 71_000 },
      lastSampleAt: 60_000,
      verdict: 'restarted',
    },
    {
      name: 'that may be after the last sample: a restart',
      established: { earliest: 50_000, latest: 60_000 },
      lastSampleAt: 60_000,
      verdict: 'restarted',
    },
    {
      name: 'older than known: another view',
      established: { earliest: 1_000, latest: 7_999 },
      lastSampleAt: 60_000,
      verdict: 'inconsistent',
    },
  ] as const)('$name', ({ established, lastSampleAt, verdict }) =>
    expect(judgeEstablishment(known, lastSampleAt, call(2 * MINUTE), established, false).verdict).toBe(verdict),
  )

  it.each([
    {
      name: 'without an age proves a restart by a counter that fell',
      established: null,
      fell: true,
      verdict: 'restarted',
    },
    { name: 'without an age proves nothing by counters that rise', established: null, fell: false, verdict: 'unknown' },
    {
      name: 'of the same age makes a counter that fell an artefact',
      established: { earliest: 10_000, latest: 11_000 },
      fell: true,
      verdict: 'same',
    },
  ] as const)('$name', ({ established, fell, verdict }) =>
    expect(judgeEstablishment(known, MINUTE, call(2 * MINUTE), established, fell).verdict).toBe(verdict),
  )

  it.each([
    // The third of three quick calls, one minute apart, may be sampled just under two minutes after the first.
    { name: 'a minute', everyMs: MINUTE, tookMs: SECOND, believed: 4 },
    { name: 'five minutes', everyMs: 5 * MINUTE, tookMs: SECOND, believed: 3 },
    { name: 'ten seconds', everyMs: 10 * SECOND, tookMs: SECOND, believed: 14 },
    { name: 'forty seconds, by operations of as long', everyMs: 40 * SECOND, tookMs: 40 * SECOND, believed: 5 },
  ])(
    'that contradicts every $name is believed once two minutes lie between, at the third time or later',
    ({ everyMs, tookMs, believed }) => {
      let now = known
      const verdicts = Array.from({ length: believed }, (_, n) => {
        const established = { earliest: 30_000 + n, latest: 31_000 + n }
        const startedAt = 2 * MINUTE + n * everyMs
        const taken = { startedAt, finishedAt: startedAt + tookMs }
        const judged = judgeEstablishment(now, MINUTE + n * everyMs, taken, established, false)
        now = judged.establishment
        return judged.verdict
      })
      expect(verdicts).toEqual([...Array.from({ length: believed - 1 }, () => 'inconsistent'), 'rebaselined'])
      expect(computeEstablishmentBounds(now)).toEqual({
        earliest: 30_000 + believed - 1,
        latest: 31_000 + believed - 3,
      })
    },
  )

  it('that contradicts is not believed where they contradict each other, too', () => {
    let now = known
    for (const n of [0, 1, 2, 3, 4, 5]) {
      const established = { earliest: 30_000 + (n % 2) * 10_000, latest: 31_000 + (n % 2) * 10_000 }
      const judged = judgeEstablishment(now, MINUTE * (n + 1), call(MINUTE * (n + 2)), established, false)
      now = judged.establishment
      expect(judged.verdict).toBe('inconsistent')
    }
  })
})

describe('a sample proves a session up', () => {
  // Calls take one second and are sampled after half a second. The session came up at 10.5 s.
  const known = life(10 * SECOND, 11 * SECOND)
  it.each([
    { name: 'from its request on', startedAt: 90_000, ageMs: 80_000, unitMs: 0, from: 90_000 },
    {
      name: 'from its request on, if its age names a later moment',
      startedAt: 90_000,
      ageMs: 80_400,
      unitMs: 0,
      from: 90_000,
    },
    {
      name: 'from the moment that its age names, where that was before',
      startedAt: 90_000,
      ageMs: 78_500,
      unitMs: 0,
      from: 88_500,
    },
    {
      name: 'not before the sample before it, where it repeats that',
      startedAt: 90_000,
      ageMs: 20_000,
      unitMs: 0,
      from: 60_000,
    },
    { name: 'from its request on, if its age is too coarse', startedAt: 7_250_000, ageMs: 7_200_000, unitMs: MINUTE, from: 7_250_000 }, // biome-ignore format: a table
  ])('$name', ({ startedAt, ageMs, unitMs, from }) =>
    expect(computeLastProvenUpTime(known, 60_000, startedAt, { ms: ageMs, unitMs })).toBe(from),
  )

  it('from the earliest moment that one of the last samples leaves possible: each of them may be a repeat, too', () => {
    const repeated = { earliest: 11_000, latest: 12_000 }
    const { establishment } = judgeEstablishment(known, 60_000, call(70_000), repeated, false)
    expect(computeLastProvenUpTime(establishment, 60_000, 90_000, { ms: 79_000, unitMs: 0 })).toBe(89_000)
  })
})

describe('a session that never restarts', () => {
  it('is one life, and its begin stays within the bounds, for any latency', () => {
    const samples = fc.array(
      fc.record({
        gap: fc.integer({ min: 1, max: 120_000 }),
        latency: fc.integer({ min: 1, max: 12_000 }),
        moment: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { minLength: 2, maxLength: 40 },
    )
    fc.assert(
      fc.property(samples, (series) => {
        const cameUp = 1_000
        let at = 100_000
        let now: EstablishmentSamples | null = null
        let last = 0
        for (const { gap, latency, moment } of series) {
          const startedAt = (at += gap)
          const finishedAt = (at += latency)
          const established = computeEstablishmentSpan({ startedAt, finishedAt }, startedAt + moment * latency - cameUp)
          if (now) {
            const judged = judgeEstablishment(now, last, { startedAt, finishedAt }, established, false)
            expect(judged.verdict).toBe('same')
            now = judged.establishment
          } else now = createEstablishmentSamples(established)
          last = startedAt
          const begin = computeEstablishmentBounds(now)
          expect(begin && begin.earliest <= cameUp && cameUp <= begin.latest).toBe(true)
        }
      }),
    )
  })
})
