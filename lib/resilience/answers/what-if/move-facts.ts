import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  armTypes,
  type EpochMs,
  getPeeringConfiguredState,
  isConfigKnownEffective,
  isPeeringEnabled,
  isCircuitProvisioned,
  parseArmId,
} from '#lib/contract/index.ts'
import { readGatewayNetworks, readGatewayRouteTables } from '#lib/gateways/answers/index.ts'
import { readResourcePage, readRoutesAtMoment } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type CircuitResource, selectCircuitPeering } from '#lib/questions/index.ts'
import type { WhatIfLostResource } from '../../api/index.ts'
import type { TrafficMoveInput, PinnedRoute } from '../../rules/index.ts'
import { groupGatewaysSharingTable } from './azure-tables.ts'
import type { WhatIfFacts } from './what-if-facts.ts'
import type { WhatIfData } from './read-tables.ts'

/** Maximum number of user-defined routes of network interfaces that are read. */
const MAX_EFFECTIVE = 100_000

/**
 * Reads the facts from which hindrances for moving traffic follow. They are needed in addition to the route tables.
 * @param at undefined = now
 */
export async function readTrafficMoveInput(
  q: SqlExecutor,
  { facts }: Pick<WhatIfData, 'facts'>,
  names: Pick<TrafficMoveInput, 'nameOf' | 'siteOf'>,
  at: EpochMs | undefined,
): Promise<TrafficMoveInput> {
  const groups = groupGatewaysSharingTable(facts)
  const circuitsByTable = new Map(
    groups.map(({ scope, members }) => [
      scope,
      [
        ...new Set(
          members.flatMap(({ resource }) => (facts.links.get(resource.id) ?? []).flatMap((one) => one.circuit ?? [])),
        ),
      ],
    ]),
  )
  const circuits = new Map(facts.topology.circuits.map((circuit) => [circuit.resource.id, circuit]))
  return {
    ...names,
    circuitsAt: ({ scope, hub }) => circuitsByTable.get(hub ?? scope) ?? [],
    reasonUnprovisioned: (id) => {
      const circuit = circuits.get(id)
      return circuit ? findReasonUnprovisioned(circuit) : null
    },
    pathsOf: (id) =>
      facts.paths.flatMap(({ circuit, peering, path }) => (circuit === id && peering === 'private' ? [path] : [])),
    pins: [...(await readUserRoutes(q, facts, at)), ...(await readInterfaceRoutes(q, facts, at)), ...hubPins(facts)],
  }
}

/** Returns the reason why a circuit cannot carry private traffic; null = none is known. */
function findReasonUnprovisioned(circuit: CircuitResource): string | null {
  const { config } = circuit
  const { provisioningState, provisioning } = config
  if (provisioningState !== null && !isConfigKnownEffective(config))
    return `its provisioning state is ${provisioningState}`
  if (provisioning.provider !== null && !isCircuitProvisioned(config))
    return provisioning.provider.toLowerCase() === 'provisioned'
      ? `Azure reports it as ${provisioning.circuit}`
      : `its provider state is ${provisioning.provider}`
  const peering = selectCircuitPeering(circuit, 'private')?.peering
  if (!peering) return 'it has no private peering'
  return peering.state !== null && !isPeeringEnabled(peering)
    ? `its private peering is ${getPeeringConfiguredState(peering)}`
    : null
}

/**
 * Next hop type of a user-defined route to the gateway. BGP then decides about the path. Source: "Virtual network
 * traffic routing".
 */
const GATEWAY_HOP = 'virtualnetworkgateway'
const formatHop = (type: string | null, hop: string | null): string =>
  type?.toLowerCase() === 'none' ? 'no next hop' : (hop ?? type ?? 'an unknown next hop')

/** Returns the user-defined routes of GatewaySubnets whose next hop is not a gateway. */
async function readUserRoutes(q: SqlExecutor, facts: WhatIfFacts, at: EpochMs | undefined): Promise<PinnedRoute[]> {
  const tableOf = new Map(
    groupGatewaysSharingTable(facts).flatMap(({ scope, members }) =>
      members.map(({ resource }) => [resource.id, scope] as const),
    ),
  )
  const tables = await readGatewayRouteTables(q, await readGatewayNetworks(q, null, at), at)
  return tables.flatMap(({ gateway, table: { name, routes, unapplied } }): PinnedRoute[] => {
    const table = tableOf.get(gateway.id)
    if (table === undefined || unapplied !== null) return []
    return (routes ?? []).flatMap(({ prefix, nextHopType, nextHops }) =>
      nextHopType?.toLowerCase() === GATEWAY_HOP
        ? []
        : [
            {
              table,
              prefix,
              scope: gateway.id,
              scopeName: name,
              to: formatHop(nextHopType, nextHops.join(' and ') || null),
            },
          ],
    )
  })
}

