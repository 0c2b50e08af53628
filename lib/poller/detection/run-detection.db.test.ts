import { describe, expect, it } from 'vitest'
import { acknowledgeVisibleIncident, getEvents, getIncident, getIncidents } from '#lib/incidents/answers/index.ts'
import { A, B, HUB, t2 } from '#lib/detection/testing/estates.ts'
import { announces, endsCe, endsPeer, startsCe, startsPeer, withdraws } from '#lib/detection/testing/happenings.ts'
import { line, play, topLevel } from '#lib/poller/memory/testing/play.ts'
import { pollsOf, type Timeline } from '#lib/poller/memory/testing/timeline.ts'
import type { World } from '#lib/detection/testing/world.ts'
import { ensureSource, listEvents } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { RUNS_LONG } from '#lib/platform/testing/long.ts'
import { recordPoll } from '../commit/commit-poll.ts'
import { auditHistory } from '../testing/audit.ts'
import { TopologyCache } from './topology-cache.ts'

const LON = ['10.0.4.4', '10.0.4.5']
const ALL = [...LON, '10.0.4.6', '10.0.4.7']
const PATHS = ['primary', 'secondary'] as const

const bothPathsDown: Timeline = {
  world: t2,
  from: '9:57',
  to: '10:20',
  truth: [
    {
      at: '10:00:31',
      do: (world) => {
        for (const path of PATHS) {
          endsCe(world, 'ckt-lon', path)
          world.path('ckt-lon', path).arp = 'incomplete'
        }
      },
    },
    { at: '10:00:34', do: (world) => withdraws(world, LON, [...A, ...B]) },
    {
      at: '10:11:10',
      do: (world, at) => {
        for (const path of PATHS) {
          startsCe(world, 'ckt-lon', path, at)
          world.path('ckt-lon', path).arp = 'complete'
        }
      },
    },
    {
      at: '10:11:16',
      do: (world) => {
        announces(world, LON, A, [65001])
        announces(world, LON, B, [65001, 65001, 65001])
      },
    },
  ],
}

const instanceGoes = (world: World, instance: string): void => {
  for (const neighbor of ALL) endsPeer(world, neighbor, [instance])
  world.gateway(HUB).silent.add(instance)
}
const instanceIsBack = (world: World, instance: string, at: number): void => {
  for (const neighbor of ALL) startsPeer(world, neighbor, at, [instance])
  world.gateway(HUB).silent.delete(instance)
}
const rollingUpgrade: Timeline = {
  world: t2,
  from: '1:57',
  to: '2:33',
  truth: [
    { at: '2:00:10', do: (world) => instanceGoes(world, '10.0.4.12') },
    { at: '2:04:05', do: (world, at) => instanceIsBack(world, '10.0.4.12', at) },
    { at: '2:20:30', do: (world) => instanceGoes(world, '10.0.4.13') },
    { at: '2:24:40', do: (world, at) => instanceIsBack(world, '10.0.4.13', at) },
  ],
}

const massWithdrawal: Timeline = {
  world: t2,
  from: '9:57',
  to: '10:15',
  truth: [
    { at: '10:00:33', do: (world) => withdraws(world, LON, A) },
    { at: '10:06:13', do: (world) => announces(world, LON, A, [65001]) },
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
  ...(RUNS_LONG ? [ofRoutes] : []),
])('$name, recorded in Postgres', ({ timeline, roots }) => {
  const db = withTestDatabase()

  it('makes the events that the engine makes of it by itself', { timeout: 300_000 }, async () => {
    const estate = new TopologyCache()
    for (const { observation, localAddress } of pollsOf(timeline)) {
      const sourceId = await ensureSource(db.pool, observation.target)
      const { status } = await db.transaction((client) =>
        recordPoll(client, sourceId, observation, {
          intervalSeconds: 60,
          localAddresses: { ipv4: localAddress, ipv6: null },
          estate,
        }),
      )
      expect(status).toBe('recorded')
    }
    const alone = topLevel(await play(timeline))
    const { rows } = await listEvents(db.pool, { limit: 500 })
    const stored = rows.filter(({ partOf }) => partOf === null)
    const named = new Map(stored.map((event) => [event.scope, event.scopeName]))
    const lineOf = (event: Parameters<typeof line>[0]) =>
      line({ ...event, scope: named.get(event.scope) ?? event.scope })
    expect(stored.map(lineOf).toSorted()).toEqual(alone.map(line).toSorted())
    expect(await auditHistory(db)).toEqual([])
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
    const polls = [...pollsOf({ world: t2, from: '9:55', to: '10:05', truth: [{ at: '10:00:00', do: removeAms }] })]
    for (const { observation, localAddress } of polls) {
      const sourceId = await ensureSource(db.pool, observation.target)
      const localAddresses = { ipv4: localAddress, ipv6: null }
      // a new cache for each poll
      const options = { intervalSeconds: 60, localAddresses, estate: new TopologyCache() }
      await db.transaction((client) => recordPoll(client, sourceId, observation, options))
    }
    const { rows } = await listEvents(db.pool, { limit: 50 })
    const reported = rows.map(({ kind, subject }) => `${kind} ${subject}`)
    expect(reported.toSorted()).toEqual(['resource_removed ckt-ams', 'resource_removed ergw-hub-ckt-ams'])
  })
})

function removeAms(world: World): void {
  world.circuits.delete('ckt-ams')
  // the connection is removed together with the circuit
  for (const neighbor of world.neighbors) {
    if (neighbor.circuit === 'ckt-ams') Object.assign(neighbor, { circuit: null, path: null })
  }
}
