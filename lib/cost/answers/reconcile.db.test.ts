import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { BilledMeterCost } from '#lib/contract/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { computeShortId } from '#lib/history/index.ts'
import { saveBill, recordBillReadAttempt } from '../store/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createInventoryRows,
  TEST_ESTATE_SUBSCRIPTION_ARM_ID,
} from '#lib/questions/testing/estate-feed.ts'
import { recordTestCircuitBitRates } from '#lib/questions/testing/traffic-feed.ts'
import { inferGbSizeFromBills } from './infer-gb-size.ts'
import { getCostProjections, getCostReconcile } from './queued-answers.ts'

const network = (type: string, name: string) =>
  `${TEST_ESTATE_SUBSCRIPTION_ARM_ID}/resourceGroups/Edge/providers/Microsoft.Network/${type}/${name}`
const SCALED = network('virtualNetworkGateways', 'ergw-scaled')
const VPN = network('virtualNetworkGateways', 'vpngw')
const WAN_HUB = network('virtualHubs', 'vhub')

/** Returns the estate with a gateway that autoscales from 2 to 6 units, a VPN gateway and a Virtual WAN hub. */
function withGateways() {
  const [common] = createInventoryRows()
  if (!common) throw new Error('there is no circuit')
  const row = (resourceId: string, config: object) => ({
    ...common,
    resourceId,
    type: `microsoft.network/${resourceId.split('/').at(-2)?.toLowerCase()}`,
    name: resourceId.split('/').at(-1) ?? '',
    config: config as Record<string, unknown>,
  })
  const bounds = { min: 2, max: 6 }
  return [
    ...createInventoryRows(),
    row(SCALED, {
      properties: { gatewayType: 'ExpressRoute', sku: { name: 'ErGwScale' }, autoScaleConfiguration: { bounds } },
    }),
    row(VPN, { properties: { gatewayType: 'Vpn', sku: { name: 'VpnGw2' } } }),
    row(WAN_HUB, { properties: { addressPrefix: '10.99.0.0/23', virtualWan: { id: '/wan' } } }),
  ]
}

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 11, 12)
const NOVEMBER = Date.UTC(2026, 10, 1)
const DATA = 'Metered Data - Data Transfer Out'
const PORT = 'Standard Metered Data 1 Gbps Circuit'
const subscriptionId = TEST_ESTATE_SUBSCRIPTION_ARM_ID.split('/').at(-1) ?? ''

beforeAll(async () => {
  const from = NOVEMBER - 10 * MS_PER_DAY
  await createTestEstatePollRecorder(db).inventory(from, withGateways())
  // 8 Mbit/s on each path are 172.8 GB a day: 1,728 GB in the ten whole days of November, 43.20 USD
  await recordTestCircuitBitRates(db, { from, to: NOW, bitsPerSecond: () => 8_000_000 })
}, 60_000)
afterEach(() => db.pool.query('TRUNCATE cost_billed, cost_bill_read, cost_calibration, cost_traffic'))

/** Stores a bill for the given number of days from 1 November on. */
async function bill(
  days: number,
  of: (day: string) => Partial<BilledMeterCost>[],
  { readAt = NOW - 1_000, unread = null }: { readAt?: number; unread?: string | null } = {},
) {
  const rows = Array.from({ length: days }, (_, i) =>
    new Date(NOVEMBER + i * MS_PER_DAY).toISOString().slice(0, 10),
  ).flatMap((day) =>
    of(day).map(
      (row): BilledMeterCost => ({
        day,
        resourceId: TEST_ESTATE_CIRCUIT_ARM_ID,
        meter: DATA,
        quantity: '172.8',
        cost: '4.32',
        currency: 'USD',
        ...row,
      }),
    ),
  )
  await db.transaction((client) => saveBill(client, { subscriptionId, from: NOVEMBER, to: NOW, readAt, rows, unread }))
}
const failed = (of: string, error: string) =>
  recordBillReadAttempt(db.pool, { subscriptionId: of, at: NOW, outcome: 'forbidden', error, retryAfterSeconds: null })
const reconciled = async () =>
  allApiEndpoints.costReconcile.response.parse(await getCostReconcile(db, { month: '2026-11' }, NOW)).data
const meterOf = async (meter: string) =>
  (await reconciled()).resources
    .find(({ circuitId }) => circuitId === computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID))
    ?.meters.find((one) => one.meter === meter)

