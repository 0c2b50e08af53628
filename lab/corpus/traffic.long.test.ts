import { describe, expect, it } from 'vitest'
import { getCircuit } from '#lib/circuits/answers/index.ts'
import { getEvents as innerGetEvents } from '#lib/incidents/answers/index.ts'
import { circuitPaths } from '#lib/contract/index.ts'
import type { DetectedNetworkEvent } from '#lib/incidents/api/index.ts'
import type { ApiEndpointResponse } from '#lib/api/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE, MS_PER_WEEK } from '#lib/contract/time/time.ts'
import {
  getOrCreateSourceId,
  syncPollSchedule,
  readPastTraffic,
  type ScheduledPollRequest,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { TopologyCache } from '#lib/poller/index.ts'
import { recordPollAndRunDetection } from '#lib/poller/commit/commit-poll.ts'
import { edgeCounter, edgeKey, type SimulatedWorld } from '../simulator/index.ts'
import { corpusScenarios } from './corpus.ts'
import { generateScenarioPolls, createScenarioWorld } from './run.ts'
import { parseCorpusTime, type CorpusScenario } from './scenario.ts'
import { createPollSlots } from './schedule.ts'
import { wrapFunctionWithJsonEncoding } from '#lib/questions/testing/written.ts'
import { endpoints } from '#lib/incidents/api/index.ts'

const getEvents = wrapFunctionWithJsonEncoding(endpoints.events, innerGetEvents)

/** Records the simulator's polls until `end` in Postgres, through decoder, refinement, history and detection. */
async function recorded(db: Database, id: string, end: string): Promise<{ world: SimulatedWorld; until: number }> {
  const found = corpusScenarios.find((one) => one.id === id)
  if (!found) throw new Error(`there is no ${id}`)
  const scenario: CorpusScenario = { ...found, end: parseCorpusTime(end) }
  const world = createScenarioWorld(scenario)
  await fillPast(db, world, scenario.start)
  const estate = new TopologyCache()
  const polled = new Map<string, ScheduledPollRequest>()
  let until = 0
  for await (const { observation, localAddresses } of generateScenarioPolls(
    scenario,
    world,
    createPollSlots(scenario, world.scenario, MS_PER_MINUTE),
  )) {
    const sourceId = await getOrCreateSourceId(db.pool, observation.target)
    const { target, kind } = observation
    polled.set(`${sourceId} ${kind}`, { ...target, kind, everySeconds: 60 })
    const options = { intervalSeconds: 60, localAddresses, estate }
    await db.transaction((client) => recordPollAndRunDetection(client, sourceId, observation, options))
    until = observation.finishedAt
  }
  // the freshness of an answer depends on the interval of the polls
  await db.transaction((client) => syncPollSchedule(client, [...polled.values()]))
  return { world, until }
}

/** Stores the usage of the same hour in each of the four weeks before. */
async function fillPast(db: Database, world: SimulatedWorld, start: number): Promise<void> {
  const hour = start - (start % MS_PER_HOUR)
  const starts = [1, 2, 3, 4].flatMap((week) =>
    Array.from({ length: 60 }, (_, n) => hour - week * MS_PER_WEEK - MS_PER_HOUR + n * 5 * MS_PER_MINUTE),
  )
  for (const circuit of world.scenario.circuits) {
    const domain = world.topology.domains.find(({ circuits }) => circuits.some(({ name }) => name === circuit.name))
    if (!domain) continue
    const counters = world.counters(domain)
    const sourceId = await getOrCreateSourceId(db.pool, { resourceId: armIdOf(world, circuit.name), subresource: '' })
    for (const path of circuitPaths) {
      const bytes = (direction: 'in' | 'out') =>
        starts.map((from) => {
          const counter = edgeCounter(edgeKey(circuit.name, 'AzurePrivatePeering', path), direction)
          return Math.round((counters.bitsPerSecond(counter, from, from + 5 * MS_PER_MINUTE) * 300) / 8)
        })
      await db.pool.query(
        `WITH made AS (INSERT INTO usage_series (source_id, path, basis) VALUES ($1, $2, 'metric') RETURNING id)
         INSERT INTO usage_bucket (source_id, series_id, step, starts_at, bytes_in, bytes_out, in_covered_ms, out_covered_ms)
         SELECT $1, made.id, 1, b.starts_at, b.bytes_in, b.bytes_out, 300000, 300000
         FROM made, unnest($3::timestamptz[], $4::numeric[], $5::numeric[]) AS b (starts_at, bytes_in, bytes_out)`,
        [sourceId, path, starts.map((from) => new Date(from).toISOString()), bytes('in'), bytes('out')],
      )
    }
  }
}

function armIdOf({ scenario }: SimulatedWorld, name: string): string {
  const [subscription] = scenario.subscriptions
  const group = scenario.circuits.find((one) => one.name === name)?.group
  return `/subscriptions/${subscription?.id}/resourceGroups/${group}/providers/Microsoft.Network/expressRouteCircuits/${name}`
}

const near = (bounds: readonly [string, string] | null | undefined, [earliest, latest]: [string, string]) => {
  expect(Math.abs(Date.parse(bounds?.[0] ?? '') - parseCorpusTime(earliest)), `from ${earliest}`).toBeLessThanOrEqual(
    1_000,
  )
  expect(Math.abs(Date.parse(bounds?.[1] ?? '') - parseCorpusTime(latest)), `to ${latest}`).toBeLessThanOrEqual(1_000)
}

const eventOf = ({ data }: ApiEndpointResponse<'events'>, kind: string): DetectedNetworkEvent | undefined =>
  data.find((event) => event.kind === kind)

describe('traffic that stops while everything is green', () => {
  const db = withTestDatabase()

  it('is an event, and the paths are degraded, until it moves again', { timeout: 240_000 }, async () => {
    const { until } = await recorded(db, 'S25', '10:14:00')
    const events = await getEvents(db, { limit: 100 }, until)
    const event = eventOf(events, 'green_but_dead')
    expect(event).toMatchObject({ subject: 'AzurePrivatePeering', severity: 'critical', endedBetween: null })
    near(event?.startedBetween, ['10:00:25', '10:01:29'])
    const { data } = await getCircuit(db, event?.scope ?? '', until)
    expect(data.paths.map(({ state, layers }) => [state, layers.bgp, layers.traffic])).toEqual([
      ['degraded', 'up', 'quiet'],
      ['degraded', 'up', 'quiet'],
    ])
    const past = await readPastTraffic(db.pool, { scope: event?.scope ?? '', at: parseCorpusTime('10:00:00') })
    expect(past.paths.primary?.in).toMatchObject({ confidence: 'normal' })
    expect(past.busiest).toEqual({ in: null, out: null })
  })
})

describe('a failover', () => {
  const db = withTestDatabase()

  it('carries its moments and lengths to the API', { timeout: 240_000 }, async () => {
    const { until } = await recorded(db, 'S03', '10:08:00')
    const events = await getEvents(db, { limit: 100 }, until)
    const { failover } = eventOf(events, 'failover') ?? {}
    near(failover?.forwardingEnds, ['10:00:25', '10:01:29'])
    near(failover?.sessionEnds, ['10:00:10', '10:01:12'])
    near(failover?.rerouted, ['10:00:05', '10:01:07'])
    near(failover?.forwardingResumes, ['10:00:13', '10:01:27'])
    expect(failover).toMatchObject({
      controlPlane: { atLeastSeconds: 0, atMostSeconds: 57 },
      dataPlane: { atLeastSeconds: 0, atMostSeconds: 62 },
      missing: [],
    })
    expect(failover?.expectations[0]).toEqual({ class: 'withdrawal', budgetSeconds: 20, verdict: 'not_provable' })
    const fall = eventOf(events, 'path_down')
    expect(fall?.forwardingLoss).toMatchObject({ basis: 'counters' })
    // every prefix has another circuit
    expect(eventOf(events, 'circuit_down')?.severity).toBe('major')
  })
})
