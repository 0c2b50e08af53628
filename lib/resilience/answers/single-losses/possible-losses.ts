import { countActivePorts, isPortDisabled, type PortConfig } from '#lib/contract/index.ts'
import type { ResourceView } from '#lib/history/index.ts'
import { listGatewayInstances } from '../what-if.ts'
import { listLocationsAndProviders } from '../what-if/location-losses.ts'
import type { WhatIfData } from '../what-if/read-tables.ts'

/** Returns all resources that may fail, as terms for the parameter `lose` of a what-if. */
export function listPossibleLosses(world: WhatIfData): string[] {
  const { topology, paths, networks, routers } = world.facts
  const circuits = topology.circuits.map(({ resource }) => resource.id)
  const hubs = [...networks.values()].flatMap(({ resource, config }) => (config.hub === null ? [] : [resource.id]))
  const ports = [...topology.ports.keys()].flatMap((key) => topology.byKey.get(key)?.id ?? [])
  return [
    ...listLocationsAndProviders(topology).map(({ kind, name }) => `${kind}:${name}`),
    ...circuits,
    ...ports,
    ...[...topology.ports].flatMap(([key, port]) => listPartLosses(topology.byKey.get(key)?.id, port)),
    ...hubs,
    ...topology.gateways.map(({ resource }) => resource.id),
    ...[...routers.keys()].map((name) => `router:${name}`),
    ...paths.map(({ circuit, peering, path }) => `${circuit}/${peering}/${path}`),
    // Instances and hub connections of gateways that other customers share with the caller are left out, because the
    // caller may not see the network of such a gateway.
    ...topology.gateways
      .filter(({ config }) => config.networkKey !== null)
      .flatMap(({ resource: { id }, config: { hubConnections } }) =>
        [...listGatewayInstances(world, id), ...hubConnections.map(({ name }) => name)].map((part) => `${id}/${part}`),
      ),
  ]
}

/**
 * Returns the possible losses of parts of a LAG: each link, and one active member of each link. One member is enough,
 * because all members of a link are alike. The links of an ExpressRoute Direct port are left out, because each is the
 * path of a circuit.
 */
function listPartLosses(id: string | undefined, { kind, links }: PortConfig): string[] {
  if (id === undefined || kind !== 'lag') return []
  return links.flatMap((link) => {
    const isActive = countActivePorts(link) !== null && !isPortDisabled(link.adminState)
    const member = link.members.find(({ adminState }) => isActive && !isPortDisabled(adminState))
    const place = `${id}/${link.name}`
    return [place, ...(member ? [`${place}/${member.name}`] : [])]
  })
}

/** Returns a function that finds a resource by its short id. */
export function createResourceFinder({
  facts: { topology, networks },
}: WhatIfData): (id: string) => Promise<ResourceView | null> {
  const all = [...topology.byKey.values(), ...[...networks.values()].map(({ resource }) => resource)]
  const byId = new Map(all.map((resource) => [resource.id, resource]))
  return (id) => Promise.resolve(byId.get(id) ?? null)
}
