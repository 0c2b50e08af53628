import { expect, it } from 'vitest'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  createWorld,
  createBuiltInEstate,
  parseSimulatorScenario,
  computeScenarioGroundTruth,
} from '../simulator/index.ts'
import { startPastGenerator } from './make-past.ts'
import { TEST_TIMELINE_START_MS, createTemporaryTestDatabase } from './testing.ts'

/** Interval between polls of tables. */
const MARGIN = 10 * MS_PER_MINUTE

/** Happenings that raise no event, with the reason. */
const HARMLESS = new Map([
  ['dirty-connector', 'a link that carries nothing, whose light fades without coming near its limit'],
  ['burst-beyond-bandwidth', 'Azure drops what exceeds a bandwidth: the circuit’s page shows it against the classes'],
  ['zurich-scaled-in', 'a gateway scales in, which is no loss'],
  ['zurich-restore', 'traffic for which the gateway takes a unit more, and which it carries'],
  ['batch-by-night', 'a machine is switched off: its effective routes are not polled meanwhile'],
])

interface Found {
  from: Date
  until: Date
}

it("every adverse happening of the demo's past is reported", async () => {
  const { db, drop } = await createTemporaryTestDatabase()
  try {
    const world = createWorld(
      parseSimulatorScenario(createBuiltInEstate([{ from: TEST_TIMELINE_START_MS, until: TEST_TIMELINE_START_MS }])),
      TEST_TIMELINE_START_MS,
    )
    const from = TEST_TIMELINE_START_MS - 35 * MS_PER_DAY
    const past = await startPastGenerator({
      db,
      world,
      from,
      origin: TEST_TIMELINE_START_MS,
      horizon: TEST_TIMELINE_START_MS,
    })
    await past.upTo(TEST_TIMELINE_START_MS)
    past.close()
    const { rows } = await db.pool.query<Found>(
      `SELECT started_earliest AS from, coalesce(ended_latest, 'infinity') AS until FROM event
       WHERE part_of IS NULL AND (severity <> 'info' OR kind = 'counter_reset')`,
    )
    const adverse = computeScenarioGroundTruth(world, from, TEST_TIMELINE_START_MS).happenings.filter(
      ({ id, op }) => op !== 'configuration' && !HARMLESS.has(id),
    )
    const missed = adverse.flatMap(({ id, times }) =>
      times.flatMap((time) => {
        const [begin, end] = [Date.parse(time.from), Date.parse(time.until ?? time.from)]
        const isReported = rows.some((row) => Number(row.from) <= end + MARGIN && Number(row.until) >= begin)
        return isReported ? [] : [`${id} at ${time.from}`]
      }),
    )
    expect(adverse.length).toBeGreaterThan(12)
    expect(missed).toEqual([])
  } finally {
    await drop()
  }
})
