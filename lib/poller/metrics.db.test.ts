import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import type { PollObservation, PollTarget } from '#lib/contract/index.ts'
import { getOrCreateSourceId } from '#lib/history/index.ts'
import { machineClock } from '#lib/platform/clock.ts'
import { claimDuePolls, addMissingPollsToSchedule } from '#lib/platform/leases/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readPolledSourcePage } from '#lib/setup/answers/index.ts'
import { listSessions } from '#lib/sessions/answers/index.ts'
import {
  createEstateWithManyGateways,
  parseSimulatorScenario,
  type RunningSimulator,
  startSimulator,
} from '#lab/simulator/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { TopologyCache } from './detection/topology-cache.ts'
import { startWorker, type PollWorker } from './index.ts'
import type { PollContext } from './poll/poll-context.ts'
import { SinglePollRun } from './poll/poll-source.ts'
import { PollCommits } from './commit/poll-commits.ts'
import { SourceCache } from './poll/source-cache.ts'
import { HOURLY_POLL_INTERVALS } from './testing/hourly.ts'
import { createAzureClientForSimulator, waitUntilTrue, areExpectedPollsRecorded } from './testing/lab.ts'

const CIRCUITS = 4

/** From Azure to the API response over real HTTP, with an identity that has only read rights. */
describe('metrics of an estate whose sessions Azure refuses to show', () => {
  const db = withTestDatabase()
  const asked: string[] = []
  let simulator: RunningSimulator
  let azure: AzureAccess
  let worker: PollWorker
  beforeAll(async () => {
    const refused = (operation: string) => ({ op: 'api-fault' as const, fault: '403' as const, operation, at: '-1h' })
    const scenario = {
      ...createEstateWithManyGateways(CIRCUITS),
      happenings: [refused('gateway.peers'), refused('circuit.summary')],
    }
    simulator = await startSimulator({
      scenario: parseSimulatorScenario(scenario),
      onAnswer: ({ method, target }) => void asked.push(`${method} ${target}`),
    })
    azure = createAzureClientForSimulator(simulator, { metricsUrl: simulator.url })
    const intervals = { ...HOURLY_POLL_INTERVALS, sessionsMs: 2_000, metricsMs: 2_000 }
    worker = startWorker({ db, azure, intervals })
  }, 60_000)
  afterAll(async () => {
    await worker.stop()
    azure.close()
    await simulator.close()
  })

  it('are read from the data plane, and give the verdict; the right that is missing is named with its command', async () => {
    await waitUntilTrue('metrics of all', () => areExpectedPollsRecorded(db, 'metrics', 2 * CIRCUITS))
    await waitUntilTrue('refused sessions', () => areExpectedPollsRecorded(db, 'peers', CIRCUITS, 'forbidden'))
    await waitUntilTrue('refused summaries', () => areExpectedPollsRecorded(db, 'summary', 2 * CIRCUITS, 'forbidden'))
    const batches = asked.filter((line) => line.includes('metrics:getBatch'))
    expect(batches.length).toBeGreaterThan(0)
    expect(asked.filter((line) => /\/providers\/Microsoft\.Insights\/metrics\?/i.test(line))).toEqual([])
    // the gateway itself is not requested for its type and SKU either, because the inventory contains them
    expect(asked.filter((line) => /^GET .*\/virtualNetworkGateways\/[^/?]+\?/i.test(line))).toEqual([])
    const sessionsNow = async () => (await listSessions(db, { limit: 500 })).data
    const byMetric = (data: Awaited<ReturnType<typeof sessionsNow>>) =>
      data.filter(({ path }) => path !== null).map(({ evidence, verdict }) => `${verdict} by ${evidence}`)
    await waitUntilTrue(
      'paths by metrics',
      async () => byMetric(await sessionsNow()).filter((words) => words === 'up by metric').length === 2 * CIRCUITS,
    )
    const data = await sessionsNow()
    expect(byMetric(data)).toEqual(Array.from({ length: 2 * CIRCUITS }, () => 'up by metric'))
    const ofGateways = data.filter(({ path }) => path === null)
    expect(ofGateways.length).toBeGreaterThan(0)
    for (const { evidence, prefixesReceived } of ofGateways) expect([evidence, prefixesReceived]).toEqual(['metric', 8])
    const { data: sources } = await readPolledSourcePage(db, { limit: 500 })
    const peers = sources.find(({ kind }) => kind === 'peers')
    expect(peers?.error?.missingAction).toMatch(/getBgpPeerStatus\/action/i)
    // five minutes of a bucket and ten until it is available, compared with 2 s otherwise
    expect(peers?.floorSeconds).toBeGreaterThan(900)
    const summary = sources.find(({ kind }) => kind === 'summary')
    expect(summary?.floorSeconds).toBeGreaterThan(360)
    expect(summary?.floorSeconds).toBeLessThan(900)
    expect(peers?.error?.command).toMatch(/^az role assignment create /)
  })
})

