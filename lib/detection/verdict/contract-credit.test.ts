import fc from 'fast-check'
import { expect, it } from 'vitest'
import { computeContractCredit } from './contract-credit.ts'

const steps = [
  { below: 99.95, credit: 10 },
  { below: 99, credit: 25 },
]
const MONTH = 30 * 86_400_000
const down = (atLeast: number, atMost = atLeast) => ({
  atLeast: atLeast * 60_000,
  atMost: atMost * 60_000,
  month: MONTH,
})

it.each([
  ['nothing down', down(0), 0, 0],
  // 0.05 % of 30 days is 21.6 min, which is exactly the promised maximum
  ['as promised', down(21.6), 0, 0],
  ['a minute longer', down(22.6), 10, 10],
  ['within bounds of both', down(20, 25), 0, 10],
  ['more than a hundredth', down(433), 25, 25],
  ['not seen at all', down(0, 30 * 24 * 60), 0, 25],
])('%s', (_, of, atLeast, atMost) => {
  expect(computeContractCredit(steps, of)).toEqual({ atLeast, atMost, promised: 99.95 })
})

it('is not known without a contract', () => expect(computeContractCredit([], down(60))).toBeNull())

it('law: more down time is never less credit', () => {
  const minutes = fc.integer({ min: 0, max: 30 * 24 * 60 })
  fc.assert(
    fc.property(minutes, minutes, (a, b) => {
      const due = (of: number) => computeContractCredit(steps, down(of))?.atLeast ?? 0
      expect(due(Math.max(a, b))).toBeGreaterThanOrEqual(due(Math.min(a, b)))
    }),
  )
})
