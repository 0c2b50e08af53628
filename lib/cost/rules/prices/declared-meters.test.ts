import { describe, expect, it } from 'vitest'
import { namedMonth } from '../usage/month.ts'
import { gatewayRows, type TcoGateway } from '../tco/gateway-hours.ts'
import { peeringRows } from '../tco/peering-rows.ts'
import { estateSheet, type Override } from './overrides.ts'
import { applyOverrides, overrideWords } from './overrides.ts'
import { quote } from './quote.ts'
import { shippedPrices } from './snapshot.ts'

const month = namedMonth('2026-11')
const frame = { ...month, gb: 1_000_000_000 }
const price = (meterName: string, amount: string, more: { region?: string; circuitIds?: string[] } = {}): Override => ({
  kind: 'price',
  id: meterName,
  meterName,
  region: more.region ?? null,
  price: amount,
  currency: 'USD',
  circuitIds: more.circuitIds ?? null,
  from: 0,
  until: null,
  by: 'kim',
  at: 1,
  why: 'offer 4711',
})
const withPrices = (...overrides: Override[]) => estateSheet(shippedPrices(), overrides, month.to)

const gateway: TcoGateway = {
  resourceId: '/g',
  name: 'gw',
  customer: 'sub-1',
  circuitId: null,
  kind: 'vpn',
  sku: 'VpnGw2AZ',
  region: 'westeurope',
  units: 1,
  connections: 0,
  from: 0,
  to: month.to,
  fastPath: false,
}
const rowsOf = (more: Partial<TcoGateway>, ...overrides: Override[]) =>
  gatewayRows({ ...gateway, ...more }, withPrices(...overrides), frame).map(({ cost, note }) => ({
    cost: cost?.amount ?? null,
    note,
  }))

const signed = { id: 'x', circuitIds: null, from: 0, until: null, by: 'kim', at: Date.UTC(2026, 0, 2), why: 'offer' }
it.each<[Override, string]>([
  [{ ...signed, kind: 'price', meterName: 'M', region: null, price: '0.7', currency: 'USD' }, 'M at 0.7 USD'],
  [{ ...signed, kind: 'price', meterName: 'M', region: 'Zone 1', price: '1', currency: 'USD' }, 'M, Zone 1, at 1 USD'],
  [{ ...signed, kind: 'discount', share: 0.07, meterName: null }, '7 % off all meters'],
  [{ ...signed, kind: 'discount', share: 0.15, meterName: 'M' }, '15 % off M'],
  [{ ...signed, kind: 'currency', currency: 'EUR', perUnit: '0.9' }, 'list prices turned into EUR at 0.9'],
  [{ ...signed, kind: 'zone', zone: 'Zone 2' }, 'Zone 2 declared'],
  [{ ...signed, kind: 'global_reach_share', share: 0.29 }, "29 % of the bytes out are Global Reach's"],
  [
    { ...signed, kind: 'charge', charge: 'provider_l2', name: 'L2', monthly: '5', once: null, currency: 'USD' },
    'L2: 5 monthly, 0 once, USD',
  ],
  [
    { ...signed, kind: 'charge', charge: 'provider_l2', name: 'L2', monthly: null, once: '7', currency: 'USD' },
    'L2: 0 monthly, 7 once, USD',
  ],
  [{ ...signed, kind: 'share', customer: 'red', share: 0.57 }, "57 % is red's"],
])('an override in words: %#', (one, words) => expect(overrideWords(one)).toBe(`${words} (kim, 2026-01-02: offer)`))

it('shares of a circuit are as said last of each customer, and no assumption of its price', () => {
  const share = (customer: string, part: number, at: number): Override => ({
    ...signed,
    kind: 'share',
    customer,
    share: part,
    at,
  })
  const { shares, applied, sheet } = applyOverrides(
    shippedPrices(),
    [share('red', 0.6, 2), share('red', 0.5, 1), share('blue', 0.4, 1)],
    { circuitId: 'a', at: 3 },
  )
  expect(shares.map((one) => [one.customer, one.share])).toEqual([
    ['red', 0.6],
    ['blue', 0.4],
  ])
  expect(applied).toEqual([])
  expect(sheet).toBe(shippedPrices())
})

