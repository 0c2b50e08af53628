import { expect, it } from 'vitest'
import { armTypes, type ResourceRow } from '#lib/contract/index.ts'
import { ensureSource, computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { recordPoll } from '../commit/commit-poll.ts'
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
  const sourceId = await ensureSource(db.pool, target)
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
    recordPoll(client, sourceId, observation, { intervalSeconds: 600, localAddresses: null, estate }),
  )
  const group = await estate.groupOf(createPostgresEstateReaders(db.pool), computeShortId(circuit), 3_000)
  expect(group.scopes).toEqual([circuit, gateway].map(computeShortId).toSorted())
  expect(group.topology.hubConnections).toEqual([
    { gateway: computeShortId(gateway), name: 'conn-erc', circuit: computeShortId(circuit) },
  ])
  const branches = await estate.groupOf(createPostgresEstateReaders(db.pool), computeShortId(vpnGateway), 3_000)
  expect(branches.topology.hubVpnGateways?.map(({ scope }) => scope)).toEqual([computeShortId(vpnGateway)])
})
