import { beforeAll, describe, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { type MetricRow, parseWhatIfChanges, parseWhatIfLosses, type ResourceRow } from '#lib/contract/index.ts'
import { type CircuitTrafficFigures, convertTrafficToJson } from '#lib/cost/rules/index.ts'
import { testBgpPeer, routeAfterPolicy, createTestSessionUpReport } from '#lib/routers/store/testing/reports.ts'
import { readCurrentDeclarations, rollUpUsage, computeShortId } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { saveCostTraffic } from '#lib/cost/store/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  connectionId,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  createNetworkRow,
  pathRoute,
  createTestPollRecorder,
  recordPoll,
} from '#lib/questions/testing/record-feed.ts'
import { getGateway } from '#lib/gateways/answers/index.ts'
import { getRoutingIntents } from './intents.ts'
import { getN1, readWorstSingleLosses, readWorstStrandingLosses } from './single-losses/answers.ts'
import { getCostProjections, refreshCostTraffic, computeWhatIfCost } from '#lib/cost/answers/index.ts'
import { readFailoverTraffic } from '#lib/cost/answers/circuits/read-failover-traffic.ts'
import { BackgroundComputationThrottle } from './single-losses/background-pace.ts'
import { refreshSingleLosses } from './single-losses/refresh-single-losses.ts'

import { computeWhatIf } from './what-if.ts'
import { formatIso } from '#lib/questions/index.ts'
import { closeRouterConnection, addBmpConnection, recordRouterReports } from '#lib/routers/store/index.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => T0 + n * 60_000
const now = minute(10) + 30_000

const link = (primary: string, secondary: string, peeringLocation: string) => ({
  serviceProviderProperties: { serviceProviderName: 'Equinix', peeringLocation, bandwidthInMbps: 1000 },
  peerings: [
    {
      name: 'AzurePrivatePeering',
      properties: {
        peeringType: 'AzurePrivatePeering',
        state: 'Enabled',
        azureASN: 12076,
        peerASN: 65001,
        primaryPeerAddressPrefix: primary,
        secondaryPeerAddressPrefix: secondary,
      },
    },
  ],
})
const LON = ['10.0.4.4', '10.0.4.5'] as const
const AMS = ['10.0.4.6', '10.0.4.7'] as const

const INSTANCES = ['10.0.4.12', '10.0.4.13'] as const
/**
 * Returns the rows of all instances. Each instance has a row from each MSEE, and the same row passed on by each other
 * instance.
 */
const learned = (prefix: string, msees: readonly string[], length = 1, instances: readonly string[] = INSTANCES) =>
  instances.flatMap((instance) =>
    msees.flatMap((msee) => {
      const asPath = [12076, ...Array<number>(length).fill(65001)]
      const siblings = instances.filter((one) => one !== instance)
      return [
        learnedRoute(prefix, { instance, peer: msee, asPath }),
        ...siblings.map((peer) => learnedRoute(prefix, { instance, peer, nextHop: msee, origin: 'IBgp', asPath })),
      ]
    }),
  )
const table = (customer: string, prefixes: string[]) => [
  ...prefixes.map((prefix) => pathRoute(prefix, { nextHop: customer })),
  ...['10.0.4.12', '10.0.4.13'].map((nextHop) => pathRoute('10.0.0.0/16', { nextHop, asPath: [65515] })),
]
const withSku = (row: ResourceRow, name: string): ResourceRow => ({ ...row, config: { ...row.config, sku: { name } } })
const BOTH = '10.1.0.0/16'
const LONDON = '10.2.0.0/16'

const estate = (london: string, peeringLocation: string) => [
  createCircuitRow('ckt-lon', link('172.16.0.0/30', '172.16.0.4/30', london)),
  createCircuitRow('ckt-ams', {
    ...link('172.16.1.0/30', '172.16.1.4/30', peeringLocation),
    serviceProviderProperties: { serviceProviderName: 'Colt', peeringLocation, bandwidthInMbps: 500 },
  }),
  withSku(createGatewayRow('ergw', 'ExpressRoute', 'hub'), 'ErGw1AZ'),
  createGatewayRow('vpngw', 'Vpn', 'hub'),
  createGatewayRow('lonely', 'ExpressRoute', 'other'),
  createNetworkRow('hub', ['10.0.0.0/16'], { spoke: ['10.100.0.0/16'] }),
  createNetworkRow('other', ['10.64.0.0/16']),
  createConnectionRow('lon', 'ergw', 'ckt-lon', 0),
  createConnectionRow('ams', 'ergw', 'ckt-ams', 0),
]

/**
 * Two circuits on one gateway; Amsterdam prepends. A VPN gateway in the same network has the prefixes of both circuits.
 * From the tenth minute, London's own prefix has a more specific one.
 */