describe('a step in metrics', () => {
  const db = withTestDatabase()
  const never = new AbortController().signal
  const circuit = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/c'
  const whole: PollTarget = { resourceId: circuit, subresource: '' }
  const paths: PollTarget[] = ['primary', 'secondary'].map((path) => ({
    resourceId: circuit,
    subresource: `AzurePrivatePeering/${path}`,
  }))
  const book = new SourceCache(db, Date.now)
  const estate = new TopologyCache()
  const NOW = Date.now()

  /** Runs one poll with the given response. */
  async function poll(
    target: PollTarget,
    answer: Pick<PollObservation, 'kind' | 'rows'>,
    startedAt: number,
  ): Promise<void> {
    const observation = {
      target,
      startedAt,
      finishedAt: startedAt + 1,
      outcome: 'ok',
      error: null,
      silentInstances: [],
      budget: null,
      correlationId: '',
      ...answer,
    } as PollObservation
    const azure = { begin: async () => ({ observation }), readsTogether: () => false } as unknown as AzureAccess
    const context: PollContext = {
      db,
      azure,
      book,
      estate,
      log: createComponentLogger('test'),
      clock: machineClock,
      freezes: { frozenSince: () => 0 },
      operations: { store: () => {} },
      commits: new PollCommits(db, createComponentLogger('test')),
    }
    const sourceId = await getOrCreateSourceId(db.pool, target)
    await db.pool.query('UPDATE poll_schedule SET next_at = $3 WHERE source_id = $1 AND kind = $2', [
      sourceId,
      answer.kind,
      '-infinity',
    ])
    const [lease] = (await claimDuePolls(db, { owner: 'test', leaseSeconds: 60, limit: 1 })).leases
    if (lease?.sourceId !== sourceId) throw new Error('it is not the one that is due')
    await new SinglePollRun(context, { lease, signal: never, throwIfLost: () => {} }).step()
  }

  const metrics = (minutes: readonly (readonly [minute: number, primary: number])[]) => ({
    kind: 'metrics' as const,
    rows: minutes.flatMap(([minute, primary]) =>
      [primary, 100].map((average, n) => ({
        metric: 'BgpAvailability',
        unit: 'Percent',
        dimensions: { peer: n === 0 ? 'Primary-IPv4' : 'Secondary-IPv4', peeringtype: 'AzurePrivatePeering' },
        at: NOW + minute * MS_PER_MINUTE,
        grainSeconds: 60,
        average,
        maximum: null,
        minimum: null,
        total: null,
      })),
    ),
  })
  const dueNow = async () => {
    const { rows } = await db.pool.query<{ subresource: string; kind: string }>(
      `SELECT s.subresource, ps.kind FROM poll_schedule ps JOIN source s ON s.id = ps.source_id
       WHERE next_at <= clock_timestamp() + interval '1 s' ORDER BY 1, 2`,
    )
    return rows.map(({ subresource, kind }) => `${subresource} ${kind}`)
  }
  const putOff = () => db.pool.query("UPDATE poll_schedule SET next_at = clock_timestamp() + interval '1 h'")

  it('asks once for what it is about, if that was not polled since; and raises nothing by itself', async () => {
    const targets = [whole, ...paths]
    const ids = await Promise.all(targets.map((target) => getOrCreateSourceId(db.pool, target)))
    await addMissingPollsToSchedule(
      db,
      ids.map((sourceId, n) => ({ sourceId, kind: n === 0 ? 'metrics' : 'summary', everySeconds: 3_600 })),
    )
    await putOff()
    for (const target of paths) await poll(target, { kind: 'summary', rows: [] }, NOW - 30 * MS_PER_MINUTE)
    await putOff()
    await poll(
      whole,
      metrics([
        [-20, 100],
        [-19, 100],
      ]),
      NOW - 15 * MS_PER_MINUTE,
    )
    expect(await dueNow()).toEqual([])
    await poll(
      whole,
      metrics([
        [-20, 100],
        [-19, 100],
        [-14, 0],
      ]),
      NOW - 10 * MS_PER_MINUTE,
    )
    expect(await dueNow()).toEqual(['AzurePrivatePeering/primary summary'])
    await putOff()
    await poll(
      whole,
      metrics([
        [-19, 100],
        [-14, 0],
        [-13, 0],
      ]),
      NOW - 8 * MS_PER_MINUTE,
    )
    expect(await dueNow()).toEqual([])
    // the path goes up and down again, but this time it was polled after the minute in question
    await poll(paths[0] ?? whole, { kind: 'summary', rows: [] }, NOW - 2 * MS_PER_MINUTE)
    await putOff()
    await poll(
      whole,
      metrics([
        [-13, 0],
        [-10, 100],
        [-5, 0],
      ]),
      NOW - MS_PER_MINUTE,
    )
    expect(await dueNow()).toEqual([])
    const { rows } = await db.pool.query("SELECT kind FROM event WHERE kind NOT IN ('initial_state')")
    expect(rows).toEqual([])
  })
})
