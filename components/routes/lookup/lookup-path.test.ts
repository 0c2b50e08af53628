import { expect, it } from 'vitest'
import type { LookupCandidate, RouteLookup } from '#lib/routes/api/index.ts'
import { buildLookupPath, compareLookupPaths, splitLookupPath } from './lookup-path.ts'
import { testCandidate } from '#lib/routes/words/testing.ts'

const lookup = (candidates: LookupCandidate[]): RouteLookup => ({
  ip: '10.10.4.7',
  at: '2026-11-20T03:12:00.000Z',
  known: 'observed',
  match: '10.10.0.0/16',
  system: null,
  userRoutes: [],
  privateEndpoints: [],
  firewalls: [],
  interfaces: [],
  around: null,
  candidates,
})
const names = {
  circuit: () => 'erc-london',
  learnedSites: [{ name: 'learned: Leeds / Colt', circuits: ['c2'] }],
  sites: [{ name: 'London', prefixes: ['10.10.0.0/16'] }],
}
const drawn = (candidates: LookupCandidate[], sites: (typeof names)['sites'] = names.sites) => {
  const { nodes, edges, sentences } = buildLookupPath(lookup(candidates), { ...names, sites })
  return {
    nodes: nodes.map(({ column, text, rank }) => `${column} ${text} ${rank}`),
    edges: edges.map(({ from, to, rank }) => `${from.text} > ${to.text} ${rank}`),
    sentences,
  }
}

it('candidates share what they both pass, with the better rank', () => {
  const other = testCandidate({
    rank: 2,
    peer: '10.0.4.5',
    nextHop: '10.0.4.5',
    path: 'secondary',
    asPath: [12076, 65001, 65001],
  })
  expect(drawn([other, testCandidate({})])).toEqual({
    nodes: [
      'address 10.10.4.7 1',
      'instance ergw-hub 1',
      'neighbor 10.0.4.4 1',
      'path erc-london 1',
      'asPath 12076 65001 1',
      'site London 1',
      'neighbor 10.0.4.5 2',
      'path erc-london 2',
      'asPath 12076 65001×2 2',
    ],
    edges: [
      '10.10.4.7 > ergw-hub 1',
      'ergw-hub > 10.0.4.4 1',
      '10.0.4.4 > erc-london 1',
      'erc-london > 12076 65001 1',
      '12076 65001 > London 1',
      'ergw-hub > 10.0.4.5 2',
      '10.0.4.5 > erc-london 2',
      'erc-london > 12076 65001×2 2',
      '12076 65001×2 > London 2',
    ],
    sentences: [
      'In use: 10.10.4.7 10.10.0.0/16 → ergw-hub 10.0.4.12 → 10.0.4.4 → erc-london primary path → 12076 65001 → London',
      'Rank 2: 10.10.4.7 10.10.0.0/16 → ergw-hub 10.0.4.12 → 10.0.4.5 → erc-london secondary path → 12076 65001×2 → London',
    ],
  })
})

it('a next hop that is an instance of a gateway has the name of the gateway', () => {
  const direct = testCandidate({})
  const over = testCandidate({ rank: 2, instance: '10.0.4.13', peer: '10.0.4.12', nextHop: '10.0.4.12' })
  const { nodes } = buildLookupPath(lookup([direct, over]), names)
  expect(nodes.filter(({ column }) => column === 'neighbor')).toMatchObject([
    { label: 'MSEE', text: '10.0.4.4', detail: null },
    { label: 'gateway instance', text: '10.0.4.12', detail: 'ergw-hub instance' },
  ])
})

it.each([
  ['without a site ends in the AS that it began in', [testCandidate({})], [], 'site AS 65001 1'],
  [
    'is named after the site that was learned of its circuit',
    [testCandidate({ circuitId: 'c2' })],
    [],
    'site Leeds (via Colt) 1',
  ],
  [
    'of another customer says nothing of it',
    [testCandidate({ anotherCustomer: true, rank: 2 })],
    [],
    "path another customer's path 2",
  ],
  [
    'of a path table is drawn where no gateway has one',
    [testCandidate({ table: 'tables' })],
    [],
    'instance ergw-hub 1',
  ],
])('a route %s', (_, candidates, sites, node) => {
  expect(drawn(candidates, sites).nodes).toContain(node)
})