beforeAll(async () => {
  const feed = createTestPollRecorder(db)
  for (let n = 0; n <= 10; n++) {
    const at = minute(n)
    const london = [BOTH, LONDON, ...(n === 10 ? ['10.2.7.0/24'] : [])]
    await feed.inventory(at, estate('London', 'Amsterdam'))
    await feed.tables(at, 'ckt-lon', 'primary', table('172.16.0.1', london))
    await feed.tables(at, 'ckt-lon', 'secondary', table('172.16.0.5', london))
    await feed.tables(at, 'ckt-ams', 'primary', table('172.16.1.1', [BOTH, '10.9.0.0/16']))
    await feed.tables(at, 'ckt-ams', 'secondary', table('172.16.1.5', [BOTH, '10.9.0.0/16']))
    await feed.learned(at, 'ergw', [
      ...learned(BOTH, LON),
      ...learned(BOTH, AMS, 3),
      ...learned(LONDON, LON),
      ...learned('10.9.0.0/16', AMS),
      ...(n === 10 ? learned('10.2.7.0/24', LON) : []),
    ])
    if (n !== 5) {
      await feed.learned(at, 'vpngw', [
        learnedRoute(BOTH, { instance: '10.0.4.20', peer: '10.1.255.1', asPath: [65001] }),
      ])
    }
  }
  await db.transaction((client) =>
    saveDeclarationsAsNewVersion(
      client,
      {
        sites: [
          {
            name: 'London',
            prefixes: ['10.1.0.0/16', '10.2.0.0/16', '10.77.0.0/16'],
            home: computeShortId(circuitId('ckt-lon')),
            routers: [
              { name: 'ce-lon-1', addresses: ['172.16.0.1'] },
              { name: 'ce-lon-2', addresses: ['172.16.0.5', '10.1.255.1'] },
            ],
          },
        ],
      },
      { by: 'test', expected: null },
    ),
  )
  await feed.schedule(
    { resourceId: gatewayId('ergw'), kind: 'learned' },
    { resourceId: gatewayId('vpngw'), kind: 'learned' },
    { resourceId: gatewayId('lonely'), kind: 'learned' },
    ...(['ckt-lon', 'ckt-ams'] as const).flatMap((name) =>
      (['primary', 'secondary'] as const).map((path) => ({
        resourceId: circuitId(name),
        subresource: `AzurePrivatePeering/${path}`,
        kind: 'tables' as const,
      })),
    ),
  )
})

const lon = computeShortId(circuitId('ckt-lon'))
const ams = computeShortId(circuitId('ckt-ams'))
const ergw = computeShortId(gatewayId('ergw'))

const terms = <Term>(read: { terms: Term[] } | { wrong: string }): Term[] => {
  if ('terms' in read) return read.terms
  throw new Error(read.wrong)
}
const ask = async (
  lose: string,
  { change = '', at = undefined as number | undefined, rows = 'all' as 'all' | 'changed', asked = now } = {},
) => {
  const parameters = { lose: terms(parseWhatIfLosses(lose)), change: terms(parseWhatIfChanges(change)), rows }
  const answer = await computeWhatIf(
    db,
    { ...parameters, ...(at !== undefined && { at }) },
    { costOfMonth: computeWhatIfCost },
    asked,
  )
  return allApiEndpoints.whatIf.response.parse(answer)
}
const outcomes = async (lose: string, options: Parameters<typeof ask>[1] = {}) => {
  const { data } = await ask(lose, options)
  return Object.fromEntries(
    data.prefixes
      .filter(({ side, scope }) => side === 'azure' && scope === ergw)
      .map(({ prefix, outcome, reduced, after }) => [
        prefix,
        [
          outcome,
          ...(reduced ? ['reduced'] : []),
          ...new Set(after.map(({ circuitId: id }) => (id === lon ? 'lon' : id === ams ? 'ams' : 'vpn'))),
        ].join(' '),
      ]),
  )
}
const UNTOUCHED = {
  [BOTH]: 'stays lon',
  [LONDON]: 'stays lon',
  '10.2.7.0/24': 'stays lon',
  '10.9.0.0/16': 'stays ams',
  '10.77.0.0/16': 'stays',
}

