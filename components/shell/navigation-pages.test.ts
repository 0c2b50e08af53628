import { expect, it } from 'vitest'
import { mayBeMeantByUrl } from '../format/natural-order.ts'
import {
  listNavigationGroups,
  findNavigationEntry,
  allPages,
  listAllowedPages,
  findSimilarPages,
} from './navigation-pages.ts'

const everything = { rights: undefined, has: new Set(['customers', 'routers', 'person'] as const) }

it.each([
  ['/', null, 'home', 'Home', true],
  ['/circuits/abc', null, 'network', 'Circuits', false],
  ['/hubs', null, 'network', 'Hubs', true],
  ['/events', 'patterns', 'incidents', 'Patterns', true],
  ['/resilience', 'no such tab', 'resilience', 'Checks', true],
  ['/setup', null, 'settings', 'Setup', true],
  ['/account', null, 'settings', 'My account', true],
] as const)('%s (%s) is in %s', (pathname, view, section, name, isItself) => {
  expect(findNavigationEntry(pathname, view)).toMatchObject({ section: { id: section }, place: { name }, isItself })
})

it('has at most nine entries, and each key once', () => {
  expect(listNavigationGroups(everything).flatMap(({ sections }) => sections)).toHaveLength(9)
  const keys = allPages.flatMap(({ place: { key } }) => key ?? [])
  expect(new Set(keys).size).toBe(keys.length)
})

it('has what its visitor may open, and what there is', () => {
  const names = listAllowedPages({ rights: ['read'], has: new Set() }).map(({ name }) => name)
  for (const name of ['Cost', 'Customers', 'Routers', 'Users', 'My account']) expect(names).not.toContain(name)
  expect(names).toEqual(expect.arrayContaining(['Home', 'Thresholds', 'Sources', 'Wall']))
})

it.each([
  ['/circuit/nowhere', ['/circuits']],
  ['/Incident', ['/incidents']],
  ['/on', []],
])('what %s may have meant: %j', (asked, hrefs) =>
  expect(findSimilarPages(asked).map(({ place }) => place.href)).toEqual(hrefs),
)

it('a name is near an address that has a part of it', () => {
  const names = ['erc-london', 'erc-amsterdam', 'useasterc1cust1']
  expect(names.filter((name) => mayBeMeantByUrl('/circuits/london', name))).toEqual(['erc-london'])
  expect(names.filter((name) => mayBeMeantByUrl('/circuits/erc', name))).toEqual([])
})
