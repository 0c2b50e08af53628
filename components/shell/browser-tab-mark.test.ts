import { expect, it } from 'vitest'
import { addCountToTitle } from './browser-tab-mark.tsx'
import { summarizeForBrowserTab } from './browser-tab-state.ts'

const one = (
  severity: 'critical' | 'minor' | 'info',
  phase: 'ongoing' | 'recovered' = 'ongoing',
  maintenance = false,
) => ({
  severity,
  phase,
  maintenance,
  root: { kind: severity === 'critical' ? 'circuit_down' : 'path_down' } as const,
})

it.each([
  ['nothing is open', [], { ongoing: 0, tone: null }],
  ['the worst leads', [one('minor'), one('critical'), one('info')], { ongoing: 3, tone: 'down' }],
  ['what has recovered is left out', [one('critical', 'recovered'), one('minor')], { ongoing: 1, tone: 'degraded' }],
  ['maintenance is left out', [one('critical', 'ongoing', true)], { ongoing: 0, tone: null }],
  ['what only informs has no mark', [one('info')], { ongoing: 1, tone: null }],
] as const)('%s', (_, open, expected) => {
  expect(summarizeForBrowserTab(open)).toEqual(expected)
})

it.each([
  ['Overview · Peerwatch', 2, '(2) Overview · Peerwatch'],
  ['(2) Overview · Peerwatch', 3, '(3) Overview · Peerwatch'],
  ['(12) Overview · Peerwatch', 0, 'Overview · Peerwatch'],
])('%s with %d is %s', (title, ongoing, expected) => {
  expect(addCountToTitle(title, ongoing)).toBe(expected)
})
