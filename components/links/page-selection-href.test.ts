import { globSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parsePageTime } from './page-time.ts'
import { findPageBehaviorInPast } from './past-pages.ts'
import { addPageSelections } from './page-selection-href.ts'

it.each([
  ['/routes', 'range=7d', '/routes?range=7d'],
  ['/routes?view=history', 'range=7d', '/routes?view=history&range=7d'],
  ['/incidents/i1#e2', 'from=2026-11-19&to=2026-11-20', '/incidents/i1?from=2026-11-19&to=2026-11-20#e2'],
  ['/routes', '', '/routes'],
  ['/events?range=30d', 'range=7d', '/events?range=30d'],
  ['/routes?at=2026-11-20T03:12:00Z', 'range=7d', '/routes?at=2026-11-20T03:12:00Z'],
  ['/circuits/c1', 'at=2026-11-25T03%3A12%3A00Z&range=24h', '/circuits/c1?at=2026-11-25T03%3A12%3A00Z&range=24h'],
  ['/routes?at=2026-11-20T03:12:00Z', 'at=2026-11-25T03:12:00Z', '/routes?at=2026-11-20T03:12:00Z'],
  ['/events?from=2026-11-20', 'at=2026-11-25T03:12:00Z', '/events?from=2026-11-20'],
  ['/handover?since=2026-11-20', 'at=2026-11-25T03:12:00Z', '/handover?since=2026-11-20'],
  ['/events?range=30d', 'range=7d&customer=Contoso', '/events?range=30d&customer=Contoso'],
  ['/events?customer=Fabrikam', 'customer=Contoso', '/events?customer=Fabrikam'],
])('%s with %s is %s', (href, chosen, expected) => {
  expect(addPageSelections(href, chosen)).toBe(expected)
})

const now = Date.parse('2026-11-26T10:00:00Z')
const T = '2026-11-25T03:12:00.000Z'

it.each([
  ['nothing is now', {}, 'now', null],
  ['a moment', { at: '2026-11-25T04:12:00+01:00' }, 'moment', T],
  ['a range that is over is as of its end', { to: T }, 'range', T],
  ['a moment in a range', { at: T, to: '2026-11-25T06:00:00.000Z' }, 'moment', T],
  ['a range that reaches into time to come is now', { to: '2026-11-26T11:00:00Z' }, 'now', null],
  ['a moment to come is now', { at: '2026-11-26T11:00:00Z' }, 'now', null],
  ['what can not be read is not said', { at: 'x', to: 'y' }, 'now', null],
])('the clock of an address: %s', (_, address, kind, at) => {
  expect(parsePageTime({ at: null, to: null, ...address }, now)).toEqual({ kind, at })
})

it('every page says what it does with the past', () => {
  const pages = globSync('app/(screens)/**/page.tsx').map(
    (file) => file.split(/[\\/]/)[2]?.replace('page.tsx', '') ?? '',
  )
  expect(pages.length).toBeGreaterThan(15)
  expect(pages.filter((page) => findPageBehaviorInPast(`/${page}`).words === 'This page shows now.')).toEqual([])
})