describe('what is lost', () => {
  it('nothing: everything stays', async () => expect(await outcomes('')).toEqual(UNTOUCHED))

  it.each([
    ['a circuit', () => lon],
    ['a circuit by its ARM id', () => circuitId('ckt-lon')],
    ['both of its paths', () => `${lon}/primary,${lon}/secondary`],
    ['its location', () => 'location:london'],
    ['its provider', () => 'provider:Equinix'],
    ['the routers at its ends', () => 'router:ce-lon-1,router:CE-LON-2'],
    ['a circuit by its name', () => 'CKT-LON'],
    ['its paths by its name', () => 'ckt-lon/primary,ckt-lon/private/secondary'],
  ])('%s', async (_, lose) => {
    expect(await outcomes(lose())).toEqual({
      ...UNTOUCHED,
      [BOTH]: 'moves ams',
      [LONDON]: 'stranded',
      '10.2.7.0/24': 'stranded',
    })
  })

  it('a path: fewer of the same', async () => {
    const { data } = await ask(`${lon}/private/primary`)
    expect(data.lost).toMatchObject([{ kind: 'path', id: lon, paths: [{ path: 'primary' }] }])
    expect(data.prefixes.find(({ prefix, scope }) => prefix === LONDON && scope === ergw)).toMatchObject({
      outcome: 'stays',
      reduced: true,
      site: 'London',
      before: [
        { peer: '10.0.4.4', circuitId: lon, path: 'primary' },
        { peer: '10.0.4.5', circuitId: lon, path: 'secondary' },
      ],
      after: [{ peer: '10.0.4.5', circuitId: lon, path: 'secondary' }],
    })
  })

  it('a gateway: the VPN gateway of its network is left', async () => {
    expect(await outcomes(ergw)).toMatchObject({ [BOTH]: 'moves vpn', [LONDON]: 'stranded' })
    expect(await outcomes(`${ergw},router:ce-lon-2`)).toMatchObject({ [BOTH]: 'stranded' })
  })

  it('an instance: the same paths on the other one', async () => {
    expect(await outcomes(`${ergw}/10.0.4.12`)).toMatchObject({ [LONDON]: 'stays reduced lon' })
  })

  it("shows the customer's side by site", async () => {
    const { data } = await ask(`${lon},${ams}`)
    expect(data.prefixes.filter(({ side }) => side === 'onprem')).toMatchObject([
      { site: 'London', prefix: '10.0.0.0/16', scope: ergw, outcome: 'moves', after: [{ circuitId: null }] },
    ])
    expect((await ask(`${lon},${ams},${computeShortId(gatewayId('vpngw'))}`)).data.prefixes).toContainEqual(
      expect.objectContaining({ side: 'onprem', site: 'London', outcome: 'stranded' }),
    )
  })

  it('a table that was never read: its scope is unknown where it would change', async () => {
    const { data } = await ask(lon)
    const lonely = data.prefixes.filter(({ scope }) => scope === computeShortId(gatewayId('lonely')))
    expect(lonely.map(({ outcome, before }) => [outcome, before.length])).toEqual([
      ['unknown', 0],
      ['unknown', 0],
      ['unknown', 0],
    ])
  })

  it('counts what it leaves out', async () => {
    const { data } = await ask(lon, { rows: 'changed' })
    expect(data.prefixes.every(({ outcome, reduced }) => outcome !== 'stays' || reduced)).toBe(true)
    expect(data.counts.stays).toBeGreaterThan(0)
    expect(data.counts.stranded).toBe(2)
  })
})

