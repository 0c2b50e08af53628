import type { BesideOf, WhatIfRib } from '../../rules/index.ts'
import type { WhatIfFacts } from './facts.ts'

/** The parts of a what-if's world that report which paths carry something. */
interface Carrying {
  facts: Pick<WhatIfFacts, 'links' | 'paths'>
  ribs: readonly WhatIfRib[]
  announced: readonly {
    of: Pick<WhatIfFacts['paths'][number], 'circuit' | 'peering' | 'path'>
    prefixes: ReadonlySet<string>
  }[]
}

const known = new WeakMap<Carrying, BesideOf>()

/**
 * Returns the private paths of the circuits that share a gateway with a circuit. A path without a route in a gateway's table is absent; for a
 * circuit whose routes name no path, a path on which the customer is not seen to announce a prefix.
 */
export function besideOfWorld(world: Carrying): BesideOf {
  const found = known.get(world) ?? findBeside(world)
  known.set(world, found)
  return found
}

function findBeside({ facts, ribs, announced }: Carrying): BesideOf {
  const carrying = new Set<string>()
  const together = new Set<string>()
  for (const { table } of ribs)
    for (const { circuit, path } of table.side === 'azure' ? table.routes : []) {
      if (circuit !== null && path === null) together.add(circuit)
      else if (circuit !== null) carrying.add(`${circuit}/${path}`)
    }
  for (const { of, prefixes } of announced)
    if (together.has(of.circuit) && of.peering === 'private' && prefixes.size > 0)
      carrying.add(`${of.circuit}/${of.path}`)
  const near = new Map<string, Set<string>>()
  for (const links of facts.links.values()) {
    const circuits = links.flatMap(({ circuit }) => circuit ?? [])
    for (const circuit of circuits) near.set(circuit, new Set([...(near.get(circuit) ?? []), ...circuits]))
  }
  const pathsBy = Map.groupBy(
    facts.paths.filter(({ peering }) => peering === 'private'),
    ({ circuit }) => circuit,
  )
  const beside = new Map(
    [...near].map(([circuit, circuits]) => [
      circuit,
      [...circuits].flatMap((one) =>
        (pathsBy.get(one) ?? []).map(({ path }) => ({
          circuit: one,
          path,
          isAbsent: !carrying.has(`${one}/${path}`),
        })),
      ),
    ]),
  )
  return (circuit) => beside.get(circuit) ?? []
}
