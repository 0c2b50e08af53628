import { beforeAll, describe, expect, it } from 'vitest'
import { computeAsPathLength, parseAsPath } from '#lib/bgp/index.ts'
import { routeSorts, type RouteSort } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { comparePathTables } from './compare-path-tables.ts'
import { readRoutesAtMoment } from './routes-at.ts'
import { computeShortId } from '../../store/short-id.ts'
import { type TestPollSource, createTestPollSource, routeRow } from '../../testing/feed.ts'
import { readEveryPage } from '../../testing/pages.ts'
import type { RouteAtMoment } from '../../types.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const prefixes = ['0.0.0.0/0', '10.0.0.0/8', '10.10.0.0/16', '10.10.5.0/24', '10.100.0.0/16', '::/0', '2001:db8::/32']
let feed: TestPollSource
const path = (text: string) => parseAsPath(text) ?? { asPath: [] }

beforeAll(async () => {
  feed = await createTestPollSource(db)
  const rows = prefixes.map((prefix) => routeRow(prefix))
  await feed.record('learned', { startedAt: T0, finishedAt: T0 + 1_000, rows })
})

it.each([
  ['10.10.0.0/16', ['10.10.0.0/16', '10.10.5.0/24']],
  ['10.10.5.0/24', ['10.10.5.0/24']],
  ['10.0.0.0/8', ['10.0.0.0/8', '10.10.0.0/16', '10.10.5.0/24', '10.100.0.0/16']],
  ['0.0.0.0/0', prefixes.slice(0, 5)],
  ['::/0', prefixes.slice(5)],
  ['192.0.2.0/24', []],
])('within %s lie %j, now and as of a moment, page by page', async (within, expected) => {
  for (const at of [null, T0 + 2_000]) {
    const query = { scope: feed.resourceId, at, within }
    const rows = await readEveryPage(1, (page) => readRoutesAtMoment(db.pool, { ...query, ...page }))
    expect(rows.map(({ prefix }) => prefix)).toEqual(expected)
  }
})