describe('a meter that the list lacks', () => {
  it.each(['VpnGw2AZ', 'VpnGw3AZ', 'VpnGw4AZ', 'VpnGw5AZ'])(
    '%s is unpriced, says why, and takes a price by hand',
    (sku) => {
      expect(rowsOf({ sku })).toEqual([
        { cost: null, note: `the price list has no "${sku}" in westeurope: add a price override` },
      ])
      // 720 h x 0.7
      expect(rowsOf({ sku }, price(sku, '0.7'))).toEqual([
        { cost: '504.00', note: `${sku}; price override by kim: offer 4711` },
      ])
    },
  )

  it('holds in the region that it is set for, and no other', () => {
    const own = price('VpnGw2AZ', '0.7', { region: 'westeurope' })
    const elsewhere = price('VpnGw2AZ', '0.8', { region: 'uksouth' })
    expect(rowsOf({}, own, elsewhere)[0]?.cost).toBe('504.00')
    // 720 x 0.8
    expect(rowsOf({ region: 'uksouth' }, own, elsewhere)[0]?.cost).toBe('576.00')
    expect(rowsOf({ region: 'eastus' }, own, elsewhere)[0]).toEqual({
      cost: null,
      note: 'the price list has no "VpnGw2AZ" in eastus: add a price override',
    })
  })

  it('is set for a region beside those that the list has', () => {
    const sheet = withPrices(price('ErGw3AZ Gateway', '2.5', { region: 'uksouth' }))
    const result = (region: string) =>
      gatewayRows({ ...gateway, kind: 'expressRoute', sku: 'ErGw3AZ', region }, sheet, frame)[0]?.cost?.amount
    // 720 x 2.5, and 720 x 2.151 of the list
    expect(result('uksouth')).toBe('1800.00')
    expect(result('australiaeast')).toBe('1548.72')
  })

  it('of a Route Server is unpriced, says why, and takes a price by hand', () => {
    const server = { kind: 'routeServer', sku: '' } as const
    expect(rowsOf(server)).toEqual([
      { cost: null, note: 'the price list has no "Route Server" in westeurope: add a price override' },
    ])
    // 720 x 0.45
    expect(rowsOf(server, price('Route Server', '0.45'))[0]?.cost).toBe('324.00')
  })

  it('of a Virtual WAN from the sixth scale unit on is a row of its own', () => {
    const wan = { kind: 'wanExpressRoute', sku: '', units: 7 } as const
    // 720 x 5 x 0.42
    expect(rowsOf(wan)).toEqual([
      { cost: '1512.00', note: 'ExpressRoute Scale Unit' },
      {
        cost: null,
        note: 'the price list has one price of scale units, which holds up to the 5th; those from the 6th on cost less: add a price override for "ExpressRoute Scale Unit from the 6th on"',
      },
    ])
    // 720 x 2 x 0.25
    expect(rowsOf(wan, price('ExpressRoute Scale Unit from the 6th on', '0.25')).map(({ cost }) => cost)).toEqual([
      '1512.00',
      '360.00',
    ])
  })
})

describe('peering between regions', () => {
  const peering = {
    resourceId: '/p',
    name: 'spoke',
    customer: 'sub-1',
    circuitId: null,
    isGlobal: true,
    zone: null,
    bytesIn: 1_000_000_000_000n,
    bytesOut: 500_000_000_000n,
    atMostIn: null,
    atMostOut: null,
  }
  const result = (...overrides: Override[]) =>
    peeringRows({ ...peering, region: 'uksouth' }, withPrices(...overrides), 1_000_000_000).map(({ cost, note }) => [
      cost?.amount ?? null,
      note,
    ])
  const OUT = 'Inter-Virtual Network Data Transfer Out'

  it('is unpriced while its zone is not known, since zones differ, and says so', () => {
    const why = `the price list has "${OUT}" by zones that differ, and these regions' are not known: add a price override`
    expect(result()).toEqual([
      [null, why],
      [null, why],
    ])
  })

  it('takes a price by hand, for both directions, or one for each', () => {
    // 1,000 GB in and 500 GB out at 0.03
    const applied = 'price override by kim: offer 4711'
    expect(result(price(OUT, '0.03'))).toEqual([
      ['30.00', `${OUT}; ${applied}`],
      ['15.00', `${OUT}; ${applied}`],
    ])
    expect(
      result(price(OUT, '0.03'), price('Inter-Virtual Network Data Transfer In', '0.01')).map(([cost]) => cost),
    ).toEqual(['10.00', '15.00'])
    expect(result(price(OUT, '0.05', { region: 'uksouth' })).map(([cost]) => cost)).toEqual(['50.00', '25.00'])
  })
})

describe('a circuit that is not in the list', () => {
  it('takes a price by hand: a bandwidth for all zones, Local for the zone that it is set for', () => {
    const about = { circuitId: 'a', at: month.to }
    const local = { plan: 'local', tier: 'Local', bandwidthMbps: 1_000 } as const
    expect(quote(shippedPrices(), 'Zone 4', local).ok).toBe(false)
    const { sheet } = applyOverrides(
      shippedPrices(),
      [price('Local 1 Gbps Circuit', '1800', { region: 'Zone 4' })],
      about,
    )
    expect(quote(sheet, 'Zone 4', local)).toMatchObject({ ok: true, quote: { currency: 'USD' } })
    const odd = { plan: 'unlimited', tier: 'Standard', bandwidthMbps: 400 } as const
    const all = applyOverrides(shippedPrices(), [price('Standard Unlimited Data 400 Mbps Circuit', '900')], about).sheet
    const quoted = quote(all, 'Zone 3', odd)
    expect(quoted.ok && quoted.quote.port.toFixed(2)).toBe('900.00')
  })
})

describe('an override of the whole list', () => {
  it('holds for gateways, too; what is particular to a circuit does not', () => {
    const discount = (circuitIds: string[] | null): Override => ({
      ...price('', '0'),
      kind: 'discount',
      share: 0.1,
      meterName: null,
      circuitIds,
    })
    const result = (circuitIds: string[] | null) =>
      rowsOf({ sku: 'VpnGw2', region: 'eastus' }, discount(circuitIds))[0]?.cost
    // 720 x 0.49 = 352.80, less a tenth
    expect(result(null)).toBe('317.52')
    expect(result(['a'])).toBe('352.80')
  })
})
