import { expect, it } from 'vitest'
import { getOrCreateSourceId, recordObservation } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { InMemoryRecorder } from '#lib/poller/index.ts'
import { createWorld, parseSimulatorScenario } from '../../simulator/index.ts'
import { corpusScenarios } from '../corpus.ts'
import { generateScenarioPolls } from '../run.ts'
import { type CorpusScenario, CORPUS_DAY_START, toSimulatorScenario } from '../scenario.ts'
import { createPollSlots } from '../schedule.ts'

const EVERY_SECONDS = 120

/** Records scenarios in memory and in Postgres, and compares the marks and changes of each poll. */
export function holdToHistory(ids: readonly string[]): void {
  const db = withTestDatabase()

  it.each(ids)(
    '%s leaves the same marks and changes as in history',
    async (id) => {
      const scenario = corpusScenarios.find((one) => one.id === id)
      if (!scenario) throw new Error(`there is no ${id}`)
      const world = inItsOwnSubscription(scenario)
      const recorder = new InMemoryRecorder()
      let changes = 0
      for await (const { observation, scope, localAddresses } of generateScenarioPolls(
        scenario,
        world,
        createPollSlots(scenario, world.scenario, EVERY_SECONDS * 1_000),
      )) {
        const sourceId = await getOrCreateSourceId(db.pool, observation.target)
        const options = { intervalSeconds: EVERY_SECONDS, localAddresses }
        const history = await db.transaction((client) => recordObservation(client, sourceId, observation, options))
        const noted = recorder.record(observation, scope, localAddresses)
        const { sourceId: _source, scope: _scope, ...mark } = history.mark
        expect(noted.status).toBe(history.status)
        expect(noted.mark).toMatchObject(mark)
        expect(
          noted.changes,
          `${observation.kind} ${observation.target.subresource} ${new Date(observation.startedAt).toISOString()}`,
        ).toEqual(history.changes)
        changes += noted.changes.length
      }
      expect(changes).toBeGreaterThan(20)
    },
    180_000,
  )
}

/**
 * Gives each scenario its own subscription, because the scenarios' resources have the same names and history keeps
 * everything.
 */
function inItsOwnSubscription(scenario: CorpusScenario) {
  const input = toSimulatorScenario(scenario)
  const subscriptions = input.subscriptions.map((one) => ({
    ...one,
    id: `00000000-c0de-4000-8000-${scenario.id.slice(1).padStart(12, '0')}`,
  }))
  return createWorld(parseSimulatorScenario({ ...input, subscriptions }), Date.parse(CORPUS_DAY_START))
}
