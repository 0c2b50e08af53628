import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PathState } from './path-facts.ts'
import { judgeRedundancy, type PathRedundancy } from './redundancy.ts'

const cases: { primary: PathState; secondary: PathState; expected: [PathRedundancy, number, number] }[] = [
  { primary: 'up', secondary: 'up', expected: ['redundant', 2, 2] },
  { primary: 'up', secondary: 'down', expected: ['reduced', 1, 1] },
  { primary: 'up', secondary: 'degraded', expected: ['reduced', 1, 2] },
  { primary: 'up', secondary: 'disabled', expected: ['reduced', 1, 1] },
  { primary: 'up', secondary: 'not_configured', expected: ['single_homed', 1, 1] },
  { primary: 'up', secondary: 'unknown', expected: ['unknown', 1, 2] },
  { primary: 'down', secondary: 'down', expected: ['no_path', 0, 0] },
  { primary: 'down', secondary: 'not_configured', expected: ['no_path', 0, 0] },
  { primary: 'not_configured', secondary: 'not_configured', expected: ['no_path', 0, 0] },
  { primary: 'down', secondary: 'unknown', expected: ['unknown', 0, 1] },
  { primary: 'unknown', secondary: 'unknown', expected: ['unknown', 0, 2] },
  { primary: 'degraded', secondary: 'down', expected: ['unknown', 0, 1] },
  { primary: 'degraded', secondary: 'degraded', expected: ['unknown', 0, 2] },
  { primary: 'disabled', secondary: 'disabled', expected: ['disabled', 0, 0] },
  { primary: 'disabled', secondary: 'not_configured', expected: ['disabled', 0, 0] },
  { primary: 'disabled', secondary: 'unknown', expected: ['unknown', 0, 1] },
]

const usual = { peeringConfigured: true, allMseeSessionsDown: false }

describe('circuit redundancy', () => {
  it.each(cases)('$primary + $secondary: $expected', ({ primary, secondary, expected }) => {
    const [redundancy, atLeastPaths, atMostPaths] = expected
    expect(judgeRedundancy({ ...usual, primary, secondary })).toEqual({ redundancy, atLeastPaths, atMostPaths })
  })

  it.each(cases)('$secondary + $primary in reverse: $expected', ({ primary, secondary, expected }) => {
    expect(judgeRedundancy({ ...usual, primary: secondary, secondary: primary }).redundancy).toBe(expected[0])
  })

  it('is disabled without any peering', () => {
    const facts = { primary: 'not_configured', secondary: 'not_configured' } as const
    expect(judgeRedundancy({ ...usual, ...facts, peeringConfigured: false }).redundancy).toBe('disabled')
  })

  it.each([
    { primary: 'unknown', secondary: 'unknown', expected: 'no_path' },
    { primary: 'unknown', secondary: 'down', expected: 'no_path' },
    { primary: 'up', secondary: 'unknown', expected: 'unknown' },
    { primary: 'up', secondary: 'up', expected: 'redundant' },
  ] as const)('with all gateway sessions down, $primary + $secondary: $expected', ({ expected, ...paths }) => {
    expect(judgeRedundancy({ ...usual, ...paths, allMseeSessionsDown: true }).redundancy).toBe(expected)
  })

  it('never promises more paths than may exist', () => {
    const state = fc.constantFrom<PathState>('up', 'degraded', 'down', 'disabled', 'not_configured', 'unknown')
    fc.assert(
      fc.property(
        state,
        state,
        fc.boolean(),
        fc.boolean(),
        (primary, secondary, peeringConfigured, allMseeSessionsDown) => {
          const judged = judgeRedundancy({ primary, secondary, peeringConfigured, allMseeSessionsDown })
          return (
            judged.atLeastPaths <= judged.atMostPaths && (judged.redundancy !== 'no_path' || judged.atMostPaths === 0)
          )
        },
      ),
    )
  })
})
