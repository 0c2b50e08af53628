import fc from 'fast-check'
import { expect, it } from 'vitest'
import { chooseValueTicks, computeAxisTop, fitAxisToSeries } from './value-ticks.ts'

it.each([
  ['bytes', 0, 40.1e12, 5, [0, 1e13, 2e13, 3e13, 4e13]],
  ['small shares', 0, 0.3, 3, [0, 0.1, 0.2, 0.3]],
  ['from below zero', -25, 30, 6, [-20, -10, 0, 10, 20, 30]],
  ['not from zero', 97, 103, 3, [98, 100, 102]],
  ['one', 0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  ['steps of 1.5', 0, 9, 6, [0, 1.5, 3, 4.5, 6, 7.5, 9]],
  ['no range', 5, 5, 5, [5]],
])('%s: between %d and %d', (_, from, to, most, ticks) => {
  expect(chooseValueTicks(from, to, most)).toEqual(ticks)
})

it('there are never more than asked for beside the first', () => {
  for (let span = 1; span < 5000; span += 7) expect(chooseValueTicks(0, span, 4).length).toBeLessThanOrEqual(5)
})

it.each([
  ['no values', 0, null, false, 1],
  ['a small value', 1, null, false, 1.2],
  ['a value that is a tick', 120e6, null, false, 150e6],
  ['a usual band of 210', 210, null, false, 240],
  ['a limit far above', 84e6, 1e9, false, 90e6],
  ['a limit far above that is wanted', 84e6, 1e9, true, 1.06e9],
  ['a limit that is near', 500e6, 1e9, false, 1.06e9],
  ['values above the limit', 2e9, 1e9, false, 2.1e9],
  ['no limit', 84e6, null, true, 90e6],
])('the top of an axis with %s', (_, highest, limit, isWanted, top) =>
  expect(computeAxisTop(highest, limit, isWanted)).toBeCloseTo(top),
)

it('an axis has its highest value, and ends at most 34 % above it unless the limit is drawn', () => {
  const value = fc.double({ min: 1e-3, max: 1e12, noNaN: true })
  fc.assert(
    fc.property(value, fc.option(value), fc.boolean(), (highest, limit, isWanted) => {
      const top = computeAxisTop(highest, limit, isWanted)
      expect(top).toBeGreaterThanOrEqual(highest)
      if (limit === null || top < limit) expect(top).toBeLessThanOrEqual(1.34 * highest)
    }),
  )
})

it('the ticks of an axis reach from zero to its end', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e15, noNaN: true }), (value) => {
      const top = computeAxisTop(value)
      const ticks = chooseValueTicks(0, top)
      expect([ticks[0], ticks.at(-1)]).toEqual([0, top])
    }),
  )
})

it('ticks of counts are whole numbers, and there are some beside zero', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (down, up) => {
      const ticks = chooseValueTicks(-down * 1.05, up * 1.05, 4, true)
      expect(ticks.every(Number.isInteger)).toBe(true)
      expect(ticks.length).toBeGreaterThan(1)
    }),
  )
})

const points = [
  { x: 0, in: 100, out: -20, band: [90, 130] },
  { x: 1, in: null, out: -28, band: null },
]
const given = { bottom: -30, top: 150 }

it.each([
  ['one direction', ['in', 'band'], { bottom: -30, top: 0 }],
  ['the other direction', ['out', 'in'], { bottom: 0, top: 150 }],
  ['a line without its band', ['band'], { bottom: -30, top: 120 }],
  ['no values', ['in', 'out', 'band'], given],
])('the axis fits %s', (_, hidden, ends) => {
  expect(fitAxisToSeries(points, new Set(hidden), given)).toEqual(ends)
})