it('a path that is down stays in the picture, without lines, if the other path of its circuit is in use', () => {
  const [from, at] = ['2026-11-20T02:57:00.000Z', '2026-11-20T03:12:00.000Z']
  const lane = (path: 'primary' | 'secondary', is: 'up' | 'down') => ({
    circuitId: 'c1',
    circuitName: 'erc-london',
    path,
    inUse: is === 'up',
    states: [{ from, to: at, is }],
  })
  const around = { from, to: at, paths: [lane('primary', 'down'), lane('secondary', 'up')] } as unknown as NonNullable<
    RouteLookup['around']
  >
  const second = testCandidate({ peer: '10.0.4.5', nextHop: '10.0.4.5', path: 'secondary' })
  const { nodes, edges, sentences } = buildLookupPath({ ...lookup([second]), around }, names)
  const down = nodes.filter(({ isDown }) => isDown)
  expect(down).toMatchObject([{ column: 'path', text: 'erc-london', detail: 'primary path', href: '/circuits/c1' }])
  expect(nodes.at(-1)).toBe(down[0])
  expect(edges.some(({ from: start, to }) => down.includes(start) || down.includes(to))).toBe(false)
  expect(sentences.at(-1)).toBe('Down: erc-london primary path')
  // a route that still names the path is not drawn twice
  const stale = testCandidate({ rank: 2 })
  const both = buildLookupPath({ ...lookup([second, stale]), around }, names).nodes
  expect(both.filter(({ detail }) => detail === 'primary path')).toMatchObject([{ rank: 2, isDown: true }])
})

it('a system route ends in its virtual network without a gateway', () => {
  const own = testCandidate({ circuitId: null, origin: 'Network', nextHop: null, asPath: [], network: 'vnet-hub' })
  const rows = [own, { ...own, instance: '10.0.4.13', peer: '10.0.4.12' }, testCandidate({ ...own, table: 'system' })]
  expect(drawn(rows)).toEqual({
    nodes: ['address 10.10.4.7 1', 'site vnet-hub 1'],
    edges: ['10.10.4.7 > vnet-hub 1'],
    sentences: ['In use: 10.10.4.7 10.10.0.0/16 → vnet-hub'],
  })
})

it('path tables are not drawn beside what a gateway learned', () => {
  const { nodes } = drawn([testCandidate({}), testCandidate({ table: 'tables', scope: 'c9', scopeName: 'erc-other' })])
  expect(nodes.join()).not.toContain('erc-other')
})

it('a change is what only one side has, and what became the one in use', () => {
  const pathOf = (candidates: LookupCandidate[]) => buildLookupPath(lookup(candidates), names)
  const second = testCandidate({ rank: 2, peer: '10.0.4.5', nextHop: '10.0.4.5', path: 'secondary' })
  const before = pathOf([testCandidate({}), second])
  const after = pathOf([{ ...second, rank: 1 }])
  const { onlyBefore, onlyAfter, ...marks } = compareLookupPaths(before, after)
  expect(Object.fromEntries(marks.before)).toEqual({
    'neighbor 10.0.4.4': 'withdrawn',
    [`path ${testCandidate({}).circuitId} primary`]: 'withdrawn',
  })
  expect(Object.fromEntries(marks.after)).toEqual({
    'neighbor 10.0.4.5': 'now in use',
    [`path ${testCandidate({}).circuitId} secondary`]: 'now in use',
  })
  expect(onlyBefore.map((words) => words.split(':')[0])).toEqual(['In use', 'Rank 2'])
  expect(onlyAfter.map((words) => words.split(':')[0])).toEqual(['In use'])

  const back = compareLookupPaths(after, before)
  expect(back.after.get('neighbor 10.0.4.4')).toBe('new')
  expect(back.after.get('neighbor 10.0.4.5')).toBe('no longer in use')
  expect(compareLookupPaths(before, before)).toEqual({
    before: new Map(),
    after: new Map(),
    onlyBefore: [],
    onlyAfter: [],
  })
})

it('paper has the path in two rows, which share a column and lose no node or line', () => {
  // a VPN neighbor has no circuit, so its line passes over the column at which the picture is split
  const vpn = testCandidate({ rank: 2, peer: '169.254.21.2', circuitId: null, path: null, asPath: [65010] })
  const whole = buildLookupPath(lookup([testCandidate({}), vpn]), names)
  const [first, second, ...others] = splitLookupPath(whole)
  expect(others).toEqual([])
  expect([...new Set(first?.nodes.map(({ column }) => column))]).toEqual(['address', 'instance', 'neighbor', 'path'])
  expect(second?.nodes.map(({ column, text }) => `${column} ${text}`)).toContain('path 169.254.21.2')
  expect([...new Set(second?.nodes.map(({ column }) => column))].toSorted()).toEqual(['asPath', 'path', 'site'])
  expect([...(first?.edges ?? []), ...(second?.edges ?? [])]).toHaveLength(whole.edges.length)
  const short = { ...whole, nodes: whole.nodes.filter(({ column }) => column === 'path'), edges: [] }
  expect(splitLookupPath(short)).toHaveLength(1)
})
