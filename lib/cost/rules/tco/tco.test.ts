import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costTcoSchema, type TcoRow } from '../../api/index.ts'
import { mapCircuitToMeters } from '../prices/map-circuit.ts'
import type { DeclaredCharge } from '../prices/overrides.ts'
import type { PriceMeter } from '../prices/price-sheet.ts'
import { loadShippedPrices } from '../prices/shipped-prices.ts'
import { createHoursWithEqualBytes, DECIMAL_GB_BYTES, LONDON_STANDARD_1_GBPS } from '../testing/circuits.ts'
import { computeBilledUsage } from '../usage/billed-usage.ts'
import { parseBillingMonth } from '../usage/month.ts'
import { createGatewayRows, type TcoGateway } from './gateway-hours.ts'
import { createPeeringRows } from './peering-rows.ts'
import { createCircuitRows, type TcoCircuit, type TotalCostPeriod } from './circuit-rows.ts'
import { type CustomerPortion, computeCustomerPortions, splitRowAmongCustomers } from './customer-portions.ts'
import { type SharedHubGateway, type VisibleTcoPart, type TcoInput, computeTco } from './tco.ts'

const month = parseBillingMonth('2026-11')
const frame: TotalCostPeriod = { from: month.from, to: month.to, months: [month], gb: 1_000_000_000 }
const sheet = loadShippedPrices()
const charge = (more: Partial<DeclaredCharge>): DeclaredCharge => ({
  kind: 'charge',
  id: '1',
  circuitIds: ['a'],
  from: month.from,
  until: null,
  by: 'kim',
  at: 1,
  why: 'order 4711',
  charge: 'provider_l2',
  name: 'Megaport VXC',
  monthly: '300',
  once: null,
  currency: 'USD',
  ...more,
})

function premium() {
  const mapping = mapCircuitToMeters(sheet, { ...LONDON_STANDARD_1_GBPS, tier: 'Premium' })
  if (!mapping.ok) throw new Error(mapping.why)
  const { hours } = computeBilledUsage(
    {
      hours: createHoursWithEqualBytes(month.from, month.to, 100n * DECIMAL_GB_BYTES),
      unplaced: [],
      globalReach: null,
      bandwidthMbps: 1_000,
    },
    month.from,
    month.to,
  )
  return {
    circuitId: 'a',
    resourceId: '/a',
    name: 'erc-london',
    customer: 'sub-1',
    direct: false,
    globalReach: false,
    unpricedBecause: null,
    sheet,
    sold: [{ from: 0, to: null, quote: mapping.quote }],
    hours,
    charges: [charge({}), charge({ charge: 'cross_connect', name: 'LD5', monthly: null, once: '1000' })],
    bytesIn: 28_000n * DECIMAL_GB_BYTES,
    bytesOut: 72_000n * DECIMAL_GB_BYTES,
    portions: [],
    sharedBy: [],
  }
}
const gateway = {
  resourceId: '/g',
  name: 'gw',
  customer: 'sub-1',
  circuitId: 'a',
  kind: 'expressRoute' as const,
  sku: 'ErGw1AZ',
  region: 'uksouth',
  units: 1,
  connections: 1,
  from: 0,
  to: month.to,
  fastPath: false,
  portions: [],
  sharedBy: [],
}
const peering = {
  resourceId: '/p',
  name: 'spoke',
  customer: 'sub-1',
  circuitId: 'a',
  isGlobal: false,
  region: 'uksouth',
  zone: null,
  bytesIn: 1_000n * DECIMAL_GB_BYTES,
  bytesOut: 500n * DECIMAL_GB_BYTES,
  atMostIn: null,
  atMostOut: null,
}

