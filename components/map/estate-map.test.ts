import { describe, expect, it } from 'vitest'
import type { ActiveProblem } from '#lib/overview/api/index.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { ConnectionMonitorTest } from '#lib/networks/api/index.ts'
import { describeGatewayTransit } from './azure-side.ts'
import { filterCircuits, buildEstateMap } from './estate-map.ts'
import { MAX_MAP_CIRCUITS } from './group-map-places.ts'
import { testMapCircuit, testMapGateway, testMapNetwork } from './testing.ts'

const nothing = { circuits: [], gateways: [], networks: [], sites: [] }

describe('circuits on the map', () => {
  it('stand under their peering location by name, whatever fails', () => {
    const { places, grouped } = buildEstateMap({
      ...nothing,
      circuits: [
        testMapCircuit('a', { location: 'Amsterdam' }),
        testMapCircuit('b', { location: 'London' }),
        testMapCircuit('c', { location: 'London', redundancy: 'no_path' }),
        testMapCircuit('d', { location: null, redundancy: 'reduced' }),
      ],
    })
    expect(grouped).toBe(false)
    expect(places.map(({ name, rows }) => [name, ...rows.map((row) => row.name)])).toEqual([
      ['Amsterdam', 'a'],
      ['London', 'b', 'c'],
      ['Unknown location', 'd'],
    ])
  })

  it('beyond what fits, those of a large place are one row, which says what is wrong', () => {
    const circuits = Array.from({ length: 60 }, (_, index) =>
      testMapCircuit(`c${index}`, { location: `P${index % 4}`, redundancy: index === 7 ? 'no_path' : 'redundant' }),
    )
    const { places, grouped } = buildEstateMap({ ...nothing, circuits })
    expect(grouped).toBe(true)
    expect(places.flatMap(({ rows }) => rows.map(({ name, status }) => [name, status.word]))).toEqual([
      ['15 circuits', 'BOTH PATHS UP'],
      ['15 circuits', 'BOTH PATHS UP'],
      ['15 circuits', 'BOTH PATHS UP'],
      ['15 circuits', '1 of 15 DOWN'],
    ])
    expect(places[3]?.rows[0]?.href).toBe('/circuits?circuits.q=P3')
  })

  it('a group is as bad as it is: one path down of nineteen is a nineteenth of its line', () => {
    const circuits = Array.from({ length: 19 }, (_, index) =>
      testMapCircuit(`c${String(index).padStart(2, '0')}`, { redundancy: index < 1 ? 'reduced' : 'redundant' }),
    )
    const group = buildEstateMap({ ...nothing, circuits }).places[0]?.rows.at(-1)
    expect(group).toMatchObject({ name: '19 circuits', status: { word: '1 of 19 ONE PATH LEFT' } })
    expect(group?.lines.map(({ parts }) => parts)).toEqual([
      undefined,
      [
        { tone: 'down', count: 1 },
        { tone: 'up', count: 18 },
      ],
    ])
    expect(group?.lines[1]?.title).toBe('secondary paths of 19 circuits: 1 DOWN, 18 UP')
  })

  it('a path has its load, and Microsoft peering lines of its own', () => {
    const plain = testMapCircuit('a', { bandwidthMbps: 10 })
    const peerings = [
      { type: 'microsoft', state: 'Enabled', paths: plain.paths, peerAsn: null },
      { type: 'microsoft', state: 'Disabled', paths: plain.paths, peerAsn: null },
    ] as unknown as typeof plain.peerings
    const lines = buildEstateMap({ ...nothing, circuits: [{ ...plain, peerings }] }).places[0]?.rows[0]?.lines
    expect(lines?.map(({ name, load }) => [name, load])).toEqual([
      ['primary', 0.2],
      ['secondary', 0.2],
      ['Microsoft, primary', undefined],
      ['Microsoft, secondary', undefined],
    ])
    expect(lines?.[0]?.title).toBe('a, primary path: UP. 1.00 Mb/s in, 2.00 Mb/s out. 20 % of the bandwidth')
    expect(lines?.[2]?.title).toContain('a, Microsoft peering, primary path: UP')
  })

  it('IPv6 has a line of its own only if its state differs from the state of the path, of each peering', () => {
    const plain = testMapCircuit('a')
    const [first, second] = plain.paths
    if (!first || !second) throw new Error('a circuit has two paths')
    const paths = [
      { ...first, bgpOverIpv6: 'down' as const },
      { ...second, bgpOverIpv6: 'up' as const },
    ]
    const peerings = [{ type: 'microsoft', state: 'Enabled', paths, peerAsn: null }] as unknown as typeof plain.peerings
    const lines = buildEstateMap({ ...nothing, circuits: [{ ...plain, paths, peerings }] }).places[0]?.rows[0]?.lines
    expect(lines?.map(({ name, status }) => [name, status.tone])).toEqual([
      ['primary', 'up'],
      ['secondary + IPv6', 'up'],
      ['IPv6, primary', 'down'],
      ['Microsoft, primary', 'up'],
      ['Microsoft, secondary + IPv6', 'up'],
      ['Microsoft, IPv6, primary', 'down'],
    ])
    expect(lines?.[1]?.title).toMatch(/^a, secondary path over IPv4 and IPv6: UP/)
    expect(lines?.[2]?.title).toBe('a, primary path over IPv6: DOWN')
    expect(lines?.[5]?.title).toBe('a, Microsoft peering, primary path over IPv6: DOWN')
    expect(new Set(lines?.map(({ key }) => key)).size).toBe(6)
  })

  it('an IPv6 session that is down names the last poll of its path, if that is not polled', () => {
    const plain = testMapCircuit('a')
    const at = '2026-11-30T09:59:02.000Z'
    const paths = plain.paths.map((path) => ({
      ...path,
      state: 'unknown' as const,
      lastKnown: { state: 'up' as const, at },
      bgpOverIpv6: 'down' as const,
    }))
    const lines = buildEstateMap({ ...nothing, circuits: [{ ...plain, paths }] }).places[0]?.rows[0]?.lines
    expect(lines?.find(({ name }) => name === 'IPv6, primary')).toMatchObject({
      title: 'a, primary path over IPv6: DOWN (last known at 2026-11-30 09:59 UTC)',
      unconfirmedSince: at,
    })
  })

  it('has what tests measured on the line to Azure; a group has that of all its circuits', () => {
    const points = [{ at: '2026-11-03T11:45:00Z', seconds: 900, failedShare: 0.02, roundTripMs: 12 }]
    const tests = [{ reaches: ['a'], points }] as unknown as ConnectionMonitorTest[]
    const probes = { tests, asOf: Date.parse('2026-11-03T12:00:00Z') }
    const answers = { ...nothing, circuits: [testMapCircuit('a'), testMapCircuit('b')], probes }
    const rowsOf = (turned: string[]) => buildEstateMap(answers, new Set(turned)).places.flatMap(({ rows }) => rows)
    expect(rowsOf([]).map(({ probe }) => probe?.roundTrip)).toEqual(['12 ms', undefined])
    expect(rowsOf(['London']).map(({ name, probe }) => [name, probe?.failedShare])).toEqual([['2 circuits', 0.02]])
  })

  it('a place is closed to one row, and opened where it was grouped', () => {
    const few = [
      testMapCircuit('a'),
      testMapCircuit('b', { redundancy: 'reduced' }),
      testMapCircuit('c', { location: 'Leeds' }),
    ]
    const names = (circuits: typeof few, turned: string[]) =>
      buildEstateMap({ ...nothing, circuits }, new Set(turned)).places.map(({ name, fold, rows }) => [
        name,
        fold?.isOpen,
        ...rows.map((row) => row.name),
      ])
    expect(names(few, [])).toEqual([
      ['Leeds', undefined, 'c'],
      ['London', true, 'a', 'b'],
    ])
    expect(names(few, ['London', 'Leeds'])).toEqual([
      ['Leeds', undefined, 'c'],
      ['London', false, '2 circuits'],
    ])
    const many = [
      ...few,
      ...Array.from({ length: MAX_MAP_CIRCUITS }, (_, n) => testMapCircuit(`d${10 + n}`, { location: 'York' })),
    ]
    expect(names(many, []).map(([name, isOpen, ...rows]) => [name, isOpen, ...rows])).toEqual([
      ['Leeds', undefined, 'c'],
      ['London', true, 'a', 'b'],
      ['York', false, '14 circuits'],
    ])
    expect(names(many, ['York']).find(([name]) => name === 'York')).toHaveLength(2 + MAX_MAP_CIRCUITS)
  })

  it('is filtered by name, place, provider and gateway', () => {
    const circuits = [
      testMapCircuit('a', { location: 'London' }),
      testMapCircuit('b', { location: 'Leeds', gateways: ['hub'] }),
    ]
    const found = (search: string) => filterCircuits(circuits, search).map(({ name }) => name)
    expect(['', 'london', 'PROVA leeds', 'hub', 'x'].map(found)).toEqual([['a', 'b'], ['a'], ['b'], ['b'], []])
  })

  it('no circuit is lost: drawn and counted ones are all of them', () => {
    const circuits = Array.from({ length: 90 }, (_, index) =>
      testMapCircuit(`c${index}`, { location: `P${index % 25}`, redundancy: index % 3 ? 'redundant' : 'reduced' }),
    )
    const rows = buildEstateMap({ ...nothing, circuits }).places.flatMap((place) => place.rows)
    const counted = rows.map(({ name }) => Number(/^(\d+) circuits?$/.exec(name)?.[1] ?? 1))
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(90)
    expect(rows.length).toBeLessThan(2 * MAX_MAP_CIRCUITS)
  })

  it('a declared site stands at the end of its home circuit; elsewhere the end is just on-premises', () => {
    const site = (name: string) => ({ name, home: 'a', prefixes: [], routers: [] })
    const { places } = buildEstateMap({
      ...nothing,
      circuits: [testMapCircuit('a'), testMapCircuit('b')],
      sites: ['x', 'y', 'z'].map(site),
    })
    expect(places[0]?.rows.map((row) => row.site.name)).toEqual(['x, y +1', 'On-premises'])
  })

  it('what was learned stands where nothing is declared, and says that it is learned, of how many prefixes, and how sure', () => {
    const learned = { name: 'learned: London / Colt', circuits: ['a', 'b'], confidence: 'inferred' as const }
    const { places } = buildEstateMap({
      ...nothing,
      circuits: [testMapCircuit('a'), testMapCircuit('b')],
      sites: [{ name: 'x', home: 'a', prefixes: [], routers: [] }],
      learnedSites: [{ ...learned, prefixes: 14 }],
    })
    const [declared, other] = places[0]?.rows.map(({ site }) => site) ?? []
    expect(declared?.name).toBe('x')
    expect(other).toMatchObject({ name: 'London (via Colt)', detail: expect.stringContaining('auto-detected') })
    expect(other?.title).toContain('their neighbors are inferred; no site is declared')
  })

  it('a tunnel stands under the Internet, by what Azure says of it', () => {
    const gateway = testMapGateway('vpn', {
      kind: 'vpn',
      tunnels: { leeds: 'Connected', york: 'NotConnected', hull: null },
    })
    const { places } = buildEstateMap({ ...nothing, gateways: [gateway] })
    expect(places).toHaveLength(1)
    expect(places[0]?.rows.map(({ name, status }) => [name, status.word])).toEqual([
      ['hull', 'UNKNOWN'],
      ['leeds', 'CONNECTED'],
      ['york', 'NOT CONNECTED'],
    ])
  })

  it('a tunnel that is not polled shows its last known state, and keeps a loss', () => {
    const gateway = testMapGateway('vpn', { kind: 'vpn', tunnels: { leeds: 'Connected', york: 'NotConnected' } })
    const connections = gateway.connections.map((one) => ({ ...one, notPolledSince: '2026-11-30T09:59:06.000Z' }))
    const rows = buildEstateMap({ ...nothing, gateways: [{ ...gateway, connections }] }).places[0]?.rows ?? []
    const lost = { tone: 'down', word: 'NOT CONNECTED', detail: 'last known at 2026-11-30 09:59 UTC' }
    expect(rows.map(({ status, lines }) => [status, lines[0]?.status, lines[0]?.unconfirmedSince])).toEqual([
      [
        { tone: 'unknown', word: 'CONNECTED, last known' },
        // the drawing adds the time, as far as it fits
        { tone: 'unknown', word: 'CONNECTED' },
        '2026-11-30T09:59:06.000Z',
      ],
      [lost, lost, '2026-11-30T09:59:06.000Z'],
    ])
    expect(rows[0]?.title).toContain('CONNECTED, last known at 2026-11-30 09:59:06 UTC')
    expect(rows.map(({ isLastKnown }) => isLastKnown ?? false)).toEqual([true, false])
  })

  it('a row of several circuits or tunnels is last known if the state of the worst is', () => {
    const at = '2026-11-30T09:59:06.000Z'
    const unpolled = (name: string) => ({
      ...testMapCircuit(name, { redundancy: 'unknown' }),
      lastKnown: { state: 'redundant' as const, at },
    })
    const down = testMapCircuit('z', { redundancy: 'no_path' })
    const tunnels = Object.fromEntries([1, 2, 3, 4].map((n) => [`t${n}`, 'Connected']))
    const gateway = testMapGateway('vpn', { kind: 'vpn', tunnels })
    const connections = gateway.connections.map((one) => ({ ...one, notPolledSince: at }))
    const combinedIn = (circuits: Circuit[]) =>
      buildEstateMap({ ...nothing, circuits, gateways: [{ ...gateway, connections }] }, new Set(['London']))
        .places.flatMap(({ rows }) => rows)
        .filter(({ name }) => /circuits|tunnels/.test(name))
        .map(({ status, isLastKnown }) => [status.word, isLastKnown ?? false])
    const ofTunnels = ['CONNECTED, last known', true]
    expect(combinedIn([unpolled('a'), unpolled('b')])).toEqual([ofTunnels, ['BOTH PATHS UP, last known', true]])
    expect(combinedIn([unpolled('a'), down])).toEqual([ofTunnels, ['1 of 2 DOWN', false]])
  })
})

