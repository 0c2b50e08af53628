import { expect, it } from 'vitest'
import { armTypes, type PollObservation, type ResourceRow } from '#lib/contract/index.ts'
import { getOrCreateSourceId, computeShortId, readRoutesToPrefixes } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { recordPollAndRunDetection } from '../commit/commit-poll.ts'
import { createPostgresEstateReaders } from './detection-store.ts'
import { TopologyCache } from './topology-cache.ts'

const db = withTestDatabase()
const SUBSCRIPTION = '/subscriptions/99999999-2222-3333-4444-555555555555'
const idOf = (type: string, name: string) =>
  `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/${type}/${name}`
const circuit = idOf('expressRouteCircuits', 'erc')
const gateway = idOf('expressRouteGateways', 'ergw-vhub')
const vpnGateway = idOf('vpnGateways', 'vpngw-vhub')

const listed = (resourceId: string, type: string, properties: object): ResourceRow => ({
  resourceId,
  type,
  name: resourceId.split('/').at(-1) ?? '',
  subscriptionId: SUBSCRIPTION.split('/')[2] ?? '',
  resourceGroup: 'rg',
  location: 'uksouth',
  config: { properties },
})

it('a circuit and the hubs that it is connected to are one group, by the inventory in the database', async () => {
  const target = { resourceId: SUBSCRIPTION, subresource: '' }
  const sourceId = await getOrCreateSourceId(db.pool, target)
  const estate = new TopologyCache()
  const observation = {
    target,
    kind: 'inventory' as const,
    startedAt: 1_000,
    finishedAt: 2_000,
    outcome: 'ok' as const,
    silentInstances: [],
    error: null,
    correlationId: '',
    budget: null,
    rows: {
      resources: [
        listed(circuit, armTypes.circuit, { peerings: [] }),
        listed(gateway, armTypes.expressRouteGateway, {
          virtualHub: { id: idOf('virtualHubs', 'vhub') },
          expressRouteConnections: [
            {
              name: 'conn-erc',
              properties: { expressRouteCircuitPeering: { id: `${circuit}/peerings/AzurePrivatePeering` } },
            },
            // a circuit of another organization
            {
              name: 'conn-other',
              properties: { expressRouteCircuitPeering: { id: idOf('expressRouteCircuits', 'other') } },
            },
          ],
        }),
        listed(vpnGateway, armTypes.vpnGateway, {
          virtualHub: { id: idOf('virtualHubs', 'vhub') },
          connections: [
            {
              name: 'conn-branch',
              properties: { vpnLinkConnections: [{ name: 'link-branch', properties: {} }] },
            },
          ],
        }),
      ],
      listedTypes: [armTypes.circuit, armTypes.expressRouteGateway, armTypes.vpnGateway],
      failedTypes: [],
    },
  }
  await db.transaction((client) =>
    recordPollAndRunDetection(client, sourceId, observation, { intervalSeconds: 600, localAddresses: null, estate }),
  )
  const group = await estate.groupOf(createPostgresEstateReaders(db.pool), computeShortId(circuit), 3_000)
  expect(group.scopes).toEqual([circuit, gateway].map(computeShortId).toSorted())
  expect(group.topology.hubConnections).toEqual([
    { gateway: computeShortId(gateway), name: 'conn-erc', circuit: computeShortId(circuit) },
  ])
  const branches = await estate.groupOf(createPostgresEstateReaders(db.pool), computeShortId(vpnGateway), 3_000)
  expect(branches.topology.hubVpnGateways?.map(({ scope }) => scope)).toEqual([computeShortId(vpnGateway)])
})