describe('the whole cost', () => {
  it('has a row for each part', () => {
    const result = computeTco(
      { circuits: [premium()], gateways: [gateway], peerings: [peering], hubs: [], sheet },
      frame,
    )
    const span = { from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' }
    expect(costTcoSchema.parse(result)).toEqual({ ...result, ...span })
    expect(result.rows.map(({ kind, cost }) => [kind, cost?.amount])).toEqual([
      ['circuit', '436.00'],
      // Premium less Standard: 1,186 - 436
      ['premium', '750.00'],
      // data: 72,000 GB x 0.025
      ['metered_data', '1800.00'],
      ['provider_l2', '300.00'],
      ['cross_connect_once', '1000.00'],
      // colocation is not declared, so its cost is unknown
      ['colocation', undefined],
      // gateway: 720 h x 0.361
      ['gateway', '259.92'],
      // peering: 1,000 GB in and 500 GB out at 0.01
      ['vnet_peering_in', '10.00'],
      ['vnet_peering_out', '5.00'],
    ])
    // 436 + 750 + 1,800 + 300 + 1,000 + 259.92 + 15 = 4,560.92; divided by 100,000 GB it is 0.0456
    expect(result.totals).toEqual([{ amount: '4560.92', currency: 'USD' }])
    expect(result.rows[6]?.note).toMatch(/priced as in australiaeast/)
  })

  it('holds currencies apart', () => {
    const circuit = { ...premium(), charges: [charge({ currency: 'EUR' })] }
    expect(
      computeTco({ circuits: [circuit], gateways: [], peerings: [], hubs: [], sheet }, frame).totals.map(
        ({ currency }) => currency,
      ),
    ).toEqual(['EUR', 'USD'])
  })

  it("divides a shared hub's circuit by what its connections carried, the rest unallocated", () => {
    const portions = computeCustomerPortions(
      [
        { customers: ['red'], bytes: 600n },
        { customers: ['blue'], bytes: 300n },
      ],
      1_000n,
      [],
    )
    const shared = computeTco(
      {
        circuits: [{ ...premium(), portions, sharedBy: ['red', 'blue', 'green'], charges: [] }],
        gateways: [],
        peerings: [],
        hubs: [],
        sheet,
        names: new Map([['red', 'Contoso']]),
      },
      frame,
    )
    const usd = (amount: string) => [{ amount, currency: 'USD' }]
    // 2,986 in total: 60 %, 30 %, and 10 % that may belong to any of the three
    expect(shared.perCustomer).toEqual([
      { customer: 'red', name: 'Contoso', totals: usd('1791.60'), atMost: usd('2090.20'), unpriced: 3 },
      { customer: 'blue', name: null, totals: usd('895.80'), atMost: usd('1194.40'), unpriced: 3 },
      { customer: 'unallocated', name: null, totals: usd('298.60'), atMost: usd('298.60'), unpriced: 3 },
      { customer: 'green', name: null, totals: [], atMost: usd('298.60'), unpriced: 3 },
    ])
  })

  it('shows what spokes save by using the gateway of their hub, and what peering costs instead', () => {
    const hubs = [
      {
        hub: 'hub-1',
        spokes: 4,
        sku: 'ErGw1AZ',
        region: 'uksouth',
        atMostIn: 7_200n * DECIMAL_GB_BYTES,
        atMostOut: 0n,
      },
    ]
    // 4 x 730 x 0.361 = 1,054.12; 7,200 x 730 / 720 x 0.01 = 73: each GB is charged only at the spoke
    expect(computeTco({ circuits: [], gateways: [], peerings: [], hubs, sheet }, frame).gatewaysSaved).toEqual([
      {
        hub: 'hub-1',
        gateways: 4,
        perMonth: { amount: '1054.12', currency: 'USD' },
        peeringAtMostPerMonth: { amount: '73.00', currency: 'USD' },
      },
    ])
  })
})

describe('who has how much of a shared circuit', () => {
  const link = (customers: string[], bytes: bigint) => ({ customers, bytes })
  const [half, all] = [
    { customer: 'blue', share: 0.5 },
    { customer: 'red', share: 1 },
  ]
  it.each([
    [
      'by what was measured',
      [link(['red'], 3n), link(['blue'], 1n)],
      4n,
      [],
      ['red 0.75 measured', 'blue 0.25 measured'],
    ],
    ['without those that carried nothing', [link(['red'], 3n), link(['blue'], 0n)], 3n, [], ['red 1 measured']],
    ['less what passed unseen', [link(['red'], 3n)], 4n, [], ['red 0.75 measured']],
    [
      'as declared, where one connection leads to several',
      [link(['red', 'blue'], 4n)],
      4n,
      [half],
      ['blue 0.5 declared'],
    ],
    [
      'both',
      [link(['red'], 1n), link(['blue', 'green'], 3n)],
      4n,
      [{ customer: 'green', share: 0.4 }],
      ['red 0.25 measured', 'green 0.3 declared'],
    ],
    ['as declared, while nothing was measured', [link(['red'], 0n)], 0n, [all], ['red 1 declared']],
    ['never more than all', [], 0n, [all, { ...all, customer: 'blue' }], ['red 0.5 declared', 'blue 0.5 declared']],
  ] as const)('%s', (_, links, total, declared, expected) => {
    const portions = computeCustomerPortions(links, total, declared)
    expect(portions.map((one) => `${one.customer} ${Number(one.share.toFixed(9))} ${one.basis}`)).toEqual(expected)
  })

  it('never has more than all of it, whatever was measured or declared', () => {
    const customer = fc.constantFrom('red', 'blue', 'green')
    const links = fc.array(
      fc.record({ customers: fc.uniqueArray(customer, { minLength: 1 }), bytes: fc.bigInt(0n, 10n ** 15n) }),
      { maxLength: 6 },
    )
    const declared = fc.uniqueArray(fc.record({ customer, share: fc.double({ min: 0, max: 1, noNaN: true }) }), {
      selector: (one) => one.customer,
    })
    fc.assert(
      fc.property(links, fc.bigInt(0n, 10n ** 15n), declared, (carried, total, result) => {
        const sum = computeCustomerPortions(carried, total, result).reduce((all, { share }) => all + share, 0)
        expect(sum).toBeLessThanOrEqual(1 + 1e-9)
      }),
    )
  })

  it('leaves no cent over where shares add up to one', () => {
    const third = (customer: string) => ({ customer, share: 1 / 3, basis: 'declared' as const })
    const [row] = computeTco({ circuits: [], gateways: [gateway], peerings: [], hubs: [], sheet }, frame).rows
    if (!row) throw new Error('no row')
    // three equal shares of 100.00
    expect(
      splitRowAmongCustomers({ ...row, cost: { amount: '100.00', currency: 'USD' } }, ['a', 'b', 'c'].map(third)).map(
        ({ cost }) => cost?.amount,
      ),
    ).toEqual(['33.33', '33.33', '33.34'])
  })
})

const WAN_HUB = { kind: 'wanHub', sku: '', region: 'westeurope' } as const

describe('gateways by the hour', () => {
  const WAN = { kind: 'wanExpressRoute', sku: '', connections: 0, region: 'westeurope' } as const
  const [SYDNEY, HUB] = ['australiaeast', 'gateway 720 hours 180.00 - Standard Hub Unit']
  const processed = (bytes: bigint, hours: number) => ({ bytes, coveredMs: hours * 3_600_000 })
  const DATA = 'Standard Hub Data Processed'
  const NO_LATER =
    'the price list has one price of scale units, which applies up to the 5th; scale units from the 6th on cost less, so add a price override for "ExpressRoute Scale Unit from the 6th on"'
  const BEYOND = 'or a scalable gateway of 10 units'
  it.each<[string, Partial<TcoGateway>, string[]]>([
    // 720 hours of November at 0.49
    [
      'VPN',
      { kind: 'vpn', sku: 'VpnGw2' },
      ['gateway 720 hours 352.80 - VpnGw2; priced as in eastus: the list has none for uksouth'],
    ],
    // 720 hours at 0.036
    [
      'basic VPN',
      { kind: 'vpn', sku: 'Basic' },
      ['gateway 720 hours 25.92 - Basic Gateway; priced as in eastus: the list has none for uksouth'],
    ],
    [
      'VPN without a price',
      { kind: 'vpn', sku: 'VpnGw2AZ' },
      ['gateway 720 hours - - the price list has no "VpnGw2AZ" in uksouth: add a price override'],
    ],
    // 2 scale units and 3 connections: 720 x 2 x 0.42 and 720 x 3 x 0.05
    [
      'one of a Virtual WAN',
      { ...WAN, units: 2, connections: 3 },
      [
        'gateway 1440 unit hours 604.80 - ExpressRoute Scale Unit',
        'gateway 2160 unit hours 108.00 - ExpressRoute Connection Unit',
      ],
    ],
    // 720 x 5 x 0.42; the sixth unit has no listed price
    [
      'a big one of a Virtual WAN',
      { ...WAN, units: 6 },
      ['gateway 3600 unit hours 1512.00 - ExpressRoute Scale Unit', `gateway 720 unit hours - - ${NO_LATER}`],
    ],
    // billed by units in use: 720 x 2 at least, and 720 x 5 at most; no upper bound if it scales to the sixth unit,
    // which has a different price
    [
      'one of a Virtual WAN that scales',
      { ...WAN, units: 2, unitsMost: 5 },
      [
        'gateway 1440 unit hours 604.80 1512.00 ExpressRoute Scale Unit; 2 units at least; 1512.00 USD at 5, to which it may scale',
      ],
    ],
    [
      'one that scales beyond the list',
      { ...WAN, units: 5, unitsMost: 6 },
      ['gateway 3600 unit hours 1512.00 - ExpressRoute Scale Unit'],
    ],
    [
      'a scalable one without bounds',
      { sku: 'ErGwScale', units: null },
      ['gateway 720 hours - - its price depends on scale units, which Azure does not report'],
    ],
    // 3 units: 720 x 3 x 0.21
    [
      'a scalable one',
      { sku: 'ErGwScale', units: 3 },
      [
        'gateway 2160 unit hours 453.60 - ErGwScale Unit; priced as in a region that is not named: the list has none for uksouth',
      ],
    ],
    // VPN scale unit and hub: 720 x 0.361 and 720 x 0.25
    [
      'a VPN gateway of a Virtual WAN',
      { ...WAN, kind: 'wanVpn' },
      ['gateway 720 unit hours 259.92 - VPN S2S Scale Unit'],
    ],
    [
      'a hub',
      WAN_HUB,
      [HUB, `hub_data - GB - - ${DATA}; its bytes are not known: Azure Monitor's VirtualHubDataProcessed has them`],
    ],
    // 1,500 GB at 0.02
    [
      'a hub, read all the time',
      { ...WAN_HUB, processed: processed(1_500n * DECIMAL_GB_BYTES, 720) },
      [HUB, `hub_data 1500 GB 30.00 - ${DATA}`],
    ],
    [
      'a hub, read for a part of it',
      { ...WAN_HUB, processed: processed(500n * DECIMAL_GB_BYTES, 180) },
      [HUB, `hub_data 500 GB 10.00 - ${DATA}; at least: its bytes are known of 25 % of the time`],
    ],
    [
      'a hub that passed nothing on',
      { ...WAN_HUB, processed: processed(0n, 720) },
      [HUB, `hub_data 0 GB 0.00 - ${DATA}`],
    ],
    // two router units are included
    [
      'a hub of its own router',
      { ...WAN_HUB, units: 2, processed: processed(0n, 720) },
      [HUB, `hub_data 0 GB 0.00 - ${DATA}`],
    ],
    [
      'a hub with a firewall and a larger router',
      { ...WAN_HUB, units: 5, firewall: 'azfw' },
      [
        HUB,
        expect.stringMatching(
          /^hub_data - GB .* traffic that its routing intent sends to the firewall is billed at the firewall/,
        ) as string,
        'hub_router 3 units - - the price list has none for units of a hub’s router',
        'hub_firewall - hours - - azfw: priced by its SKU, which is not read, and by the GB that it processes',
      ],
    ],
    [
      'a Route Server',
      { kind: 'routeServer', sku: '' },
      ['gateway 720 hours - - the price list has no "Route Server" in uksouth: add a price override'],
    ],
    // created on 16 November: 15 days of 24 h are 360, 360 x 0.361
    [
      'one made in mid-month',
      { from: Date.UTC(2026, 10, 16), region: SYDNEY },
      ['gateway 360 hours 129.96 - ErGw1AZ Gateway'],
    ],
    ['one deleted before', { to: month.from }, []],
    // (2.151 - 0.632) x 720 = 1,093.68
    [
      'FastPath on one that takes it',
      { sku: 'ErGw3AZ', fastPath: true, region: SYDNEY },
      ['fastpath_gateway 720 hours 1548.72 - ErGw3AZ Gateway; FastPath needs this size: 1093.68 USD more than ErGw2AZ'],
    ],
    [
      'FastPath on one that is too small',
      { sku: 'ErGw2AZ', fastPath: true, region: SYDNEY },
      [
        `gateway 720 hours 455.04 - ErGw2AZ Gateway; FastPath is switched on, and needs ErGw3AZ ${BEYOND}: 1093.68 USD more`,
      ],
    ],
    // (1.87 - 0.49) x 720 = 993.60
    [
      'FastPath outside of zones',
      { sku: 'UltraPerformance', fastPath: true, region: SYDNEY },
      [
        'fastpath_gateway 720 hours 1346.40 - Ultra High Performance Gateway; FastPath needs this size: 993.60 USD more than HighPerformance',
      ],
    ],
    [
      'FastPath on a small one outside of zones, of which nobody read the first day',
      { sku: 'HighPerformance', fastPath: true, region: SYDNEY, unread: { from: 0, to: Date.UTC(2026, 10, 2) } },
      [
        `gateway 720 hours 352.80 - High Performance Gateway; FastPath is switched on, and needs UltraPerformance ${BEYOND}: 993.60 USD more; Terms were not polled before 2026-11-02 00:00 UTC, so the nearest terms that were polled are used.`,
      ],
    ],
  ])('%s', (_, more, rows) => {
    const found = createGatewayRows({ ...gateway, ...more }, sheet, frame)
    expect(
      found.map(({ kind, quantity, unit, cost, costAtMost, note }) =>
        [kind, quantity ?? '-', unit, cost?.amount ?? '-', costAtMost?.amount ?? '-', note].join(' '),
      ),
    ).toEqual(rows)
  })
})

it('bounds the cost of a peering that is not measured', () => {
  const rows = createPeeringRows(
    { ...peering, bytesIn: null, bytesOut: null, atMostIn: 2_500n * DECIMAL_GB_BYTES },
    sheet,
    frame.gb,
  )
  // upper bound: 2,500 GB x 0.01
  expect(rows.map(({ cost, note }) => [cost, note])).toEqual([
    [null, 'Intra-Region Ingress; its bytes are not polled; at most the bytes of the circuits: 2,500 GB, 25.00 USD'],
    [null, 'Intra-Region Egress; its bytes are not polled'],
  ])
})

const line = (row: TcoRow): string => {
  const { kind, name, customer, quantity, unit, unitPrice, cost, costAtMost, note } = row
  const amounts = [unitPrice, cost, costAtMost].map((money) => money?.amount ?? '-')
  return [kind, row.resourceId, row.circuitId, name, customer, quantity ?? '-', unit, ...amounts, note].join(' ')
}
const usd = (amount: string) => ({ amount, currency: 'USD' })
const on = (day: number) => Date.UTC(2026, 10, day)

describe("a circuit's rows", () => {
  const rowsOf = (more: Partial<TcoCircuit> = {}, time: Partial<TotalCostPeriod> = {}) =>
    createCircuitRows({ ...premium(), ...more }, { ...frame, ...time }).map(line)
  const NONE = '; add it as a charge of the circuit, at 0 where there is none'
  const ROOM = `colocation /a a erc-london sub-1 - months - - - not declared: rack, power and routers where the circuit ends${NONE}`
  const CROSS = `cross_connect_monthly /a a erc-london sub-1 - months - - - not declared: cross-connects, one to each of the two edges${NONE}`
  const unlimited = (direct: boolean) => {
    const mapping = mapCircuitToMeters(sheet, { ...LONDON_STANDARD_1_GBPS, family: 'UnlimitedData', direct })
    return mapping.ok ? [{ from: 0, to: null, quote: mapping.quote }] : []
  }

  it('say of how much, at what price and why', () => {
    // Premium less Standard: 1,186 - 436; data: 720 h of 100 GB at 0.025
    expect(rowsOf()).toEqual([
      'circuit /a a erc-london sub-1 1 months 436 436.00 - 2026-11: Standard Metered Data 1 Gbps Circuit, Zone 1',
      'premium /a a erc-london sub-1 1 months 750 750.00 - 2026-11: Premium less Standard, Zone 1',
      'metered_data /a a erc-london sub-1 72000 GB 0.025 1800.00 - measured, out of Azure, Zone 1; traffic during gaps is not included',
      'provider_l2 /a a Megaport VXC sub-1 1 months 300 300.00 - erc-london; declared by kim: order 4711',
      'cross_connect_once /a a LD5 sub-1 1 once 1000 1000.00 - erc-london; declared by kim: order 4711',
      ROOM,
    ])
  })

  it('name each price that is missing, and none that is declared at 0', () => {
    const missing = (more: Partial<TcoCircuit>) =>
      rowsOf({ sold: [], ...more }).filter((row) => row.includes(' - - - '))
    const provider = `provider_l2 /a a erc-london sub-1 - months - - - not declared: the provider's service${NONE}`
    expect(missing({ charges: [] })).toEqual([provider, CROSS, ROOM])
    const direct = { direct: true, globalReach: true }
    expect(missing({ ...direct, unpricedBecause: 'no zone', charges: [] })).toEqual([
      'circuit /a a erc-london sub-1 - months - - - no zone',
      'direct_port /a a erc-london sub-1 - months - - - no list has the price of an ExpressRoute Direct port pair or LAG: declare it',
      "global_reach /a a erc-london sub-1 - months - - - no list has Global Reach's fee and rates, out of the source's zone and into the destination's: declare what it costs",
      CROSS,
      ROOM,
    ])
    const declared = ['direct_port', 'global_reach', 'cross_connect', 'colocation', 'provider_l2'] as const
    expect(missing({ ...direct, charges: declared.map((one) => charge({ charge: one, monthly: '0' })) })).toEqual([])
  })

  it('are cut to the time that is asked for, the data to the hours that begin in it', () => {
    // 11 to 25 November are 15 of 30 days: half of 436 and 750, 360 h of 100 GB at 0.025; until the 20th a third of 300
    const charges = [charge({ until: on(21) }), charge({ charge: 'colocation', until: on(5) })]
    const cut = rowsOf({ charges }, { from: on(11), to: on(26) }).map((row) => row.split(' - ')[0])
    expect(cut).toEqual([
      'circuit /a a erc-london sub-1 0.5 months 436 218.00',
      'premium /a a erc-london sub-1 0.5 months 750 375.00',
      'metered_data /a a erc-london sub-1 36000 GB 0.025 900.00',
      'provider_l2 /a a Megaport VXC sub-1 0.333333 months 300 100.00',
      'cross_connect_monthly /a a erc-london sub-1',
    ])
  })

  it('hold what was counted late, and no data on unlimited', () => {
    const hours = [
      {
        start: month.from,
        bytes: 10n * DECIMAL_GB_BYTES,
        late: 2n * DECIMAL_GB_BYTES,
        cumulative: 12n * DECIMAL_GB_BYTES,
        coveredSeconds: 3_600,
      },
    ]
    expect(rowsOf({ hours })[2]).toContain('metered_data /a a erc-london sub-1 12 GB')
    const first = (direct: boolean) => rowsOf({ sold: unlimited(direct), direct, charges: [] }).slice(0, 2)
    expect(first(false)[0]).toMatch(/ 5700 5700.00 - 2026-11: Standard Unlimited Data 1 Gbps Circuit, Zone 1$/)
    expect(first(true)).toEqual([
      'circuit /a a erc-london sub-1 1 months 0 0.00 - 2026-11: ExpressRoute Direct, Zone 1',
      expect.stringContaining('direct_port'),
    ])
    const metered = mapCircuitToMeters(sheet, { ...LONDON_STANDARD_1_GBPS, direct: true })
    const sold = metered.ok ? [{ from: 0, to: null, quote: metered.quote }] : []
    expect(rowsOf({ sold, direct: true })[0]).toMatch(/ 0 0.00 - 2026-11: ExpressRoute Direct, Zone 1$/)
  })

  it.each([
    ['on the first day of the time', { from: month.from }, 1],
    ['on the day that it was declared, where it names none', { from: 0, at: on(3) }, 1],
    ['not on a day before', { from: 0, at: month.from - 1 }, 0],
    ['not when the time is over', { from: month.to }, 0],
  ])('have what is due once %s', (_, more, count) => {
    const once = rowsOf({ charges: [charge({ charge: 'cross_connect', monthly: null, once: '1000', ...more })] })
    expect(once.filter((row) => row.startsWith('cross_connect_once'))).toHaveLength(count)
  })

  it('say in which part of each nobody read its terms', () => {
    const sold = unlimited(false).flatMap((one) => [
      { ...one, to: on(11) },
      { ...one, from: on(11) },
    ])
    const unread = [
      { from: on(5), to: on(11) },
      { from: on(11), to: on(13) },
    ]
    const notes = rowsOf({ sold, unread, charges: [] }).flatMap((row) => row.split('Zone 1; ')[1] ?? [])
    expect(notes).toEqual([
      'Terms were not polled from 2026-11-05 00:00 UTC to 2026-11-11 00:00 UTC, so the nearest terms that were polled are used.',
      'Terms were not polled before 2026-11-13 00:00 UTC, so the nearest terms that were polled are used.',
    ])
  })
})

describe('sums', () => {
  const summed = (facts: Partial<TcoInput>, time: Partial<TotalCostPeriod> = {}, sight?: VisibleTcoPart) =>
    computeTco({ circuits: [], gateways: [], peerings: [], hubs: [], sheet, ...facts }, { ...frame, ...time }, sight)

  it('are by circuit and customer, each of its own rows alone', () => {
    const other = { ...premium(), circuitId: 'b', customer: 'sub-2', sold: [], bytesIn: 0n, bytesOut: 0n }
    const circuits = [premium(), { ...other, charges: [charge({})] }]
    const { perCircuit, perCustomer } = summed({ circuits, gateways: [gateway], peerings: [peering] })
    // 436 + 750 + 1,800 + 300 + 1,000 + 259.92 + 15, divided by 100,000 GB
    expect(perCircuit).toEqual([
      { circuitId: 'a', totals: [usd('4560.92')], perGb: [usd('0.0456')], gbTransferred: '100000', unpriced: 1 },
      { circuitId: 'b', totals: [usd('300.00')], perGb: [], gbTransferred: '0', unpriced: 2 },
    ])
    expect(perCustomer.map(({ customer, totals }) => `${customer} ${totals[0]?.amount}`)).toEqual([
      'sub-1 4560.92',
      'sub-2 300.00',
    ])
  })

  it('hold what is in sight, and nobody else', () => {
    const portions = [{ customer: 'red', share: 0.5, basis: 'declared' as const }]
    const isNamed = (customer: string) => customer === 'red'
    const sight: VisibleTcoPart = { rowSeen: (row) => (isNamed(row.customer) ? row : null), isNamed }
    const shared = { ...premium(), charges: [charge({})], portions, sharedBy: ['red', 'blue'] }
    const seen = summed({ circuits: [shared], gateways: [gateway] }, {}, sight)
    // half of 436, 750, 1,800 and 300; the remainder may also be theirs, with two rows without a price
    expect(seen.perCustomer).toEqual([
      { customer: 'red', name: null, totals: [usd('1643.00')], atMost: [usd('3286.00')], unpriced: 2 },
    ])
    expect([seen.rows.length, seen.totals]).toEqual([4, [usd('1643.00')]])
  })

  it('of saved gateways are none without a spoke or a price, and of peering none in two currencies or no time', () => {
    const hub = {
      hub: 'h',
      spokes: 4,
      sku: 'ErGw1AZ',
      region: 'uksouth',
      atMostIn: 7_200n * DECIMAL_GB_BYTES,
      atMostOut: 0n,
    }
    const saved = (more: Partial<SharedHubGateway>, own = sheet, time: Partial<TotalCostPeriod> = {}) =>
      summed({ hubs: [{ ...hub, ...more }], sheet: own }, time).gatewaysSaved
    expect([...saved({ spokes: 0 }), ...saved({ sku: 'ErGw9' })]).toEqual([])
    expect(saved({}, sheet, { to: frame.from })[0]?.peeringAtMostPerMonth).toBeNull()
    const changed = (to: (one: PriceMeter) => PriceMeter[]) =>
      sheet.meters.flatMap((one) => (one.name === 'Intra-Region Egress' ? to(one) : one))
    for (const meters of [changed(() => []), changed((one) => [{ ...one, currency: 'EUR' }])])
      expect(saved({}, { ...sheet, meters })[0]).toMatchObject({
        perMonth: usd('1054.12'),
        peeringAtMostPerMonth: null,
      })
  })
})

it('a shared row says of each part how much it is, and by what; it stays whole where nobody has one', () => {
  const row = { ...gateway, kind: 'gateway', unit: 'hours', unitPrice: null, note: 'ErGw1AZ' } as const
  const parts = (more: Partial<TcoRow>, ...shares: number[]) =>
    splitRowAmongCustomers(
      { ...row, quantity: '3', cost: usd('100.00'), ...more },
      shares.map(
        (share, i): CustomerPortion => ({ customer: `c${i}`, share, basis: i === 0 ? 'measured' : 'declared' }),
      ),
    ).map(({ customer, quantity, cost, note }) => `${customer} ${quantity} ${cost?.amount} ${note}`)
  expect(parts({}, 0.5, 0.25)).toEqual([
    'c0 1.5 50.00 ErGw1AZ; 50.0 %, measured',
    'c1 0.75 25.00 ErGw1AZ; 25.0 %, declared',
    'unallocated 0.75 25.00 ErGw1AZ; 25.0 %, neither measured nor declared',
  ])
  // shares with a sum of 2 are halved
  expect(parts({ quantity: null, note: '' }, 1.5, 0.5)).toEqual([
    'c0 null 75.00 75.0 %, measured',
    'c1 null 25.00 25.0 %, declared',
  ])
  expect([...parts({}), ...parts({ cost: null }, 1)]).toEqual([
    'sub-1 3 100.00 ErGw1AZ',
    'unallocated 3 undefined ErGw1AZ',
  ])
})

it('a peering has a row for each direction', () => {
  expect(createPeeringRows({ ...peering, bytesOut: null }, sheet, frame.gb).map(line)).toEqual([
    'vnet_peering_in /p a spoke sub-1 1000 GB 0.01 10.00 - Intra-Region Ingress',
    'vnet_peering_out /p a spoke sub-1 - GB 0.01 - - Intra-Region Egress; its bytes are not polled',
  ])
})
