import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readMonitorTestsOfRequest } from '#lib/networks/answers/index.ts'
import type { AzureAccess } from '#lib/azure/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { oneCircuitScenario, type RunningSimulator } from '#lab/simulator/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { startWorker, type PollWorker } from './index.ts'
import { createAzureClientForSimulator, waitUntilTrue, startAzure } from './testing/lab.ts'

const test = { vnet: 'vnet-pair', source: '10.0.4.100', site: 'dc-pair' }
const scenario = {
  ...oneCircuitScenario,
  monitors: [
    {
      name: 'cm-pair',
      group: 'rg-pair',
      tests: [
        { ...test, name: 'erp', destination: '10.10.4.20' },
        // a destination in a range that no peer announces
        { ...test, name: 'nowhere', destination: '10.99.0.1' },
      ],
    },
  ],
  happenings: [{ op: 'blackhole' as const, circuit: 'erc-pair', path: 'both' as const, at: '-10m' }],
}
// On a busy machine, polls of sessions and routes that are due each second would delay all other polls.
const intervals = {
  sessionsMs: 5_000,
  circuitsMs: 60_000,
  routesMs: 5_000,
  inventoryMs: 60_000,
  metricsMs: 1_000,
  activityMs: 60_000,
}

/**
 * From a connection monitor in Azure to the API response over real HTTP: discovery, polling, recording, detection and
 * query.
 */
describe('a connection monitor', () => {
  const db = withTestDatabase()
  let simulator: RunningSimulator
  let azure: AzureAccess
  let worker: PollWorker
  beforeAll(async () => {
    simulator = await startAzure(scenario)
    azure = createAzureClientForSimulator(simulator)
    worker = startWorker({ db, azure, intervals })
  }, 30_000)
  afterAll(async () => {
    await worker.stop()
    azure.close()
    await simulator.close()
  })

  it('is discovered, and its tests are answered with what they measured', async () => {
    const read = async () => {
      const { data } = await readMonitorTestsOfRequest(db, { from: Date.now() - 40 * MS_PER_MINUTE, to: Date.now() })
      return data.length === 2 && data.find(({ destination }) => destination.name === 'erp')
    }
    // a busy machine polls everything else first
    const erp = await waitUntilTrue('results of both tests', read, 200_000)
    expect(erp).toMatchObject({ monitor: 'cm-pair', destination: { address: '10.10.4.20' }, protocol: 'Tcp' })
    const before = erp.points.find(({ at }) => at < Date.now() - 15 * MS_PER_MINUTE)
    expect(before).toMatchObject({ failedShare: 0, result: 'pass', seconds: 60 })
    expect(before?.roundTripMs).toBeGreaterThan(0)
    expect(erp.points.at(-1)).toMatchObject({ failedShare: 1, result: 'fail', roundTripMs: null })
  })

  it('is thinned out on request: the mean and the bounds of each step', async () => {
    const range = { from: Date.now() - 40 * MS_PER_MINUTE, to: Date.now() - 15 * MS_PER_MINUTE }
    const pointsOf = async (step?: number) => {
      const { data } = await readMonitorTestsOfRequest(db, { ...range, step })
      return data.find(({ destination }) => destination.name === 'erp')?.points ?? []
    }
    const [single, stepped] = [await pointsOf(), await pointsOf(15 * MS_PER_MINUTE)]
    expect(stepped.length).toBeGreaterThan(1)
    for (const { at: begin, seconds, roundTripMs, roundTripBetween } of stepped) {
      const own = single.filter((point) => point.at >= begin && point.at < begin + 15 * MS_PER_MINUTE)
      const times = own.flatMap((point) => point.roundTripMs ?? [])
      expect([begin % (15 * MS_PER_MINUTE), seconds]).toEqual([0, 900])
      expect(roundTripBetween).toEqual([Math.min(...times), Math.max(...times)])
      expect(roundTripMs).toBeCloseTo(times.reduce((sum, time) => sum + time, 0) / times.length)
    }
  })

  it('becomes a fact of the gateway that carries what it tries to reach, dated by its own minutes', async () => {
    const failing = await waitUntilTrue('the fact', async () => {
      const { rows } = await db.pool.query<{
        scope: string
        probes: Record<string, { state: string; since: { earliest: number; latest: number } }>
      }>(`SELECT scope, state -> 'probes' AS probes FROM detection_scope WHERE state -> 'probes' <> '{}'::jsonb`)
      return rows.flatMap(({ scope, probes }) =>
        Object.entries(probes).map(([name, fact]) => ({ scope, name, ...fact })),
      )[0]
    })
    expect(failing).toMatchObject({ name: 'probe-vnet-pair > erp (tcp-443)', state: 'failing' })
    expect(failing.since.latest - failing.since.earliest).toBeLessThanOrEqual(2 * MS_PER_MINUTE)
    const { data } = await readMonitorTestsOfRequest(db, { scope: failing.scope })
    expect(data.map(({ destination }) => destination.name)).toEqual(['erp'])
  })

  it('opens nothing by itself', async () => {
    const { rows } = await db.pool.query(
      'SELECT kind FROM event WHERE scope = ANY (SELECT short_id FROM resource WHERE type LIKE $1)',
      ['%connectionmonitors'],
    )
    expect(rows).toEqual([])
  })
})
