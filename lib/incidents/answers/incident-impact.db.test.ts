import { beforeAll, describe, expect, it } from 'vitest'
import {
  armTypes,
  type DetectedEvent,
  type DetectedIncident,
  type EventKind,
  type ResourceRow,
  type RouteRow,
} from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  computeEventId,
  listSources,
  readIncidentById,
  computeShortId,
  upsertEvents,
  upsertIncidents,
} from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createCircuitRow,
  circuitId,
  connectionId,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  pathRoute,
  createTestPollRecorder,
  recordPoll,
} from '#lib/questions/testing/record-feed.ts'
import { storeClosedImpacts } from './incident-impact.ts'
import { getIncident, getIncidents } from './incidents.ts'
import { readIncidentEffects } from './message-reading.ts'

const db = withTestDatabase()
const now = Math.floor(Date.now() / MS_PER_MINUTE) * MS_PER_MINUTE
const at = (minutesAgo: number) => now - minutesAgo * MS_PER_MINUTE
const idOf = (type: string, name: string) => circuitId(name).replace('expressRouteCircuits', type)
const HUB = idOf('virtualHubs', 'vhub')
const HUB_GATEWAY = idOf('expressRouteGateways', 'ergw-vhub')

const listed = (resourceId: string, type: string, properties: object): ResourceRow => ({
  ...createCircuitRow('any'),
  resourceId,
  type,
  name: resourceId.split('/').at(-1) ?? '',
  config: { properties },
})

let source = 0
const SUBJECTS: Partial<Record<EventKind, string>> = {
  peer_lost: '10.0.4.4',
  failover: 'ckt-late > ckt-jnb',
  site_state_changed: 'learned: London / Equinix',
}

/**
 * Stores an incident with one event that began (and, if given, ended) this many minutes ago.
 * @param more kind and scope of a further event, and how many minutes ago it began and ended, if not as the first event
 * @param flags flags of the events, the first event first; absent = none
 */
async function incident(
  key: string,
  kind: EventKind,
  scope: string,
  began: number,
  ended: number | null = null,
  more: readonly [kind: EventKind, scope: string, began?: number, ended?: number][] = [],
  flags: readonly (readonly string[])[] = [],
  subject = SUBJECTS[kind] ?? 'AzurePrivatePeering/primary',
) {
  const begin = (minutes: number) => ({ earliest: at(minutes) - 30_000, latest: at(minutes) })
  const started = begin(began)
  const end = ended === null ? null : begin(ended)
  const event: DetectedEvent = {
    key,
    kind,
    severity: 'critical',
    scope: computeShortId(scope),
    subject,
    started,
    ended: end,
    duration: null,
    detectedAt: at(began),
    evidence: [],
    causes: [],
    flags: [...(flags[0] ?? [])],
    incident: key,
  }
  const stored: DetectedIncident = {
    key,
    root: key,
    scope: event.scope,
    severity: event.severity,
    members: [],
    started,
    ended: end,
    openedAt: at(began),
    closedAt: ended === null ? null : at(ended) + 2 * MS_PER_MINUTE,
  }
  const others = more.map(([other, of, own = began, over], i) => ({
    ...event,
    key: `${key} ${other} ${i}`,
    flags: [...(flags[i + 1] ?? [])],
    kind: other,
    scope: computeShortId(of),
    started: begin(own),
    ended: over === undefined ? end : begin(over),
  }))
  await upsertEvents(db.pool, source, [event, ...others])
  await upsertIncidents(db.pool, [stored])
}

const bothPaths = (prefix: string, primary: string, fields: Partial<RouteRow> = {}) => {
  const secondary = primary.replace(/\d+$/, (last) => String(Number(last) + 1))
  return [primary, secondary].map((peer) => learnedRoute(prefix, { peer, ...fields }))
}
const JNB = Array.from({ length: 10 }, (_, n) => `10.88.${n}.0/24`)
const LONDON = bothPaths('10.10.0.0/16', '10.0.4.4')
const AMSTERDAM = bothPaths('10.20.0.0/16', '10.0.4.14', { asPath: [12076, 65002] })
const SPECIFIC = bothPaths('10.10.5.0/24', '10.0.4.14', { asPath: [12076, 65002] })
const IN_LONDON = { serviceProviderProperties: { peeringLocation: 'London', serviceProviderName: 'Equinix' } }
const hubRoute = (prefix: string) => learnedRoute(prefix, { instance: null, peer: 'conn-zrh' })

