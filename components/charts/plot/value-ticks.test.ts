import { expect, it } from 'vitest'
import { chooseValueTicks } from './value-ticks.ts'

it.each([
  ['bytes', 0, 40.1e12, 5, [0, 1e13, 2e13, 3e13, 4e13]],
  ['small shares', 0, 0.3, 3, [0, 0.1, 0.2, 0.3]],
  ['from below zero', -25, 30, 6, [-20, -10, 0, 10, 20, 30]],
  ['not from zero', 97, 103, 3, [98, 100, 102]],
  ['one', 0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  ['no range', 5, 5, 5, [5]],
])('%s: between %d and %d', (_, from, to, most, ticks) => {
  expect(chooseValueTicks(from, to, most)).toEqual(ticks)
})

it('there are never more than asked for beside the first', () => {
  for (let span = 1; span < 5000; span += 7) expect(chooseValueTicks(0, span, 4).length).toBeLessThanOrEqual(5)
})