describe("what the customer's routers report", () => {
  /** Connects a router that reports from the third minute on. Its policy sets local preferences by session. */
  const connect = async (name: string, address: string) => {
    const at = minute(3)
    const router = await addBmpConnection(db.pool, { address, name, software: null, at })
    return {
      prefers: (
        localAddress: string,
        localPref: number,
        over: { neighbor: string; neighborAsn: number } | null = null,
      ) => {
        const msee = localAddress.replace(/\d+$/, (last) => String(Number(last) + 1))
        const of = { ...testBgpPeer, neighbor: over?.neighbor ?? msee }
        const neighborAsn = over?.neighborAsn ?? 12_076
        return recordRouterReports(db, router, at, [
          createTestSessionUpReport(at, { peer: of, localAddress, localAsn: 65_001, neighborAsn }),
          { ...routeAfterPolicy(at, '10.0.0.0/16', { localPref }), peer: of },
        ])
      },
      close: (until: number) =>
        closeRouterConnection(db.pool, router.connectionId, { until, ended: 'closed', detail: '' }),
    }
  }
  const towardsAzure = async (at?: number, asked = now + 10_000) => {
    const { data } = await ask('', { at, asked })
    const [row, ...others] = data.prefixes.filter(({ side }) => side === 'onprem')
    expect(others).toEqual([])
    return {
      paths: row?.before.map(({ circuitId, path }) =>
        circuitId === null ? 'vpn' : `${circuitId === lon ? 'lon' : 'ams'} ${path}`,
      ),
      basis: row?.basis,
      notModelled: data.notModelled.map(({ id }) => id).filter((id) => id.startsWith('customer_')),
    }
  }
  const all = ['ams primary', 'ams secondary', 'lon primary', 'lon secondary']

  it('decides once all of it is known, at moments at which it was', async () => {
    const london = await connect('ce-lon', '10.20.0.1')
    await london.prefers('172.16.0.1', 100)
    await london.prefers('172.16.0.5', 100)
    const paths = async (at?: number) => (await towardsAzure(at)).paths?.toSorted()
    expect(await paths(minute(7))).toEqual(all)
    expect(await towardsAzure(minute(7))).toMatchObject({
      basis: { is: 'assumed', because: 'no_router', routes: [{ router: 'ce-lon' }, { router: 'ce-lon' }] },
      notModelled: ['customer_policy'],
    })
    const amsterdam = await connect('ce-ams', '10.20.0.2')
    await amsterdam.prefers('172.16.1.1', 300)
    await amsterdam.prefers('172.16.1.5', 200)
    expect(await towardsAzure(minute(8))).toMatchObject({
      paths: ['ams primary'],
      basis: { is: 'reported', parted: { by: 'local_preference', better: '300', worse: '200' } },
      notModelled: ['customer_weights'],
    })
    expect(await towardsAzure(minute(2))).toMatchObject({ basis: { because: 'not_observed' } })
    expect(await paths(minute(2))).toEqual(all)
    // London is declared by now. It is also reachable over a VPN, its home is London's circuit, and its routers prefer
    // Amsterdam's circuit.
    expect(await towardsAzure()).toMatchObject({
      paths: ['ams primary'],
      basis: { is: 'partly_reported' },
      notModelled: ['customer_weights', 'customer_vpn'],
    })
    const { data } = await getRoutingIntents(db, {}, now + 10_000)
    expect(data.intents.find(({ prefixes }) => prefixes.includes(LONDON))).toMatchObject({
      declared: { primary: [lon] },
      towardsAzure: { circuits: [ams], agrees: false, prefixes: 1, assumed: 0, routers: ['ce-ams', 'ce-lon'] },
    })
    // the VPN device is a router that reports and prefers the VPN; another customer's device has the same addresses
    const alien = await connect('ce-alien', '10.20.0.3')
    await alien.prefers('10.1.255.1', 500, { neighbor: '10.0.4.20', neighborAsn: 65_099 })
    expect(await towardsAzure(undefined, now + 15_000)).toMatchObject({ basis: { is: 'partly_reported' } })
    await london.prefers('10.1.255.1', 400, { neighbor: '10.0.4.20', neighborAsn: 65_515 })
    expect(await towardsAzure(undefined, now + 20_000)).toMatchObject({
      paths: ['vpn'],
      basis: { is: 'reported', parted: { by: 'local_preference', better: '400', worse: '300' } },
      notModelled: ['customer_weights'],
    })
    await amsterdam.close(minute(9) + 30_000)
    expect(await towardsAzure(minute(9))).toMatchObject({ paths: ['ams primary'] })
    expect(await towardsAzure(minute(10))).toMatchObject({ basis: { is: 'assumed', because: 'not_observed' } })
    await london.close(minute(9) + 30_000)
  })
})

