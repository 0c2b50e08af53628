import { expect, it } from 'vitest'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import {
  createWorld,
  createBuiltInEstate,
  oneCircuitScenario,
  parseSimulatorScenario,
  type ScenarioInput,
} from '../simulator/index.ts'
import { startPastGenerator } from './make-past.ts'
import {
  readAllStoredEvents,
  generatePastOfScenario,
  TEST_TIMELINE_START_MS,
  createTemporaryTestDatabase,
} from './testing.ts'

/** A night in which one session flaps, and the next hour without other happenings. */
const restless: ScenarioInput = {
  ...oneCircuitScenario,
  happenings: [
    {
      op: 'session-loss',
      gateway: 'gw-pair',
      instance: '10.0.4.12',
      neighbor: '10.0.4.4',
      at: '-80m',
      for: '20s',
      every: '4m30s',
      times: 5,
    },
  ],
}

// make-past.long.test.ts compares other happenings
it('flapping ends when it would have ended, though nothing else asks for polls then', {
  timeout: 600_000,
}, async () => {
  const [few, all] = [await createTemporaryTestDatabase(), await createTemporaryTestDatabase()]
  try {
    await generatePastOfScenario(few.db, restless, TEST_TIMELINE_START_MS, 'around-edges', { minutes: 90 })
    await generatePastOfScenario(all.db, restless, TEST_TIMELINE_START_MS, 'all', { minutes: 90 })
    const found = await readAllStoredEvents(few.db)
    expect(found).toEqual(await readAllStoredEvents(all.db))
    expect(found).toContainEqual(expect.objectContaining({ kind: 'session_flapping', ended_latest: expect.any(Date) }))
    const { rows } = await few.db.pool.query('SELECT 1 FROM incident WHERE closed_at IS NOT NULL')
    expect(rows).not.toEqual([])
  } finally {
    await few.drop()
    await all.drop()
  }
})

it("the demo's past holds an incident in which traffic moved to another circuit", { timeout: 600_000 }, async () => {
  const { db, drop } = await createTemporaryTestDatabase()
  try {
    const world = createWorld(
      parseSimulatorScenario(createBuiltInEstate([{ from: TEST_TIMELINE_START_MS, until: TEST_TIMELINE_START_MS }])),
      TEST_TIMELINE_START_MS,
    )
    // around the outage of a provider, 21 days and 7 hours before
    const [from, until] = [
      TEST_TIMELINE_START_MS - 21 * MS_PER_DAY - 9 * MS_PER_HOUR,
      TEST_TIMELINE_START_MS - 21 * MS_PER_DAY - 5 * MS_PER_HOUR,
    ]
    const past = await startPastGenerator({ db, world, from, origin: TEST_TIMELINE_START_MS, horizon: until })
    await past.upTo(until)
    past.close()
    const { rows } = await db.pool.query(
      `SELECT root.kind AS root, i.severity, i.closed_at IS NOT NULL AS closed, array_agg(DISTINCT e.kind) AS kinds
       FROM incident i JOIN event root ON root.id = i.root JOIN event e ON e.incident_id = i.id GROUP BY 1, 2, 3`,
    )
    expect(rows).toEqual([expect.objectContaining({ root: 'circuit_down', severity: 'major', closed: true })])
    expect(rows[0]?.kinds).toEqual(expect.arrayContaining(['circuit_down', 'failover', 'path_down', 'session_down']))
    // the other circuits were polled all the time
    const { rows: losses } = await db.pool.query(
      `SELECT kind, severity FROM event WHERE kind IN ('circuit_down', 'path_down') ORDER BY kind, subject`,
    )
    expect(losses).toEqual(['circuit_down', 'path_down', 'path_down'].map((kind) => ({ kind, severity: 'major' })))
  } finally {
    await drop()
  }
})

it("the demo's past reports a circuit that carried nothing while its sessions were up", {
  timeout: 600_000,
}, async () => {
  const { db, drop } = await createTemporaryTestDatabase()
  try {
    const world = createWorld(
      parseSimulatorScenario(createBuiltInEstate([{ from: TEST_TIMELINE_START_MS, until: TEST_TIMELINE_START_MS }])),
      TEST_TIMELINE_START_MS,
    )
    // 2 days and 6 hours before, for 20 minutes; the usual rates are known from the hours before
    const [from, until] = [
      TEST_TIMELINE_START_MS - 2 * MS_PER_DAY - 14 * MS_PER_HOUR,
      TEST_TIMELINE_START_MS - 2 * MS_PER_DAY - 5 * MS_PER_HOUR,
    ]
    const past = await startPastGenerator({ db, world, from, origin: TEST_TIMELINE_START_MS, horizon: until })
    await past.upTo(until)
    past.close()
    const { rows } = await db.pool.query(
      `SELECT kind, subject, started_earliest, started_latest, ended_latest FROM event WHERE severity IN ('critical', 'major')`,
    )
    const cut = TEST_TIMELINE_START_MS - 2 * MS_PER_DAY - 6 * MS_PER_HOUR
    expect(rows).toEqual([expect.objectContaining({ kind: 'green_but_dead', subject: 'AzurePrivatePeering' })])
    expect(rows[0].started_earliest.getTime()).toBeLessThanOrEqual(cut)
    expect(rows[0].started_latest.getTime()).toBeGreaterThanOrEqual(cut)
    expect(rows[0].ended_latest.getTime()).toBeGreaterThanOrEqual(cut + MS_PER_HOUR / 3)
  } finally {
    await drop()
  }
})
