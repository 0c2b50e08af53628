import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RouteChange } from '#lib/contract/index.ts'
import { churnByStep, churnPerMinute, coveredByAll, coveredMs, type Stretch, unionOf } from './index.ts'
import { MINUTE, moved } from './testing.ts'

const hour = { from: 0, to: 60 * MINUTE, stepMs: 15 * MINUTE }
const all: Stretch[][] = [[{ from: 0, to: 60 * MINUTE }]]

describe('churn by step', () => {
  it('counts each kind where it was first seen', () => {
    const changes = [
      moved(1 * MINUTE, null, [65001]),
      moved(2 * MINUTE, [65001], [65001, 65001]),
      moved(14 * MINUTE, [65001, 65001], null),
      moved(15 * MINUTE, null, [65001]),
      moved(59 * MINUTE, [65001], null),
    ]
    expect(churnByStep({ ...hour, changes, coverage: all })).toEqual([
      { start: 0, announced: 1, withdrawn: 1, changed: 1, coveredSeconds: 900 },
      { start: 15 * MINUTE, announced: 1, withdrawn: 0, changed: 0, coveredSeconds: 900 },
      { start: 30 * MINUTE, announced: 0, withdrawn: 0, changed: 0, coveredSeconds: 900 },
      { start: 45 * MINUTE, announced: 0, withdrawn: 1, changed: 0, coveredSeconds: 900 },
    ])
  })

  it('leaves out what was seen before the range or from its end on', () => {
    const changes = [moved(-1, null, [1]), moved(0, null, [1]), moved(60 * MINUTE, [1], null)]
    const points = churnByStep({ ...hour, changes, coverage: all })
    expect(points.map(({ announced, withdrawn }) => announced + withdrawn)).toEqual([1, 0, 0, 0])
  })

  it('the end of the range is outside of a short last step too', () => {
    const changes = [moved(20 * MINUTE - 1, null, [1]), moved(20 * MINUTE, [1], null)]
    const points = churnByStep({ from: 0, to: 20 * MINUTE, stepMs: 15 * MINUTE, changes, coverage: all })
    expect(points.map(({ announced, withdrawn }) => [announced, withdrawn])).toEqual([
      [0, 0],
      [1, 0],
    ])
  })

  it('a change across a gap counts once, where the gap ended', () => {
    const change = moved(50 * MINUTE, [1], null, { between: { lo: 5 * MINUTE, hi: 50 * MINUTE } })
    const points = churnByStep({ ...hour, changes: [change], coverage: [[{ from: 0, to: 5 * MINUTE }]] })
    expect(points.map(({ withdrawn, coveredSeconds }) => [withdrawn, coveredSeconds])).toEqual([
      [0, 300],
      [0, 0],
      [0, 0],
      [1, 0],
    ])
  })

  it('a last step may be short', () => {
    const points = churnByStep({ from: 0, to: 20 * MINUTE, stepMs: 15 * MINUTE, changes: [], coverage: all })
    expect(points.map(({ start, coveredSeconds }) => [start, coveredSeconds])).toEqual([
      [0, 900],
      [15 * MINUTE, 300],
    ])
  })

  it.each([
    {
      rule: 'one source, in pieces that overlap',
      coverage: [
        [
          { from: 0, to: 10 * MINUTE },
          { from: 5 * MINUTE, to: 12 * MINUTE },
        ],
      ],
      seconds: 720,
    },
    {
      rule: 'only what two sources both saw',
      coverage: [[{ from: 0, to: 10 * MINUTE }], [{ from: 6 * MINUTE, to: 15 * MINUTE }]],
      seconds: 240,
    },
    { rule: 'nothing, where one of them was blind', coverage: [[{ from: 0, to: 15 * MINUTE }], []], seconds: 0 },
    { rule: 'nothing without a source', coverage: [], seconds: 0 },
  ])('covers $rule', ({ coverage, seconds }) => {
    const [point] = churnByStep({ from: 0, to: 15 * MINUTE, stepMs: 15 * MINUTE, changes: [], coverage })
    expect(point?.coveredSeconds).toBe(seconds)
  })

  it.each([
    { from: 0, to: 0, stepMs: 1 },
    { from: 1, to: 0, stepMs: 1 },
    { from: 0, to: 1, stepMs: 0 },
    { from: 0, to: Number.NaN, stepMs: 1 },
  ])('refuses $from to $to by $stepMs', (range) =>
    expect(() => churnByStep({ ...range, changes: [], coverage: [] })).toThrow(RangeError),
  )
})

