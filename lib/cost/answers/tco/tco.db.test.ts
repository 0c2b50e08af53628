import { beforeAll, describe, expect, it } from 'vitest'
import type { CostOverrideBody } from '../../api/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import type { ResourceRow } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { saveSubscriptionNames } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createInventoryRows,
  TEST_ESTATE_SUBSCRIPTION_ARM_ID,
} from '#lib/questions/testing/estate-feed.ts'
import { recordTestCircuitBitRates } from '#lib/questions/testing/traffic-feed.ts'
import { getCostTco } from '../queued-answers.ts'
import { putCostOverrides } from '../overrides.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 11)
const [HUB_OWNER, OTHER] = [TEST_ESTATE_SUBSCRIPTION_ARM_ID.split('/')[2] ?? '', '99999999-2222-3333-4444-555555555555']
const networkId = (subscription: string, name: string) =>
  `/subscriptions/${subscription}/resourceGroups/Edge/providers/Microsoft.Network/virtualNetworks/${name}`
const HUB = networkId(HUB_OWNER, 'hub')

const vnet = (subscriptionId: string, name: string, peerings: object[]): ResourceRow => ({
  subscriptionId,
  resourceGroup: 'Edge',
  location: 'uksouth',
  resourceId: networkId(subscriptionId, name),
  type: 'microsoft.network/virtualnetworks',
  name,
  config: { properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] }, virtualNetworkPeerings: peerings } },
})

/** Returns a hub with a gateway, and a network of another subscription that uses it. */
function sharedHub(): ResourceRow[] {
  const subnet = { id: `${HUB}/subnets/GatewaySubnet` }
  const rows = createInventoryRows().map((row) => {
    if (row.resourceId !== TEST_ESTATE_GATEWAY_ARM_ID) return row
    const { properties } = row.config as { properties: object }
    return { ...row, config: { properties: { ...properties, ipConfigurations: [{ properties: { subnet } }] } } }
  })
  const toHub = { peeringState: 'Connected', remoteVirtualNetwork: { id: HUB.toUpperCase() }, useRemoteGateways: true }
  return [...rows, vnet(HUB_OWNER, 'hub', []), vnet(OTHER, 'spoke', [{ name: 'to-hub', properties: toHub }])]
}

const tco = async (months = 1, now = NOW) =>
  allApiEndpoints.costTco.response.parse(await getCostTco(db, { months }, now)).data
let version = 0
const add = async (...bodies: Partial<CostOverrideBody>[]) => {
  const scope = { circuitIds: [TEST_ESTATE_CIRCUIT_ARM_ID], from: null, until: null }
  const all = bodies.map((body) => ({ ...scope, ...body }) as CostOverrideBody)
  const { data } = await putCostOverrides(
    db,
    { version, add: all, withdraw: [], why: 'reported by kim' },
    NOW - MS_PER_DAY,
  )
  version = data.version
}

beforeAll(async () => {
  await createTestEstatePollRecorder(db).inventory(Date.UTC(2026, 9, 20), sharedHub())
  await saveSubscriptionNames(db.pool, [{ subscriptionId: OTHER.toUpperCase(), name: 'Tailspin' }])
  // both paths: 2,000,000 bytes a second out of Azure
  await recordTestCircuitBitRates(db, { from: Date.UTC(2026, 10, 1), to: NOW, bitsPerSecond: () => 8_000_000 })
}, 60_000)

