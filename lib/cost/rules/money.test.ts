import { expect, it } from 'vitest'
import { getDifferenceBounds, createEqualPercentiles } from './money.ts'

const usd = (amount: string) => ({ amount, currency: 'USD' })

it.each([
  ['grows with traffic', '-90.00', '-10.00'],
  ['becomes less with traffic', '120.00', '-30.00'],
  ['is the same', '5.00', '5.00'],
])('gives the lowest amount of a difference first where it %s', (_, p10, p90) => {
  const { atLeast, atMost } = getDifferenceBounds({
    ...createEqualPercentiles(usd('0.00')),
    p10: usd(p10),
    p90: usd(p90),
  })
  expect([atLeast, atMost].map(({ amount }) => Number(amount))).toEqual(
    [p10, p90].map(Number).toSorted((a, b) => a - b),
  )
})
