import { describe, expect, it } from 'vitest'
import { type CauseClass, causeClasses } from '#lib/contract/index.ts'
import { findConfidenceRangesBelowTarget, type DetectedCauseWithTruth, findTrueCauses } from './cause-truth.ts'
import { corpusScenarios } from './corpus.ts'

describe('what truly happens', () => {
  const asked = corpusScenarios.flatMap(({ id, expect: expected }) => [
    ...new Map(
      expected.flatMap(({ cause }) => (cause && cause in causeClasses ? [[cause, { id, cause }]] : [])),
    ).values(),
  ])
  it.each(asked.filter(({ cause }) => !cause.startsWith('unknown') && cause !== 'before_monitoring'))(
    '$id: $cause is of what happens, too, not of what is expected alone',
    ({ id, cause }) => {
      const scenario = corpusScenarios.find((one) => one.id === id)
      expect(scenario && findTrueCauses(scenario).has(cause as CauseClass)).toBe(true)
    },
  )
})

it.each([
  [0.7, 7, []],
  [0.7, 5, ['0.6: S6 customer_bgp, S7 customer_bgp, S8 customer_bgp, S9 customer_bgp, S10 customer_bgp']],
  [0.5, 4, []],
  [1, 9, ['1: S10 customer_bgp']],
])('a confidence of %d that comes true in %d of 10 breaks %j', (confidence, isTrue, broken) => {
  const claims = Array.from({ length: 10 }, (_, i): DetectedCauseWithTruth => {
    return { scenario: `S${i + 1}`, class: 'customer_bgp', confidence, isTrue: i < isTrue }
  })
  expect(findConfidenceRangesBelowTarget(claims)).toEqual(broken)
})