beforeAll(async () => {
  const feed = createTestPollRecorder(db)
  const inventory = (minutes: number, connections: readonly ResourceRow[]) =>
    recordPoll(db, {
      kind: 'inventory',
      resourceId: `/subscriptions/${circuitId('x').split('/')[2]}`,
      at: at(minutes),
      rows: {
        resources: [
          ...connections,
          ...['ckt-jnb', 'ckt-lon'].map((name) => createCircuitRow(name, IN_LONDON)),
          ...['ckt-ams', 'ckt-zrh', 'ckt-late'].map((name) => createCircuitRow(name)),
          ...['ergw-jnb', 'ergw-hub', 'ergw-late'].map((name) => createGatewayRow(name)),
          createConnectionRow('jnb', 'ergw-jnb', 'ckt-jnb', 0),
          createConnectionRow('lon', 'ergw-hub', 'ckt-lon', 0),
          createConnectionRow('ams', 'ergw-hub', 'ckt-ams', 0),
          createConnectionRow('late', 'ergw-late', 'ckt-late', 0),
          listed(HUB, armTypes.virtualHub, {
            addressPrefix: '10.70.0.0/24',
            virtualWan: { id: idOf('virtualWans', 'wan') },
          }),
          listed(HUB_GATEWAY, armTypes.expressRouteGateway, {
            virtualHub: { id: HUB },
            expressRouteConnections: [
              {
                name: 'conn-zrh',
                properties: {
                  expressRouteCircuitPeering: { id: `${circuitId('ckt-zrh')}/peerings/AzurePrivatePeering` },
                },
              },
            ],
          }),
        ],
        listedTypes: [
          armTypes.circuit,
          armTypes.connection,
          armTypes.virtualNetworkGateway,
          armTypes.virtualHub,
          armTypes.expressRouteGateway,
        ],
        failedTypes: [],
      },
    })
  const removed = createConnectionRow('removed', 'ergw-hub', 'ckt-zrh', 0)
  source = await inventory(24 * 60, [removed, createConnectionRow('removed-early', 'ergw-hub', 'ckt-zrh', 0)])
  await inventory(60, [removed])
  await inventory(18, [])
  const jnb = (minutes: number, prefixes: string[]) =>
    feed.learned(
      at(minutes),
      'ergw-jnb',
      prefixes.flatMap((prefix) => bothPaths(prefix, '10.0.4.4')),
    )
  // an outage of one hour, during which more prefixes were cut off for some minutes
  await jnb(600, JNB)
  await jnb(590, JNB.slice(4))
  await jnb(580, JNB.slice(6))
  await jnb(570, JNB.slice(4))
  await jnb(540, JNB)
  await jnb(30, JNB)
  await jnb(19, JNB.slice(8))
  await jnb(1, JNB.slice(8))
  for (const path of ['primary', 'secondary'] as const) {
    await feed.tables(at(60), 'ckt-lon', path, [pathRoute('10.10.0.0/16')])
    const ams = ['10.20.0.0/16', '10.10.5.0/24'].map((prefix) => pathRoute(prefix, { asPath: [65002] }))
    await feed.tables(at(60), 'ckt-ams', path, ams.slice(0, 1))
    await feed.tables(at(19), 'ckt-ams', path, ams)
  }
  await feed.learned(at(30), 'ergw-hub', [...LONDON, ...AMSTERDAM])
  await feed.learned(at(19), 'ergw-hub', [...LONDON, ...AMSTERDAM, ...SPECIFIC])
  await feed.learned(at(1), 'ergw-hub', [...LONDON, ...AMSTERDAM, ...SPECIFIC])
  const overHub = { kind: 'learned', resourceId: HUB_GATEWAY, subresource: 'vhub/conn-zrh' } as const
  await recordPoll(db, { ...overHub, at: at(30), rows: [hubRoute('10.40.0.0/16'), hubRoute('10.41.0.0/16')] })
  await recordPoll(db, { ...overHub, at: at(1), rows: [hubRoute('10.41.0.0/16')] })
  await feed.learned(at(30), 'ergw-late', bothPaths('10.60.0.0/16', '10.0.4.4'))
  await feed.schedule(
    ...['ergw-jnb', 'ergw-hub', 'ergw-late'].map((name) => ({ kind: 'learned' as const, resourceId: gatewayId(name) })),
    overHub,
  )
  await incident('withdrawn', 'mass_withdraw', circuitId('ckt-jnb'), 19)
  await incident('past', 'circuit_down', circuitId('ckt-jnb'), 590, 540)
  await incident('quiet', 'circuit_down', circuitId('ckt-jnb'), 400, 380)
  await incident('specific', 'more_specific', circuitId('ckt-ams'), 19)
  const site = ['site_state_changed', circuitId('ckt-jnb')] as const
  await incident('site', ...site, 19)
  await incident('site of a fault', 'circuit_down', circuitId('ckt-jnb'), 19, null, [[...site]])
  await incident('site of another circuit', 'circuit_down', circuitId('ckt-zrh'), 19, null, [[...site]])
  await incident('unrelated', 'path_down', circuitId('ckt-lon'), 19)
  await incident('hub', 'circuit_down', circuitId('ckt-zrh'), 19)
  await incident('late', 'circuit_down', circuitId('ckt-late'), 19)
  const atRouter: [EventKind, string][] = [['router_session_down', circuitId('ckt-late')]]
  const fallen = (path: string) => [`path:AzurePrivatePeering/${path}`]
  await incident('one router', 'router_session_down', circuitId('ckt-late'), 19, null, [], [fallen('primary')])
  await incident('both routers', 'router_session_down', circuitId('ckt-late'), 19, null, atRouter, [
    fallen('primary'),
    fallen('secondary'),
  ])
  await incident('removed', 'peer_lost', gatewayId('ergw-jnb'), 19, null, [['n1_stranding', circuitId('ckt-lon')]])
  await incident('neighbor', 'peer_lost', gatewayId('ergw-jnb'), 19, null, [['ecmp_reduced', circuitId('ckt-lon')]])
  const [lost, before] = [gatewayId('ergw-jnb'), 545]
  await incident('unread', 'collector_error', lost, before, null, [['peer_lost', lost, 19]])
  await incident('deleted', 'resource_removed', lost, before, null, [['session_down', lost, 19]])
  await incident('polls', 'collector_error', lost, before)
  await incident('returned', 'collector_error', lost, 40, 30, [['session_down', lost, 40, 1]])
  await incident('reconnected', 'resource_removed', lost, 60, 50, [['session_down', lost, 60, 25]])
  await incident('sessions returned', 'session_down', lost, 60, 25, [['resource_removed', lost, 60, 50]])
  const beside: [EventKind, string][] = [['peer_lost', gatewayId('ergw-hub')]]
  await incident('connection', 'resource_removed', connectionId('lon'), 19, null, beside)
  await incident('carrier', 'resource_removed', connectionId('ams'), 19, null, beside)
  await incident('connection polls', 'collector_error', connectionId('lon'), 19)
  await incident('gone', 'resource_removed', connectionId('removed'), 19, null, beside)
  const fell: [EventKind, string, number][] = [['peer_lost', gatewayId('ergw-hub'), 19]]
  await incident('gone early', 'resource_removed', connectionId('removed-early'), 60, null, fell)
  // rows of the tables are of the instance 10.0.4.12
  await incident('other instance', 'gateway_instance_lost', lost, 19, null, [], [], '10.0.4.13')
  await incident('instance', 'gateway_instance_lost', gatewayId('ergw-late'), 25, 22, [], [], '10.0.4.12')
  await incident('target', 'failover', circuitId('ckt-late'), 595, 540, [['session_down', lost]])
}, 60_000)

