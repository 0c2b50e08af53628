import { expect, it } from 'vitest'
import { DAY, MINUTE } from '#lib/contract/time/time.ts'
import { createWorld, estateIn, parseScenario, truthOf } from '../simulator/index.ts'
import { beginPast } from './make-past.ts'
import { ORIGIN, scratch } from './testing.ts'

/** Interval between polls of tables. */
const MARGIN = 10 * MINUTE

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
  const { db, drop } = await scratch()
  try {
    const world = createWorld(parseScenario(estateIn([{ from: ORIGIN, until: ORIGIN }])), ORIGIN)
    const from = ORIGIN - 35 * DAY
    const past = await beginPast({ db, world, from, origin: ORIGIN, horizon: ORIGIN })
    await past.upTo(ORIGIN)
    past.close()
    const { rows } = await db.pool.query<Found>(
      `SELECT started_earliest AS from, coalesce(ended_latest, 'infinity') AS until FROM event
       WHERE part_of IS NULL AND (severity <> 'info' OR kind = 'counter_reset')`,
    )
    const adverse = truthOf(world, from, ORIGIN).happenings.filter(
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
