import { describe, expect, it } from 'vitest'
import type { RouteRow } from '#lib/contract/index.ts'
import { routeRow } from '../../testing/feed.ts'
import { createProvenAbsence } from '../poll-reading.ts'
import { parseAttributesText, groupRowsByRouteKey, formatRouteKey } from './route-table.ts'
import { listTableChanges, type KnownRoute, compareRouteTable } from './compare-route-table.ts'

const PREFIX = '10.1.0.0/16'
const texts = (...rows: RouteRow[]) => [...groupRowsByRouteKey(rows).values()].map(({ text }) => text)
const textOf = (row: RouteRow) => texts(row).join()

it('a table writes attributes in one order; what not every table has is written where it is there', () => {
  const own = '"nextHop":"10.0.4.4","asPath":[12076,65001],"origin":"EBgp","weight":32769,"localPref":null'
  expect(textOf(routeRow(PREFIX))).toBe(`[{${own}}]`)
  expect(textOf(routeRow(PREFIX, { state: 'Active', asPathText: '12076 ?' }))).toBe(
    `[{${own},"state":"Active","asPathText":"12076 ?"}]`,
  )
  expect(parseAttributesText(textOf(routeRow(PREFIX, { nextHop: '', origin: '' })))).toMatchObject([
    { nextHop: null, origin: null },
  ])
})

describe('a poll of a route table', () => {
  // `b` was already silent before, and rows without an instance were last read by a complete poll
  const reading = createProvenAbsence(
    1,
    { startedAt: 100, finishedAt: 110, outcome: 'incomplete', silentInstances: ['b'] },
    { readAt: 90, silentReadAt: { '': 50, b: 60 } },
  )
  const begun = { lastAbsent: null, firstPresent: 20, lastPresent: 10 }
  const known = (row: RouteRow, open: KnownRoute['open'] = begun): KnownRoute => ({
    id: 7,
    instance: row.instance ?? '',
    peer: row.peer ?? '',
    prefix: row.prefix,
    set: open && textOf(row),
    open,
  })
  const row = (n: number, more: Partial<RouteRow> = {}) => routeRow(`10.${n}.0.0/16`, more)
  const gone = [4, 5].map((n) => known(row(n), null))
  const routes = [...[1, 2, 3].map((n) => known(row(n))), ...gone, known(row(6, { instance: 'b' }))]
  const table = {
    routes: new Map(routes.map((route) => [formatRouteKey(route), route])),
    setOf: (text: string) => text,
  }
  const others = [row(8, { instance: 'b' }), row(9, { instance: null, peer: null })]
  const steps = compareRouteTable(table, reading, { rows: [row(7), row(4), row(2, { weight: 1 }), row(1), ...others] })

  it('proves what came, changed and went since each instance was read, in one order', () => {
    const proved = listTableChanges(steps, (set) => parseAttributesText(String(set)))
    expect(
      proved.map(({ op, instance, peer, prefix, before, after, between }) => [
        `${op} ${prefix} of ${instance} ${peer}`,
        [before, after].map((sets) => sets.map(({ weight }) => weight)),
        [between.earliest, between.latest],
      ]),
    ).toEqual([
      ['announce 10.9.0.0/16 of null null', [[], [32_769]], [50, 110]],
      ['change 10.2.0.0/16 of 10.0.4.12 10.0.4.4', [[32_769], [1]], [90, 110]],
      ['withdraw 10.3.0.0/16 of 10.0.4.12 10.0.4.4', [[32_769], []], [90, 110]],
      ['announce 10.4.0.0/16 of 10.0.4.12 10.0.4.4', [[], [32_769]], [90, 110]],
      ['announce 10.7.0.0/16 of 10.0.4.12 10.0.4.4', [[], [32_769]], [90, 110]],
      ['announce 10.8.0.0/16 of b 10.0.4.4', [[], [32_769]], [60, 110]],
    ])
  })
})
