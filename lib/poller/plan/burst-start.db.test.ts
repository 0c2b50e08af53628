import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import type { PollKind } from '#lib/contract/index.ts'
import { getOrCreateSourceId, listSources, saveThresholdsAsNewVersion } from '#lib/history/index.ts'
import { addMissingPollsToSchedule } from '#lib/platform/leases/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { oneCircuitScenario, type RunningSimulator } from '#lab/simulator/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { TopologyCache } from '../detection/topology-cache.ts'
import { startBurstOfResources } from './burst-start.ts'
import { createAzureClientForSimulator, waitUntilTrue, areExpectedPollsRecorded, startAzure } from '../testing/lab.ts'
import { startWorker, type PollWorker } from '../worker.ts'

/** kinds whose interval is longer than the burst interval and which show more about a lost session */
const RELEVANT: PollKind[] = ['arp', 'learned', 'stats', 'tables']

describe('burst polling', () => {
  const db = withTestDatabase()
  let simulator: RunningSimulator
  let azure: AzureAccess
  let worker: PollWorker | undefined

  beforeAll(async () => {
    simulator = await startAzure(oneCircuitScenario)
    azure = createAzureClientForSimulator(simulator)
    worker = startWorker({
      db,
      azure,
      intervals: {
        sessionsMs: 500,
        circuitsMs: 2 * MS_PER_MINUTE,
        routesMs: 5 * MS_PER_MINUTE,
        inventoryMs: MS_PER_MINUTE,
        metricsMs: 5 * MS_PER_MINUTE,
        activityMs: 5 * MS_PER_MINUTE,
      },
    })
    await waitUntilTrue(
      'all polled',
      async () => (await areExpectedPollsRecorded(db, 'stats')) && (await areExpectedPollsRecorded(db, 'tables', 2)),
    )
  })

  afterAll(async () => {
    await worker?.stop()
    azure?.close()
    await simulator?.close()
  })

  it('polls what a fallen session is about faster, and nothing that would not show more', {
    timeout: 30_000,
  }, async () => {
    const fasterNow = async () => (await listSources(db.pool)).filter(({ poll }) => poll.burst !== null)
    expect(await fasterNow()).toEqual([])
    const [circuit] = (await listSources(db.pool)).filter(({ poll }) => poll.kind === 'stats')
    simulator.control.happen({ op: 'cut-path', circuit: circuit?.scopeName ?? '', path: 'primary' })
    // rows are updated one by one, so some polls are already faster while others are not
    const burst = await waitUntilTrue('burst polling', async () => {
      const found = await fasterNow()
      return new Set(found.map(({ poll }) => poll.kind)).size >= RELEVANT.length && found
    })
    expect([...new Set(burst.map(({ poll }) => poll.kind))].toSorted()).toEqual(RELEVANT)
    for (const { poll } of burst) {
      expect(poll.burst).toMatchObject({ everySeconds: 10, reason: 'adverse' })
      // the detectable outage becomes shorter during the burst, but lateness is still judged by the normal interval
      expect(poll.floorSeconds).toBeLessThan(20)
      expect(poll.intervalSeconds).toBeGreaterThanOrEqual(120)
    }
  })
})

describe('the thresholds of burst polling', () => {
  const db = withTestDatabase()
  const GATEWAY = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/fallen'
  const KINDS: PollKind[] = ['peers', 'learned', 'stats']

  it('are those in force', async () => {
    const sourceId = await getOrCreateSourceId(db.pool, { resourceId: GATEWAY, subresource: '' })
    await addMissingPollsToSchedule(
      db,
      KINDS.map((kind) => ({ sourceId, kind, everySeconds: 60 })),
    )
    const changed = { 'burst.interval': 3_000, 'burst.span': 20 * MS_PER_MINUTE, 'burst.polls': 2 }
    await db.transaction((client) => saveThresholdsAsNewVersion(client, { changed, expected: 0, by: 'test', note: '' }))
    const [source] = await listSources(db.pool)
    if (!source) throw new Error('the gateway is not on the timetable')
    const begun = Date.now()
    const context = { db, estate: new TopologyCache(), log: createComponentLogger('test') }
    await startBurstOfResources(context, source, new Set([source.scope]), begun)
    const faster = (await listSources(db.pool)).flatMap(({ poll }) => poll.burst ?? [])
    expect(faster.map(({ everySeconds }) => everySeconds)).toEqual([3, 3])
    for (const { until } of faster) expect(until - begun).toBeGreaterThan(19 * MS_PER_MINUTE)
  })
})
