import { describe, expect, it } from 'vitest'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import { parseWhatIfLosses } from '#lib/contract/index.ts'
import type { WhatIfResult, WhatIfRow } from '#lib/resilience/api/index.ts'
import { testPath, testPeering } from '#lib/circuits/api/testing.ts'
import { buildEstateMap } from '../../map/estate-map.ts'
import { testMapCircuit, testMapGateway } from '../../map/testing.ts'
import type { TopologyMap } from '../../map/map-model.ts'
import { listLossOptions } from './loss-options.ts'
import { splitWhatIfParameter, toggleLostResource, buildWhatIfHref } from '../../links/what-if-href.ts'
import { buildWhatIfMap } from './what-if-map.ts'

const up = { tone: 'up', word: 'UP' } as const
const place = (key: string) => ({ key, name: key, href: `/there/${key}`, title: key })
const item = (key: string) => ({ ...place(key), status: up })
const circuit = (key: string) => ({
  ...item(key),
  rank: 0,
  site: { ...place(`site/${key}`), detail: '' },
  links: [],
  lines: ['primary', 'secondary'].map((path) => ({ ...item(`${key}/${path}`), traffic: '↑ 1', load: 0.5 })),
})
const gateway = (key: string) => ({ ...item(key), detail: '', rank: 0, instances: [], moreInstances: 0 })
const map: TopologyMap = {
  places: [{ key: 'place/London', name: 'London', rows: [circuit('lon'), circuit('ams'), circuit('rest/London')] }],
  gateways: [gateway('gw'), gateway('other'), gateway('public')],
  networks: [],
  grouped: false,
  unreached: 0,
}
const path = (circuitId: string, of: 'primary' | 'secondary') => ({ peer: null, circuitId, path: of })
const row = (fields: Partial<WhatIfRow>) =>
  ({ side: 'azure', scope: 'gw', before: [], after: [], outcome: 'stays', reduced: false, ...fields }) as WhatIfRow

const answer = (fields: Partial<WhatIfResult>) => ({ lost: [], prefixes: [], ...fields }) as unknown as WhatIfResult
const statuses = (of: TopologyMap) =>
  Object.fromEntries(
    [...of.places.flatMap(({ rows }) => rows.flatMap((one) => [one, ...one.lines])), ...of.gateways].map(
      ({ key, status }) => [key, status.word],
    ),
  )
const href = (term: string) => `?lose=${term}`