describe("a circuit of a hub that another subscription's network uses", () => {
  it('is unallocated until somebody declares its owner', async () => {
    const { perCustomer, rows } = await tco()
    expect(perCustomer.map(({ customer }) => customer)).toEqual(['unallocated', HUB_OWNER, OTHER])
    // port: 436 x 10 / 30 = 145.33; data: 10 days of 172.8 GB x 0.025 = 43.20
    expect(perCustomer.map(({ name }) => name)).toEqual([null, null, 'Tailspin'])
    expect(perCustomer[0]?.totals).toEqual([{ amount: '188.53', currency: 'USD' }])
    // the gateway belongs to the owner of the hub: 240 h x 0.361
    expect(perCustomer[1]?.totals).toEqual([{ amount: '86.64', currency: 'USD' }])
    // charged only at the spoke, for both directions
    expect(rows.flatMap(({ kind, name }) => (kind.startsWith('vnet_peering') ? name : []))).toEqual([
      'spoke with hub',
      'spoke with hub',
    ])
  })

  it('is split by declared shares, and what they leave stays unallocated', async () => {
    await add({ kind: 'share', customer: OTHER, share: 0.25 }, { kind: 'share', customer: HUB_OWNER, share: 0.5 })
    const { perCustomer, totals } = await tco()
    const of = (customer: string) => perCustomer.find((one) => one.customer === customer)?.totals[0]?.amount
    // a quarter of 145.33 is 36.33, and a quarter of 43.20 is 10.80
    expect(of(OTHER)).toBe('47.13')
    // half of the amounts is 72.66 and 21.60, and the gateway costs 86.64
    expect(of(HUB_OWNER)).toBe('180.90')
    expect(of('unallocated')).toBe('47.14')
    expect(totals).toEqual([{ amount: '275.17', currency: 'USD' }])
  })

  it('saves its user a gateway, and peering costs no more than what the circuits carried', async () => {
    const { gatewaysSaved, rows } = await tco()
    // one gateway for an average month: 730 x 0.361
    expect(gatewaysSaved).toMatchObject([{ hub: 'hub', gateways: 1, perMonth: { amount: '263.53', currency: 'USD' } }])
    const out = rows.find(({ kind, name }) => kind === 'vnet_peering_out' && name === 'spoke with hub')
    // 1,728 GB out of Azure, at 0.01 on leaving the spoke
    expect(out).toMatchObject({ cost: null, customer: OTHER, note: expect.stringContaining('1,728 GB, 17.28 USD') })
  })
})

it('a charge holds in the time that it was declared for, and falls due once', async () => {
  const charge = { kind: 'charge', charge: 'cross_connect', name: 'LD5', currency: 'EUR' } as const
  await add(
    { ...charge, monthly: '300', once: '1000', from: '2026-10-16T00:00:00.000Z', until: '2026-11-06T00:00:00.000Z' },
    { ...charge, name: 'later', monthly: '50', once: null, from: '2026-12-01T00:00:00.000Z' },
  )
  const costs = async (months: number) => {
    const { rows } = await tco(months)
    const split = rows.filter(({ name }) => name === 'LD5' || name === 'later')
    const sum = (kind: string) =>
      split.filter((one) => one.kind === kind).reduce((all, { cost }) => all + Number(cost?.amount ?? 0), 0)
    return [sum('cross_connect_monthly').toFixed(2), sum('cross_connect_once').toFixed(2)]
  }
  // the charge covers 5 of November's 30 days: 50.00
  expect(await costs(1)).toEqual(['50.00', '0.00'])
  // it also covers 16 of October's 31 days: 154.84; the one-time 1,000 was due in October
  expect(await costs(2)).toEqual(['204.84', '1000.00'])
  const { rows } = await tco(2)
  // the first inventory with the hub was on 20 October
  for (const wanted of ['circuit', 'gateway'])
    expect(rows.find(({ kind }) => kind === wanted)?.note).toContain('not polled before 2026-10-20 00:00 UTC')
  expect((await tco(2)).totals.map(({ currency }) => currency)).toEqual(['EUR', 'USD'])
})

it('a price override for all holds for gateways, too', async () => {
  const price = {
    kind: 'price',
    meterName: 'ErGw1AZ Gateway',
    region: 'uksouth',
    price: '0.5',
    currency: 'USD',
  } as const
  await add({ ...price, circuitIds: null })
  const { rows } = await tco(1)
  const gateway = rows.find(({ kind }) => kind === 'gateway')
  expect(gateway?.unitPrice).toEqual({ amount: '0.5', currency: 'USD' })
  expect(gateway?.note).toMatch(/price override by local/)
})

it('what a gateway that is not in sight has of a circuit is nobody’s', async () => {
  const beyond: ResourceRow = {
    ...vnet(OTHER, 'beyond', []),
    resourceId: networkId(OTHER, 'beyond').replace('virtualNetworks', 'connections'),
    type: 'microsoft.network/connections',
    config: {
      properties: {
        connectionType: 'ExpressRoute',
        virtualNetworkGateway1: { id: networkId('unseen', 'gw').replace('virtualNetworks', 'virtualNetworkGateways') },
        peer: { id: TEST_ESTATE_CIRCUIT_ARM_ID },
      },
    },
  }
  await createTestEstatePollRecorder(db).inventory(NOW + MS_PER_DAY, [...createInventoryRows(), beyond])
  const { rows } = await tco(1, NOW + 2 * MS_PER_DAY)
  const own = rows.filter(({ kind }) => kind === 'circuit')
  // the shares declared before are still in force; no measured share is known
  expect(own.map(({ customer }) => customer).toSorted()).toEqual([HUB_OWNER, OTHER, 'unallocated'])
})
