import { describe, expect, it } from 'vitest'
import { earliestRecheck, NEXT_POLL, nextPollIf } from '../model/recheck.ts'
import { correlateStages, pollStages } from './stages.ts'

const names = [...pollStages, ...correlateStages].map(({ name }) => name)
const before = (first: string, second: string) => names.indexOf(first) < names.indexOf(second)

describe('the stages of a group’s fold', () => {
  it('have each a name of their own and a reason for their place', () => {
    expect(new Set(names).size).toBe(names.length)
    for (const { because } of [...pollStages, ...correlateStages]) expect(because).toMatch(/^[A-Z].*\.$/)
  })

  it.each([
    ['signals', 'layers'],
    ['configuration', 'layers'],
    ['events of the source', 'layers'],
    ['layers', 'best paths'],
    ['best paths', 'learned routes'],
    ['learned routes', 'pending failback'],
    ['site learning', 'confirmation'],
    ['confirmation', 'failovers'],
    ['parents', 'causes'],
    ['causes', 'administrative acts'],
    ['maintenance', 'incidents'],
    ['incidents', 'expiry'],
  ])('%s come before %s', (first, second) => {
    expect(before(first, second)).toBe(true)
  })
})

describe('when a group is folded again', () => {
  it.each([
    ['never, where nothing asks for it', [null, null], null],
    ['at the earliest moment of several', [5_000, null, 3_000], 3_000],
    ['with the next poll, if one of them asks for that', [5_000, nextPollIf(true), nextPollIf(false)], NEXT_POLL],
  ])('%s', (_, times, expected) => {
    expect(earliestRecheck(times)).toBe(expected)
  })
})
