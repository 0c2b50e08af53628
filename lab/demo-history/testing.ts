import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { createTestDatabase } from '#lib/platform/testing/database.ts'
import { createWorld, oneCircuitScenario, parseSimulatorScenario, type ScenarioInput } from '../simulator/index.ts'
import { startPastGenerator, type PastOptions } from './make-past.ts'
import type { PastPollSelection } from './track.ts'

export const TEST_TIMELINE_START_MS = Date.parse('2026-11-18T12:00:00Z')
/** Length of the past of {@link scenarioWithAllEventKinds}, in minutes. */
const LENGTH = 150

/** All kinds of happenings that a source can report, at times that differ from those of the polls. */
export const scenarioWithAllEventKinds: ScenarioInput = {
  ...oneCircuitScenario,
  happenings: [
    { op: 'cut-path', circuit: 'erc-pair', path: 'primary', at: '-2h20m', for: '5m' },
    {
      op: 'session-loss',
      gateway: 'gw-pair',
      instance: '10.0.4.12',
      neighbor: '10.0.4.5',
      at: '-2h11m40s',
      for: '20s',
    },
    { op: 'session-loss', gateway: 'gw-pair', instance: '10.0.4.13', at: '-2h5m', for: '2m10s' },
    { op: 'instance-loss', gateway: 'gw-pair', instance: '10.0.4.13', at: '-1h55m', for: '4m' },
    { op: 'withdraw', circuit: 'erc-pair', prefixes: ['10.11.0.0/16'], at: '-1h45m', for: '7m' },
    {
      op: 'announce',
      circuit: 'erc-pair',
      site: 'dc-pair',
      prefixes: ['10.99.0.0/16'],
      asPath: [65001, 64900],
      at: '-1h34m',
      for: '3m',
    },
    { op: 'prepend', circuit: 'erc-pair', path: 'secondary', asn: 12076, count: 8, at: '-1h28m', for: '9m' },
    { op: 'counter-reset', circuit: 'erc-pair', at: '-1h17m' },
    { op: 'api-fault', fault: '500', operation: '*', at: '-1h10m', for: '11m' },
    {
      op: 'api-fault',
      fault: 'missing-instance',
      operation: 'gateway.peers',
      instance: '10.0.4.12',
      at: '-55m',
      for: '3m',
    },
    { op: 'api-fault', fault: 'empty-table', operation: 'gateway.learned', at: '-50m', for: '6m' },
    { op: 'session-loss', circuit: 'erc-pair', path: 'secondary', word: 'Idle (Admin)', at: '-40m', for: '3m' },
    { op: 'configuration', kind: 'circuit', name: 'erc-pair', set: { bandwidthMbps: 2000 }, at: '-33m', for: '12m' },
    { op: 'configuration', kind: 'connection', name: 'cxn-pair', set: { weight: 10 }, at: '-12m' },
  ],
}

/** One happening of each kind that a source can report, close together. */
export const oneHourScenarioWithAllEvents: ScenarioInput = {
  ...oneCircuitScenario,
  happenings: [
    { op: 'cut-path', circuit: 'erc-pair', path: 'primary', at: '-52m', for: '4m' },
    {
      op: 'session-loss',
      gateway: 'gw-pair',
      instance: '10.0.4.12',
      neighbor: '10.0.4.5',
      at: '-45m20s',
      for: '20s',
    },
    { op: 'session-loss', gateway: 'gw-pair', instance: '10.0.4.13', at: '-43m', for: '2m10s' },
    { op: 'withdraw', circuit: 'erc-pair', prefixes: ['10.11.0.0/16'], at: '-38m', for: '4m' },
    { op: 'api-fault', fault: '500', operation: '*', at: '-32m', for: '4m' },
    {
      op: 'api-fault',
      fault: 'missing-instance',
      operation: 'gateway.peers',
      instance: '10.0.4.12',
      at: '-26m',
      for: '3m',
    },
    { op: 'counter-reset', circuit: 'erc-pair', at: '-21m' },
    { op: 'api-fault', fault: 'empty-table', operation: 'gateway.learned', at: '-19m', for: '4m' },
    { op: 'configuration', kind: 'circuit', name: 'erc-pair', set: { bandwidthMbps: 2000 }, at: '-13m', for: '6m' },
  ],
}

interface Scratch {
  db: Database
  drop: () => Promise<void>
}

export async function createTemporaryTestDatabase(): Promise<Scratch> {
  const { url, drop } = await createTestDatabase()
  const db = createDatabase(url, { max: 8, applicationName: 'peerwatch-test' })
  return {
    db,
    drop: async () => {
      await db.close()
      await drop()
    },
  }
}

/**
 * Generates the past of a scenario.
 * @param minutes its length
 * @param end called when the past up to `origin` is generated, and returns the final end; generating takes time, which
 *   may have to be polled as well
 */
export async function generatePastOfScenario(
  db: Database,
  scenario: ScenarioInput,
  origin: number,
  asking: PastPollSelection,
  {
    arrange,
    minutes = LENGTH,
    end = () => origin,
  }: { arrange?: PastOptions['arrange']; minutes?: number; end?: () => number } = {},
): Promise<void> {
  const world = createWorld(parseSimulatorScenario(scenario), origin)
  const from = origin - minutes * MS_PER_MINUTE + 17_300
  const past = await startPastGenerator({
    db,
    world,
    from,
    origin,
    horizon: origin + 10 * MS_PER_MINUTE,
    asking,
    ...(arrange ? { arrange } : {}),
  })
  await past.upTo(origin - 4 * MS_PER_MINUTE)
  await past.upTo(origin)
  await past.upTo(end())
  past.close()
}

const EVENTS = `SELECT kind, subject, started_earliest, started_latest, ended_earliest, ended_latest, severity, causes, incident_id, part_of FROM event ORDER BY id`

/** Returns every event of a past, without the time at which it was written. */
export const readAllStoredEvents = async ({ pool }: Database): Promise<unknown[]> => (await pool.query(EVENTS)).rows
