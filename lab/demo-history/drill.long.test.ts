import { expect, it } from 'vitest'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { createWorld, createBuiltInEstate, parseSimulatorScenario } from '../simulator/index.ts'
import { makeWithDrill } from './drill.ts'
import { startPastGenerator } from './make-past.ts'
import { TEST_TIMELINE_START_MS, createTemporaryTestDatabase } from './testing.ts'

it("what the drill of the demo's past takes away is announced work", { timeout: 600_000 }, async () => {
  const { db, drop } = await createTemporaryTestDatabase()
  try {
    const world = createWorld(
      parseSimulatorScenario(createBuiltInEstate([{ from: TEST_TIMELINE_START_MS, until: TEST_TIMELINE_START_MS }])),
      TEST_TIMELINE_START_MS,
    )
    const [from, until] = [
      TEST_TIMELINE_START_MS - 25 * MS_PER_DAY - 6 * MS_PER_HOUR,
      TEST_TIMELINE_START_MS - 24 * MS_PER_DAY + 2 * MS_PER_HOUR,
    ]
    const past = await startPastGenerator({ db, world, from, origin: TEST_TIMELINE_START_MS, horizon: until })
    await makeWithDrill(db, past, { from, until, origin: TEST_TIMELINE_START_MS })
    past.close()
    const { rows } = await db.pool.query<{ kind: string; flags: string[] }>(
      'SELECT kind, flags FROM event WHERE started_earliest > to_timestamp($1 / 1000.0) AND incident_id IS NOT NULL',
      [TEST_TIMELINE_START_MS - 24 * MS_PER_DAY - 3 * MS_PER_HOUR],
    )
    expect(rows.map(({ kind }) => kind).toSorted()).toEqual(['best_path_shift', 'mass_withdraw'])
    for (const { flags } of rows) expect(flags).toContainEqual(expect.stringMatching(/^maintenance:drill-/))
  } finally {
    await drop()
  }
})
