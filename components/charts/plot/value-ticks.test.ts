import fc from 'fast-check'
import { expect, it } from 'vitest'
import { chooseValueTicks, roundUpToAxisValue } from './value-ticks.ts'

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
  [0, 1],
  [1, 1],
  [84e6, 90e6],
  [120e6, 120e6],
  [210, 240],
  [900e6, 900e6],
])('the axis for %d ends at %d', (value, top) => expect(roundUpToAxisValue(value)).toBe(top))

it('the ticks of an axis reach from zero to its end', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e15, noNaN: true }), (value) => {
      const top = roundUpToAxisValue(value)
      expect(top).toBeGreaterThanOrEqual(value * (1 - 1e-9))
      expect(top).toBeLessThanOrEqual(value * 1.26)
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
