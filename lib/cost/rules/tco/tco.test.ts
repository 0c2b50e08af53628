import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costTco } from '../../api/index.ts'
import { mapCircuit } from '../prices/map-circuit.ts'
import type { Charge } from '../prices/overrides.ts'
import { shippedPrices } from '../prices/snapshot.ts'
import { flat, GB, LONDON } from '../testing/circuits.ts'
import { billedUsage } from '../usage/billed.ts'
import { namedMonth } from '../usage/month.ts'
import { gatewayRows, type TcoGateway } from './gateway-hours.ts'
import { peeringRows } from './peering-rows.ts'
import type { TcoFrame } from './rows.ts'
import { portionsOf, splitRow } from './split.ts'
import { tcoOf } from './tco.ts'

const month = namedMonth('2026-11')
const frame: TcoFrame = { from: month.from, to: month.to, months: [month], gb: 1_000_000_000 }
const sheet = shippedPrices()
const charge = (more: Partial<Charge>): Charge => ({
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
  const mapping = mapCircuit(sheet, { ...LONDON, tier: 'Premium' })
  if (!mapping.ok) throw new Error(mapping.why)
  const { hours } = billedUsage(
    { hours: flat(month.from, month.to, 100n * GB), unplaced: [], globalReach: null, bandwidthMbps: 1_000 },
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
    bytesIn: 28_000n * GB,
    bytesOut: 72_000n * GB,
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
  bytesIn: 1_000n * GB,
  bytesOut: 500n * GB,
  atMostIn: null,
  atMostOut: null,
}

describe('the whole cost', () => {
  const result = tcoOf({ circuits: [premium()], gateways: [gateway], peerings: [peering], hubs: [], sheet }, frame)

  it('has a row for each part', () => {
    expect(costTco.parse(result)).toEqual(result)
    expect(result.rows.map(({ kind, cost }) => [kind, cost?.amount])).toEqual([
      ['circuit', '436.00'],
      // 1,186 - 436
      ['premium', '750.00'],
      // 72,000 x 0.025
      ['metered_data', '1800.00'],
      ['provider_l2', '300.00'],
      ['cross_connect_once', '1000.00'],
      // not declared
      ['colocation', undefined],
      // 720 h x 0.361
      ['gateway', '259.92'],
      // 1,000 GB in and 500 GB out at 0.01
      ['vnet_peering_in', '10.00'],
      ['vnet_peering_out', '5.00'],
    ])
    // 436 + 750 + 1,800 + 300 + 1,000 + 259.92 + 15 = 4,560.92; over 100,000 GB 0.0456
    expect(result.totals).toEqual([{ amount: '4560.92', currency: 'USD' }])
    expect(result.perCircuit[0]).toMatchObject({
      gbTransferred: '100000',
      perGb: [{ amount: '0.0456', currency: 'USD' }],
      unpriced: 1,
    })
    expect(result.rows[5]?.note).toMatch(/^not declared: rack/)
    expect(result.rows[6]?.note).toMatch(/priced as in australiaeast/)
  })

  it('charges once in the month that it falls into, and only there', () => {
    const next = namedMonth('2026-12')
    const rows = tcoOf(
      { circuits: [premium()], gateways: [], peerings: [], hubs: [], sheet },
      { ...frame, from: next.from, to: next.to, months: [next] },
    ).rows
    expect(rows.some(({ kind }) => kind === 'cross_connect_once')).toBe(false)
    expect(rows.find(({ kind }) => kind === 'provider_l2')?.cost?.amount).toBe('300.00')
  })

  it('says what has no price, and leaves it out of every sum', () => {
    const odd = tcoOf(
      {
        circuits: [],
        gateways: [{ ...gateway, sku: 'ErGw9' }],
        peerings: [{ ...peering, isGlobal: true, zone: 'Zone 2' }],
        hubs: [],
        sheet,
      },
      frame,
    )
    expect(odd.rows.map(({ cost }) => cost)).toEqual([null, null, null])
    expect(odd.totals).toEqual([])
    expect(odd.rows[0]?.note).toMatch(/no price for a gateway of SKU ErGw9/)
  })

  it('holds currencies apart', () => {
    const circuit = { ...premium(), charges: [charge({ currency: 'EUR' })] }
    expect(
      tcoOf({ circuits: [circuit], gateways: [], peerings: [], hubs: [], sheet }, frame).totals.map(
        ({ currency }) => currency,
      ),
    ).toEqual(['EUR', 'USD'])
  })

  it("divides a shared hub's circuit by what its connections carried, the rest unallocated", () => {
    const portions = portionsOf(
      [
        { customers: ['red'], bytes: 600n },
        { customers: ['blue'], bytes: 300n },
      ],
      1_000n,
      [],
    )
    const shared = tcoOf(
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
    // 2,986 in all: 60 %, 30 %, and 10 % that is of any of the three
    expect(shared.perCustomer).toEqual([
      { customer: 'red', name: 'Contoso', totals: usd('1791.60'), atMost: usd('2090.20'), unpriced: 3 },
      { customer: 'blue', name: null, totals: usd('895.80'), atMost: usd('1194.40'), unpriced: 3 },
      { customer: 'unallocated', name: null, totals: usd('298.60'), atMost: usd('298.60'), unpriced: 3 },
      { customer: 'green', name: null, totals: [], atMost: usd('298.60'), unpriced: 3 },
    ])
  })

  it('shows what spokes save by using the gateway of their hub, and what peering costs instead', () => {
    const hubs = [{ hub: 'hub-1', spokes: 4, sku: 'ErGw1AZ', region: 'uksouth', atMostIn: 7_200n * GB, atMostOut: 0n }]
    // 4 x 730 x 0.361 = 1,054.12; 7,200 x 730 / 720 x 0.01 = 73: each GB is charged at the spoke alone
    expect(tcoOf({ circuits: [], gateways: [], peerings: [], hubs, sheet }, frame).gatewaysSaved).toEqual([
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
  it.each([
    [
      'by what was measured',
      [link(['red'], 3n), link(['blue'], 1n)],
      4n,
      [],
      [
        ['red', 0.75, 'measured'],
        ['blue', 0.25, 'measured'],
      ],
    ],
    ['less what passed unseen', [link(['red'], 3n)], 4n, [], [['red', 0.75, 'measured']]],
    [
      'as declared, where one connection leads to several',
      [link(['red', 'blue'], 4n)],
      4n,
      [{ customer: 'blue', share: 0.5 }],
      [['blue', 0.5, 'declared']],
    ],
    [
      'both',
      [link(['red'], 1n), link(['blue', 'green'], 3n)],
      4n,
      [{ customer: 'green', share: 0.4 }],
      [
        ['red', 0.25, 'measured'],
        ['green', 0.3, 'declared'],
      ],
    ],
    [
      'as declared, while nothing was measured',
      [link(['red'], 0n)],
      0n,
      [{ customer: 'red', share: 1 }],
      [['red', 1, 'declared']],
    ],
    [
      'never more than all',
      [],
      0n,
      [
        { customer: 'red', share: 1 },
        { customer: 'blue', share: 1 },
      ],
      [
        ['red', 0.5, 'declared'],
        ['blue', 0.5, 'declared'],
      ],
    ],
  ] as const)('%s', (_, links, total, declared, expected) => {
    const portions = portionsOf(links, total, declared)
    expect(portions.map(({ customer, share, basis }) => [customer, Number(share.toFixed(9)), basis])).toEqual(expected)
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
        const sum = portionsOf(carried, total, result).reduce((all, { share }) => all + share, 0)
        expect(sum).toBeLessThanOrEqual(1 + 1e-9)
      }),
    )
  })

  it('leaves no cent over where shares add up to one', () => {
    const third = (customer: string) => ({ customer, share: 1 / 3, basis: 'declared' as const })
    const [row] = tcoOf({ circuits: [], gateways: [gateway], peerings: [], hubs: [], sheet }, frame).rows
    if (!row) throw new Error('no row')
    // 259.92 in thirds
    expect(
      splitRow({ ...row, cost: { amount: '100.00', currency: 'USD' } }, ['a', 'b', 'c'].map(third)).map(
        ({ cost }) => cost?.amount,
      ),
    ).toEqual(['33.33', '33.33', '33.34'])
  })
})

const WAN_HUB = { kind: 'wanHub', sku: '', region: 'westeurope' } as const

describe('gateways by the hour', () => {
  const result = (more: Partial<TcoGateway>) =>
    gatewayRows({ ...gateway, ...more }, sheet, frame).map(({ kind, quantity, cost, note }) => [
      kind,
      quantity,
      cost?.amount ?? null,
      note,
    ])
  it.each([
    // 720 h of November: 720 x 0.49
    [
      'a VPN gateway',
      { kind: 'vpn', sku: 'VpnGw2' },
      [['gateway', '720', '352.80', 'VpnGw2; priced as in eastus: the list has none for uksouth']],
    ],
    [
      'a VPN gateway of which no price is known',
      { kind: 'vpn', sku: 'VpnGw2AZ' },
      [['gateway', '720', null, 'the price list has no "VpnGw2AZ" in uksouth: add a price override']],
    ],
    // 720 x 2 x 0.42 and 720 x 3 x 0.05
    [
      'one of a Virtual WAN',
      { kind: 'wanExpressRoute', sku: '', units: 2, connections: 3, region: 'westeurope' },
      [
        ['gateway', '1440', '604.80', 'ExpressRoute Scale Unit'],
        ['gateway', '2160', '108.00', 'ExpressRoute Connection Unit'],
      ],
    ],
    // 720 x 5 x 0.42; what the sixth costs is in no list
    [
      'a big one of a Virtual WAN',
      { kind: 'wanExpressRoute', sku: '', units: 6, connections: 0, region: 'westeurope' },
      [
        ['gateway', '3600', '1512.00', 'ExpressRoute Scale Unit'],
        [
          'gateway',
          '720',
          null,
          'the price list has one price of scale units, which holds up to the 5th; those from the 6th on cost less: add a price override for "ExpressRoute Scale Unit from the 6th on"',
        ],
      ],
    ],
    // billed by units in use: 720 x 2 at least, and 720 x 4 at most
    [
      'one of a Virtual WAN that scales',
      { kind: 'wanExpressRoute', sku: '', units: 2, unitsMost: 4, connections: 0, region: 'westeurope' },
      [
        [
          'gateway',
          '1440',
          '604.80',
          'ExpressRoute Scale Unit; 2 units at least; 1209.60 USD at 4, to which it may scale',
        ],
      ],
    ],
    [
      'a scalable one without bounds',
      { sku: 'ErGwScale', units: null },
      [['gateway', '720', null, 'Azure states no scale units, which its price depends on']],
    ],
    // 720 x 0.361 and 720 x 0.25
    [
      'a VPN gateway of a Virtual WAN',
      { kind: 'wanVpn', sku: '', region: 'westeurope' },
      [['gateway', '720', '259.92', 'VPN S2S Scale Unit']],
    ],
    [
      'a hub of a Virtual WAN',
      WAN_HUB,
      [
        ['gateway', '720', '180.00', 'Standard Hub Unit'],
        [
          'hub_data',
          null,
          null,
          "Standard Hub Data Processed; its bytes are not known: Azure Monitor's VirtualHubDataProcessed has them",
        ],
      ],
    ],
    // 1,500 GB at 0.02
    [
      'a hub whose router was read all the time',
      { ...WAN_HUB, processed: { bytes: 1_500_000_000_000n, coveredMs: 720 * 3_600_000 } },
      [
        ['gateway', '720', '180.00', 'Standard Hub Unit'],
        ['hub_data', '1500', '30.00', 'Standard Hub Data Processed'],
      ],
    ],
    [
      'a hub whose router was read for a part of it',
      { ...WAN_HUB, processed: { bytes: 500_000_000_000n, coveredMs: 180 * 3_600_000 } },
      [
        ['gateway', '720', '180.00', 'Standard Hub Unit'],
        ['hub_data', '500', '10.00', 'Standard Hub Data Processed; at least: its bytes are known of 25 % of the time'],
      ],
    ],
    [
      'a hub of which nothing passed the router',
      { ...WAN_HUB, processed: { bytes: 0n, coveredMs: 720 * 3_600_000 } },
      [
        ['gateway', '720', '180.00', 'Standard Hub Unit'],
        ['hub_data', '0', '0.00', 'Standard Hub Data Processed'],
      ],
    ],
    [
      'a hub with a firewall and a larger router',
      { kind: 'wanHub', sku: '', region: 'westeurope', units: 5, firewall: 'azfw' },
      [
        ['gateway', '720', '180.00', 'Standard Hub Unit'],
        ['hub_data', null, null, expect.stringContaining('what its routing intent sends to the firewall passes that')],
        ['hub_router', '3', null, 'the price list has none for units of a hub’s router'],
        ['hub_firewall', null, null, expect.stringContaining('azfw: by its SKU')],
      ],
    ],
    [
      'a Route Server',
      { kind: 'routeServer', sku: '' },
      [['gateway', '720', null, 'the price list has no "Route Server" in uksouth: add a price override']],
    ],
    // made on 16 November: 15 days of 24 h are 360, 360 x 0.361
    [
      'one that was made in mid-month',
      { from: Date.UTC(2026, 10, 16), region: 'australiaeast' },
      [['gateway', '360', '129.96', 'ErGw1AZ Gateway']],
    ],
    ['one that was deleted before', { to: month.from }, []],
    // (2.151 - 0.632) x 720 = 1,093.68
    [
      'FastPath on a gateway that takes it',
      { sku: 'ErGw3AZ', fastPath: true, region: 'australiaeast' },
      [
        [
          'fastpath_gateway',
          '720',
          '1548.72',
          'ErGw3AZ Gateway; FastPath needs this size: 1093.68 USD more than ErGw2AZ',
        ],
      ],
    ],
    [
      'FastPath on one that is too small',
      { sku: 'ErGw2AZ', fastPath: true, region: 'australiaeast' },
      [
        [
          'gateway',
          '720',
          '455.04',
          'ErGw2AZ Gateway; FastPath is switched on, and needs ErGw3AZ or a scalable gateway of 10 units: 1093.68 USD more',
        ],
      ],
    ],
  ] as const)('%s', (_, more, rows) => {
    expect(result(more)).toEqual(rows)
  })
})

it('bounds the cost of a peering that is not measured', () => {
  const rows = peeringRows({ ...peering, bytesIn: null, bytesOut: null, atMostIn: 2_500n * GB }, sheet, frame.gb)
  // 2,500 x 0.01
  expect(rows.map(({ cost, note }) => [cost, note])).toEqual([
    [null, 'Intra-Region Ingress; its bytes are not polled: of what passed the circuits at most 2,500 GB, 25.00 USD'],
    [null, 'Intra-Region Egress; its bytes are not polled'],
  ])
})

it('names what is there and has no price that anybody result', () => {
  const circuit = {
    ...premium(),
    sold: [],
    charges: [],
    direct: true,
    globalReach: true,
    unpricedBecause: 'its bandwidth is not result',
  }
  const { rows, totals, perCircuit } = tcoOf(
    { circuits: [circuit], gateways: [], peerings: [], hubs: [], sheet },
    frame,
  )
  expect(rows.map(({ kind, cost }) => [kind, cost])).toEqual([
    ['circuit', null],
    ['direct_port', null],
    ['global_reach', null],
    // nobody stands between the customer and a port of their own
    ['cross_connect_monthly', null],
    ['colocation', null],
  ])
  expect(totals).toEqual([])
  expect(perCircuit[0]?.unpriced).toBe(5)
})