it('a hub is in the group of its gateways, and only its default table counts as its routes', async () => {
  const hub = idOf('virtualHubs', 'vhub')
  const estate = new TopologyCache()
  const about = { startedAt: 11_000, finishedAt: 12_000, outcome: 'ok' as const, silentInstances: [], error: null }
  const record = async (
    target: { resourceId: string; subresource: string },
    polled: { kind: 'inventory' | 'tables' | 'learned'; rows: unknown },
  ) => {
    const sourceId = await getOrCreateSourceId(db.pool, target)
    const observation = { target, ...about, correlationId: '', budget: null, ...polled } as PollObservation
    await db.transaction((client) =>
      recordPollAndRunDetection(client, sourceId, observation, { intervalSeconds: 600, localAddresses: null, estate }),
    )
  }
  const resources = [
    listed(hub, armTypes.virtualHub, { virtualWan: { id: idOf('virtualWans', 'vwan') } }),
    ...[gateway, vpnGateway].map((id) =>
      listed(id, id === gateway ? armTypes.expressRouteGateway : armTypes.vpnGateway, {
        virtualHub: { id: hub },
        connections: id === gateway ? [] : [{ name: 'conn-branch', properties: {} }],
      }),
    ),
    listed(`${hub}/routeMaps/rm-in`, armTypes.hubRouteMap, {
      provisioningState: 'Failed',
      associatedInboundConnections: [
        `${vpnGateway}/vpnConnections/conn-branch`,
        `${hub}/hubVirtualNetworkConnections/conn-spoke`,
      ],
      rules: [{ name: 'drop', matchCriteria: [], actions: [{ type: 'Drop' }], nextStepIfMatched: 'Terminate' }],
    }),
  ]
  const rows = { resources, listedTypes: resources.map(({ type }) => type), failedTypes: [] }
  await record({ resourceId: SUBSCRIPTION, subresource: '' }, { kind: 'inventory', rows })
  const route = (prefix: string, peer: string) => ({
    prefix,
    peer,
    instance: null,
    nextHop: peer,
    origin: 'ExpressRouteGateway',
    asPath: [12076, 65001],
    weight: null,
    localPref: null,
  })
  const table = [route('10.10.0.0/16', 'expressRouteGateways/ergw-vhub')]
  await record({ resourceId: hub, subresource: 'defaultRouteTable' }, { kind: 'tables', rows: table })
  const inbound = [route('10.20.0.0/16', 'conn-branch')]
  await record({ resourceId: vpnGateway, subresource: 'vhub/conn-branch' }, { kind: 'learned', rows: inbound })

  const scopes = [hub, gateway, vpnGateway, `${hub}/routeMaps/rm-in`].map(computeShortId)
  const group = await estate.groupOf(createPostgresEstateReaders(db.pool), computeShortId(hub), 13_000)
  expect(group.scopes).toEqual(expect.arrayContaining(scopes))
  expect(group.topology.hubs).toEqual([
    {
      scope: computeShortId(hub),
      gateways: {
        'expressroutegateways/ergw-vhub': computeShortId(gateway),
        'vpngateways/vpngw-vhub': computeShortId(vpnGateway),
      },
      connections: { [computeShortId(gateway)]: [], [computeShortId(vpnGateway)]: ['conn-branch'] },
      routeMaps: [
        {
          scope: computeShortId(`${hub}/routeMaps/rm-in`),
          name: 'rm-in',
          // the last change of the map failed, so its effect is not known
          rules: [{ drops: true, ends: true, conditions: [], isPartial: true }],
          inbound: [{ gateway: computeShortId(vpnGateway), connection: 'conn-branch' }],
        },
      ],
    },
  ])
  const found = await readRoutesToPrefixes(
    db.pool,
    [computeShortId(hub)],
    ['10.10.0.0/16', '10.10.1.0/24', '10.20.0.0/16'],
  )
  expect(found.entries.map(({ gateway: scope, prefix }) => [scope, prefix])).toEqual([
    [computeShortId(hub), '10.10.0.0/16'],
  ])
  expect(found.covered).toEqual(['10.10.1.0/24'])
  expect(found.readAt).toEqual({ [computeShortId(hub)]: 11_000 })
})

it('a table of a hub with networks is in the group of the hub, with the connections that propagate to it', async () => {
  const hub = idOf('virtualHubs', 'vhub-t')
  const [ergw, table] = [idOf('expressRouteGateways', 'ergw-t'), `${hub}/hubRouteTables/rt-app`]
  const estate = new TopologyCache()
  const about = { startedAt: 21_000, finishedAt: 22_000, outcome: 'ok' as const, silentInstances: [], error: null }
  const record = async (
    target: { resourceId: string; subresource: string },
    polled: { kind: 'inventory' | 'tables' | 'learned'; rows: unknown },
  ) => {
    const sourceId = await getOrCreateSourceId(db.pool, target)
    const observation = { target, ...about, correlationId: '', budget: null, ...polled } as PollObservation
    await db.transaction((client) =>
      recordPollAndRunDetection(client, sourceId, observation, { intervalSeconds: 600, localAddresses: null, estate }),
    )
  }
  const connectionId = (name: string) => `${ergw}/expressRouteConnections/${name}`
  const tableOf = (name: string, associated: string[]) =>
    listed(`${hub}/hubRouteTables/${name}`, armTypes.hubRouteTable, {
      associatedConnections: associated,
      propagatingConnections: [connectionId('CONN-LON')],
    })
  const resources = [
    listed(hub, armTypes.virtualHub, { virtualWan: { id: idOf('virtualWans', 'vwan') } }),
    listed(ergw, armTypes.expressRouteGateway, {
      virtualHub: { id: hub },
      expressRouteConnections: ['conn-lon', 'conn-ams'].map((name) => ({ name, properties: {} })),
    }),
    tableOf('rt-app', [`${hub}/hubVirtualNetworkConnections/conn-app`]),
    tableOf('rt-free', []),
    tableOf('defaultRouteTable', [connectionId('conn-lon')]),
  ]
  const rows = { resources, listedTypes: resources.map(({ type }) => type), failedTypes: [] }
  await record({ resourceId: SUBSCRIPTION, subresource: '' }, { kind: 'inventory', rows })
  const route = { instance: null, nextHop: null, origin: 'ExpressRouteGateway', weight: null, localPref: null }
  const routes = ['10.30.0.0/16'].map((prefix) => ({ ...route, prefix, peer: 'ergw-t', asPath: [12076, 65001] }))
  await record({ resourceId: table, subresource: '' }, { kind: 'tables', rows: routes })

  const group = await estate.groupOf(createPostgresEstateReaders(db.pool), computeShortId(table), 23_000)
  expect(group.scopes).toEqual(expect.arrayContaining([hub, table].map(computeShortId)))
  expect(group.topology.hubs?.map(({ scope, table: own, connections }) => [scope, own, connections])).toEqual([
    [computeShortId(hub), undefined, { [computeShortId(ergw)]: ['conn-lon', 'conn-ams'] }],
    [computeShortId(table), { hub: computeShortId(hub), name: 'rt-app' }, { [computeShortId(ergw)]: ['conn-lon'] }],
  ])
  const found = await readRoutesToPrefixes(db.pool, [computeShortId(table)], ['10.30.0.0/16', '10.30.1.0/24'])
  expect(found.entries.map(({ gateway: scope, prefix }) => [scope, prefix])).toEqual([
    [computeShortId(table), '10.30.0.0/16'],
  ])
  expect(found.covered).toEqual(['10.30.1.0/24'])
  expect(found.readAt).toEqual({ [computeShortId(table)]: 21_000 })
})
