import { expect, it } from 'vitest'
import type { PreferenceBasis } from '#lib/resilience/api/index.ts'
import { formatWhatIfBasis, formatPathEvidence, isBasisShown } from './basis-text.ts'

const evidence = (router: string, fields: Partial<PreferenceBasis['routes'][number]> = {}) => ({
  circuitId: 'lon',
  peering: 'private' as const,
  path: 'primary' as const,
  router,
  localPref: 200,
  med: null,
  asPath: [12_076, 65_515],
  communities: [],
  isUsed: false,
  ...fields,
})
const basis = (fields: Partial<PreferenceBasis>): PreferenceBasis => ({
  is: 'reported',
  because: null,
  parted: null,
  routes: [evidence('ce-1'), evidence('ce-2')],
  refused: [],
  ...fields,
})

it.each<[Partial<PreferenceBasis>, string]>([
  [
    { parted: { by: 'local_preference', better: '200', worse: '100' } },
    'as ce-1, ce-2 report: local preference 200 over 100',
  ],
  [{ parted: { by: 'med', better: '0', worse: '50' } }, 'as ce-1, ce-2 report: MED 0 lower than 50'],
  [{}, 'as ce-1, ce-2 report: equal in all that is reported'],
  [
    { is: 'partly_reported', routes: [evidence('ce-1')] },
    'as ce-1 reports: the only path; a VPN is assumed to come last',
  ],
  [{ is: 'assumed', because: 'not_observed' }, 'assumed by AS path: a router was not observed'],
  [
    { routes: [evidence('ce-1')], refused: [evidence('ce-2')] },
    'as ce-1 reports: the only path; refused by the policy of ce-2 on another path',
  ],
  [{ routes: [], refused: [evidence('ce-2'), evidence('ce-2')] }, 'refused by the policy of ce-2'],
  [
    { is: 'assumed', because: 'no_router', routes: [], refused: [evidence('ce-2')] },
    'assumed by AS path: no router reports every path; refused by the policy of ce-2 on another path',
  ],
])('%j', (fields, words) => expect(formatWhatIfBasis(basis(fields))).toBe(words))

it('is said where anything is reported, or a report is missing that might be there', () => {
  const assumed = { is: 'assumed', because: 'no_router' } as const
  expect(isBasisShown(basis({ ...assumed, routes: [] }))).toBe(false)
  expect(isBasisShown(basis({ ...assumed, routes: [], refused: [evidence('ce-1')] }))).toBe(true)
  expect(isBasisShown(basis(assumed))).toBe(true)
  expect(isBasisShown(basis({ ...assumed, because: 'not_observed', routes: [] }))).toBe(true)
  expect(isBasisShown(basis({}))).toBe(true)
})

it('what is reported of each path is one line', () => {
  const routes = [evidence('ce-1'), evidence('ce-2', { med: 50, communities: ['12076:50004'], isUsed: true })]
  const refused = [evidence('ce-3')]
  expect(formatPathEvidence(basis({ routes, refused }), (id) => `ckt-${id}`)).toBe(
    'ckt-lon primary at ce-1: local preference 200, AS path 12076 65515\n' +
      'ckt-lon primary at ce-2: local preference 200, MED 50, AS path 12076 65515, communities 12076:50004, in use\n' +
      'ckt-lon primary at ce-3: refused by its policy',
  )
})
