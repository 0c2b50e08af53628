import type { WhatIfPath, WhatIfRow } from '../../api/index.ts'
import { createTestCandidate } from '#lib/bgp/preference/testing.ts'
import { type WhatIfFailure, EMPTY_WHAT_IF_FAILURE } from './what-if-failure.ts'
import { type RowNameFunctions, computeWhatIfRows, createWhatIfRib } from './what-if-rows.ts'
import { splitTableIntoAtoms } from './table-atoms.ts'
import type { WhatIfRoute, WhatIfTable } from './what-if-route.ts'

export const createTestWhatIfRoute = (fields: Partial<WhatIfRoute> = {}): WhatIfRoute => ({
  ...createTestCandidate(fields),
  gateway: 'gw-hub',
  connection: fields.circuit === null ? null : `conn-${fields.circuit ?? 'ckt-lon'}`,
  peering: 'private',
  possible: [],
  ...fields,
})

/**
 * Returns the routes that a gateway learns over a circuit, for tests. Each of two instances has a route from both
 * Microsoft edge routers.
 */
export function createTestCircuitRoutes(circuit: string, fields: Partial<WhatIfRoute> = {}): WhatIfRoute[] {
  return ['10.0.4.12', '10.0.4.13'].flatMap((instance) =>
    (['primary', 'secondary'] as const).map((path) => {
      const peer = `${circuit} ${path}`
      return createTestWhatIfRoute({ circuit, instance, path, peer, nextHop: peer, ...fields })
    }),
  )
}

export const createTestWhatIfTable = (
  routes: readonly WhatIfRoute[],
  fields: Partial<WhatIfTable> = {},
): WhatIfTable => ({
  side: 'azure',
  scope: 'gw-hub',
  site: null,
  isPartial: false,
  preference: 'expressRoute',
  ownSpace: [],
  space: [],
  routes,
  ...fields,
})

export const TEST_ROW_NAMES: RowNameFunctions = { siteOf: () => null, nameOf: (id) => id }

export const createTestWhatIfFailure = (fields: Partial<WhatIfFailure>): WhatIfFailure => ({
  ...EMPTY_WHAT_IF_FAILURE,
  ...fields,
})

/** Returns a failure in which circuits lose both paths of private peering, for tests. */
export const createTestCircuitFailure = (...circuits: string[]): WhatIfFailure =>
  createTestWhatIfFailure({
    circuits: new Set(circuits),
    paths: new Set(circuits.flatMap((one) => [`${one}/private/primary`, `${one}/private/secondary`])),
  })

export const computeTestWhatIf = (of: WhatIfTable, failure: WhatIfFailure) =>
  computeWhatIfRows(createWhatIfRib(splitTableIntoAtoms(of)), failure, TEST_ROW_NAMES)

/** Returns the outcome of each prefix and the circuits that carry it after the failure, as short texts for tests. */
export const formatTestOutcomes = (of: WhatIfTable, failure: WhatIfFailure): Record<string, string> =>
  Object.fromEntries(
    computeTestWhatIf(of, failure).map(({ prefix, outcome, reduced, after }) => [
      prefix,
      [
        outcome,
        ...(reduced ? ['reduced'] : []),
        [...new Set(after.map(({ circuitId }) => circuitId ?? 'vpn'))].join('+'),
      ]
        .filter(Boolean)
        .join(' '),
    ]),
  )

/** Returns a path of a row, for tests; `circuitId` null = no circuit. */
export const createTestPath = (circuitId: string | null, path: 'primary' | 'secondary' = 'primary'): WhatIfPath => ({
  peer: null,
  circuitId,
  path: circuitId === null ? null : path,
})
/** Returns a row with the given paths before and after, for tests. */
export const createTestWhatIfRow = (
  before: WhatIfPath[],
  after: WhatIfPath[],
  fields: Partial<WhatIfRow> = {},
): WhatIfRow => ({
  prefix: '10.0.0.0/8',
  firstAddress: '10.0.0.0',
  scope: 'gw',
  scopeName: 'gw',
  side: 'azure',
  site: null,
  before,
  after,
  matchBefore: null,
  matchAfter: null,
  outcome: 'moves',
  reduced: false,
  basis: null,
  ...fields,
})
