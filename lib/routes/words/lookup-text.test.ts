import { describe, expect, it } from 'vitest'
import type { LookupCandidate, RouteLookup } from '#lib/routes/api/index.ts'
import {
  formatHubFirewallsOnPath,
  groupCandidatesByStart,
  formatRoutesOfNetworkInterfaces,
  formatLastKnownRoute,
  formatLookupDoubt,
  formatLookupPathTitle,
  formatLookupLead,
  listLookupStatements,
  listDroppingInterfaces,
  listLookupReasons,
  listRankLines,
  createNextHopNames,
  formatPrivateEndpoint,
  formatUnreadTables,
  formatUserRoute,
} from './lookup-text.ts'
import { createLookupTimeFormat } from './lookup-context-text.ts'
import { testCandidate } from './testing.ts'

const lookup = (candidates: LookupCandidate[], known: RouteLookup['known'] = 'observed'): RouteLookup => ({
  ip: '10.10.4.7',
  at: '2026-11-20T03:12:00.000Z',
  known,
  match: candidates[0]?.prefix ?? null,
  system: null,
  userRoutes: [],
  privateEndpoints: [],
  firewalls: [],
  interfaces: [],
  around: null,
  candidates,
})
const names = { circuit: (id: string) => ({ c1: 'erc-london' })[id] ?? id, moment: '03:12:00 UTC', past: true }
const ecmp = 'shorter AS path: 2 hops against 4; ECMP with the other rank-1 routes'

describe('the carrier of an address, and why:', () => {
  it.each([
    [
      'one path',
      lookup([testCandidate({}), testCandidate({ rank: 2, nextHop: '10.0.4.6' })]),
      '10.10.4.7 was routed via erc-london, primary path. Because of the shorter AS path: 2 hops against 4',
    ],
    [
      "a path that is another customer's",
      lookup([
        testCandidate({ instance: null, nextHop: null, peer: null, rule: 'another_customer', anotherCustomer: true }),
        testCandidate({ rank: 2 }),
      ]),
      "10.10.4.7 was routed via another customer's path. Because it comes first there",
    ],
    [
      'two instances that share two next hops',
      lookup(
        ['10.0.4.12', '10.0.4.13'].flatMap((instance) => [
          testCandidate({ instance, reason: ecmp }),
          testCandidate({ instance, reason: ecmp, nextHop: '10.0.4.5', path: 'secondary' }),
        ]),
      ),
      '10.10.4.7 was routed via erc-london, both paths (ECMP). Because of the shorter AS path: 2 hops against 4',
    ],
    [
      'instances that differ',
      lookup([
        testCandidate({ rule: 'only', reason: 'the only route to this address' }),
        testCandidate({ rule: 'only', instance: '10.0.4.13', nextHop: '10.0.4.5', circuitId: null }),
      ]),
      '10.10.4.7 was routed via erc-london, primary path and ergw-hub (ExpressRoute). Because it is the only route',
    ],
    [
      'a table of a circuit’s path',
      lookup([
        testCandidate({
          scopeName: 'erc-london',
          table: 'tables',
          instance: null,
          nextHop: '192.0.2.97',
          rule: 'equal',
        }),
      ]),
      '10.10.4.7 was routed via erc-london, primary path. Because the routes are equal (ECMP)',
    ],
    [
      'a system route before BGP',
      lookup([
        testCandidate({
          table: 'system',
          instance: null,
          nextHop: null,
          peer: null,
          circuitId: null,
          origin: 'Network',
          rule: 'own_space',
          reason: 'system route',
          network: 'vnet-hub',
        }),
        testCandidate({ rank: 2 }),
      ]),
      '10.10.4.7 was delivered inside vnet-hub without a gateway. Because of the network’s own space, which no BGP route overrides (system route)',
    ],
    [
      'nothing but the Internet',
      { ...lookup([]), system: 'internet' as const },
      'At 03:12:00 UTC no BGP route covered 10.10.4.7: Azure’s default system route sends it to the Internet',
    ],
    ['nothing covers it', lookup([]), 'At 03:12:00 UTC there was no route to 10.10.4.7'],
    [
      'no known route, with a table unseen',
      lookup([], 'indeterminate'),
      'Uncertain: at 03:12:00 UTC no route to 10.10.4.7 was known, but a table that may hold one has no data',
    ],
    [
      'no data',
      lookup([], 'unknown'),
      'Uncertain: unknown route to 10.10.4.7 at 03:12:00 UTC: no route table has data for that time',
    ],
  ])('%s', (_, answer, sentence) => {
    expect([formatLookupLead(answer, names), ...listLookupReasons(answer)].join('. ')).toBe(sentence)
  })
  it('has a reason for each network, and one for networks with the same reason', () => {
    const from = (name: string, part: Partial<LookupCandidate>) => testCandidate({ start: { id: name, name }, ...part })
    const only = { rule: 'only', reason: 'the only route to this address' }
    expect(listLookupReasons(lookup([from('vnet-a', only), from('vnet-b', {}), from('vnet-c', only)]))).toEqual([
      'From vnet-a and vnet-c: because it is the only route',
      'From vnet-b: because of the shorter AS path: 2 hops against 4',
    ])
    expect(listLookupReasons(lookup([from('vnet-a', only), from('vnet-c', only)]))).toEqual([
      'Because it is the only route',
    ])
    expect(listLookupReasons(lookup([]))).toEqual([])
  })
  it('names next hops that are gateway instances or neighbors', () => {
    const nameOf = createNextHopNames(
      lookup([
        testCandidate({}),
        testCandidate({ instance: '10.0.4.13', peer: '10.0.4.12', nextHop: '10.0.4.12' }),
        testCandidate({ instance: null, peer: '10.9.9.9', anotherCustomer: true }),
      ]),
      names,
    )
    expect(['10.0.4.12', '10.0.4.13', '10.0.4.4', '10.9.9.9'].map(nameOf)).toEqual([
      'ergw-hub instance',
      'ergw-hub instance',
      'erc-london primary',
      null,
    ])
  })
  it('now is in the present tense', () => {
    expect(formatLookupLead(lookup([testCandidate({})]), { ...names, past: false })).toContain(
      '10.10.4.7 is routed via erc-london',
    )
  })
})

