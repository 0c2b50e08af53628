import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { PathTrafficFlow } from '../../facts/traffic/traffic-flows.ts'
import { computeFormerRateBps, findTrafficRise, findTrafficStop } from './traffic-stop.ts'

/** Returns pairs of one minute each with these outbound rates in bit/s; the first pair ends at minute 1. */
const flows = (...rates: number[]): PathTrafficFlow[] =>
  rates.map((out, n) => ({
    earliest: n * MS_PER_MINUTE,
    latest: (n + 1) * MS_PER_MINUTE,
    lengthMs: MS_PER_MINUTE,
    in: 0,
    out,
  }))
const quiet = (pairs: number) => Array.from({ length: pairs }, () => 10)

const poll = fc.record({
  wait: fc.integer({ min: 200, max: 2_000 }),
  took: fc.nat(900),
  read: fc.double({ min: 0, max: 1, noNaN: true }),
})
const manyPolls = fc.array(poll, { minLength: 8, maxLength: 40 })
const endOf = (polls: readonly { wait: number; took: number }[]) =>
  polls.reduce((sum, { wait, took }) => sum + wait + took, 0)

describe('the return of bytes', () => {
  const former = { bps: 1_000, share: 0.2 }
  it.each([
    { name: 'is the first pair above its own traffic', rates: [...quiet(5), 900], from: 5, rise: 5 },
    { name: 'is unclear where its own traffic rose as high just before', rates: [...quiet(2), 900, 10, 900], from: 4 },
    {
      name: 'is clear of an earlier failover that is long over',
      rates: [...quiet(5), 900, 900, ...quiet(40), 900],
      from: 47,
      rise: 47,
    },
    {
      name: 'is clear of an earlier failover that is known',
      rates: [...quiet(2), 900, 900, ...quiet(3), 900],
      disturbed: [2, 4],
      from: 7,
      rise: 7,
    },
    {
      name: 'is unclear so soon after an earlier failover that what is usual since is not known',
      rates: [10, 900, 900, 10, 900],
      disturbed: [1, 3],
      from: 4,
    },
  ])('$name', ({ rates, from, rise, disturbed: [earliest = 0, latest = 0] = [] }) => {
    const found = findTrafficRise(flows(...rates), {
      ...former,
      from: from * MS_PER_MINUTE,
      disturbed: [{ earliest: earliest * MS_PER_MINUTE, latest: latest * MS_PER_MINUTE }],
    })
    // the rise may have begun in the last fifth of the previous pair
    const bounds =
      rise === undefined ? 'unclear' : { earliest: (rise - 0.2) * MS_PER_MINUTE, latest: (rise + 1) * MS_PER_MINUTE }
    expect(found).toEqual(bounds)
  })

  it('lies within what is reported, however late within their polls counters were read', () => {
    const given = fc.record({
      polls: manyPolls,
      own: fc.integer({ min: 0, max: 5_000 }),
      moved: fc.integer({ min: 1_000, max: 3_000 }),
      when: fc.double({ min: 0.3, max: 1, noNaN: true }),
      sooner: fc.nat(2_000),
    })
    let reported = 0
    fc.assert(
      fc.property(given, ({ polls, own, moved, when, sooner }) => {
        const truth = Math.floor(endOf(polls) * when)
        const found = findTrafficRise(
          read(polls, (at) => own * at + moved * Math.max(0, at - truth)),
          {
            bps: moved,
            share: 0.2,
            from: truth - sooner,
            disturbed: [],
          },
        )
        if (found === null || found === 'unclear') return
        reported += 1
        expect(found.earliest).toBeLessThanOrEqual(truth)
        expect(found.latest).toBeGreaterThanOrEqual(truth)
      }),
      { numRuns: 2_000 },
    )
    expect(reported).toBeGreaterThan(200)
  })
})

describe('the end of forwarding', () => {
  it('lies within what is reported, however late within their polls counters were read', () => {
    const given = fc.record({
      polls: manyPolls,
      rate: fc.integer({ min: 100, max: 3_000 }),
      when: fc.double({ min: 0.2, max: 1, noNaN: true }),
      isExpected: fc.boolean(),
    })
    let reported = 0
    fc.assert(
      fc.property(given, ({ polls, rate, when, isExpected }) => {
        const truth = Math.floor(endOf(polls) * when)
        const dead = { deadBps: { in: 0, out: 30 }, expectedBps: { in: null, out: isExpected ? rate : null } }
        const found = findTrafficStop(
          read(polls, (at) => rate * Math.min(at, truth)),
          dead,
          { earliest: 0, latest: truth + 60_000 },
        )
        if (found === null) return
        reported += 1
        expect(found.at.earliest).toBeLessThanOrEqual(truth)
        expect(found.at.latest).toBeGreaterThanOrEqual(truth)
      }),
      { numRuns: 2_000 },
    )
    expect(reported).toBeGreaterThan(200)
  })
})

/** Returns pairs of successive poll answers for a counter with the value `bitsAt` at each time; rates in bit per ms. */
function read(
  polls: readonly { wait: number; took: number; read: number }[],
  bitsAt: (at: number) => number,
): PathTrafficFlow[] {
  let now = 0
  const answers = polls.map(({ wait, took, read: part }) => {
    const earliest = now + wait
    now = earliest + took
    return { earliest, latest: now, bits: bitsAt(earliest + part * took) }
  })
  const middle = (answer: { earliest: number; latest: number }) => (answer.earliest + answer.latest) / 2
  return answers.slice(1).flatMap((to, n): PathTrafficFlow[] => {
    const from = answers[n]
    if (!from) return []
    const lengthMs = middle(to) - middle(from)
    return [{ earliest: from.earliest, latest: to.latest, lengthMs, in: 0, out: (to.bits - from.bits) / lengthMs }]
  })
}

it('what a path carried is what it carried lately', () => {
  expect(computeFormerRateBps(flows(...quiet(60), ...Array.from({ length: 20 }, () => 500)), 80 * MS_PER_MINUTE)).toBe(
    500,
  )
})