describe('the map of a what-if', () => {
  it('leaves out sessions beside a path: what would become of them is not computed', () => {
    const lon = circuit('lon')
    const beside = { ...item('lon/IPv6/primary'), traffic: null, isBesidePath: true as const }
    const places = [{ key: 'place/London', name: 'London', rows: [{ ...lon, lines: [...lon.lines, beside] }] }]
    const [row] = buildWhatIfMap({ ...map, places }, null, ['lon'], href).places[0]?.rows ?? []
    expect(row?.lines.map(({ key }) => key)).toEqual(['lon/primary', 'lon/secondary'])
  })

  it('leads to itself with an item lost; groups lead to where they did', () => {
    const shown = buildWhatIfMap(map, null, [], href)
    const [lon, , rest] = shown.places[0]?.rows ?? []
    expect([lon?.href, lon?.lines[0]?.href, rest?.href]).toEqual([
      '?lose=lon',
      '?lose=lon/primary',
      '/there/rest/London',
    ])
    expect(lon?.title).toBe('Fail lon')
    expect(buildWhatIfMap(map, null, ['lon'], href).places[0]?.rows[0]?.title).toBe('Restore lon')
  })

  it('marks the sites whose prefixes are stranded, in whichever table, and names these', () => {
    const [london] = map.places
    const named = (names: string[]) => (one: TopologyMap['places'][number]['rows'][number]) => ({
      ...one,
      site: { ...one.site, names },
    })
    const [lon, ams] = london?.rows ?? []
    if (!london || !lon || !ams) throw new Error('the map has two circuits')
    const rows = [named(['London', 'Leeds'])(lon), named(['Amsterdam'])(ams)]
    const gone = (site: string | null, prefix: string, scope = 'gw') =>
      row({ outcome: 'stranded', site, prefix, scope, scopeName: scope })
    const prefixes = [gone('Leeds', '10.2.0.0/16'), gone('Leeds', '10.2.0.0/16', 'other'), gone(null, '10.9.0.0/16')]
    const shown = buildWhatIfMap({ ...map, places: [{ ...london, rows }] }, answer({ prefixes }), ['lon'], href)
    expect(shown.places[0]?.rows.map(({ site: { title, status } }) => [title, status?.word, status?.detail])).toEqual([
      ['site/lon. Cut off from gw, other: 10.2.0.0/16', '1 prefix CUT OFF', 'from gw and other'],
      ['site/ams', undefined, undefined],
    ])
  })

  it('each item of a map fails itself: a path by its peering, a tunnel by its connection', () => {
    const peering = (type: 'private' | 'microsoft') => {
      const peeringType = type === 'private' ? 'AzurePrivatePeering' : 'MicrosoftPeering'
      const own = [testPath({ path: 'primary', state: 'up' }), testPath({ path: 'secondary', state: 'up' })]
      return testPeering({ name: peeringType, peeringType, type, paths: own })
    }
    const estate = buildEstateMap({
      circuits: [
        { ...testMapCircuit('both'), peerings: [peering('private'), peering('microsoft')] },
        { ...testMapCircuit('public'), peerings: [peering('microsoft')] },
      ],
      gateways: [testMapGateway('gw', { tunnels: { branch: 'Connected' } })],
      networks: [],
      sites: [],
    })
    const rows = buildWhatIfMap(estate, null, [], (term) => term).places.flatMap((one) => one.rows)
    const terms = rows.flatMap((row) => [row.href, ...row.lines.map((line) => line.href)])
    expect(terms.toSorted()).toEqual([
      'both',
      'both/microsoft/primary',
      'both/microsoft/secondary',
      'both/primary',
      'both/secondary',
      'branch',
      'branch',
      'public',
      'public/microsoft/primary',
      'public/microsoft/secondary',
    ])
    for (const term of terms) expect(parseWhatIfLosses(term)).toHaveProperty('terms')
    const paths = [{ circuitId: 'public', peering: 'microsoft', path: 'primary' }] as const
    const lost = [{ term: 'x', kind: 'path', id: 'public', name: 'x', paths }] as unknown as WhatIfResult['lost']
    expect(statuses(buildWhatIfMap(estate, answer({ lost }), [], href))).toMatchObject({
      'public/microsoft/primary': 'FAILED',
      'public/microsoft/secondary': 'UP',
    })
  })

  it('shows what is lost, what takes over and what is stranded', () => {
    const prefixes = [
      row({ outcome: 'moves', before: [path('lon', 'primary')], after: [path('ams', 'primary')] }),
      row({ outcome: 'stranded', before: [path('lon', 'primary')] }),
      row({ scope: 'other', outcome: 'unknown' }),
      row({ scope: 'public', outcome: 'internet' }),
    ]
    const lost = [{ term: 'lon', kind: 'circuit', id: 'lon', name: 'lon', paths: [] }] as WhatIfResult['lost']
    expect(statuses(buildWhatIfMap(map, answer({ prefixes, lost }), ['lon'], href))).toMatchObject({
      lon: 'FAILED',
      'lon/primary': 'FAILED',
      'lon/secondary': 'FAILED',
      ams: '+1 prefix',
      'ams/primary': '+1 prefix',
      'ams/secondary': 'UP',
      gw: '1 CUT OFF',
      other: 'UNKNOWN',
      public: '1 to the Internet',
    })
  })

  it('marks what is lost as failed, without traffic, and what moves calmly', () => {
    const prefixes = [row({ outcome: 'moves', before: [path('lon', 'primary')], after: [path('ams', 'primary')] })]
    const [lon, ams] = buildWhatIfMap(map, answer({ prefixes }), ['lon'], href).places[0]?.rows ?? []
    expect([lon, ...(lon?.lines ?? []), ams].map((one) => one?.status.tone)).toEqual(['down', 'down', 'down', 'notice'])
    expect([lon, ams].map((one) => one?.lines[0]?.traffic)).toEqual([null, '↑ 1'])
    expect(lon?.lines[0]).not.toHaveProperty('load')
  })

  it('shows a lost gateway as lost, whatever it strands', () => {
    const lost = [{ term: 'gw', kind: 'gateway', id: 'gw', name: 'gw', paths: [] }] as WhatIfResult['lost']
    const shown = buildWhatIfMap(map, answer({ prefixes: [row({ outcome: 'stranded' })], lost }), ['gw'], href)
    expect(shown.gateways[0]?.status).toEqual({ tone: 'down', word: 'FAILED', detail: '1 prefix cut off' })
  })

  it('shows the circuits of a lost location, and of a lost router its paths alone', () => {
    const paths = [{ circuitId: 'lon', peering: 'private', path: 'primary' }] as WhatIfResult['lost'][number]['paths']
    const lost = (kind: 'location' | 'router') => answer({ lost: [{ term: 'x', kind, id: null, name: 'x', paths }] })
    expect(statuses(buildWhatIfMap(map, lost('location'), [], href))).toMatchObject({
      lon: 'FAILED',
      'lon/secondary': 'FAILED',
    })
    expect(statuses(buildWhatIfMap(map, lost('router'), [], href))).toMatchObject({
      lon: 'UP',
      'lon/primary': 'FAILED',
    })
  })
})