it.each([
  [false, '.'],
  [true, ', unless the user-defined route is as long as the space of the network or longer.'],
  [null, ', unless the subnet applies user-defined routes to them, which Azure does not state.'],
])('private endpoints whose subnet applies user-defined routes (%s) are named', (appliesRoutes, end) =>
  expect(
    formatPrivateEndpoint({
      privateEndpoints: [{ network: 'spoke', subnet: 'links', prefix: '10.1.2.0/26', appliesRoutes }],
    }),
  ).toEqual([`Not modelled: private endpoints in links of spoke. The /32 of one precedes user-defined routes${end}`]),
)

it.each([
  [[], null],
  [['not_given'], '1 table was not read: Azure gives no routes for this connection.'],
  [
    ['not_given', 'timeout'],
    '2 tables were not read: Azure gives no routes for this connection, Azure did not answer in time.',
  ],
] as const)('tables that were not read are counted with their reasons: %j', (outcomes, expected) =>
  expect(formatUnreadTables(outcomes.map((outcome) => ({ outcome })))).toBe(expected),
)

it('user-defined routes are named beside the ranking', () => {
  const route = { scope: 'g', scopeName: 'ergw-hub', routeTable: 'rt-gw', prefix: '10.100.0.0/16', unapplied: null }
  const appliance = { ...route, nextHopType: 'VirtualAppliance', nextHop: '10.0.8.4', nextHops: ['10.0.8.4'] }
  expect(formatUserRoute({ userRoutes: [] })).toBeNull()
  expect(
    formatUserRoute({ userRoutes: [appliance, { ...route, nextHopType: 'None', nextHop: null, nextHops: [] }] }),
  ).toBe(
    'Not ranked: user-defined routes of the GatewaySubnet take what comes from on-premises for 10.100.0.0/16 to 10.0.8.4 (rt-gw at ergw-hub), 10.100.0.0/16 to None (rt-gw at ergw-hub).',
  )
  const unapplied = 'The last change of rt-gw failed, so it is not known to have effect.'
  expect(formatUserRoute({ userRoutes: [{ ...appliance, unapplied }] })).toBe(
    `Not ranked: user-defined routes of the GatewaySubnet are configured to take what comes from on-premises for 10.100.0.0/16 to 10.0.8.4 (rt-gw at ergw-hub). ${unapplied}`,
  )
  const nextHops = ['10.0.8.4', '10.0.8.5', '10.0.8.6']
  expect(formatUserRoute({ userRoutes: [{ ...appliance, nextHopType: 'VirtualApplianceEcmp', nextHops }] })).toContain(
    'for 10.100.0.0/16 to 10.0.8.4 and 10.0.8.5 and 10.0.8.6 (rt-gw at ergw-hub)',
  )
  const firewall = {
    scope: 'h',
    scopeName: 'vhub',
    firewall: 'azfw',
    traffic: null,
    prefix: '10.0.0.0/8',
    behind: null,
  }
  expect(formatHubFirewallsOnPath({ firewalls: [{ ...firewall, unapplied }] })).toEqual([
    `vhub is configured to send 10.0.0.0/8 to azfw. ${unapplied} Where the traffic goes is not known.`,
  ])
})

