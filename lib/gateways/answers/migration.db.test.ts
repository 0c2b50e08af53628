import { expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { armTypes, type PollObservation, type ResourceRow } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { getOrCreateSourceId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { recordPollAndRunDetection, TopologyCache } from '#lib/poller/index.ts'
import { listGateways } from './gateways.ts'

const db = withTestDatabase()
const estate = new TopologyCache()
const SUBSCRIPTION = '/subscriptions/99999999-2222-3333-4444-555555555555'
const NETWORK = `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network`
const START = Date.UTC(2026, 10, 20, 3)

const gateway = (name: string, vnet: string, more: object = {}, tags: object = {}): ResourceRow => ({
  resourceId: `${NETWORK}/virtualNetworkGateways/${name}`,
  type: armTypes.virtualNetworkGateway,
  name,
  subscriptionId: SUBSCRIPTION.split('/')[2] ?? '',
  resourceGroup: 'rg',
  location: 'uksouth',
  config: {
    tags,
    properties: {
      gatewayType: 'ExpressRoute',
      provisioningState: 'Succeeded',
      ipConfigurations: [
        { properties: { subnet: { id: `${NETWORK}/virtualNetworks/${vnet}/subnets/GatewaySubnet` } } },
      ],
      ...more,
    },
  },
})

async function list(at: number, resources: ResourceRow[]): Promise<void> {
  const target = { resourceId: SUBSCRIPTION, subresource: '' }
  const sourceId = await getOrCreateSourceId(db.pool, target)
  const observation = {
    target,
    kind: 'inventory',
    startedAt: at,
    finishedAt: at + 2_000,
    outcome: 'ok',
    silentInstances: [],
    error: null,
    correlationId: '',
    budget: null,
    rows: { resources, listedTypes: [armTypes.virtualNetworkGateway], failedTypes: [] },
  } as PollObservation
  await db.transaction((client) =>
    recordPollAndRunDetection(client, sourceId, observation, { intervalSeconds: 600, localAddresses: null, estate }),
  )
}

it('says which gateway replaces which, since and until when and by whom; two for other reasons replace nothing', async () => {
  const before = [
    gateway('ergw', 'vnet'),
    gateway('ergw-twin', 'vnet-b'),
    gateway('vpngw', 'vnet-b', { gatewayType: 'Vpn' }),
  ]
  const made = gateway('ergw-new', 'vnet', { adminState: 'Disabled' }, { CreatedBy: 'GatewaySKUMigration' })
  await list(START, before)
  await list(START + 10 * MS_PER_MINUTE, [...before, made])
  const read = async (at: number) =>
    allApiEndpoints.gateways.response.parse(await listGateways(db, { limit: 10 }, at)).data
  const data = await read(START + 11 * MS_PER_MINUTE)
  const byName = Object.fromEntries(data.map(({ name, migration }) => [name, migration]))
  const idOf = (name: string) => data.find((one) => one.name === name)?.id
  const since = [new Date(START).toISOString(), new Date(START + 10 * MS_PER_MINUTE + 2_000).toISOString()]
  const until = new Date(START + 10 * MS_PER_MINUTE + 2_000 + 15 * MS_PER_DAY).toISOString()
  expect(byName).toEqual({
    ergw: { role: 'from', with: { id: idOf('ergw-new'), name: 'ergw-new' }, since, until, owner: 'unknown' },
    'ergw-new': { role: 'to', with: { id: idOf('ergw'), name: 'ergw' }, since, until, owner: 'unknown' },
    'ergw-twin': null,
    vpngw: null,
  })
  await list(START + 130 * MS_PER_MINUTE, [...before.slice(1), made])
  expect((await read(START + 131 * MS_PER_MINUTE)).map(({ migration }) => migration)).toEqual([null, null, null])
})