describe('another order', () => {
  let table: TestPollSource
  /** Includes two routes with the same prefix and peer, and one with only a prefix. */
  const routes = [
    routeRow('10.3.0.0/16', { peer: '10.0.4.12', nextHop: '10.0.4.12', weight: 5, ...path('65001 {65002,65003}') }),
    routeRow('10.1.0.0/16', { peer: '10.0.4.4', nextHop: '10.0.4.4', weight: 32_769, localPref: 4_000_000_000 }),
    routeRow('10.1.0.0/16', { peer: '10.0.4.4', nextHop: '10.0.4.9', weight: 32_769, asPath: [65009, 65009] }),
    routeRow('10.2.0.0/16', { instance: '10.0.4.5', peer: '10.0.4.4', weight: 32_769, asPath: [65001] }),
    routeRow('10.4.0.0/16', { peer: null, nextHop: null, origin: 'Network', weight: null, asPath: [] }),
    routeRow('10.4.0.0/16', { peer: '10.0.4.5', origin: 'IBgp', weight: 100, ...path('(65001 65002) [65003]') }),
    routeRow('10.4.0.0/16', { peer: '10.0.4.6', weight: 100, ...path('(65001 65002) 65010 {65003} 65011') }),
    routeRow('::/0', { peer: '10.0.4.5', origin: 'Network', weight: 100 }),
  ]

  beforeAll(async () => {
    table = await createTestPollSource(db)
    await table.record('learned', { startedAt: T0, finishedAt: T0 + 1_000, rows: routes.slice(0, 3) })
    await table.record('learned', { startedAt: T0 + 60_000, finishedAt: T0 + 61_000, rows: routes })
  })

  /** Returns a sort key that compares digits by their value. */
  const natural = (text: string | null) =>
    text?.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(10, '0')) ?? null
  const keys: Record<RouteSort, (row: RouteAtMoment) => string | number | null> = {
    prefix: ({ prefix }) => prefixOrder.indexOf(prefix),
    scope: ({ scopeName }) => natural(scopeName),
    table: ({ kind }) => kind,
    instance: ({ instance }) => natural(instance),
    peer: ({ peer }) => natural(peer),
    nextHop: ({ nextHop }) => natural(nextHop),
    origin: ({ origin }) => natural(origin),
    asPath: computeAsPathLength,
    weight: ({ weight }) => weight,
    localPref: ({ localPref }) => localPref,
    since: ({ since }) => since.latest,
  }
  const prefixOrder = ['10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16', '10.4.0.0/16', '::/0']
  const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0)

  it.each(routeSorts.flatMap((by) => [false, true].map((descending) => ({ by, descending }))))(
    '$by, descending $descending: all rows, page by page, now and as of a moment',
    async (order) => {
      for (const at of [null, T0 + 62_000]) {
        const query = { scope: table.resourceId, at, order }
        const { rows: whole } = await readRoutesAtMoment(db.pool, { ...query, limit: 100 })
        expect(whole).toHaveLength(routes.length)
        for (const limit of [1, 2, 5])
          expect(await readEveryPage(limit, (page) => readRoutesAtMoment(db.pool, { ...query, ...page }))).toEqual(
            whole,
          )
        const found = whole.map((row) => keys[order.by](row))
        const known = found.filter((key) => key !== null).toSorted(compare)
        if (order.descending) known.reverse()
        expect(found).toEqual([...known, ...Array.from({ length: found.length - known.length }, () => null)])
      }
    },
  )

  it('is that of the paths that hold an ASN anywhere, in sets and confederations, too', async () => {
    const { rows } = await readRoutesAtMoment(db.pool, { scope: table.resourceId, at: null, asn: 65003, limit: 100 })
    expect(rows.map(({ asPathText }) => asPathText)).toEqual([
      '65001 {65002,65003}',
      '(65001 65002) [65003]',
      '(65001 65002) 65010 {65003} 65011',
    ])
  })

  it.each([null, T0 + 62_000])('is that of a peer in any order, at %s', async (at) => {
    for (const by of ['prefix', 'weight'] as const) {
      const order = { by, descending: false }
      const { rows } = await readRoutesAtMoment(db.pool, {
        scope: table.resourceId,
        at,
        order,
        peer: '10.0.4.5',
        limit: 100,
      })
      expect(rows.map(({ prefix, peer }) => `${prefix} ${peer}`)).toEqual(['10.4.0.0/16 10.0.4.5', '::/0 10.0.4.5'])
    }
  })

  it('a cursor of one order is none of another', async () => {
    const query = { scope: table.resourceId, at: null, limit: 2 }
    const page = await readRoutesAtMoment(db.pool, { ...query, order: { by: 'weight', descending: false } })
    const other = { ...query, order: { by: 'weight' as const, descending: true }, cursor: page.nextCursor ?? '' }
    await expect(readRoutesAtMoment(db.pool, other)).rejects.toThrow(/another query/)
  })
})

describe('two path tables', () => {
  it('differ by what best-path selection counts of sets and confederations', async () => {
    const subresource = (name: string) => `AzurePrivatePeering/${name}`
    const circuit = { type: 'expressRouteCircuits' }
    const primary = await createTestPollSource(db, { ...circuit, subresource: subresource('primary') })
    const name = primary.resourceId.split('/').at(-1) ?? ''
    const secondary = await createTestPollSource(db, { ...circuit, subresource: subresource('secondary'), name })
    const rows = (...paths: string[]) =>
      paths.map((text, n) => routeRow(`10.${n}.0.0/16`, { instance: null, peer: null, ...path(text) }))
    const ofPoll = { startedAt: T0, finishedAt: T0 + 1_000 }
    const sides = [
      ['12076 65001 {65010,65011}', '(65001 65002) 65010'],
      ['65001 65010', '65010 65011'],
    ] as const
    await primary.record('tables', { ...ofPoll, rows: rows(...sides[0]) })
    await secondary.record('tables', { ...ofPoll, rows: rows(...sides[1]) })
    const [a, b] = ['primary', 'secondary'].map((side) => [
      { scope: computeShortId(primary.resourceId), subresource: subresource(side) },
    ])
    const compared = await comparePathTables(db.pool, { a: a ?? [], b: b ?? [], within: [], most: 9 })
    expect(compared).toMatchObject({
      shared: 2,
      unequal: 1,
      differences: [{ prefix: '10.1.0.0/16', a: path('(65001 65002) 65010'), b: path('65010 65011') }],
    })
  })
})
