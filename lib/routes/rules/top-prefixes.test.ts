import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { computePeakFlapPenalty, FLAP_DAMPING_SUPPRESS_THRESHOLD } from '#lib/detection/churn/flap-penalty.ts'
import { findTopPrefixes } from './top-prefixes.ts'
import { createRouteChange } from '#lib/detection/churn/testing.ts'

describe('top prefixes', () => {
  const changes = [
    // three changes of attributes
    createRouteChange(1 * MS_PER_MINUTE, [1], [2], { prefix: '10.9.0.0/16' }),
    createRouteChange(2 * MS_PER_MINUTE, [2], [3], { prefix: '10.9.0.0/16' }),
    createRouteChange(3 * MS_PER_MINUTE, [3], [4], { prefix: '10.9.0.0/16', peer: '10.0.4.5' }),
    // a withdrawal and a return, from two peers
    createRouteChange(1 * MS_PER_MINUTE, [1], null, { prefix: '10.10.0.0/16' }),
    createRouteChange(2 * MS_PER_MINUTE, null, [1], { prefix: '10.10.0.0/16' }),
    createRouteChange(1 * MS_PER_MINUTE, null, [1], { prefix: '10.2.0.0/16' }),
    createRouteChange(2 * MS_PER_MINUTE, [1], [2], { prefix: '10.2.0.0/16' }),
  ]

  it('the most changes first, equals by address', () => {
    expect(
      findTopPrefixes(changes, 10).map(({ prefix, announced, withdrawn, changed, total }) => [
        prefix,
        announced,
        withdrawn,
        changed,
        total,
      ]),
    ).toEqual([
      ['10.9.0.0/16', 0, 0, 3, 3],
      ['10.2.0.0/16', 1, 0, 1, 2],
      ['10.10.0.0/16', 1, 1, 0, 2],
    ])
  })
  it('or the highest penalty of one route first', () => {
    expect(findTopPrefixes(changes, 2, 'penalty').map(({ prefix }) => prefix)).toEqual(['10.10.0.0/16', '10.9.0.0/16'])
  })
  it('no change, no prefix', () => expect(findTopPrefixes([], 10)).toEqual([]))
  it('refuses a text that is no prefix', () => {
    expect(() =>
      findTopPrefixes([createRouteChange(0, [1], [2], { prefix: 'ten' }), createRouteChange(0, [1], [2])], 2),
    ).toThrow(/ten/)
  })
})

describe('flap penalty', () => {
  it.each([
    ['a withdrawal', [createRouteChange(0, [1], null)], 1000],
    ['changed attributes', [createRouteChange(0, [1], [2])], 500],
    ['an announcement', [createRouteChange(0, null, [1])], 0],
    [
      'halved after 15 minutes',
      [createRouteChange(0, [1], null), createRouteChange(15 * MS_PER_MINUTE, [1], null)],
      1500,
    ],
    ['quartered after 30', [createRouteChange(0, [1], null), createRouteChange(30 * MS_PER_MINUTE, [1], [2])], 1000],
    [
      'at its peak, not at its end',
      [createRouteChange(0, [1], null), createRouteChange(60 * MS_PER_MINUTE, null, [1])],
      1000,
    ],
    ['in any order', [createRouteChange(15 * MS_PER_MINUTE, [1], null), createRouteChange(0, [1], null)], 1500],
    ['nothing moved', [], 0],
  ])('%s', (_rule, changes, penalty) => expect(computePeakFlapPenalty(changes)).toBe(penalty))

  it('a withdrawal every other minute would be damped, and the figure has a ceiling', () => {
    const flapping = (times: number, apart: number) =>
      Array.from({ length: times }, (_, i) => createRouteChange(i * apart, [1], null))
    expect(computePeakFlapPenalty(flapping(8, 2 * MS_PER_MINUTE))).toBeLessThan(FLAP_DAMPING_SUPPRESS_THRESHOLD + 500)
    expect(computePeakFlapPenalty(flapping(10, 2 * MS_PER_MINUTE))).toBeGreaterThan(FLAP_DAMPING_SUPPRESS_THRESHOLD)
    expect(computePeakFlapPenalty(flapping(200, 1))).toBe(50_000)
  })
})
