import { describe, expect, it } from 'vitest'
import { acknowledgeVisibleIncident, getEvents, getIncident, getIncidents } from '#lib/incidents/answers/index.ts'
import {
  SITE_A_PREFIXES,
  SITE_B_PREFIXES,
  HUB_GATEWAY_NAME,
  createTwoCircuitEstate,
} from '#lib/detection/testing/estates.ts'
import {
  announceSimulatedPrefixes,
  endSimulatedCustomerSession,
  endSimulatedNeighborSessions,
  startSimulatedCustomerSession,
  startSimulatedNeighborSessions,
  withdrawSimulatedPrefixes,
} from '#lib/detection/testing/happenings.ts'
import { formatDetectedEventAsLine, runTestTimeline, listEventsWithoutParent } from '#lib/poller/memory/testing/play.ts'
import { generatePollsOfTimeline, type TestTimeline } from '#lib/poller/memory/testing/timeline.ts'
import type { SimulatedEstate } from '#lib/detection/testing/world.ts'
import { getOrCreateSourceId, listEvents } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { SHOULD_RUN_LONG_TESTS } from '#lib/platform/testing/long.ts'
import { recordPollAndRunDetection } from '../commit/commit-poll.ts'
import { findInconsistenciesInHistory } from '../testing/audit.ts'
import { TopologyCache } from './topology-cache.ts'

const LON = ['10.0.4.4', '10.0.4.5']
const ALL = [...LON, '10.0.4.6', '10.0.4.7']
const PATHS = ['primary', 'secondary'] as const

const bothPathsDown: TestTimeline = {
  world: createTwoCircuitEstate,
  from: '9:57',
  to: '10:20',
  truth: [
    {
      at: '10:00:31',
      do: (world) => {
        for (const path of PATHS) {
          endSimulatedCustomerSession(world, 'ckt-lon', path)
          world.path('ckt-lon', path).arp = 'incomplete'
        }
      },
    },
    { at: '10:00:34', do: (world) => withdrawSimulatedPrefixes(world, LON, [...SITE_A_PREFIXES, ...SITE_B_PREFIXES]) },
    {
      at: '10:11:10',
      do: (world, at) => {
        for (const path of PATHS) {
          startSimulatedCustomerSession(world, 'ckt-lon', path, at)
          world.path('ckt-lon', path).arp = 'complete'
        }
      },
    },
    {
      at: '10:11:16',
      do: (world) => {
        announceSimulatedPrefixes(world, LON, SITE_A_PREFIXES, [65001])
        announceSimulatedPrefixes(world, LON, SITE_B_PREFIXES, [65001, 65001, 65001])
      },
    },
  ],
}

const instanceGoes = (world: SimulatedEstate, instance: string): void => {
  for (const neighbor of ALL) endSimulatedNeighborSessions(world, neighbor, [instance])
  world.gateway(HUB_GATEWAY_NAME).silent.add(instance)
}
const instanceIsBack = (world: SimulatedEstate, instance: string, at: number): void => {
  for (const neighbor of ALL) startSimulatedNeighborSessions(world, neighbor, at, [instance])
  world.gateway(HUB_GATEWAY_NAME).silent.delete(instance)
}
const rollingUpgrade: TestTimeline = {
  world: createTwoCircuitEstate,
  from: '1:57',
  to: '2:33',
  truth: [
    { at: '2:00:10', do: (world) => instanceGoes(world, '10.0.4.12') },
    { at: '2:04:05', do: (world, at) => instanceIsBack(world, '10.0.4.12', at) },
    { at: '2:20:30', do: (world) => instanceGoes(world, '10.0.4.13') },
    { at: '2:24:40', do: (world, at) => instanceIsBack(world, '10.0.4.13', at) },
  ],
}

const massWithdrawal: TestTimeline = {
  world: createTwoCircuitEstate,
  from: '9:57',
  to: '10:15',
  truth: [
    { at: '10:00:33', do: (world) => withdrawSimulatedPrefixes(world, LON, SITE_A_PREFIXES) },
    { at: '10:06:13', do: (world) => announceSimulatedPrefixes(world, LON, SITE_A_PREFIXES, [65001]) },
  ],
}

// routes.db.test.ts contains an hour of other route changes
const ofRoutes = { name: 'a mass withdrawal', timeline: massWithdrawal, roots: ['mass_withdraw'] }

