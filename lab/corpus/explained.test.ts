import { describe, expect, it } from 'vitest'
import { formatIncidentExplanations } from '#lib/contract/index.ts'
import { corpusScenarios } from './corpus.ts'
import { runCorpusScenario } from './run.ts'

/** The interval at which the other tests of the test command play the corpus. */
const EVERY_MS = 300_000

/** Returns the formatted explanations of a scenario's incidents. */
async function explanationsOf(id: string): Promise<string[]> {
  const scenario = corpusScenarios.find((one) => one.id === id)
  if (!scenario) throw new Error(`there is no ${id}`)
  const { incidents } = await runCorpusScenario(scenario, EVERY_MS)
  return incidents.flatMap(({ explainedBy = [] }) =>
    explainedBy.length > 0 ? [formatIncidentExplanations(explainedBy)] : [],
  )
}

describe('what several circuits have in common explains', () => {
  it.each<[string, string[], string]>([
    ['S04', ['peering location London, both of its 2 circuits'], 'the place that is lost on all sides'],
    ['S201', ['router 06:00:9f:60:53:9d, both of its 2 paths'], 'the box that nobody declared'],
    ['S203', [], 'nothing, where routers are not the same and other paths at the place are well'],
  ])('%s: %j, %s', async (id, expected) => {
    expect(await explanationsOf(id)).toEqual(expected)
  })
})
