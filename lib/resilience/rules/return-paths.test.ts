import { expect, it } from 'vitest'
import type { PreferenceBasis, WhatIfRow } from '../api/index.ts'
import { findReturnPaths } from './return-paths.ts'
import { createTestWhatIfRow, createTestPath } from './what-if/testing.ts'

const parted = { by: 'local_preference' as const, better: '200', worse: '100' }
const evidence = (circuitId: string, router: string): PreferenceBasis['routes'][number] => ({
  circuitId,
  peering: 'private',
  path: 'primary',
  router,
  localPref: 200,
  med: null,
  asPath: [12_076, 65_515],
  communities: [],
  isUsed: false,
})
const towards = (circuits: string[], site: string | null, basis: Partial<PreferenceBasis>): WhatIfRow =>
  createTestWhatIfRow(
    circuits.map((circuit) => createTestPath(circuit)),
    [],
    { side: 'onprem', site, basis: { is: 'reported', because: null, parted, routes: [], refused: [], ...basis } },
  )

it('has each site of which anything is reported, with what is assumed of it counted', () => {
  const routes = [evidence('lon', 'ce-2'), evidence('ams', 'ce-1')]
  const rows = [
    towards(['lon'], 'London', { routes }),
    towards(['ams', 'lon'], 'London', { is: 'partly_reported', routes: [evidence('lon', 'ce-2')] }),
    towards(['ams'], 'London', { is: 'assumed', because: 'no_route', parted: null }),
    towards(['ams'], 'Amsterdam', { is: 'assumed', because: 'no_router', parted: null }),
    towards(['lon'], null, { routes }),
    // all routers refuse the prefix
    towards([], 'London', { routes: [], parted: null }),
  ]
  expect([...findReturnPaths(rows)]).toEqual([
    [
      'London',
      {
        prefixes: [{ circuits: ['lon'] }, { circuits: ['ams', 'lon'] }],
        assumed: 1,
        routers: ['ce-1', 'ce-2'],
        parted: [parted],
      },
    ],
  ])
})
