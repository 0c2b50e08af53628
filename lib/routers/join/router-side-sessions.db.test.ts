import { beforeAll, expect, it, vi } from 'vitest'
import type { RouterDownReason, RouterNeighborReport } from '#lib/contract/index.ts'
import { createTwoCircuitEstate } from '#lib/detection/testing/estates.ts'
import { endSimulatedCustomerSession, startSimulatedCustomerSession } from '#lib/detection/testing/happenings.ts'
import { buildSimulatedArmId } from '#lib/detection/testing/world.ts'
import { getOrCreateSourceId, computeShortId } from '#lib/history/index.ts'
import { createTestPollSource, peerRow } from '#lib/history/testing/feed.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  parseTimeOfSimulatedDay,
  generatePollsOfTimeline,
  type TestTimeline,
} from '#lib/poller/memory/testing/timeline.ts'
import { getEvents as innerGetEvents } from '#lib/incidents/answers/index.ts'
import { putDeclarations } from '#lib/declarations/answers/index.ts'
import { recordPollAndRunDetection } from '#lib/poller/commit/commit-poll.ts'
import { addMissingPollsToSchedule } from '#lib/platform/leases/index.ts'
import { followChanges } from '#lib/poller/poll/change-feed.ts'
import { requestDetectionAfterRouter, handleRouterChange } from '../record/handle-router-change.ts'
import { detectRouterReport } from '#lib/poller/detection/router-report-detection.ts'
import { readRouterSideSessions } from './router-side-sessions.ts'
import { TopologyCache } from '#lib/poller/detection/topology-cache.ts'
import {
  closeRouterConnection,
  openRouterCollector,
  addBmpConnection,
  openRouterLog,
  recordRouterLog,
  recordRouterReports,
} from '../store/index.ts'
import { wrapFunctionWithJsonEncoding } from '#lib/questions/testing/written.ts'
import { endpoints } from '#lib/incidents/api/index.ts'

const getEvents = wrapFunctionWithJsonEncoding(endpoints.events, innerGetEvents)

const db = withTestDatabase()
const LON = buildSimulatedArmId('expressRouteCircuits', 'ckt-lon')
const { customer, microsoft } = createTwoCircuitEstate().path('ckt-lon', 'primary')
const peer = { type: 'global' as const, distinguisher: '0'.repeat(16), neighbor: microsoft }
const shutDown: RouterDownReason = {
  by: 'remote',
  notification: { code: 6, subcode: 2, communication: 'maintenance', hardResetOf: null },
}
const up = (at: number): RouterNeighborReport => ({
  type: 'sessionUp',
  peer,
  at,
  notBefore: at - 1_000,
  established: null,
  localAddress: customer,
  localAsn: 65_001,
  neighborAsn: 12_076,
  neighborBgpId: '192.0.2.1',
  holdTimeSeconds: 180,
  tableName: null,
})
const down = (at: number): RouterNeighborReport => ({
  type: 'sessionDown',
  peer,
  at,
  notBefore: at - 1_000,
  neighborAsn: 12_076,
  reason: shutDown,
})

/**
 * Azure's end shuts the session down for three minutes. Ten minutes later the router loses it between two polls, and
 * Azure's session age is unchanged.
 */
const timeline: TestTimeline = {
  world: createTwoCircuitEstate,
  from: '9:55',
  to: '10:12',
  truth: [
    { at: '10:00:31', do: (world) => endSimulatedCustomerSession(world, 'ckt-lon', 'primary') },
    { at: '10:03:31', do: (world, at) => startSimulatedCustomerSession(world, 'ckt-lon', 'primary', at) },
  ],
}
const reports = [
  up(parseTimeOfSimulatedDay('9:57:30')),
  down(parseTimeOfSimulatedDay('10:00:31')),
  up(parseTimeOfSimulatedDay('10:03:31')),
  down(parseTimeOfSimulatedDay('10:10:15')),
  up(parseTimeOfSimulatedDay('10:10:40')),
]

/** Times of notifications, and the number of incidents in each. */
const notified: [number, number][] = []

