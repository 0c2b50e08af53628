import { describe, expect, it } from 'vitest'
import { parseBillingMonth } from '../usage/month.ts'
import { createGatewayRows, type TcoGateway } from '../tco/gateway-hours.ts'
import { createPeeringRows } from '../tco/peering-rows.ts'
import { createDeclaredMeters } from './declared-meters.ts'
import { applyEstateOverrides, type PriceOverride } from './overrides.ts'
import { findGatewayPrice, findHourlyPrice, computeNetworkPeeringPrice } from './gateway-meters.ts'
import { applyPriceOverrides, formatOverride } from './overrides.ts'
import { quoteOffer } from './quote-offer.ts'
import { loadShippedPrices } from './shipped-prices.ts'
import { Decimal } from '../money.ts'
import { DATA_TRANSFER_METER, type PriceMeter } from './price-sheet.ts'

const month = parseBillingMonth('2026-11')
const frame = { ...month, gb: 1_000_000_000 }
const price = (
  meterName: string,
  amount: string,
  more: { region?: string; circuitIds?: string[] } = {},
): PriceOverride => ({
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
const withPrices = (...overrides: PriceOverride[]) => applyEstateOverrides(loadShippedPrices(), overrides, month.to)

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
const rowsOf = (more: Partial<TcoGateway>, ...overrides: PriceOverride[]) =>
  createGatewayRows({ ...gateway, ...more }, withPrices(...overrides), frame).map(({ cost, note }) => ({
    cost: cost?.amount ?? null,
    note,
  }))

const signed = { id: 'x', circuitIds: null, from: 0, until: null, by: 'kim', at: Date.UTC(2026, 0, 2), why: 'offer' }
it.each<[PriceOverride, string]>([
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
])('an override in words: %#', (one, words) => expect(formatOverride(one)).toBe(`${words} (kim, 2026-01-02: offer)`))

it('shares of a circuit are as said last of each customer, and no assumption of its price', () => {
  const share = (customer: string, part: number, at: number): PriceOverride => ({
    ...signed,
    kind: 'share',
    customer,
    share: part,
    at,
  })
  const { shares, applied, sheet } = applyPriceOverrides(
    loadShippedPrices(),
    [share('red', 0.6, 2), share('red', 0.5, 1), share('blue', 0.4, 1)],
    { circuitId: 'a', at: 3 },
  )
  expect(shares.map((one) => [one.customer, one.share])).toEqual([
    ['red', 0.6],
    ['blue', 0.4],
  ])
  expect(applied).toEqual([])
  expect(sheet).toBe(loadShippedPrices())
})

describe('a meter that the list lacks', () => {
  it.each(['VpnGw2AZ', 'VpnGw3AZ', 'VpnGw4AZ', 'VpnGw5AZ'])(
    '%s is unpriced, says why, and takes a price by hand',
    (sku) => {
      expect(rowsOf({ sku })).toEqual([
        { cost: null, note: `the price list has no "${sku}" in westeurope: add a price override` },
      ])
      // 720 h x 0.7 (overridden price)
      expect(rowsOf({ sku }, price(sku, '0.7'))).toEqual([
        { cost: '504.00', note: `${sku}; price override by kim: offer 4711` },
      ])
    },
  )

  it('holds in the region that it is set for, and no other', () => {
    const own = price('VpnGw2AZ', '0.7', { region: 'westeurope' })
    const elsewhere = price('VpnGw2AZ', '0.8', { region: 'uksouth' })
    expect(rowsOf({}, own, elsewhere)[0]?.cost).toBe('504.00')
    // price of the region uksouth: 720 x 0.8
    expect(rowsOf({ region: 'uksouth' }, own, elsewhere)[0]?.cost).toBe('576.00')
    expect(rowsOf({ region: 'eastus' }, own, elsewhere)[0]).toEqual({
      cost: null,
      note: 'the price list has no "VpnGw2AZ" in eastus: add a price override',
    })
  })

  it('is set for a region beside those that the list has', () => {
    const sheet = withPrices(price('ErGw3AZ Gateway', '2.5', { region: 'uksouth' }))
    const result = (region: string) =>
      createGatewayRows({ ...gateway, kind: 'expressRoute', sku: 'ErGw3AZ', region }, sheet, frame)[0]?.cost?.amount
    // overridden price: 720 x 2.5; list price: 720 x 2.151
    expect(result('uksouth')).toBe('1800.00')
    expect(result('australiaeast')).toBe('1548.72')
  })

  it('of a Route Server is unpriced, says why, and takes a price by hand', () => {
    const server = { kind: 'routeServer', sku: '' } as const
    expect(rowsOf(server)).toEqual([
      { cost: null, note: 'the price list has no "Route Server" in westeurope: add a price override' },
    ])
    // overridden price: 720 x 0.45
    expect(rowsOf(server, price('Route Server', '0.45'))[0]?.cost).toBe('324.00')
  })

  it("of a hub's data takes a price of a GB by hand", () => {
    const name = 'Standard Hub Data Processed'
    const sheet = applyEstateOverrides({ ...loadShippedPrices(), meters: [] }, [price(name, '0.01')], month.to)
    expect(findHourlyPrice(sheet, name, 'westeurope', 'gb')).toMatchObject({ ok: true, meter: { unit: 'gb' } })
  })

  it('of a Virtual WAN from the sixth scale unit on is a row of its own', () => {
    const wan = { kind: 'wanExpressRoute', sku: '', units: 7 } as const
    // five units at the list price: 720 x 5 x 0.42
    expect(rowsOf(wan)).toEqual([
      { cost: '1512.00', note: 'ExpressRoute Scale Unit' },
      {
        cost: null,
        note: 'the price list has one price of scale units, which applies up to the 5th; scale units from the 6th on cost less, so add a price override for "ExpressRoute Scale Unit from the 6th on"',
      },
    ])
    // units after the fifth: 720 x 2 x 0.25
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
  const result = (...overrides: PriceOverride[]) =>
    createPeeringRows({ ...peering, region: 'uksouth' }, withPrices(...overrides), 1_000_000_000).map(
      ({ cost, note }) => [cost?.amount ?? null, note],
    )
  const OUT = 'Inter-Virtual Network Data Transfer Out'

  it('is unpriced while its zone is not known, since zones differ, and says so', () => {
    const why = `the price list has different prices of "${OUT}" by zone, and the zones of these regions are not known: add a price override`
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
    expect(quoteOffer(loadShippedPrices(), 'Zone 4', local).ok).toBe(false)
    const { sheet } = applyPriceOverrides(
      loadShippedPrices(),
      [price('Local 1 Gbps Circuit', '1800', { region: 'Zone 4' })],
      about,
    )
    expect(quoteOffer(sheet, 'Zone 4', local)).toMatchObject({ ok: true, quote: { currency: 'USD' } })
    const odd = { plan: 'unlimited', tier: 'Standard', bandwidthMbps: 400 } as const
    const all = applyPriceOverrides(
      loadShippedPrices(),
      [price('Standard Unlimited Data 400 Mbps Circuit', '900')],
      about,
    ).sheet
    const quoted = quoteOffer(all, 'Zone 3', odd)
    expect(quoted.ok && quoted.quote.port.toFixed(2)).toBe('900.00')
  })
})

describe('an override of the whole list', () => {
  it('holds for gateways, too; what is particular to a circuit does not', () => {
    const discount = (circuitIds: string[] | null): PriceOverride => ({
      ...price('', '0'),
      kind: 'discount',
      share: 0.1,
      meterName: null,
      circuitIds,
    })
    const result = (circuitIds: string[] | null) =>
      rowsOf({ sku: 'VpnGw2', region: 'eastus' }, discount(circuitIds))[0]?.cost
    // 720 x 0.49 = 352.80, less a discount of a tenth
    expect(result(null)).toBe('317.52')
    expect(result(['a'])).toBe('352.80')
  })
})

describe('a price by its name and place', () => {
  const listed = (name: string, region: string, amount: number, more: Partial<PriceMeter> = {}): PriceMeter => ({
    name,
    region,
    service: 's',
    product: 'p',
    sku: 'k',
    unit: 'hour',
    currency: 'USD',
    effectiveFrom: 0,
    meterId: null,
    price: new Decimal(amount),
    ...more,
  })
  const of = (...meters: PriceMeter[]) => ({ ...loadShippedPrices(), meters })
  const forAll = { applied: { words: 'w', isForAll: true } }
  const forOne = { applied: { words: 'w', isForAll: false } }

  it.each<[string, PriceMeter[], string]>([
    ['of the region', [listed('M', 'a', 1), listed('M', 'b', 2)], '2 '],
    ['of an override for all, where the region has none', [listed('M', 'a', 1), listed('M', '', 3, forAll)], '3 '],
    [
      'of all others, where they agree',
      [listed('M', 'a', 1), listed('M', 'c', 1)],
      '1 priced as in a: the list has none for b',
    ],
    [
      'of one without a region',
      [listed('M', '', 1)],
      '1 priced as in a region that is not named: the list has none for b',
    ],
    [
      'none where others differ',
      [listed('M', 'a', 1), listed('M', 'c', 2)],
      'the price list has no "M" in b, and other regions differ',
    ],
    [
      'none by another region’s override',
      [listed('M', 'a', 1, forOne)],
      'the price list has no "M" in b: add a price override',
    ],
    [
      'none of another unit',
      [listed('M', 'b', 1, { unit: 'gb' })],
      'the price list has no "M" in b: add a price override',
    ],
  ])('is that %s', (_, meters, expected) => {
    const price = findHourlyPrice(of(...meters), 'M', 'b')
    expect(price.ok ? `${price.meter.price} ${price.note}` : price.why).toBe(expected)
  })

  it('of a gateway is by its SKU in any case', () => {
    const price = findGatewayPrice(of(listed('ErGw1AZ Gateway', 'b', 7)), 'ERGW1az', 'b')
    expect(price.ok && Number(price.meter.price)).toBe(7)
    expect(findGatewayPrice(of(), 'ErGw9', 'b')).toEqual({
      ok: false,
      why: 'there is no price for a gateway of SKU ErGw9',
    })
  })

  const [INTO, OUT] = ['Intra-Region Ingress', 'Intra-Region Egress']
  const [GLOBAL, GLOBAL_IN] = ['Inter-Virtual Network Data Transfer Out', 'Inter-Virtual Network Data Transfer In']
  const gb = (name: string, region: string, amount: number, more: Partial<PriceMeter> = {}) =>
    listed(name, region, amount, { unit: 'gb', ...more })
  it.each<[string, PriceMeter[], { isGlobal: boolean; zone: string | null }, string]>([
    ['inside a region', [gb(INTO, '', 1), gb(OUT, '', 2)], { isGlobal: false, zone: null }, '1 2'],
    [
      'inside a region without the price of one direction',
      [gb(INTO, '', 1)],
      { isGlobal: false, zone: null },
      'the price list has no "Intra-Region Egress": add a price override',
    ],
    [
      'inside a region without the other',
      [gb(OUT, '', 1)],
      { isGlobal: false, zone: null },
      'the price list has no "Intra-Region Ingress": add a price override',
    ],
    [
      'between regions of Zone 1',
      [gb(GLOBAL, 'Zone 1', 3), gb(GLOBAL, 'Zone 2', 4)],
      { isGlobal: true, zone: 'Zone 1' },
      '3 3',
    ],
    [
      'between regions of another zone, one direction alone',
      [gb(GLOBAL, 'Zone 2', 4), gb(GLOBAL, 'Zone 1', 3)],
      { isGlobal: true, zone: 'Zone 2' },
      'the price list has different prices of "Inter-Virtual Network Data Transfer Out" by zone, and the zones of these regions are not known: add a price override',
    ],
    [
      'between regions, each direction by an override',
      [gb(GLOBAL, '', 4, forAll), gb(GLOBAL_IN, '', 5, forAll)],
      { isGlobal: true, zone: 'Zone 2' },
      '5 4',
    ],
    [
      'between regions by one override for both',
      [gb(GLOBAL, '', 4, forAll)],
      { isGlobal: true, zone: 'Zone 2' },
      '4 4',
    ],
    [
      'by the region’s own override first',
      [gb(GLOBAL, 'Zone 1', 3), gb(GLOBAL, 'b', 6, forOne)],
      { isGlobal: true, zone: 'Zone 1' },
      '6 6',
    ],
    [
      'not by another region’s override',
      [gb(GLOBAL, 'c', 6, forOne)],
      { isGlobal: true, zone: null },
      'the price list has different prices of "Inter-Virtual Network Data Transfer Out" by zone, and the zones of these regions are not known: add a price override',
    ],
    [
      'without any',
      [],
      { isGlobal: true, zone: 'Zone 1' },
      'the price list has no "Inter-Virtual Network Data Transfer Out": add a price override',
    ],
  ])('of a GB %s', (_, meters, about, expected) => {
    const found = computeNetworkPeeringPrice(of(...meters), { ...about, region: 'b' })
    expect(found.ok ? `${found.price.in.price} ${found.price.out.price}` : found.why).toBe(expected)
  })
})

describe('overrides', () => {
  const METER = 'ErGw1AZ Gateway'
  const at = (overrides: PriceOverride[], when = 10) => {
    const { sheet, applied } = applyPriceOverrides(loadShippedPrices(), overrides, { circuitId: 'a', at: when })
    const found = sheet.meters.find((one) => one.name === METER && one.region === 'australiaeast')
    return { applied, meter: `${found?.price}, listed ${found?.listPrice}, ${found?.currency} of ${sheet.currency}` }
  }
  const own = price(METER, '0.3')
  const off = (meterName: string | null) =>
    ({ ...signed, at: 1, kind: 'discount', share: 0.1, meterName }) as PriceOverride
  const rate = (currency: string) => ({ ...signed, at: 1, kind: 'currency', currency, perUnit: '0.5' }) as PriceOverride
  const LIST = '0.361, listed undefined, USD of USD'

  it.each<[string, PriceOverride[], string]>([
    ['none', [], LIST],
    ['a price', [own], '0.3, listed 0.361, USD of USD'],
    ['a price in that region', [price(METER, '0.3', { region: 'australiaeast' })], '0.3, listed 0.361, USD of USD'],
    ['a price in another', [price(METER, '0.3', { region: 'uksouth' })], LIST],
    ['a price of another meter', [price('ErGw2AZ Gateway', '0.3')], LIST],
    ['a price in euros', [{ ...own, currency: 'EUR' } as PriceOverride], '0.3, listed undefined, EUR of USD'],
    ['a tenth off all', [off(null)], '0.3249, listed 0.361, USD of USD'],
    ['a tenth off it', [off(METER)], '0.3249, listed 0.361, USD of USD'],
    ['a tenth off another', [off('ErGw2AZ Gateway')], LIST],
    ['a price and no tenth off it', [own, off(null)], '0.3, listed 0.361, USD of USD'],
    ['half a euro a dollar', [rate('EUR')], '0.1805, listed undefined, EUR of EUR'],
    ['both', [off(null), rate('EUR')], '0.16245, listed 0.1805, EUR of EUR'],
    [
      'euros unturned',
      [{ ...own, currency: 'EUR' } as PriceOverride, rate('CHF')],
      '0.3, listed undefined, EUR of CHF',
    ],
  ])('%s', (_, overrides, expected) => {
    expect(at(overrides).meter).toBe(expected)
  })

  it('hold from their first moment until their last, and are named, but for shares', () => {
    const short = { ...own, from: 5, until: 10 }
    expect([4, 5, 9, 10].map((when) => at([short], when).meter.slice(0, 5))).toEqual([
      '0.361',
      '0.3, ',
      '0.3, ',
      '0.361',
    ])
    expect(at([{ ...signed, kind: 'share', customer: 'red', share: 0.5 }, short], 7).applied).toEqual([short])
  })

  it('make meters that the list lacks, and no second one', () => {
    const made = (...prices: PriceOverride[]) =>
      createDeclaredMeters(
        loadShippedPrices(),
        prices.flatMap((one) => (one.kind === 'price' ? one : [])),
      ).map((one) =>
        [one.name, one.service, one.product, one.sku, one.unit, one.region, one.price, one.meterId].join('|'),
      )
    expect(made(own, price(METER, '0.3', { region: 'australiaeast' }), price(DATA_TRANSFER_METER, '0.02'))).toEqual([])
    expect(made(price('M', '0.3'))).toEqual(['M||||hour||0.3|'])
    expect(made(price(DATA_TRANSFER_METER, '0.02', { region: 'Zone 9' }))).toEqual([
      `${DATA_TRANSFER_METER}||ExpressRoute||gb|Zone 9|0.02|`,
    ])
    expect(made(price('Local 1 Gbps Circuit', '9'))).toEqual(['Local 1 Gbps Circuit||ExpressRoute||month|Zone 4|9|'])
  })
})
