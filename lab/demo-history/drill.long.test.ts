import { expect, it } from 'vitest'
import { DAY, HOUR } from '#lib/contract/time/time.ts'
import { createWorld, estateIn, parseScenario } from '../simulator/index.ts'
import { makeWithDrill } from './drill.ts'
import { beginPast } from './make-past.ts'
import { ORIGIN, scratch } from './testing.ts'

it("what the drill of the demo's past takes away is announced work", { timeout: 600_000 }, async () => {
  const { db, drop } = await scratch()
  try {
    const world = createWorld(parseScenario(estateIn([{ from: ORIGIN, until: ORIGIN }])), ORIGIN)
    const [from, until] = [ORIGIN - 25 * DAY - 6 * HOUR, ORIGIN - 24 * DAY + 2 * HOUR]
    const past = await beginPast({ db, world, from, origin: ORIGIN, horizon: until })
    await makeWithDrill(db, past, { from, until, origin: ORIGIN })
    past.close()
    const { rows } = await db.pool.query<{ kind: string; flags: string[] }>(
      'SELECT kind, flags FROM event WHERE started_earliest > to_timestamp($1 / 1000.0) AND incident_id IS NOT NULL',
      [ORIGIN - 24 * DAY - 3 * HOUR],
    )
    expect(rows.map(({ kind }) => kind).toSorted()).toEqual(['best_path_shift', 'mass_withdraw'])
    for (const { flags } of rows) expect(flags).toContainEqual(expect.stringMatching(/^maintenance:drill-/))
  } finally {
    await drop()
  }
})