beforeAll(async () => {
  const estate = new TopologyCache({ readRouterEnds: readRouterSideSessions })
  const waiting = [...reports]
  const openedAt = parseTimeOfSimulatedDay('9:57')
  let router: Awaited<ReturnType<typeof addBmpConnection>> | null = null
  for (const { observation, localAddress } of generatePollsOfTimeline(timeline)) {
    if (!router && observation.startedAt >= openedAt) {
      router = await addBmpConnection(db.pool, { address: '10.20.0.1', name: 'ce-1', software: null, at: openedAt })
      const link = { circuit: LON, peering: 'private' as const, path: 'primary' as const }
      const own = { router: '10.20.0.1', name: 'ce-1', distinguisher: peer.distinguisher, neighbor: microsoft }
      await putDeclarations(db, { routerNeighbors: [{ ...own, ...link }] })
      estate.forget()
    }
    for (let [next] = waiting; router && next && next.at <= observation.startedAt; [next] = waiting) {
      await recordRouterReports(db, router, openedAt, [next])
      await requestDetectionAfterRouter(db.pool, router.routerId, next.at)
      await detectRouterReport(
        {
          db,
          clock: { now: () => next.at },
          estate,
          incidentsChanged: async (_, ids) => void notified.push([next.at, ids.length]),
        },
        computeShortId(LON),
      )
      waiting.shift()
    }
    const sourceId = await getOrCreateSourceId(db.pool, observation.target)
    const localAddresses = { ipv4: localAddress, ipv6: null }
    await db.transaction((client) =>
      recordPollAndRunDetection(client, sourceId, observation, { intervalSeconds: 60, localAddresses, estate }),
    )
  }
}, 120_000)

it("is read for the circuit's group, as it was known by a moment", async () => {
  const query = {
    scopes: [computeShortId(LON)],
    since: parseTimeOfSimulatedDay('9:55'),
    at: parseTimeOfSimulatedDay('10:01'),
  }
  expect(await readRouterSideSessions(db.pool, query)).toMatchObject([
    {
      on: { circuit: computeShortId(LON), peering: 'private', path: 'primary' },
      customer,
      router: 'ce-1',
      spans: [{ state: 'up' }, { state: 'down', to: null }],
    },
  ])
  expect(await readRouterSideSessions(db.pool, { ...query, scopes: ['another'] })).toEqual([])
})

it('dates falls and rises, names who closed the session, and finds the restart that polls did not', async () => {
  const { data } = await getEvents(db.pool, { limit: 100, scope: computeShortId(LON) })
  const iso = (text: string) => new Date(parseTimeOfSimulatedDay(text)).toISOString()
  const own = data.filter(({ subject }) => subject === `${microsoft}~${customer}`)
  const fall = own.find(({ kind }) => kind === 'session_down')
  // the second that the router states, and the transit time of the message from Azure's end
  expect(fall?.startedBetween).toEqual([
    new Date(parseTimeOfSimulatedDay('10:00:30') - 100).toISOString(),
    iso('10:00:31'),
  ])
  expect(fall?.causes[0]).toMatchObject({ class: 'closed_by_microsoft', owner: 'microsoft' })
  expect(fall?.evidence.find(({ field }) => field === 'routerEnd')?.after).toContain('Administrative Shutdown')
  expect(own.some(({ kind }) => kind === 'session_flap')).toBe(false)
})

it('is an incident as it is reported, before Azure is asked, and a part of what its polls prove', async () => {
  const { data } = await getEvents(db.pool, {
    limit: 100,
    scope: computeShortId(LON),
    kind: ['router_session_down', 'path_down'],
  })
  const iso = (text: string) => new Date(parseTimeOfSimulatedDay(text)).toISOString()
  const own = data.filter(({ kind }) => kind === 'router_session_down')
  expect(
    own
      .map(({ startedBetween, endedBetween, detectedAt }) => [startedBetween[1], endedBetween?.[1], detectedAt])
      .toSorted(),
  ).toEqual([
    [iso('10:00:31'), iso('10:03:31'), iso('10:00:31')],
    [iso('10:10:15'), iso('10:10:40'), iso('10:10:15')],
  ])
  const [first, second] = own.toSorted((a, b) => a.detectedAt.localeCompare(b.detectedAt))
  expect(first?.causes[0]).toMatchObject({ class: 'closed_by_microsoft' })
  expect(first?.partOf).toBe(data.find(({ kind }) => kind === 'path_down')?.id)
  expect(second?.partOf).toBeNull()
  expect(notified).toContainEqual([parseTimeOfSimulatedDay('10:10:15'), 1])
})

