import { describe, expect, it } from 'vitest'
import { findEarliestRecheck, RECHECK_AT_NEXT_POLL, getRecheckTimeIfNeeded } from '../model/recheck.ts'
import {
  createEvaluationStageTestInput,
  type EvaluationStageTestInput,
  type EvaluationStageTestCases,
} from '../testing/scene.ts'
import { correlateCases } from './correlate/testing/stage-cases.ts'
import { factCases } from './facts/testing/stage-cases.ts'
import { ruleCases } from './rules/testing/stage-cases.ts'
import { correlationStages, pollEvaluationStages, type EvaluationStage } from './stages.ts'

const names = [...pollEvaluationStages, ...correlationStages].map(({ name }) => name)
const before = (first: string, second: string) => names.indexOf(first) < names.indexOf(second)

describe('the stages of a group’s fold', () => {
  it('have each a name of their own and a reason for their place', () => {
    expect(new Set(names).size).toBe(names.length)
    for (const { because } of [...pollEvaluationStages, ...correlationStages]) expect(because).toMatch(/^[A-Z].*\.$/)
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
    [
      'with the next poll, if one of them asks for that',
      [5_000, getRecheckTimeIfNeeded(true), getRecheckTimeIfNeeded(false)],
      RECHECK_AT_NEXT_POLL,
    ],
  ])('%s', (_, times, expected) => {
    expect(findEarliestRecheck(times)).toBe(expected)
  })
})

/** Test cases of all stages, by stage. */
const cases: Readonly<Record<string, EvaluationStageTestCases>> = { ...factCases, ...ruleCases, ...correlateCases }
const all = [
  ...pollEvaluationStages.map((stage) => ({
    ...stage,
    apply: ({ context, input }: EvaluationStageTestInput) => stage.run(context, input),
  })),
  ...correlationStages.map((stage: EvaluationStage<void>) => ({
    ...stage,
    apply: ({ context }: EvaluationStageTestInput) => stage.run(context),
  })),
]
const casesOf = (name: string): EvaluationStageTestCases => cases[name] ?? { changes: [] }

describe('every stage has its cases', () => {
  it('by its name', () => {
    expect(Object.keys(cases).toSorted()).toEqual(names.toSorted())
  })

  it.each(all)(
    '$name: one that changes what it leaves, and one that is due where it can be',
    ({ name, recheckAt, awaits }) => {
      const { changes, rechecks = [] } = casesOf(name)
      expect(changes.length).toBeGreaterThan(0)
      expect(rechecks.some(({ at }) => at !== null)).toBe((recheckAt ?? awaits) !== undefined)
    },
  )
})

describe.each(all)('the stage $name', ({ name, apply, recheckAt = () => null, awaits = () => null }) => {
  it.each(casesOf(name).changes.map((one) => ({ ...one, title: one.name })))('$title', (one) => {
    const given = one.scene()
    expect(one.shows(given.context)).not.toEqual(one.is)
    apply(given)
    expect(one.shows(given.context)).toEqual(one.is)
  })

  it.each((casesOf(name).rechecks ?? []).map((one) => ({ ...one, title: one.name })))('is due: $title', (one) => {
    const { context } = one.scene()
    expect(awaits(context, one.scope) ?? recheckAt(context, one.scope)).toBe(one.at)
  })

  it('leaves no group as something that must be folded again where nothing is known', () => {
    const { context } = createEvaluationStageTestInput({ kind: 'peers', scope: 'ergw-hub' })
    expect(recheckAt(context, 'ckt-lon')).toBeNull()
    expect(awaits(context, 'ckt-lon')).toBeNull()
  })
})