describe('limits of what is left', () => {
  const limitsOf = async (...asked: Parameters<typeof ask>) =>
    (await ask(...asked)).data.limits.map(({ scopeName, name, limit, atLeast, atMost }) => [
      `${scopeName}: ${name}`,
      ...(atLeast === atMost ? [atMost] : [atLeast, atMost]),
      limit,
    ])

  it('prefixes of the peerings that take over, of the gateway and of what it announces there', async () => {
    const limits = await limitsOf(lon)
    expect(limits).toHaveLength(4)
    expect(limits).toEqual(
      expect.arrayContaining([
        ['ckt-ams primary, private: peering_prefixes', 2, 4_000],
        ['ckt-ams secondary, private: peering_prefixes', 2, 4_000],
        ['ergw: learned_prefixes', 2, 4_000],
        ['ergw to ckt-ams: advertised_prefixes', 1, 1_000],
      ]),
    )
  })

  it('a withdrawal takes its prefix off, a lost gateway has none', async () => {
    const withdrawn = await limitsOf('', { change: `withdraw:${lon}:10.2.7.0/24` })
    expect(withdrawn).toContainEqual(['ckt-lon primary, private: peering_prefixes', 2, 4_000])
    expect(withdrawn).toContainEqual(['ergw: learned_prefixes', 3, 4_000])
    expect((await limitsOf(ergw)).map(([what]) => what)).not.toContain('ergw: learned_prefixes')
  })

  it('says that the load of a gateway is not measured', async () => {
    const { data } = await ask(lon)
    expect(data.limits.map(({ name }) => name)).not.toContain('gateway_throughput')
    expect(data.notModelled.find(({ id }) => id === 'gateway_throughput')?.text).toContain('ergw')
  })

  it('its load against what its SKU takes, once that is measured: within bounds where some of it is stranded', async () => {
    const metric = 'ExpressRouteGatewayBitsPerSecond'
    const rest = { unit: 'BitsPerSecond', maximum: null, minimum: null, total: null, grainSeconds: 300 }
    const rows = Array.from({ length: 30 }, (_, n): MetricRow => {
      return { metric, dimensions: { roleinstance: 'IN_0' }, at: T0 - n * 300_000, average: 250e6, ...rest }
    })
    await recordPoll(db, { kind: 'metrics', resourceId: gatewayId('ergw'), at: now - 20_000, rows })
    expect(await limitsOf(lon)).toContainEqual(['ergw: gateway_throughput', 0, 250e6, 1e9])
    expect(await limitsOf(`${lon}/primary`)).toContainEqual(['ergw: gateway_throughput', 250e6, 1e9])
  })

  it('its load against the scale units in use, as on the page of the gateway', async () => {
    const feed = createTestPollRecorder(db)
    const scaling = estate('London', 'Amsterdam').map((row) =>
      row.resourceId === gatewayId('ergw')
        ? {
            ...row,
            config: {
              properties: {
                ...(row.config.properties as object),
                sku: { name: 'ErGwScale' },
                autoScaleConfiguration: { bounds: { min: 2, max: 6 } },
              },
            },
          }
        : row,
    )
    await feed.inventory(now - 15_000, scaling)
    const units = { metric: 'ScalableExpressRouteGatewayScaleUnit', unit: 'Count', dimensions: {}, average: 4 }
    const rows: MetricRow[] = [{ ...units, at: T0, maximum: null, minimum: null, total: null, grainSeconds: 300 }]
    await recordPoll(db, { kind: 'metrics', resourceId: gatewayId('ergw'), at: now - 15_000, rows })
    const { data } = await getGateway(db, gatewayId('ergw'), now)
    expect(data.load?.find(({ name }) => name === 'bits')?.limit).toBe(4e9)
    expect(await limitsOf(lon)).toContainEqual(['ergw: gateway_throughput', 0, 250e6, 4e9])
    await feed.inventory(now - 5_000, estate('London', 'Amsterdam'))
  })
})

describe("a month's cost", () => {
  const GB = 1_000_000_000n
  const bytes = (circuitBytes: bigint): CircuitTrafficFigures => ({
    toDate: {
      from: T0,
      to: T0,
      bytes: 0n,
      atMost: null,
      coveredSeconds: 0,
      seconds: 0,
      metricSeconds: 0,
      gaps: [],
      hours: [],
    },
    month: { p10: circuitBytes, p50: circuitBytes, p90: circuitBytes },
    basis: 'own_past',
    words: '',
    pastError: { mape: null, bandHeld: null, months: 0 },
    trend: { level: 0, perWeek: 0, spread: 0, weeks: 0 },
    pastMonths: [],
    carried: null,
  })
  const keep = (id: string, circuitBytes: bigint) =>
    saveCostTraffic(db.pool, '2026-11', {
      circuitId: id,
      madeAt: T0,
      madeFrom: 'test',
      body: convertTrafficToJson(bytes(circuitBytes)),
    })
  const costOf = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).data

  it('is not said before a forecast was made, nor of the past', async () => {
    const why = async (...asked: Parameters<typeof ask>) => {
      const { cost, notModelled } = await costOf(...asked)
      return [cost, notModelled.find(({ id }) => id === 'cost')?.text]
    }
    expect(await why(lon)).toEqual([null, expect.stringContaining('no forecast was made yet')])
    await keep(lon, 10_000n * GB)
    expect(await why(lon, { at: minute(9) })).toEqual([null, expect.stringContaining('of the past')])
  })

  it('is known of a circuit whose traffic is forecast, and of no other', async () => {
    const { cost } = await costOf(lon)
    expect(cost?.circuits.map((one) => [one.circuitName, one.now === null, one.after === null])).toEqual([
      ['ckt-ams', true, true],
      ['ckt-lon', false, false],
    ])
    expect(cost?.differences).toEqual([])
  })

  it('moves with the traffic, within bounds; a lost circuit is paid for still', async () => {
    await keep(ams, 0n)
    const { cost, notModelled } = await costOf(lon)
    const [toAms, fromLon] = cost?.circuits ?? []
    const amount = (money: { amount: string } | undefined | null) => Number(money?.amount)
    const charge = 10_000 * 0.025
    expect(amount(fromLon?.now) - amount(fromLon?.after?.atLeast)).toBeCloseTo(charge, 2)
    expect(fromLon?.after?.atLeast).toEqual(fromLon?.after?.atMost)
    // some of the prefixes that leave London are stranded
    expect(toAms?.after?.atLeast).toEqual(toAms?.now)
    expect(amount(toAms?.after?.atMost) - amount(toAms?.now)).toBeCloseTo(charge, 2)
    expect(cost?.differences.map(({ atLeast, atMost }) => [atLeast.amount, atMost.amount])).toEqual([
      ['-250.00', '0.00'],
    ])
    expect(notModelled.map(({ id }) => id)).not.toContain('cost')
  })

  it('follows a bandwidth', async () => {
    const { cost } = await costOf('', { change: `bandwidth:${lon}:2000` })
    const [own] = cost?.circuits ?? []
    expect(cost?.circuits).toHaveLength(1)
    expect(Number(own?.after?.atLeast.amount)).toBeGreaterThan(Number(own?.now?.amount))
  })

  it('is for those who may read costs', async () => {
    const parameters = { lose: terms(parseWhatIfLosses(lon)), change: [], rows: 'changed' as const }
    const { data } = await computeWhatIf(db, parameters, { costOfMonth: null }, now)
    expect(data.cost).toBeNull()
    expect(data.notModelled.find(({ id }) => id === 'cost')?.text).toContain('for those who may read costs')
  })
})