it('tunnels that do not fit are one group, with the links of all of them', () => {
  const tunnels = (prefix: string) => Object.fromEntries([1, 2, 3].map((n) => [`${prefix}-${n}`, 'Connected']))
  const gateways = ['v', 'w'].map((name) => testMapGateway(name, { kind: 'vpn', tunnels: tunnels(name) }))
  const rows = buildEstateMap({ ...nothing, gateways }).places[0]?.rows ?? []
  expect(rows.map(({ name, links }) => [name, ...links.map(({ gatewayId }) => gatewayId)])).toEqual([
    ['v-1', 'v'],
    ['v-2', 'v'],
    ['4 more tunnels', 'v', 'w'],
  ])
})

describe('what is healthy by itself and has a problem', () => {
  const impaired = { kind: 'mass_withdraw', severity: 'degraded', called: 'degraded' } as const
  const problem = (type: ActiveProblem['type'], id: string, more: Partial<ActiveProblem> = {}): ActiveProblem => ({
    type,
    id,
    name: id,
    state: 'impaired',
    called: 'degraded',
    kind: 'mass_withdraw',
    severity: 'degraded',
    reason: 'Prefixes withdrawn.',
    href: '',
    since: null,
    unconfirmedSince: null,
    incidentId: 'i1',
    ...more,
  })

  it('says so where it is', () => {
    const { places, gateways } = buildEstateMap({
      ...nothing,
      circuits: [
        testMapCircuit('a'),
        { ...testMapCircuit('b'), impaired },
        { ...testMapCircuit('c'), impaired: { ...impaired, called: 'site on backup' } },
      ],
      gateways: [testMapGateway('g'), { ...testMapGateway('h'), impaired }],
      problems: [
        problem('circuit', 'b'),
        problem('gateway', 'h'),
        problem('site', 'c', { name: 'DC-A', state: 'on_backup', kind: 'site_state_changed', reason: 'on backup' }),
      ],
    })
    expect(places[0]?.rows.map(({ name, status }) => [name, status.word])).toEqual([
      ['a', 'BOTH PATHS UP'],
      ['b', 'DEGRADED'],
      ['c', 'SITE ON BACKUP'],
    ])
    expect(places[0]?.rows[1]?.title).toContain('Prefixes withdrawn')
    expect(gateways.map(({ name, status }) => [name, status.tone])).toEqual([
      ['g', 'up'],
      ['h', 'degraded'],
    ])
  })

  it('keeps the word of a state that is worse', () => {
    const circuits = [{ ...testMapCircuit('a', { redundancy: 'no_path' }), impaired }]
    const { places } = buildEstateMap({ ...nothing, circuits })
    expect(places[0]?.rows[0]?.status.word).toBe('DOWN')
  })

  it('is counted in the group of a place', () => {
    const circuits = Array.from({ length: 20 }, (_, index) => ({
      ...testMapCircuit(`c${String(index).padStart(2, '0')}`),
      impaired: index < 8 ? impaired : null,
    }))
    const rows = buildEstateMap({ ...nothing, circuits }).places[0]?.rows ?? []
    expect(rows.at(-1)).toMatchObject({ name: '20 circuits', status: { word: '8 of 20 DEGRADED' } })
    expect(rows.at(-1)?.title).toContain('8 DEGRADED, 12 BOTH PATHS UP')
  })
})

