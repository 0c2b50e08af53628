import fc from 'fast-check'
import { expect, it } from 'vitest'
import { intersectTimeIntervals, type TimeInterval, mergeTimeIntervals } from './time-spans.ts'

const spans = fc
  .array(fc.record({ from: fc.nat(60), to: fc.nat(60) }), { maxLength: 12 })
  .map((some) => mergeTimeIntervals(some.map(({ from, to }) => ({ from: Math.min(from, to), to: Math.max(from, to) }))))
const instantsOf = (some: readonly TimeInterval[]) =>
  Array.from({ length: 60 }, (_, at) => at).filter((at) => some.some(({ from, to }) => from <= at && at < to))

it('two lists have in common the instants that stand in both, as spans in order', () => {
  fc.assert(
    fc.property(spans, spans, (a, b) => {
      const common = intersectTimeIntervals(a, b)
      expect(instantsOf(common)).toEqual(instantsOf(a).filter((at) => instantsOf(b).includes(at)))
      expect(common.every(({ from, to }, i) => from < to && (common[i - 1]?.to ?? 0) <= from)).toBe(true)
    }),
  )
})
