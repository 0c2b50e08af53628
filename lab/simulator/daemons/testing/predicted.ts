import { setTimeout } from 'node:timers/promises'
import { findBestCandidates, doesPrefixContainAddress, parseAddress, parsePrefix } from '#lib/bgp/index.ts'
import { waitUntilTrue } from '#lib/poller/testing/lab.ts'
import {
  splitTableIntoAtoms,
  type WhatIfFailure,
  EMPTY_WHAT_IF_FAILURE,
  computeWhatIfRows,
  type WhatIfRoute,
  type WhatIfTable,
  createWhatIfRib,
} from '#lib/resilience/rules/index.ts'
import { getCustomerRouterName, getGatewayInstanceName, CIRCUIT_PATH_NAMES, toMsee } from '../network.ts'
import type { RealRouterAzure } from '../routed-azure.ts'

const CIRCUIT = 'erc-routed'
const GATEWAY = 'gw-routed'
const MSEE_ASN = 12076
const names = { siteOf: () => null, nameOf: (id: string) => id }

/**
 * Returns the current tables of the routers as input of a what-if: the gateway's tables by instance, and those of the
 * customer's two routers as a site's table.
 */
export async function readWhatIfTablesOfRouters(azure: RealRouterAzure): Promise<WhatIfTable[]> {
  const { instances, peers, edges } = azure.plan
  const learned: WhatIfRoute[] = []
  for (const [n, address] of instances.entries()) {
    const view = await azure.view(getGatewayInstanceName(n))
    for (const { network, from, nextHop, asPath, origin } of view?.routes ?? []) {
      const path = CIRCUIT_PATH_NAMES.find((one) => toMsee(one) === from)
      if (!path) continue
      const peer = peers.find((one) => one.instance === address && one.source === edges[path].key)?.neighbor ?? null
      learned.push(routeOf({ prefix: network, nextHop, asPath, origin, path, peer, instance: address }))
    }
  }
  const offered: WhatIfRoute[] = []
  for (const path of CIRCUIT_PATH_NAMES) {
    const view = await azure.view(getCustomerRouterName(path))
    for (const { network, from, nextHop, asPath, origin } of view?.routes ?? []) {
      if (from !== 'msee' || asPath[0] !== MSEE_ASN) continue
      offered.push(routeOf({ prefix: network, nextHop, asPath, origin, path, peer: edges[path].msee, instance: null }))
    }
  }
  const table = { site: null, isPartial: false, preference: 'expressRoute', ownSpace: [], space: [] } as const
  return [
    { ...table, side: 'azure', scope: GATEWAY, routes: learned },
    { ...table, side: 'onprem', scope: CIRCUIT, routes: offered },
  ]
}

type Read = Pick<WhatIfRoute, 'prefix' | 'nextHop' | 'asPath' | 'origin' | 'path' | 'peer' | 'instance'>
const routeOf = (read: Read): WhatIfRoute => ({
  ...read,
  scope: GATEWAY,
  resourceId: GATEWAY,
  transport: 'er',
  circuit: CIRCUIT,
  connectionWeight: null,
  weight: null,
  localPref: null,
  gateway: GATEWAY,
  connection: null,
  peering: 'private',
  possible: [],
})

export const createCircuitPathLossFailure = (...paths: readonly string[]): Partial<WhatIfFailure> => ({
  paths: new Set(paths.map((path) => `${CIRCUIT}/private/${path}`)),
  circuits: new Set(paths.length === CIRCUIT_PATH_NAMES.length ? [CIRCUIT] : []),
})
export const createGatewayInstanceLossFailure = (address: string): Partial<WhatIfFailure> => ({
  instances: new Set([`${GATEWAY}/${address}`]),
})
export const createRouteWithdrawalFailure = (...prefixes: string[]): Partial<WhatIfFailure> => ({
  withdrawn: new Map([[CIRCUIT, new Set(prefixes)]]),
})
export const createAsPathPrependFailure = (count: number): Partial<WhatIfFailure> => ({
  prepends: new Map([[CIRCUIT, count]]),
})

/**
 * Result of comparing a prediction with the outcome, for each atom of both sides' tables. An atom is a prefix without
 * the addresses of its longer prefixes.
 */
export interface PredictedTableComparison {
  compared: number
  changed: number
  differences: string[]
}

/**
 * Predicts from the current tables, causes the failure, waits until the routers have settled, and compares every atom.
 */
export async function comparePredictionWithRouters(
  azure: RealRouterAzure,
  failure: Partial<WhatIfFailure>,
  cause: () => Promise<unknown>,
): Promise<PredictedTableComparison> {
  const before = await readWhatIfTablesOfRouters(azure)
  const predicted = before.map((table) =>
    computeWhatIfRows(createWhatIfRib(splitTableIntoAtoms(table)), { ...EMPTY_WHAT_IF_FAILURE, ...failure }, names),
  )
  await cause()
  const compare = async (): Promise<PredictedTableComparison> => {
    const now = await readWhatIfTablesOfRouters(azure)
    const differences = predicted.flatMap((rows, n) =>
      rows.flatMap((row) => {
        const table = now[n]
        const after = row.after.map(({ path, peer }) => `${path} ${peer}`).toSorted()
        const happened = table ? taken(table, row.firstAddress) : []
        return after.join() === happened.join()
          ? []
          : [`${row.side} ${row.prefix} ${row.outcome}: ${after.join(', ')} | ${happened.join(', ')}`]
      }),
    )
    const rows = predicted.flat()
    const changed = rows.filter(({ outcome, reduced }) => outcome !== 'stays' || reduced).length
    return { compared: rows.length, changed, differences: [...differences, ...newIn(before, now)] }
  }
  let found = await compare()
  const isRight = async () => {
    found = await compare()
    return found.differences.length === 0
  }
  // checked twice, because if no change is expected the first reading may precede the change and the next may fall into
  // it
  const staysRight = async () => (await isRight()) && (await setTimeout(UNCHANGED_MS, true)) && (await isRight())
  await waitUntilTrue('the routers have settled as predicted', staysRight, SETTLED_MS).catch(() => undefined)
  return found
}

const UNCHANGED_MS = 300

const SETTLED_MS = 20_000

/** Returns prefixes that are new after the failure. There must be none. */
const newIn = (before: readonly WhatIfTable[], now: readonly WhatIfTable[]): string[] =>
  now.flatMap(({ side, routes }, n) => {
    const known = new Set(before[n]?.routes.map(({ prefix }) => prefix))
    return [...new Set(routes.map(({ prefix }) => prefix))].flatMap((prefix) =>
      known.has(prefix) ? [] : [`${side} ${prefix} is new`],
    )
  })

/** Returns the best paths of a table to an address, by a linear search. */
function taken({ routes }: WhatIfTable, address: string): string[] {
  const asked = parseAddress(address)
  const covering = routes.flatMap((route) => {
    const prefix = parsePrefix(route.prefix)
    return asked && prefix && doesPrefixContainAddress(prefix, asked) ? [{ route, length: prefix.length }] : []
  })
  const longest = Math.max(...covering.map(({ length }) => length))
  const best = findBestCandidates(covering.filter(({ length }) => length === longest).map(({ route }) => route))
  return [...new Set(best.map(({ path, peer }) => `${path} ${peer}`))].toSorted()
}