it('counts a router as silent since its own connection ended, while no other one lasts', async () => {
  const query = {
    scopes: [computeShortId(LON)],
    since: parseTimeOfSimulatedDay('9:55'),
    at: parseTimeOfSimulatedDay('10:20'),
  }
  const silence = async (at = query.at) => (await readRouterSideSessions(db.pool, { ...query, at }))[0]?.silentSince
  const end = (id: string, ended: 'closed' | 'lost' | 'stopped', until: number) =>
    closeRouterConnection(db.pool, id, { until, ended, detail: '' })
  const open = (at: number) => addBmpConnection(db.pool, { address: '10.20.0.1', name: 'ce-1', software: null, at })
  const first = await open(parseTimeOfSimulatedDay('9:57'))
  expect(await silence()).toBeNull()
  await db.pool.query("UPDATE router_connection SET ended = 'closed' WHERE ended IS NULL AND id <> $1", [
    first.connectionId,
  ])
  await end(first.connectionId, 'closed', parseTimeOfSimulatedDay('10:13'))
  expect(await silence()).toEqual({
    earliest: parseTimeOfSimulatedDay('10:13'),
    latest: parseTimeOfSimulatedDay('10:13'),
  })
  expect(await silence(parseTimeOfSimulatedDay('10:12:59'))).toBeNull()
  const second = await open(parseTimeOfSimulatedDay('10:14'))
  expect(await silence()).toBeNull()
  // for a lost connection only the time of the last data is known
  await end(second.connectionId, 'lost', parseTimeOfSimulatedDay('10:15'))
  expect(await silence()).toEqual({
    earliest: parseTimeOfSimulatedDay('10:15'),
    latest: parseTimeOfSimulatedDay('10:20'),
  })
  // a station that stops does not prove that the router is silent
  const third = await open(parseTimeOfSimulatedDay('10:16'))
  await end(third.connectionId, 'stopped', parseTimeOfSimulatedDay('10:17'))
  expect(await silence()).toBeNull()
})

/**
 * Records an established session with the collector of a router at an address, which then does not answer for nine
 * seconds.
 */
async function collected(address: string, upAt: number, unansweredAt: number) {
  const collector = '10.20.254.5'
  const key = await openRouterCollector(db.pool, { address, name: '', asn: 65_010, at: upAt })
  const own = { peer: { ...peer, neighbor: collector }, notBefore: null }
  const unanswered: RouterDownReason = {
    by: 'remote',
    notification: { code: 4, subcode: 0, communication: null, hardResetOf: null },
  }
  await recordRouterReports(db, key, upAt, [
    { ...up(upAt), ...own, localAddress: address, neighborAsn: 64_512, holdTimeSeconds: 9 } as RouterNeighborReport,
    {
      ...down(unansweredAt),
      ...own,
      notBefore: unansweredAt - 9_000,
      neighborAsn: 64_512,
      reason: unanswered,
    } as RouterNeighborReport,
  ])
  return { key, collector }
}

it('reads a router’s session with the collector, beside what it reports and alone', async () => {
  const period = { since: parseTimeOfSimulatedDay('9:55'), at: parseTimeOfSimulatedDay('10:20') }
  const query = { scopes: [computeShortId(LON)], ...period }
  const { key, collector } = await collected(
    '10.20.0.1',
    parseTimeOfSimulatedDay('10:01'),
    parseTimeOfSimulatedDay('10:14:30'),
  )
  const unanswered = {
    state: 'down',
    reason: { by: 'remote', notification: { code: 4 } },
    from: { earliest: parseTimeOfSimulatedDay('10:14:21'), latest: parseTimeOfSimulatedDay('10:14:30') },
  }
  const beside = await readRouterSideSessions(db.pool, query)
  expect(beside).toMatchObject([{ router: 'ce-1', collector: unanswered }])
  expect(beside[0]?.spans).not.toEqual([])
  expect(await readRouterSideSessions(db.pool, { ...query, at: parseTimeOfSimulatedDay('10:14') })).toMatchObject([
    { collector: { state: 'up' } },
  ])
  expect(
    await requestDetectionAfterRouter(db.pool, key.routerId, parseTimeOfSimulatedDay('10:14:30'), [collector]),
  ).toEqual([computeShortId(LON)])

  const alone = await collected('10.20.0.8', parseTimeOfSimulatedDay('10:01'), parseTimeOfSimulatedDay('10:14:30'))
  const own = { router: '10.20.0.8', name: '', distinguisher: peer.distinguisher, neighbor: collector }
  const link = { circuit: LON, peering: 'private' as const, path: 'secondary' as const }
  await putDeclarations(db, { routerNeighbors: [{ ...own, ...link }] })
  const ends = await readRouterSideSessions(db.pool, query)
  expect(ends).toMatchObject([
    {
      on: { path: 'secondary' },
      customer: createTwoCircuitEstate().path('ckt-lon', 'secondary').customer,
      spans: [],
      collector: unanswered,
    },
  ])
  expect(
    await requestDetectionAfterRouter(db.pool, alone.key.routerId, parseTimeOfSimulatedDay('10:14:30'), [collector]),
  ).toEqual([computeShortId(LON)])
})

