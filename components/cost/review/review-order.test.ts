import { expect, it } from 'vitest'
import type { CostAction, CostProjection } from '#lib/cost/api/index.ts'
import { reviewOrder } from './review-order.ts'

const circuit = (name: string, action: CostAction, likely: string | null, saves?: string) =>
  ({
    name,
    recommendation: { action, saving: saves === undefined ? null : { p50: { amount: saves, currency: 'USD' } } },
    options: likely === null ? [] : [{ current: true, p50: { amount: likely, currency: 'USD' } }],
  }) as unknown as CostProjection

it('sorts by action, then what saves most, then the most expensive first', () => {
  const listed = [
    circuit('b', 'stay', '900.00'),
    circuit('c', 'unpriced', null),
    circuit('a', 'stay', '10000.00'),
    circuit('d', 'switch', '5.00', '4.00'),
    circuit('g', 'switch', '900.00', '3.00'),
    circuit('h', 'switch', '5.00', '10.00'),
    circuit('f', 'too_early', null),
    circuit('e', 'too_early', null),
  ]
  expect(reviewOrder(listed).map(({ name }) => name)).toEqual(['h', 'd', 'g', 'c', 'e', 'f', 'a', 'b'])
})
