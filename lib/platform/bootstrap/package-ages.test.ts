import { expect, it } from 'vitest'
import { behindBy, latest, signInPackages } from './package-ages.ts'

it('what better-auth is made of stands in front of the sign-in, by the ranges of what needs it', () => {
  const packages = {
    '': { dependencies: { 'better-auth': '1.7.5', 'better-call': '1.4.0', pg: '8.0.0' } },
    'node_modules/better-auth': { version: '1.7.5', dependencies: { 'better-call': '1.4.0', jose: '^6.2.3' } },
    'node_modules/better-call': { version: '1.4.0', dependencies: { jose: '^6.0.0' } },
    'node_modules/jose': { version: '6.2.5' },
    'node_modules/pg': { version: '8.0.0' },
  }
  expect(signInPackages(packages)).toEqual([
    { name: 'better-auth', version: '1.7.5', ranges: ['latest'] },
    { name: 'better-call', version: '1.4.0', ranges: ['1.4.0'] },
    { name: 'jose', version: '6.2.5', ranges: ['^6.2.3', '^6.0.0'] },
  ])
})

it('what can be had is the newest that all of them allow', () => {
  expect(
    latest([
      ['1.2.0', '1.10.0', '1.11.0-beta.1'],
      ['1.10.0', '1.2.0', '1.12.0'],
    ]),
  ).toBe('1.10.0')
  expect(latest([['1.2.0'], ['2.0.0']])).toBeNull()
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
  expect(behindBy(times, '1.7.5', possible, Date.parse('2026-11-20T12:00:00Z'))).toBe(days)
})
