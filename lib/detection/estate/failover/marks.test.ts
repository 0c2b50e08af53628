import { describe, expect, it } from 'vitest'
import { type Flow, formerTotal, riseIn } from './marks.ts'

const MINUTE = 60_000
/** Pairs of a minute each, by the bit/s that flow out in them; the first ends at minute 1. */
const flows = (...rates: number[]): Flow[] =>
  rates.map((out, n) => ({ lo: n * MINUTE, hi: (n + 1) * MINUTE, lengthMs: MINUTE, in: 0, out }))
const quiet = (pairs: number) => Array.from({ length: pairs }, () => 10)

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
  ])('$name', ({ rates, from, rise }) => {
    const found = riseIn(flows(...rates), former, from * MINUTE)
    // it may have begun in the last fifth of the pair before
    const bounds = rise === undefined ? 'unclear' : { lo: (rise - 0.2) * MINUTE, hi: (rise + 1) * MINUTE }
    expect(found).toEqual(bounds)
  })
})

it('what a way carried is what it carried lately', () => {
  expect(formerTotal(flows(...quiet(60), ...Array.from({ length: 20 }, () => 500)), 80 * MINUTE)).toBe(500)
})
