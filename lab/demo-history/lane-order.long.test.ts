import { expect, it } from 'vitest'
import {
  scenarioWithAllEventKinds,
  readAllStoredEvents,
  generatePastOfScenario,
  TEST_TIMELINE_START_MS,
  createTemporaryTestDatabase,
} from './testing.ts'

it('the same events and incidents come of it, whichever lane is first', { timeout: 600_000 }, async () => {
  const [one, other] = [await createTemporaryTestDatabase(), await createTemporaryTestDatabase()]
  try {
    await generatePastOfScenario(one.db, scenarioWithAllEventKinds, TEST_TIMELINE_START_MS, 'around-edges')
    await generatePastOfScenario(other.db, scenarioWithAllEventKinds, TEST_TIMELINE_START_MS, 'around-edges', {
      arrange: (lanes) => lanes.toReversed(),
    })
    const found = await readAllStoredEvents(one.db)
    expect(found).toEqual(await readAllStoredEvents(other.db))
    const incidents = 'SELECT id, root, opened_at, closed_at FROM incident ORDER BY id'
    const { rows } = await one.db.pool.query(incidents)
    expect(rows).toEqual((await other.db.pool.query(incidents)).rows)
    expect(rows.length).toBeGreaterThan(2)
  } finally {
    await one.drop()
    await other.drop()
  }
})