/** Returns the user-defined routes among the effective routes of the network interfaces that operators chose. */
async function readInterfaceRoutes(
  q: SqlExecutor,
  facts: WhatIfFacts,
  at: EpochMs | undefined,
): Promise<PinnedRoute[]> {
  const { rows } = await readRoutesAtMoment(q, {
    at: at ?? null,
    kinds: ['effective'],
    peer: 'User',
    limit: MAX_EFFECTIVE,
  })
  const own = rows.filter(
    ({ known, origin, state }) =>
      known !== 'unknown' && state?.toLowerCase() === 'active' && origin?.toLowerCase() !== GATEWAY_HOP,
  )
  if (own.length === 0) return []
  const interfaces = await readResourcePage(q, { types: [armTypes.networkInterface], ...(at !== undefined && { at }) })
  const networkOf = new Map(
    interfaces.map(({ id, config }) => [id, decodeResourceConfig(armTypes.networkInterface, config).networkKey]),
  )
  const tablesOf = tablesByNetwork(facts)
  return own.flatMap(({ scope, scopeName, prefix, origin, nextHop }) =>
    (tablesOf.get(networkOf.get(scope) ?? '') ?? []).map((table) => ({
      table,
      prefix,
      scope,
      scopeName,
      to: formatHop(origin, nextHop),
    })),
  )
}

/**
 * Returns the route tables that the traffic of each network uses: the tables of the network itself, of networks that
 * are peered with it, and of its hub. The table of a hub is the table with which the network's connection is associated.
 */
function tablesByNetwork(facts: WhatIfFacts): Map<string, string[]> {
  const tables = new Map<string, string[]>()
  for (const { scope, networkKey } of groupGatewaysSharingTable(facts)) {
    const key = networkKey ?? ''
    const peered = facts.networks.get(key)?.config.peerings.flatMap(({ remoteKey }) => remoteKey ?? []) ?? []
    const hub = facts.hubs.get(key)
    const tableOf = new Map(
      hub?.customTables.flatMap(({ id, networks }) =>
        networks.flatMap(({ networkKey }) => (networkKey === null ? [] : [[networkKey, id] as const])),
      ),
    )
    for (const one of new Set([key, ...peered, ...(hub?.networkKeys ?? [])]))
      tables.set(one, [...(tables.get(one) ?? []), tableOf.get(one) ?? scope])
  }
  return tables
}

/** Returns the prefixes that a hub sends to a firewall or to an appliance by routing intent and static routes. */
const hubPins = ({ hubs }: WhatIfFacts): PinnedRoute[] =>
  [...hubs.values()].flatMap(({ hub, policies, staticPrefixes, customTables, unapplied }) => {
    const toFirewall = (policies ?? []).flatMap((policy) => (policy.unapplied === null ? [policy] : []))
    const known = new Set((policies ?? []).flatMap(({ prefixes }) => prefixes))
    const others = unapplied.length > 0 ? [] : staticPrefixes.filter((prefix) => !known.has(prefix))
    return [
      ...toFirewall.flatMap(({ prefixes, nextHop }) =>
        prefixes.map((prefix) => ({ ...pinOfHub(hub, prefix), to: parseArmId(nextHop)?.name ?? nextHop })),
      ),
      ...others.map((prefix) => ({ ...pinOfHub(hub, prefix), to: 'the next hop of its static route' })),
      ...customTables.flatMap((table) =>
        table.staticPrefixes.map((prefix) => ({
          ...pinOfHub(hub, prefix, table.id),
          to: `the next hop of the static route in ${table.name}`,
        })),
      ),
    ]
  })

const pinOfHub = ({ id, name }: { id: string; name: string }, prefix: string, table = id) => ({
  table,
  prefix,
  scope: id,
  scopeName: name,
})

/**
 * Returns the short ids of the resources whose tables were not read and may contain more routes of the lost circuits.
 */
export const findUnreadOfLost = (
  { unreadOf }: Pick<WhatIfData, 'unreadOf'>,
  lost: readonly WhatIfLostResource[],
): string[] => [...new Set(lost.flatMap(({ paths }) => paths.flatMap(({ circuitId }) => unreadOf(circuitId))))]