describe('projected against billed', () => {
  it('agree where the bill is what was measured, at list price', async () => {
    // port of one day: a thirtieth of 436
    await bill(10, () => [{}, { meter: PORT, quantity: '0.033333333333', cost: '14.5333333333' }])
    expect(await meterOf(DATA)).toMatchObject({
      quantity: { projected: '1728', billed: '1728' },
      projected: { amount: '43.20' },
      billed: { amount: '43.20' },
      difference: { amount: '0.00' },
      parts: [],
    })
    expect(await meterOf(PORT)).toMatchObject({ projected: { amount: '145.33' }, parts: [] })
    expect(await reconciled()).toMatchObject({ outcome: 'ok', days: 10, missingDays: 0, error: null })
  })

  it.each<[string, number, Partial<BilledMeterCost>, string[]]>([
    ['a discount', 10, { cost: '3.888' }, ['discount -4.32']],
    ['late records of two days', 8, {}, ['late_records -8.64']],
    // in GB of 2^30 bytes: 172.8 / 1.073741824 = 160.932540
    ['the other GB', 10, { quantity: '160.9325409', cost: '4.0233135' }, ['gb_definition -2.97']],
    ["another zone's price", 10, { cost: '8.64' }, ['zone 43.20']],
    ['what nothing explains', 10, { quantity: '200', cost: '5' }, ['unexplained 6.80']],
  ])('differ by %s', async (_, days, row, parts) => {
    await bill(days, () => [row])
    const meter = await meterOf(DATA)
    expect(meter?.parts.map(({ reason, amount }) => `${reason} ${amount.amount}`)).toEqual(parts)
  })

  it('stand side by side in two currencies, and in no sum', async () => {
    await bill(10, () => [{ currency: 'EUR', cost: '4' }])
    expect(await meterOf(DATA)).toMatchObject({
      projected: { currency: 'USD' },
      billed: { currency: 'EUR' },
      difference: null,
    })
    const { totals } = await reconciled()
    expect(totals.map(({ billed }) => billed.currency)).toEqual(['USD'])
  })

  it('show what was billed and not projected, and gateways by the hour', async () => {
    const vpn = `${TEST_ESTATE_SUBSCRIPTION_ARM_ID}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworkGateways/vpn`
    await bill(10, () => [{ resourceId: vpn, meter: 'VpnGw2', quantity: '24', cost: '11.76' }])
    const { resources } = await reconciled()
    expect(resources.find(({ name }) => name === 'vpn')?.meters).toMatchObject([
      { projected: null, billed: { amount: '117.60' }, parts: [{ reason: 'unexplained' }] },
    ])
    expect(resources.find(({ resourceId }) => resourceId === TEST_ESTATE_GATEWAY_ARM_ID)?.meters).toMatchObject([
      { kind: 'gateway', quantity: { projected: '240', billed: null } },
    ])
  })

  it('project gateways of every kind and hubs by their hours, and name the reason of the rest', async () => {
    const address = network('publicIPAddresses', 'pip')
    await bill(10, () => [
      // billed hours of units: 24 h x 2.5 units on average
      { resourceId: SCALED, meter: 'ErGwScale Unit', quantity: '60', cost: '12.6' },
      { resourceId: VPN, meter: 'VpnGw2', quantity: '24', cost: '11.76' },
      { resourceId: WAN_HUB, meter: 'Standard Hub Unit', quantity: '24', cost: '6' },
      { resourceId: WAN_HUB, meter: 'Standard Hub Data Processed', quantity: '5', cost: '0.1' },
      { resourceId: address, meter: 'Standard IPv4 Static Public IP', quantity: '24', cost: '0.12' },
      { resourceId: TEST_ESTATE_CIRCUIT_ARM_ID, meter: 'Global Reach', quantity: '1', cost: '1' },
    ])
    const { resources: all } = await reconciled()
    const metersOf = (id: string) =>
      all
        .find(({ resourceId }) => resourceId.toLowerCase() === id.toLowerCase())
        ?.meters.map(({ meter, quantity, parts }) => ({
          meter,
          projected: quantity.projected,
          because: parts.map(({ reason, words }) => (reason === 'unexplained' ? words : reason)),
        }))
    // ten days: 240 h of at least 2 units
    expect(metersOf(SCALED)).toMatchObject([
      { meter: 'ErGwScale Unit', projected: '480', because: expect.arrayContaining(['scale_units']) },
    ])
    expect(metersOf(VPN)).toMatchObject([{ meter: 'VpnGw2', projected: '240' }])
    const hub = metersOf(WAN_HUB)
    expect(hub?.find(({ meter }) => meter === 'Standard Hub Unit')).toMatchObject({ projected: '240' })
    expect(hub?.find(({ meter }) => meter === 'Standard Hub Data Processed')).toMatchObject({
      projected: null,
      because: [expect.stringMatching(/not projected: (its bytes are known of 0 %|the price list)/)],
    })
    expect(metersOf(address)?.[0]?.because).toEqual([
      'it was billed, and not projected: only circuits, gateways and hubs are projected, not microsoft.network/publicipaddresses',
    ])
    expect(metersOf(TEST_ESTATE_CIRCUIT_ARM_ID)?.find(({ meter }) => meter === 'Global Reach')?.because).toEqual([
      "it was billed, and not projected: it is not a meter of the circuit's plan in this time",
    ])
    // every billed meter has a projection or a reason for the missing projection
    for (const { meters } of all)
      for (const { projected, parts } of meters)
        if (projected === null) expect(parts.map(({ words }) => words).join()).toMatch(/not projected: ./)
  })

  it('say that a bill could not be read, and keep what is known of it', async () => {
    await bill(10, () => [{}])
    await failed(subscriptionId, 'Azure refused')
    expect(await reconciled()).toMatchObject({
      outcome: 'failed',
      // all whole days were read before the failure
      error: null,
      complete: true,
      readAt: new Date(NOW - 1_000).toISOString(),
      resources: expect.arrayContaining([expect.objectContaining({ measuredDays: 10 })]),
    })
  })

  it('are not held against a bill that was not read: it is not nothing', async () => {
    const other = '77777777-0000-4000-8000-000000000001'
    const of = `/subscriptions/${other}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworkGateways/far`
    await db.transaction((client) =>
      saveBill(client, {
        subscriptionId: other,
        from: NOVEMBER,
        to: NOW,
        readAt: NOW,
        rows: [{ day: '2026-11-01', resourceId: of, meter: 'VpnGw2', quantity: '24', cost: '385.75', currency: 'USD' }],
        unread: null,
      }),
    )
    const tenant = 'the subscription is not of this tenant'
    await failed(subscriptionId, tenant)
    await failed('77777777-0000-4000-8000-000000000002', 'AuthorizationFailed')
    const answer = await reconciled()
    expect(
      answer.resources.find(({ circuitId }) => circuitId === computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID)),
    ).toMatchObject({
      billMissing: `its bill was not read: ${tenant}`,
      meters: expect.arrayContaining([
        expect.objectContaining({ meter: DATA, billed: null, difference: null, parts: [] }),
      ]),
    })
    // totals contain only the bill that was read
    expect(answer.totals).toMatchObject([
      { projected: { amount: '0.00' }, billed: { amount: '385.75' }, unexplained: { amount: '385.75' } },
    ])
    expect(answer).toMatchObject({ outcome: 'failed', complete: false })
    // the error contains every reason and not only the first
    expect(answer.error).toContain(tenant)
    expect(answer.error).toContain('AuthorizationFailed')
    expect(answer.bills.map(({ outcome }) => outcome).toSorted()).toEqual(['failed', 'failed', 'ok'])
  })

  it('are held against the days that a bill was read for', async () => {
    await bill(5, () => [{}], { readAt: NOVEMBER + 4.5 * MS_PER_DAY })
    await failed(subscriptionId, 'Too many requests')
    expect(await meterOf(DATA)).toMatchObject({ quantity: { projected: '864', billed: '864' }, parts: [] })
    const { complete, error } = await reconciled()
    expect(complete).toBe(false)
    expect(error).toMatch(/not read since 2026-11-05T12:00:00.000Z: Too many requests/)
  })

  it('say which rows of a bill could not be read, and conclude nothing from what is not on it', async () => {
    const unread = '1 of 11 rows not read: properties.rows[3].Cost: expected number, got null'
    await bill(10, () => [{}, { resourceId: '', meter: '' }], { unread })
    const { resources, complete, outcome, error } = await reconciled()
    expect({ complete, outcome }).toEqual({ complete: false, outcome: 'incomplete' })
    expect(error).toContain(unread)
    const circuit = resources.find(({ circuitId }) => circuitId === computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID))
    expect(circuit?.meters.find(({ meter }) => meter === PORT)).toMatchObject({ billed: null, difference: null })
    expect(circuit?.meters.find(({ meter }) => meter === DATA)).toMatchObject({
      billed: { amount: '43.20' },
      parts: [],
    })
    expect(resources.find(({ name }) => name === 'no resource')?.meters).toMatchObject([
      { meter: 'no meter named', billed: { amount: '43.20' } },
    ])
  })

  it('add up the rows of a resource that is spelled twice, and two rows of one meter', async () => {
    await bill(10, () => [
      { quantity: '100', cost: '2.5' },
      { quantity: '72.8', cost: '1.82', resourceId: TEST_ESTATE_CIRCUIT_ARM_ID.toUpperCase() },
    ])
    expect(await meterOf(DATA)).toMatchObject({ quantity: { billed: '1728' }, billed: { amount: '43.20' }, parts: [] })
  })
})

describe('a billed GB', () => {
  const gb = async () => (await getCostProjections(db, {}, NOW + 120_000)).data.circuits[0]?.gb

  it.each([
    ['10^9', '172.8', 1_000_000_000],
    ['2^30', '160.9325409', 1_073_741_824],
  ])('is matched to a bill of %s', async (_, quantity, bytes) => {
    await bill(10, () => [{ quantity }])
    expect(await inferGbSizeFromBills(db.pool, NOW)).toEqual({ bytes, calibrated: true })
    expect(await gb()).toMatchObject({ bytes, calibrated: true })
    expect((await reconciled()).gb.words).toMatch(/the bill has/)
  })

  it.each([
    ['two days', 2, '172.8'],
    ['neither reading', 10, '150'],
  ])('stays uncalibrated by %s', async (_, days, quantity) => {
    await bill(days, () => [{ quantity }])
    expect(await inferGbSizeFromBills(db.pool, NOW)).toBeNull()
    expect(await gb()).toMatchObject({ calibrated: false })
  })
})
