import type { ResourceView } from '#lib/history/index.ts'
import { instancesOf } from '../what-if.ts'
import { placesIn } from '../what-if/locations.ts'
import type { WhatIfWorld } from '../what-if/read-tables.ts'

/** Everything of which one may be lost, as `lose` names it. */
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
    // of a gateway that others share, not even its network is known here
    ...topology.gateways
      .filter(({ config }) => config.networkKey !== null)
      .flatMap(({ resource: { id } }) => instancesOf(world, id).map((address) => `${id}/${address}`)),
  ]
}

/** Finds resources of what was read with the world, by short id. */
export function finder({ facts: { topology, networks } }: WhatIfWorld): (id: string) => Promise<ResourceView | null> {
  const all = [...topology.byKey.values(), ...[...networks.values()].map(({ resource }) => resource)]
  const byId = new Map(all.map((resource) => [resource.id, resource]))
  return (id) => Promise.resolve(byId.get(id) ?? null)
}