it('says what chosen network interfaces do with it', () => {
  const route = {
    scope: 'n',
    scopeName: 'nic-web',
    network: 'vnet-web',
    prefix: '0.0.0.0/0',
    source: 'User',
    nextHopType: 'VirtualAppliance',
    nextHops: ['10.0.9.4'],
    readAt: '2026-11-20T03:11:30.000Z',
    known: 'observed' as const,
  }
  const clock = createLookupTimeFormat('2026-11-20T03:12:00.000Z')
  const system = { ...route, network: null, source: null, nextHopType: 'VnetLocal', nextHops: [] }
  const none = { ...route, source: 'Default', nextHopType: 'None', nextHops: [] }
  const interfaces = [route, { ...system, known: 'indeterminate' as const }, none]
  expect(formatRoutesOfNetworkInterfaces({ interfaces, candidates: [] }, () => null, clock)).toEqual([
    'At nic-web in vnet-web the effective route 0.0.0.0/0 (User) sends it to VirtualAppliance 10.0.9.4.',
    'At nic-web the effective route 0.0.0.0/0 (source not stated) sends it to VnetLocal; it changed between two polls around this time.',
  ])
  expect(listDroppingInterfaces({ interfaces })).toEqual([
    'Dropped at nic-web in vnet-web: its effective route 0.0.0.0/0 (Default) has the next hop None',
  ])

  const gateway = { ...route, source: 'VirtualNetworkGateway', nextHopType: 'VirtualNetworkGateway' }
  const used = [testCandidate({ peer: '10.0.4.5', nextHop: '10.0.4.5', path: 'secondary' })]
  const primary = { address: '10.0.4.4', circuitId: 'c1', path: 'primary' as const }
  const around = { neighbors: [primary] } as unknown as NonNullable<RouteLookup['around']>
  const words = (nextHops: string[], readAt: string | null = gateway.readAt) =>
    formatRoutesOfNetworkInterfaces(
      { interfaces: [{ ...gateway, nextHops, readAt }], candidates: used },
      createNextHopNames({ candidates: used, around }, names),
      clock,
    ).join(' ')
  const lead =
    'At nic-web in vnet-web the effective route 0.0.0.0/0 (VirtualNetworkGateway) sends it to VirtualNetworkGateway'
  expect(words(['10.0.4.5'])).toBe(`${lead} 10.0.4.5 (erc-london secondary).`)
  expect(words(['10.0.4.4', '10.0.4.5', '10.0.4.6'])).toBe(
    `${lead} 10.0.4.4 (erc-london primary), 10.0.4.5 (erc-london secondary) and 10.0.4.6 (path unknown). These are the next hops of the interface at its last reading at 03:11:30 UTC; they differ from the gateway’s choice.`,
  )
  expect(words(['10.0.4.4'], null)).toMatch(/at its last reading; they differ/)
})

it('groups candidates by the network or hub in which traffic starts', () => {
  const from = (name: string, part = {}) => testCandidate({ start: { id: name, name }, ...part })
  const networks = [from('vnet-a'), from('vnet-a', { rank: 2 }), from('vnet-b')]
  const paths = [testCandidate({ table: 'tables', start: null })]
  expect(
    groupCandidatesByStart([...networks, from('vhub')]).map(({ start, candidates }) => [start, candidates.length]),
  ).toEqual([
    ['vnet-a', 2],
    ['vnet-b', 1],
    ['vhub', 1],
  ])
  expect(groupCandidatesByStart(paths)).toEqual([{ start: null, candidates: paths }])
})

it('names the start of each path, if the paths differ', () => {
  const names = { circuit: (id: string) => id, moment: 'now', past: false }
  const near = testCandidate({ start: { id: 'a', name: 'vnet-a' } })
  const far = testCandidate({ start: { id: 'b', name: 'vnet-b' }, circuitId: 'c2' })
  expect(formatLookupLead(lookup([near, far]), names)).toMatch(
    /is routed via c1, primary path from vnet-a and via c2, primary path from vnet-b$/,
  )
  const hub = { circuitId: null, path: null, table: 'tables' as const }
  const weu = testCandidate({ ...hub, scope: 'w', scopeName: 'vhub-weu', start: { id: 'w', name: 'vhub-weu' } })
  const zurich = testCandidate({
    ...hub,
    scope: 'z',
    scopeName: 'vhub-zrh',
    transport: 'nva',
    start: { id: 'z', name: 'vhub-zrh' },
  })
  expect(formatLookupLead(lookup([near, weu, zurich]), names)).toMatch(
    /is routed via c1, primary path from vnet-a, via ExpressRoute from vhub-weu and via an appliance from vhub-zrh$/,
  )
  expect(formatLookupLead(lookup([near, { ...far, circuitId: 'c1' }]), names)).toMatch(
    /is routed via c1, primary path$/,
  )
  const own = { ...near, circuitId: null, path: null, origin: 'Network', nextHop: null, peer: null, network: 'vnet-a' }
  expect(formatLookupLead(lookup([own, zurich]), names)).toMatch(
    /is delivered inside vnet-a without a gateway, and routed via an appliance from vhub-zrh$/,
  )
  expect(formatLookupLead(lookup([{ ...own, network: null }]), names)).toMatch(
    /is delivered inside a virtual network of unknown name without a gateway$/,
  )
})