describe('what is changed', () => {
  it.each([
    ['prepends', () => `prepend:${lon}:3`, { [BOTH]: 'moves ams', [LONDON]: 'stays lon' }],
    ['a weight', () => `weight:${computeShortId(connectionId('ams'))}:10`, { [BOTH]: 'moves ams' }],
    ['a withdrawal', () => `withdraw:${lon}:10.2.7.0/24`, { '10.2.7.0/24': 'covered lon', [LONDON]: 'stays lon' }],
  ])('%s', async (_, change, expected) => {
    expect(await outcomes('', { change: change() })).toEqual({ ...UNTOUCHED, ...expected })
  })
})

describe('as of a moment', () => {
  it('tables of then', async () => {
    expect(Object.keys(await outcomes(lon, { at: minute(9) }))).not.toContain('10.2.7.0/24')
  })

  it('a table that was not seen then: what would change is unknown', async () => {
    const answer = await ask(lon, { at: minute(5) + 30_000 })
    expect(answer.covered).toBe(false)
  })

  it('nothing was seen: no rows', async () => {
    expect(await ask(lon, { at: minute(-30) })).toMatchObject({ covered: false, data: { prefixes: [] } })
  })
})

describe('every single loss', () => {
  const signal = new AbortController().signal
  const refresh = (at: number) => refreshSingleLosses(db, [], { now: () => at, signal, share: 1 })
  const n1 = async () => allApiEndpoints.n1.response.parse(await getN1(db, {}, now)).data

  it('is not computed yet, and says so', async () => {
    expect(await n1()).toMatchObject({ at: null, computedAt: null, cases: [], computed: 0 })
    expect(await readWorstSingleLosses(db.pool)).toBeNull()
    expect(await readWorstStrandingLosses(db.pool)).toBeNull()
  })

  it('stands with what it breaks, as its own what-if says, the worst first', async () => {
    await refresh(now)
    const data = await n1()
    const of = (term: string) => data.cases.find((one) => one.term === term)
    const prefixes = [LONDON, '10.2.7.0/24']
    expect(of('location:London')).toMatchObject({
      kind: 'location',
      stranded: 2,
      strandedPrefixes: 2,
      prefixes,
      strandsSince: [null, formatIso(now)],
      saturated: null,
      sites: expect.arrayContaining([expect.objectContaining({ site: 'London', stranded: 2, prefixes })]),
    })
    expect(of(lon)).toMatchObject({ kind: 'circuit', name: 'ckt-lon', stranded: 2 })
    expect(of(`${lon}/private/primary`)).toMatchObject({ kind: 'path', stranded: 0, reduced: 4, strandsSince: null })
    expect(of(`${ergw}/10.0.4.12`)).toMatchObject({ kind: 'instance', stranded: 0 })
    const stranded = data.cases.map((one) => one.stranded)
    expect(stranded).toEqual(stranded.toSorted((a, b) => b - a))
    for (const { term, ...counted } of data.cases) {
      const { data: alone } = await ask(term, { rows: 'changed' })
      const { stranded: gone = 0, internet = 0, default_only: defaultOnly } = alone.counts
      const { stranded: own, internet: away, defaultOnly: least } = counted
      expect([term, own, away, least]).toEqual([term, gone, internet, defaultOnly])
    }
    expect(await readWorstSingleLosses(db.pool)).toEqual({ at: formatIso(now), cases: data.cases.slice(0, 10) })
    const worst = (...kinds: string[]) => data.cases.find(({ kind, stranded: own }) => kinds.includes(kind) && own > 0)
    expect(await readWorstStrandingLosses(db.pool)).toEqual({
      at: now,
      cases: [worst('location', 'provider', 'circuit'), worst('gateway')],
    })
  })

  it('is not computed again while nothing that it rests on changes, and is when something does', async () => {
    const at = now + 5_000
    expect(await refresh(at)).toMatchObject({ scopes: 1, computed: 0 })
    expect(await n1()).toMatchObject({ at: formatIso(at), computedAt: formatIso(now) })
    const strandedBy = async (term: string) => (await n1()).cases.find((one) => one.term === term)
    expect(await strandedBy(ams)).toMatchObject({ stranded: 1, strandsSince: [null, formatIso(now)] })
    // 10.9.0.0/16 is now also learned over VPN, so the loss of Amsterdam does not strand it any more
    const feed = createTestPollRecorder(db)
    const overVpn = (prefix: string) =>
      learnedRoute(prefix, { instance: '10.0.4.20', peer: '10.1.255.1', asPath: [65001] })
    await feed.learned(now + 6_000, 'vpngw', [overVpn(BOTH), overVpn('10.9.0.0/16')])
    const changed = now + 9_000
    expect(await refresh(changed)).toMatchObject({ computed: 1 })
    expect(await strandedBy(ams)).toMatchObject({ stranded: 0, strandsSince: null })
    await feed.learned(now + 10_000, 'vpngw', [overVpn(BOTH)])
    await refresh(now + 13_000)
    expect(await strandedBy(ams)).toMatchObject({
      stranded: 1,
      strandsSince: [formatIso(changed), formatIso(now + 13_000)],
    })
    expect(await strandedBy(lon)).toMatchObject({ strandsSince: [null, formatIso(now)] })
  })
})