const impactOf = async (key: string) => (await getIncident(db, computeEventId(key), now)).data.impact
const exactly = (count: number) => ({ atLeast: count, atMost: count })

describe('the impact by route tables', () => {
  it.each<[string, string, object]>([
    [
      'counts 8 of 10 prefixes that a circuit withdrew as lost',
      'withdrawn',
      {
        routes: 'read',
        prefixesLost: exactly(8),
        prefixesRerouted: exactly(0),
        summary: expect.stringMatching(/^8 prefixes cut off/),
      },
    ],
    [
      'is the worst of each prefix once it is over',
      'past',
      {
        prefixesLost: exactly(6),
        prefixesRerouted: exactly(0),
        summary: '6 prefixes were cut off; no path on ckt-jnb meanwhile.',
      },
    ],
    ['counts what a gateway lost, although another circuit has to carry more', 'removed', { prefixesLost: exactly(8) }],
    ['counts what a lost neighbor announced, beside another circuit', 'neighbor', { prefixesLost: exactly(8) }],
    [
      'begins with the lost neighbor, and not with the polls that may fail longer',
      'unread',
      { prefixesLost: exactly(8) },
    ],
    [
      'begins with the lost session, and not with the former list of resources',
      'deleted',
      { prefixesLost: exactly(8) },
    ],
    ['of failing polls begins with the polls', 'polls', { prefixesLost: exactly(4) }],
    ['ends with the last event, also if the incident closed earlier', 'returned', { prefixesLost: exactly(8) }],
    ['of a removal leaves out losses after the resource exists again', 'reconnected', { prefixesLost: exactly(0) }],
    ['of a removal leaves out losses after its sessions returned', 'sessions returned', { prefixesLost: exactly(0) }],
    ['of a removed connection leaves out other circuits', 'connection', { prefixesRerouted: exactly(0) }],
    ['of a removed connection counts its circuit', 'carrier', { prefixesRerouted: exactly(1) }],
    [
      'of failing polls of a connection leaves out other circuits',
      'connection polls',
      { prefixesRerouted: exactly(0) },
    ],
    ['of a connection that no longer exists leaves out other circuits', 'gone', { prefixesRerouted: exactly(0) }],
    [
      'of a connection that was removed before its sessions fell leaves out other circuits',
      'gone early',
      { prefixesRerouted: exactly(0) },
    ],
    ['of a lost instance counts prefixes that only this instance had', 'instance', { prefixesLost: { atLeast: 1 } }],
    [
      'of a lost instance leaves out what another instance lost in the same time',
      'other instance',
      { prefixesLost: exactly(0) },
    ],
    ['leaves out what the circuit lost to which the traffic had moved', 'target', { prefixesLost: exactly(0) }],
    ['is none if no table changed', 'quiet', { prefixesLost: exactly(0), routes: 'read' }],
    [
      'has what a more specific prefix drew to another circuit',
      'specific',
      {
        prefixesLost: exactly(0),
        prefixesRerouted: exactly(1),
        summary: '1 prefix now on another circuit; no prefix cut off.',
      },
    ],
    ['of a learned site counts the routes of all its home circuits', 'site', { prefixesRerouted: exactly(1) }],
    [
      'of a failed circuit leaves out the other circuits of a site',
      'site of a fault',
      { prefixesRerouted: exactly(0) },
    ],
    [
      'of a failed circuit leaves out what the usual circuit of a site lost',
      'site of another circuit',
      { prefixesLost: exactly(1) },
    ],
    [
      'leaves out what another circuit changed',
      'unrelated',
      { prefixesLost: exactly(0), prefixesRerouted: exactly(0) },
    ],
    ['is known of a circuit of a Virtual WAN hub', 'hub', { routes: 'read', prefixesLost: exactly(1), unread: [] }],
    [
      'names the gateway whose table was not read since',
      'late',
      {
        routes: 'not_read',
        prefixesLost: null,
        unread: ['ergw-late'],
        summary: expect.stringMatching(
          /^Prefix impact unknown: routes of ergw-late last known at .+ UTC; no path on ckt-late\.$/,
        ) as string,
      },
    ],
  ])('%s', async (_, key, expected) => {
    expect(await impactOf(key)).toMatchObject(expected)
  })

  it.each([
    ['withdrawn', 'now', '8 prefixes are cut off'],
    ['quiet', 'nobody', 'it is over'],
    ['unrelated', 'today', 'its polls are late; it is unknown whether a spare path is left'],
    ['hub', 'now', '1 prefix is cut off'],
    ['late', 'now', 'no path on ckt-late, and it is unknown whether its traffic moved'],
    ['both routers', 'now', 'no path on ckt-late, and it is unknown whether its traffic moved'],
    ['one router', 'today', expect.any(String)],
  ])('decides with the events whether %s needs a person: %s', async (key, when, reason) => {
    expect((await getIncident(db, computeEventId(key), now)).data.needsYou).toEqual({ when, reason })
  })

  it('is the same in the list, and in messages', async () => {
    const listed = (await getIncidents(db, { limit: 100 }, now)).data
    for (const key of ['withdrawn', 'past', 'quiet', 'specific', 'unrelated', 'hub', 'late'])
      expect(listed.find(({ id }) => id === computeEventId(key))?.impact).toEqual(await impactOf(key))
    const found = await readIncidentById(db.pool, computeEventId('withdrawn'))
    const sources = await listSources(db.pool)
    expect(found && (await readIncidentEffects(db.pool, { ...found, sources }, now))).toEqual({
      impact: '8 prefixes cut off.',
      needsYou: { when: 'now', reason: '8 prefixes are cut off' },
    })
  })

  it('does not change with what follows the end', async () => {
    const before = await impactOf('past')
    await createTestPollRecorder(db).learned(now + MS_PER_MINUTE, 'ergw-jnb', [])
    expect((await getIncident(db, computeEventId('past'), now + MS_PER_HOUR)).data.impact).toEqual(before)
  })
})

it('stores the impact of closed incidents, which stays when their tables are deleted', async () => {
  const before = await impactOf('past')
  expect(before.prefixesLost).toEqual(exactly(6))
  await storeClosedImpacts(db, now, new AbortController().signal)
  const stored = async () => (await db.pool.query('SELECT incident_id FROM incident_impact')).rows.length
  // impacts of open incidents are not stored
  expect(await stored()).toBe(7)
  await db.pool.query('DELETE FROM route_interval')
  expect(await impactOf('past')).toEqual(before)
  // without tables to compare, the stored impact is kept
  await db.pool.query('UPDATE incident SET updated_at = clock_timestamp() WHERE closed_at IS NOT NULL')
  await storeClosedImpacts(db, now, new AbortController().signal)
  expect(await impactOf('past')).toEqual(before)
  const listed = (await getIncidents(db, { limit: 50 }, now)).data.find(({ id }) => id === computeEventId('past'))
  expect(listed?.impact).toEqual(before)
})