it('a line of the ranking names the virtual network only for a system route', () => {
  const own = testCandidate({ circuitId: null, origin: 'Network', nextHop: null, peer: null, network: 'vnet-a' })
  const behind = testCandidate({ rank: 2, rule: 'own_space', reason: 'after rank 1' })
  expect(listRankLines([own, behind], names).map(({ via }) => via)).toEqual([
    'inside vnet-a',
    'erc-london, primary path',
  ])
  const byVpn = { ...behind, circuitId: null, path: null, transport: 'vpn' as const }
  expect(listRankLines([own, byVpn], names)[1]?.via).toBe('ergw-hub (VPN)')
})

describe('last known routes of a time without polls', () => {
  const clock = createLookupTimeFormat('2026-11-20T03:12:00.000Z')
  const context = { circuit: names.circuit, clock }
  const at = '2026-11-20T03:09:04.000Z'
  const then = (candidates: LookupCandidate[]) => ({
    at,
    known: 'observed' as const,
    match: null,
    system: null,
    candidates,
  })
  it.each([
    [
      'no table is polled',
      lookup([], 'unknown'),
      then([testCandidate({})]),
      '10.10.4.7 was routed via erc-london, primary path; not polled since',
    ],
    [
      'a table is not polled',
      lookup([testCandidate({})], 'indeterminate'),
      then([testCandidate({})]),
      '10.10.4.7 was routed via erc-london, primary path; not every table polled since',
    ],
    ['there was no route', lookup([], 'unknown'), then([]), 'no route to 10.10.4.7; not polled since'],
  ])('%s', (_, answer, lastKnown, words) => {
    expect(formatLastKnownRoute({ ...answer, lastKnown }, context)).toBe(`Last known at 03:09:04 UTC: ${words}`)
  })
  it('titles the path with them, and never as "no route"', () => {
    const title = (answer: RouteLookup) => formatLookupPathTitle(answer, clock)
    expect(title({ ...lookup([], 'unknown'), lastKnown: then([testCandidate({})]) })).toBe(
      'last known at 03:09:04 UTC, not polled since; solid was in use, dashed were other candidates',
    )
    expect(title(lookup([], 'unknown'))).toBe('unknown, because no route table has data')
    expect(title(lookup([], 'indeterminate'))).toBe('no route known, but not every table was read')
    expect(title(lookup([]))).toBe('no route')
    expect(title(lookup([testCandidate({})]))).toBe('solid is in use, dashed are other candidates')
    expect(title(lookup([testCandidate({})], 'indeterminate'))).toBe(
      'uncertain; solid is in use, dashed are other candidates',
    )
  })
  it('lead only if no table is polled', () => {
    const lead = (answer: RouteLookup) => listLookupStatements(answer, { ...context, moment: '03:12', past: false })
    const [lastKnown, routed] = [
      /^Last known at 03:09:04 UTC: 10\.10\.4\.7 was routed via erc-london/,
      /^Uncertain: 10\.10\.4\.7 is routed/,
    ]
    const before = then([testCandidate({})])
    const [main, below] = lead({ ...lookup([], 'unknown'), lastKnown: before })
    expect(main).toMatch(lastKnown)
    expect(below).toBeNull()
    const [some, further] = lead({ ...lookup([testCandidate({})], 'indeterminate'), lastKnown: before })
    expect(some).toMatch(routed)
    expect(further).toMatch(lastKnown)
    expect(lead(lookup([]))[1]).toBeNull()
  })
  it('are absent if polls observed the time', () => expect(formatLastKnownRoute(lookup([]), context)).toBeNull())
})

describe('doubt', () => {
  it.each([
    ['none', lookup([testCandidate({})]), null],
    [
      'a change in between',
      lookup([testCandidate({ known: 'indeterminate' })], 'indeterminate'),
      /changed between two polls/,
    ],
    ['a table without data', lookup([testCandidate({})], 'indeterminate'), /no data at this time/],
  ])('%s', (_, answer, words) => {
    if (words === null) expect(formatLookupDoubt(answer)).toBeNull()
    else expect(formatLookupDoubt(answer)).toMatch(words)
  })
})