describe('what a circuit must take over', () => {
  const work = new AbortController().signal
  const takenBy = async (id: string) =>
    (await readFailoverTraffic(db, now, new BackgroundComputationThrottle(1, work))).get(id)

  it('is not known in figures while nothing was measured', async () => {
    const found = await takenBy(ams)
    expect(found?.losses.find(({ term }) => term === lon)).toMatchObject({
      name: 'ckt-lon',
      circuits: [lon],
      atMostBitsPerSecond: null,
    })
    // the contents of a gateway's table are unknown if it was never read
    expect(found?.isUnsure).toBe(true)
  })

  it('is what each loss says by itself, announced maintenance too', async () => {
    const rates = [
      ['ckt-lon', 280e6],
      ['ckt-ams', 141e6],
    ] as const
    for (const [name, average] of rates) {
      const rows = Array.from({ length: 40 }, (_, n) => n).flatMap((n) =>
        (['Primary-IPv4', 'Secondary-IPv4'] as const).flatMap((devicerole) =>
          (['BitsInPerSecond', 'BitsOutPerSecond'] as const).map((metric): MetricRow => {
            const dimensions = { peeringtype: 'AzurePrivatePeering', devicerole }
            const rest = { unit: 'BitsPerSecond', maximum: null, minimum: null, total: null, grainSeconds: 300 }
            return { metric, dimensions, at: T0 - (n + 1) * 300_000, average, ...rest }
          }),
        ),
      )
      await recordPoll(db, { kind: 'metrics', resourceId: circuitId(name), at: now - 20_000, rows })
    }
    await rollUpUsage(db)
    const window = {
      id: 'w1',
      title: 'fibre works',
      scopes: [lon],
      paths: [],
      recurrence: null,
      note: '',
      from: formatIso(now + 86_400_000),
      to: formatIso(now + 90_000_000),
    }
    const { sites } = await readCurrentDeclarations(db.pool)
    await db.transaction((client) =>
      saveDeclarationsAsNewVersion(client, { sites, maintenance: [window] }, { by: 'test', expected: null }),
    )
    const found = await takenBy(ams)
    const named = new Map(found?.losses.map(({ name, term }) => [name, term]))
    expect([...named.keys()]).toEqual(
      expect.arrayContaining([
        'ckt-lon',
        'everything at London',
        'the provider Equinix',
        'what the maintenance “fibre works” of 2026-11-21 names',
      ]),
    )
    expect(named.has('ckt-ams')).toBe(false)
    for (const { term, atMostBitsPerSecond } of found?.losses ?? []) {
      const { data } = await ask(term, { asked: now + 60_000 })
      const own = data.load.flatMap((one) => (one.circuitId === ams ? (one.p95BitsPerSecond?.atMost ?? []) : []))
      expect([term, Math.max(...own)]).toEqual([term, atMostBitsPerSecond])
    }
    // one of its paths may take over both of London's paths, 2 x 280 + 141 Mb/s
    expect(found?.losses[0]?.atMostBitsPerSecond).toBe(701e6)
  })

  it('stands beside each projection, once the job has worked it out, though somebody asked before', async () => {
    await refreshCostTraffic(db.pool, now - 60_000, work)
    // state after a request that arrives before the tables are read
    const { rowCount } = await db.pool.query(`UPDATE cost_traffic SET body = body - 'takeOver'`)
    expect(await refreshCostTraffic(db.pool, now, work)).toMatchObject({ made: rowCount })
    expect(await refreshCostTraffic(db.pool, now + 60_000, work)).toMatchObject({ made: 0 })
    const { data } = await getCostProjections(db, {}, now)
    expect(data.circuits.find(({ circuitId: id }) => id === ams)?.takesOver?.losses[0]).toMatchObject({
      atMostBitsPerSecond: 701e6,
    })
  })
})

