import type { ResourceView } from '#lib/history/index.ts'
import { instancesOf } from '../what-if.ts'
import { placesIn } from '../what-if/locations.ts'
import type { WhatIfWorld } from '../what-if/read-tables.ts'

/** Returns every resource that may be lost, as a term in the syntax of the parameter `lose`. */
export function lossesIn(world: WhatIfWorld): string[] {
  const { topology, paths, networks, routers } = world.facts
  const circuits = topology.circuits.map(({ resource }) => resource.id)
  const hubs = [...networks.values()].flatMap(({ resource, config }) => (config.hub === null ? [] : [resource.id]))
  const ports = [...topology.ports.keys()].flatMap((key) => topology.byKey.get(key)?.id ?? [])
  return [
    ...placesIn(topology).map(({ kind, name }) => `${kind}:${name}`),
    ...circuits,
    ...ports,
    ...hubs,
    ...topology.gateways.map(({ resource }) => resource.id),
    ...[...routers.keys()].map((name) => `router:${name}`),
    ...paths.map(({ circuit, peering, path }) => `${circuit}/${peering}/${path}`),
    // gateways that are shared with other customers are left out, because their network is unknown here
    ...topology.gateways
      .filter(({ config }) => config.networkKey !== null)
      .flatMap(({ resource: { id } }) => instancesOf(world, id).map((address) => `${id}/${address}`)),
  ]
}

/** Returns a function that finds a resource of the estate by its short ID. */
export function finder({ facts: { topology, networks } }: WhatIfWorld): (id: string) => Promise<ResourceView | null> {
  const all = [...topology.byKey.values(), ...[...networks.values()].map(({ resource }) => resource)]
  const byId = new Map(all.map((resource) => [resource.id, resource]))
  return (id) => Promise.resolve(byId.get(id) ?? null)
}
