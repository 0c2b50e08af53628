import { expect, it } from 'vitest'
import { countDaysBehind, findPossibleVersion, listSignInPackages } from './package-ages.ts'

it('what better-auth is made of stands in front of the sign-in', () => {
  const packages = {
    '': { dependencies: { 'better-auth': '1.7.5', 'better-call': '1.4.0', pg: '8.0.0' } },
    'node_modules/better-auth': { version: '1.7.5', dependencies: { 'better-call': '1.4.0' } },
    'node_modules/better-call': { version: '1.4.0', dependencies: { jose: '^6.0.0' } },
    'node_modules/jose': { version: '6.2.5' },
    'node_modules/pg': { version: '8.0.0' },
  }
  expect(listSignInPackages(packages)).toEqual(['better-auth', 'better-call', 'jose'])
})

it.each([
  {
    of: [
      ['1.10.0', 'better-auth'],
      ['1.9.0', 'jose'],
      ['1.2.0', 'pg'],
    ],
    possible: '1.9.0',
  },
  { of: [['1.2.0', 'this project']], possible: '2.0.0' },
  { of: [], possible: undefined },
])('of what $of want, the newest that each in front of the sign-in allows is $possible', ({ of, possible }) => {
  const outdated = of.map(([wanted = '', dependent = '']) => ({ wanted, dependent, latest: '2.0.0' }))
  expect(findPossibleVersion(outdated, ['better-auth', 'jose'])).toBe(possible)
})

it.each([
  { possible: '1.7.25', days: 10 },
  { possible: '1.7.5', days: null },
])('$possible makes 1.7.5 $days days behind', ({ possible, days }) => {
  const times = {
    '1.7.4': '2026-11-01',
    '1.7.6': '2026-11-10',
    '1.7.25': '2026-11-14',
    '1.8.0-rc.1': '2026-11-02',
    modified: 'x',
  }
  expect(countDaysBehind(times, '1.7.5', possible, Date.parse('2026-11-20T12:00:00Z'))).toBe(days)
})