describe('the address of a scenario', () => {
  it('has all of it', () => {
    expect(buildWhatIfHref({ lose: ['a', 'location:London 2'], change: ['prepend:a:3'] })).toBe(
      '/resilience?tab=what-if&lose=a%2Clocation%3ALondon+2&change=prepend%3Aa%3A3',
    )
    expect(buildWhatIfHref({ lose: [], change: [] })).toBe('/resilience?tab=what-if')
  })

  it('a term is taken in and out; a circuit takes its paths with it', () => {
    expect(toggleLostResource(['a'], 'b')).toEqual(['a', 'b'])
    expect(toggleLostResource(['a', 'b'], 'a')).toEqual(['b'])
    expect(toggleLostResource(['a/primary', 'ab'], 'a')).toEqual(['ab', 'a'])
    expect(splitWhatIfParameter(' a, b,,a')).toEqual(['a', 'b'])
  })
})

describe('the list to pick from', () => {
  const circuits = [
    {
      id: 'lon',
      name: 'ckt-lon',
      provider: 'Equinix',
      peeringLocation: 'Zurich Metro',
      peeringLocations: ['Zurich', 'Zurich2'],
      peerings: [
        { type: 'private', paths: [{ path: 'primary' }] },
        { type: 'microsoft', paths: [{ path: 'primary' }] },
      ],
    },
  ] as unknown as Circuit[]
  const gateways = [{ id: 'gw', name: 'ergw', instances: [{ address: '10.0.4.12' }] }] as unknown as Gateway[]

  it('has the same terms as the map, and what the map has not', () => {
    const terms = listLossOptions(circuits, gateways, []).flatMap(({ options }) => options.map(({ value }) => value))
    expect(terms).toEqual([
      'lon',
      'location:Zurich',
      'location:Zurich2',
      'provider:Equinix',
      'lon/primary',
      'lon/microsoft/primary',
      'gw',
      'gw/10.0.4.12',
    ])
    expect(parseWhatIfLosses(terms.join(','))).toMatchObject({ terms: terms.map((text) => ({ text })) })
  })
})