describe('behind the edge', () => {
  it('gateways that do not fit stand together, and what leads to them leads there', () => {
    const gateways = Array.from({ length: 30 }, (_, index) =>
      testMapGateway(`g${String(index).padStart(2, '0')}`, { state: index === 20 ? 'isolated' : 'healthy' }),
    )
    const map = buildEstateMap({
      ...nothing,
      gateways,
      circuits: [testMapCircuit('a', { gateways: ['g00', 'g28', 'g29'] })],
      networks: [testMapNetwork('n', { gateways: ['g29'] })],
    })
    const last = map.gateways.at(-1)
    expect([last?.name, last?.title, last?.status.word]).toEqual([
      '19 more gateways',
      '19 more gateways, 1 of 19 ISOLATED',
      '1 of 19 ISOLATED',
    ])
    expect(map.places[0]?.rows[0]?.links.map(({ gatewayId }) => gatewayId)).toEqual(['g00', 'gateways/other'])
    expect(map.networks[0]?.gatewayIds).toEqual(['gateways/other'])
  })

  it('networks without a gateway are counted', () => {
    const map = buildEstateMap({
      ...nothing,
      gateways: [testMapGateway('g')],
      networks: [
        testMapNetwork('hub', { gateways: ['g'], peers: { spoke: { allowGatewayTransit: true } } }),
        testMapNetwork('spoke', { peers: { hub: { useRemoteGateways: true } } }),
        testMapNetwork('alone'),
      ],
    })
    expect(map.unreached).toBe(1)
    expect(map.networks.map(({ name, spokes }) => [name, ...spokes.map(({ status }) => status.word)])).toEqual([
      ['hub', 'TRANSIT'],
    ])
  })

  it('what is connected to a Virtual WAN hub is drawn at it, though the hub itself reports no peerings', () => {
    const map = buildEstateMap({
      ...nothing,
      gateways: [testMapGateway('g')],
      networks: [
        testMapNetwork('hub', { kind: 'hub', gateways: ['g'] }),
        testMapNetwork('erp', { peers: { hub: { useRemoteGateways: true } } }),
        testMapNetwork('lab', { peers: { hub: { useRemoteGateways: false } } }),
        testMapNetwork('old', { peers: { hub: { useRemoteGateways: true, state: 'Disconnected' } } }),
      ],
    })
    expect(map.unreached).toBe(0)
    expect(map.networks[0]?.spokes.map(({ name, status }) => [name, status.word])).toEqual([
      ['erp', 'TRANSIT'],
      ['lab', 'NO TRANSIT'],
      ['old', 'DISCONNECTED'],
    ])
    expect(map.networks[0]?.spokes[0]?.title).toBe(
      'erp, connected to hub: it reaches on-premises through these gateways',
    )
  })

  it('peerings whose poll is late show their last known state, but keep a fault', () => {
    const map = buildEstateMap({
      ...nothing,
      gateways: [testMapGateway('g')],
      networks: [
        testMapNetwork('hub', { kind: 'hub', gateways: ['g'] }),
        testMapNetwork('erp', { peers: { hub: { useRemoteGateways: true } } }),
        testMapNetwork('old', { peers: { hub: { useRemoteGateways: true, state: 'Disconnected' } } }),
      ],
      networksPolledAt: '2026-11-30T09:59:06.000Z',
    })
    expect(map.networks[0]?.spokes.map(({ status: { tone, word } }) => [tone, word])).toEqual([
      ['unknown', 'TRANSIT'],
      ['degraded', 'DISCONNECTED'],
    ])
    expect(map.networks[0]?.spokes[0]?.title).toMatch(/, last known at 2026-11-30 09:59 UTC$/)
  })

  it('an instance that is not polled shows its last known number, or that the number is unknown', () => {
    const gateway = testMapGateway('g', { state: 'unknown' })
    const [one, two] = gateway.instances
    if (!one || !two) throw new Error('two instances expected')
    const instances = [{ ...one, lastKnown: { up: 1, expected: 2 } }, two]
    const map = buildEstateMap({ ...nothing, gateways: [{ ...gateway, instances }] })
    expect(map.gateways[0]?.instances.map(({ status: { tone, word } }) => `${tone} ${word}`)).toEqual([
      'unknown 1 of 2',
      'unknown ? of 2',
    ])
  })

  it.each([
    { hub: { transit: true }, spoke: { use: true }, word: 'TRANSIT' },
    { hub: { transit: true }, spoke: { use: false }, word: 'NO TRANSIT' },
    { hub: { transit: false }, spoke: { use: true }, word: 'NO TRANSIT' },
    { hub: { transit: true }, spoke: { use: true, state: 'Disconnected' }, word: 'DISCONNECTED' },
    { hub: { transit: true, state: 'Initiated' }, spoke: undefined, word: 'INITIATED' },
    { hub: { transit: true, state: null }, spoke: { use: true }, word: 'UNKNOWN' },
    { hub: { transit: true }, spoke: undefined, word: 'PEERED' },
  ])('$hub and $spoke are $word', ({ hub, spoke, word }) => {
    const hubSide = { state: 'Connected', ...hub, allowGatewayTransit: hub.transit }
    const spokeSide = spoke && { state: 'Connected', ...spoke, useRemoteGateways: spoke.use }
    expect(describeGatewayTransit(hubSide, spokeSide).status.word).toBe(word)
  })
})