describe('what is asked wrongly', () => {
  it.each([
    ['nobody', /"nobody"/],
    ['nobody,nothing', /"nobody".*"nothing"/],
    ['location:Atlantis', /Atlantis/],
    ['a%2Fb%zz', /a%2Fb%zz/],
    ['router:ce-none', /ce-none/],
  ])('%s', async (lose, message) => {
    await expect(ask(lose)).rejects.toMatchObject({
      name: 'InvalidRequestError',
      message: expect.stringMatching(message),
    })
  })

  it('is text without control characters', () => {
    const read = (lose: string) => allApiEndpoints.whatIf.parameters.safeParse({ lose }).success
    expect([read('a\0b'), read('a\nb'), read('a'.repeat(40_001)), read('a')]).toEqual([false, false, false, true])
  })

  it('names paths and instances that are not there', async () => {
    await expect(ask(`${lon}/microsoft/primary`)).rejects.toThrow(/ckt-lon has no primary path of microsoft peering/)
    await expect(ask(`${ergw}/10.0.4.99`)).rejects.toThrow(/10\.0\.4\.12, 10\.0\.4\.13/)
    await expect(ask('', { change: `weight:${lon}:10` })).rejects.toThrow(/ckt-lon is no connection/)
  })
})

describe('a Metro circuit, which has a path in each of two locations', () => {
  const later = now + 60_000
  const lost = async (location: string) => {
    const { data } = await ask(`location:${location}`, { asked: later })
    const paths = data.lost.flatMap((one) =>
      one.paths.map(({ circuitId: id, path }) => [id === lon ? 'lon' : 'ams', path].join(' ')),
    )
    return { paths, isAssumed: data.notModelled.some(({ id }) => id === 'metro_paths') }
  }
  beforeAll(() => createTestPollRecorder(db).inventory(later - 1_000, estate('Zurich', 'Zurich Metro')))

  it.each([
    ['zurich', ['ams primary', 'lon primary', 'lon secondary'], true],
    ['Zurich2', ['ams secondary'], true],
    ['Zurich Metro', ['ams primary', 'ams secondary'], false],
  ])('loses with %s %s', async (location, paths, isAssumed) => {
    const found = await lost(location)
    expect({ ...found, paths: found.paths.toSorted() }).toEqual({ paths, isAssumed })
  })

  it('is lost by halves in every single loss', async () => {
    const signal = new AbortController().signal
    await refreshSingleLosses(db, [], { now: () => later, signal, share: 1 })
    const { data } = allApiEndpoints.n1.response.parse(await getN1(db, {}, later))
    const terms = data.cases.flatMap(({ kind, term }) => (kind === 'location' ? term : []))
    expect(terms.toSorted()).toEqual(['location:Zurich', 'location:Zurich2'])
    expect((await getGateway(db, ergw, later)).data.resiliencyLevel).toBe('high')
    await expect(ask('location:Amsterdam', { asked: later })).rejects.toThrow(/Amsterdam/)
  })
})

// last, because the resource with the same name is not removed
it('a name that several resources have is refused with their ids', async () => {
  const feed = createTestPollRecorder(db)
  const rows = estate('London', 'Amsterdam')
  const twin = createCircuitRow('ckt-ams', link('172.16.9.0/30', '172.16.9.4/30', 'Paris'))
  const elsewhere = twin.resourceId.replace(/resourceGroups\/[^/]+/i, 'resourceGroups/rg-twin')
  await feed.inventory(minute(600), [...rows, { ...twin, resourceId: elsewhere }])
  const failure = ask('ckt-ams', { asked: minute(601) })
  await expect(failure).rejects.toThrow(/^2 resources are named "ckt-ams": send one of their ids: /)
  await expect(failure).rejects.toThrow(ams)
  await expect(ask('ckt-ghost')).rejects.toThrow(/the id or name "ckt-ghost".*\/api\/v1\/circuits/)
})