describe('churn per minute', () => {
  it('counts covered minutes only', () => {
    const changes = [moved(1 * MINUTE, null, [1]), moved(2 * MINUTE, [1], [2]), moved(3 * MINUTE, [2], null)]
    const points = churnByStep({ ...hour, changes, coverage: [[{ from: 0, to: 6 * MINUTE }]] })
    expect(churnPerMinute(points)).toBe(0.5)
  })
  it('nothing covered has no rate', () => {
    expect(churnPerMinute(churnByStep({ ...hour, changes: [], coverage: [] }))).toBeNull()
  })
})

describe('laws of churn', () => {
  const change = fc
    .record({
      at: fc.integer({ min: -100, max: 1100 }),
      op: fc.constantFrom<RouteChange['op']>('announce', 'withdraw', 'change'),
    })
    .map(({ at, op }) => moved(at, [1], [2], { op }))
  const stretch = fc
    .tuple(fc.integer({ min: -50, max: 1050 }), fc.integer({ min: -10, max: 300 }))
    .map(([from, length]): Stretch => ({ from, to: from + length }))
  const sources = fc.array(fc.array(stretch, { maxLength: 8 }), { maxLength: 3 })
  const range = fc.record({
    from: fc.integer({ min: 0, max: 400 }),
    length: fc.integer({ min: 1, max: 600 }),
    stepMs: fc.integer({ min: 1, max: 200 }),
  })

  it('the steps add up to the range, in changes and in covered time', () => {
    fc.assert(
      fc.property(fc.array(change), sources, range, (changes, coverage, { from, length, stepMs }) => {
        const to = from + length
        const points = churnByStep({ changes, coverage, from, to, stepMs })
        const [whole] = churnByStep({ changes, coverage, from, to, stepMs: length })
        const sum = (read: (point: (typeof points)[number]) => number) =>
          points.reduce((total, point) => total + read(point), 0)
        const inside = changes.filter(({ between }) => between.hi >= from && between.hi < to)
        expect(sum((p) => p.announced + p.withdrawn + p.changed)).toBe(inside.length)
        expect(sum((p) => p.announced)).toBe(whole?.announced)
        expect(sum((p) => p.withdrawn)).toBe(whole?.withdrawn)
        expect(sum((p) => p.coveredSeconds)).toBeCloseTo(whole?.coveredSeconds ?? -1, 6)
      }),
    )
  })

  it('covered time is exactly the instants that every source saw', () => {
    fc.assert(
      fc.property(sources, (coverage) => {
        const seen = (at: number) =>
          coverage.length > 0 && coverage.every((own) => own.some(({ from, to }) => from <= at && at < to))
        const instants = Array.from({ length: 1000 }, (_, at) => at).filter(seen).length
        expect(coveredMs(coveredByAll(coverage), 0, 1000)).toBe(instants)
      }),
    )
  })

  it('stretches that touch are one', () => {
    const halves = [
      { from: 5, to: 9 },
      { from: 0, to: 5 },
    ]
    expect(unionOf(halves)).toEqual([{ from: 0, to: 9 }])
  })

  it('a union is disjoint, ascending, and does not change by being taken again', () => {
    fc.assert(
      fc.property(fc.array(stretch), (stretches) => {
        const union = unionOf(stretches)
        for (const [i, { from, to }] of union.entries()) {
          expect(from).toBeLessThan(to)
          expect(union[i + 1]?.from ?? Number.POSITIVE_INFINITY).toBeGreaterThan(to)
        }
        expect(unionOf([...union].reverse())).toEqual(union)
      }),
    )
  })
})