it('asks a log what changed, and never says what is so while it is silent', async () => {
  const log = await openRouterLog(db.pool, {
    address: '10.20.0.9',
    name: 'ce-2',
    at: parseTimeOfSimulatedDay('10:00'),
    neighbors: [],
  })
  const { neighbor } = peer
  const line = { neighbor, vrf: null, neighborAsn: null, notBefore: null, reason: null, text: '' }
  await recordRouterLog(db, log, parseTimeOfSimulatedDay('10:00'), [
    { ...line, at: parseTimeOfSimulatedDay('10:01'), state: 'up' },
  ])
  const own = { router: '10.20.0.9', name: 'ce-2', distinguisher: peer.distinguisher, neighbor }
  await putDeclarations(db, {
    routerNeighbors: [{ ...own, circuit: LON, peering: 'private', path: 'primary' }],
  })
  const query = {
    scopes: [computeShortId(LON)],
    since: parseTimeOfSimulatedDay('9:55'),
    at: parseTimeOfSimulatedDay('10:12'),
  }
  // the router's own address comes from the circuit's configuration, because no line states it
  expect(await readRouterSideSessions(db.pool, query)).toMatchObject([{ customer, router: 'ce-2', observed: [] }])
})

it('is read of a VPN gateway’s session, too, which both ends and the ASN name', async () => {
  const gateway = await createTestPollSource(db, { type: 'virtualNetworkGateways' })
  const [instance, device] = ['10.1.0.12', '172.16.9.1']
  const rows = [peerRow({ localAddress: instance, neighbor: device, asn: 65_010 })]
  await gateway.record('peers', {
    startedAt: parseTimeOfSimulatedDay('9:56'),
    finishedAt: parseTimeOfSimulatedDay('9:56:01'),
    rows,
  })
  const key = await addBmpConnection(db.pool, {
    address: '10.20.0.7',
    name: 'vpn-1',
    software: null,
    at: parseTimeOfSimulatedDay('9:57'),
  })
  const of = { peer: { ...peer, neighbor: instance }, neighborAsn: 65_515 }
  await recordRouterReports(db, key, parseTimeOfSimulatedDay('9:57'), [
    { ...up(parseTimeOfSimulatedDay('9:58')), ...of, localAddress: device, localAsn: 65_010 } as RouterNeighborReport,
    { ...down(parseTimeOfSimulatedDay('10:00')), ...of } as RouterNeighborReport,
  ])
  const scope = computeShortId(gateway.resourceId)
  expect(
    await readRouterSideSessions(db.pool, {
      scopes: [scope],
      since: parseTimeOfSimulatedDay('9:55'),
      at: parseTimeOfSimulatedDay('10:12'),
    }),
  ).toMatchObject([
    {
      on: { gateway: scope, instance },
      customer: device,
      router: 'vpn-1',
      spans: [{ state: 'up' }, { state: 'down', reason: shutDown }],
    },
  ])
})

it('asks Azure at once about the session of a path that its router reports, and about no other', async () => {
  const router = await addBmpConnection(db.pool, {
    address: '10.20.0.1',
    name: 'ce-1',
    software: null,
    at: parseTimeOfSimulatedDay('10:12'),
  })
  const own = { router: '10.20.0.1', name: 'ce-1', distinguisher: peer.distinguisher, neighbor: microsoft }
  await putDeclarations(db, {
    routerNeighbors: [{ ...own, circuit: LON, peering: 'private', path: 'primary' }],
  })
  const summary = async (path: string) => {
    const id = await getOrCreateSourceId(db.pool, { resourceId: LON, subresource: `AzurePrivatePeering/${path}` })
    await addMissingPollsToSchedule(db.pool, [
      { sourceId: id, kind: 'summary', everySeconds: 60 },
      { sourceId: id, kind: 'arp', everySeconds: 60 },
    ])
    await db.pool.query("UPDATE poll_schedule SET next_at = now() + interval '1 minute' WHERE source_id = $1", [id])
    return id
  }
  const ids = [await summary('primary'), await summary('secondary')]
  const due = async () =>
    (
      await db.pool.query<{ source_id: number; kind: string }>(
        'SELECT source_id, kind FROM poll_schedule WHERE next_at <= now() AND source_id = ANY ($1)',
        [ids],
      )
    ).rows
  await handleRouterChange(db.pool, router.routerId, parseTimeOfSimulatedDay('10:12'), ['192.0.2.77'])
  expect(await due()).toEqual([])
  await handleRouterChange(db.pool, router.routerId, parseTimeOfSimulatedDay('10:12'), [microsoft])
  expect(await due()).toEqual([{ source_id: ids[0], kind: 'summary' }])
})

it('says at once which circuits a report changed', async () => {
  const feed = followChanges(db.url)
  const [sessions, routes] = [vi.fn(), vi.fn()]
  feed.on(['sessions'], sessions)
  feed.on(['routes'], routes)
  await feed.ready
  await handleRouterChange(db.pool, 0, parseTimeOfSimulatedDay('10:12'), [])
  await vi.waitFor(() => expect(sessions).toHaveBeenCalledOnce(), 10_000)
  expect(routes).not.toHaveBeenCalled()
  await feed.close()
})