/** Faults of paths, gateways and routes on real rows, with the mapping inferred from recorded routes. */
describe.each([
  { name: 'both paths of a circuit down', timeline: bothPathsDown, roots: ['circuit_down'] },
  {
    name: 'a rolling upgrade',
    timeline: rollingUpgrade,
    roots: ['gateway_instance_lost', 'gateway_instance_lost'],
  },
  ...(SHOULD_RUN_LONG_TESTS ? [ofRoutes] : []),
])('$name, recorded in Postgres', ({ timeline, roots }) => {
  const db = withTestDatabase()

  it('makes the events that the engine makes of it by itself', { timeout: 300_000 }, async () => {
    const estate = new TopologyCache()
    for (const { observation, localAddress } of generatePollsOfTimeline(timeline)) {
      const sourceId = await getOrCreateSourceId(db.pool, observation.target)
      const { status } = await db.transaction((client) =>
        recordPollAndRunDetection(client, sourceId, observation, {
          intervalSeconds: 60,
          localAddresses: { ipv4: localAddress, ipv6: null },
          estate,
        }),
      )
      expect(status).toBe('recorded')
    }
    const alone = listEventsWithoutParent(await runTestTimeline(timeline))
    const { rows } = await listEvents(db.pool, { limit: 500 })
    const stored = rows.filter(({ partOf }) => partOf === null)
    const named = new Map(stored.map((event) => [event.scope, event.scopeName]))
    const lineOf = (event: Parameters<typeof formatDetectedEventAsLine>[0]) =>
      formatDetectedEventAsLine({ ...event, scope: named.get(event.scope) ?? event.scope })
    expect(stored.map(lineOf).toSorted()).toEqual(alone.map(formatDetectedEventAsLine).toSorted())
    expect(await findInconsistenciesInHistory(db)).toEqual([])
  })

  it('is answered as events, as incidents, and takes an acknowledgement', async () => {
    const events = await getEvents(db, { limit: 100 })
    const byId = new Map(events.data.map((event) => [event.id, event]))
    for (const { partOf } of events.data) if (partOf) expect(byId.has(partOf)).toBe(true)
    const { data } = await getIncidents(db, { limit: 10 })
    expect(data.map(({ root }) => root?.kind).toSorted()).toEqual(roots)
    for (const incident of data) {
      const { data: detail } = await getIncident(db, incident.id)
      expect(detail.timeline).toHaveLength(incident.events)
      expect(detail.timeline.some((event) => event.id === incident.root?.id)).toBe(true)
      expect(detail).toMatchObject({ state: 'closed', acknowledged: null, cause: incident.root?.cause })
      expect(await acknowledgeVisibleIncident(db, incident.id, 'on it')).toMatchObject({
        data: { acknowledged: { by: 'local', note: 'on it' } },
      })
    }
    await expect(getIncident(db, 'none')).rejects.toThrow(/no incident none/)
  })
})

describe('a resource that complete lists omit', () => {
  const db = withTestDatabase()

  it('is reported once, also by a worker that never knew it', { timeout: 60_000 }, async () => {
    const polls = [
      ...generatePollsOfTimeline({
        world: createTwoCircuitEstate,
        from: '9:55',
        to: '10:05',
        truth: [{ at: '10:00:00', do: removeAms }],
      }),
    ]
    for (const { observation, localAddress } of polls) {
      const sourceId = await getOrCreateSourceId(db.pool, observation.target)
      const localAddresses = { ipv4: localAddress, ipv6: null }
      // a new cache for each poll
      const options = { intervalSeconds: 60, localAddresses, estate: new TopologyCache() }
      await db.transaction((client) => recordPollAndRunDetection(client, sourceId, observation, options))
    }
    const { rows } = await listEvents(db.pool, { limit: 50 })
    const reported = rows.map(({ kind, subject }) => `${kind} ${subject}`)
    expect(reported.toSorted()).toEqual(['resource_removed ckt-ams', 'resource_removed ergw-hub-ckt-ams'])
  })
})

describe.each(['ckt-lon', 'ckt-ams'])(
  'a removed connection of ckt-ams that is listed with a change of %s',
  (changed) => {
    const db = withTestDatabase()

    it('explains the lost sessions and the failover', { timeout: 60_000 }, async () => {
      const left = ['10.0.4.6', '10.0.4.7']
      const polls = generatePollsOfTimeline({
        world: createTwoCircuitEstate,
        from: '9:55',
        to: '10:08',
        truth: [
          {
            at: '10:00:05',
            do: (world) => {
              for (const neighbor of left) endSimulatedNeighborSessions(world, neighbor)
              withdrawSimulatedPrefixes(world, left, [...SITE_A_PREFIXES, ...SITE_B_PREFIXES])
            },
          },
          {
            at: '10:02:05',
            do: (world) => {
              for (const one of left) Object.assign(world.neighbor(one), { circuit: null, path: null })
            },
          },
          // the second list without the connection proves its removal
          { at: '10:03:05', do: (world) => Object.assign(world.circuits.get(changed)?.tags ?? {}, { owner: 'edge' }) },
        ],
      })
      const estate = new TopologyCache()
      for (const { observation, localAddress } of polls) {
        const sourceId = await getOrCreateSourceId(db.pool, observation.target)
        const options = { intervalSeconds: 60, localAddresses: { ipv4: localAddress, ipv6: null }, estate }
        await db.transaction((client) => recordPollAndRunDetection(client, sourceId, observation, options))
      }
      const { rows } = await listEvents(db.pool, { limit: 200 })
      const removal = rows.find(({ kind }) => kind === 'resource_removed')
      const of = (wanted: string) => rows.filter(({ kind }) => kind === wanted)
      expect(of('failover').map(({ scopeName, severity }) => [scopeName, severity])).toEqual([['ckt-ams', 'minor']])
      expect(
        of('peer_lost')
          .map(({ subject, partOf }) => [subject, partOf === removal?.id])
          .toSorted(),
      ).toEqual(left.map((neighbor) => [neighbor, true]))
    })
  },
)

function removeAms(world: SimulatedEstate): void {
  world.circuits.delete('ckt-ams')
  // the connection is removed together with the circuit
  for (const neighbor of world.neighbors) {
    if (neighbor.circuit === 'ckt-ams') Object.assign(neighbor, { circuit: null, path: null })
  }
}
