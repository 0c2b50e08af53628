import { describe, expect, it } from 'vitest'
import { runScenarioWithPollBursts } from './bursting.ts'
import { corpusScenarios } from './corpus.ts'
import { listScenarioDeviations } from './deviations.ts'
import { scoreScenarioRun } from './score.ts'

const EVERY_MS = 60_000

describe('a corpus that is polled faster after a first adverse sample', () => {
  it('raises what it should and nothing else: S03', async () => {
    const scenario = corpusScenarios.find(({ id }) => id === 'S03')
    if (!scenario) throw new Error('there is no S03')
    const played = await runScenarioWithPollBursts(scenario, EVERY_MS)
    expect(listScenarioDeviations(played, scoreScenarioRun(played))).toEqual([])
  })
})
