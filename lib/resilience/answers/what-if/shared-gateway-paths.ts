import { memoizePerObject } from '#lib/bgp/memoize.ts'
import { type FindAdjacentPaths, type PathDirection, listBestRoutes, type WhatIfRib } from '../../rules/index.ts'
import type { WhatIfFacts } from './what-if-facts.ts'

/** The data of a what-if from which it follows which circuit paths carry traffic. */
interface Carrying {
  facts: Pick<WhatIfFacts, 'links' | 'paths'>
  ribs: readonly WhatIfRib[]
  announced: readonly {
    of: Pick<WhatIfFacts['paths'][number], 'circuit' | 'peering' | 'path'>
    prefixes: ReadonlySet<string>
  }[]
}

/**
 * Returns a function that returns the paths of private peering of all circuits that share a gateway with a circuit.
 * `isAbsent` is true for a path that carries no traffic:
 * - In the direction from Azure, the path is not among the best paths of any prefix.
 * - In the direction to Azure, no table of a gateway has a route over the path.
 * - If the routes of a circuit do not show the path, the customer announces no prefix on it.
 */
export const findPathsOfSharedGateways = memoizePerObject(({ facts, ribs, announced }: Carrying): FindAdjacentPaths => {
  const carrying = { in: new Set<string>(), out: new Set<string>() }
  const together = new Set<string>()
  const mark = (direction: PathDirection['direction'], routes: WhatIfRib['table']['routes']) => {
    for (const { circuit, path } of routes) {
      if (circuit !== null && path === null) together.add(circuit)
      else if (circuit !== null) carrying[direction].add(`${circuit}/${path}`)
    }
  }
  for (const rib of ribs) {
    if (rib.table.side !== 'azure') continue
    mark('in', rib.table.routes)
    mark('out', listBestRoutes(rib))
  }
  for (const { of, prefixes } of announced)
    if (together.has(of.circuit) && of.peering === 'private' && prefixes.size > 0)
      for (const own of Object.values(carrying)) own.add(`${of.circuit}/${of.path}`)
  const near = new Map<string, Set<string>>()
  for (const links of facts.links.values()) {
    const circuits = links.flatMap(({ circuit }) => circuit ?? [])
    for (const circuit of circuits) near.set(circuit, new Set([...(near.get(circuit) ?? []), ...circuits]))
  }
  const pathsBy = Map.groupBy(
    facts.paths.filter(({ peering }) => peering === 'private'),
    ({ circuit }) => circuit,
  )
  const besideOf = (direction: PathDirection['direction']) =>
    new Map(
      [...near].map(([circuit, circuits]) => [
        circuit,
        [...circuits].flatMap((one) =>
          (pathsBy.get(one) ?? []).map(({ path }) => ({
            circuit: one,
            path,
            isAbsent: !carrying[direction].has(`${one}/${path}`),
          })),
        ),
      ]),
    )
  const beside = { in: besideOf('in'), out: besideOf('out') }
  return (circuit, direction) => beside[direction].get(circuit) ?? []
})
