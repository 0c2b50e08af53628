import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { normalizeArmId, armTypes, gatewayTypes, isConfigKnownEffective } from '#lib/contract/index.ts'
import { readResourcePage, type ResourceView } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { findGeopoliticalOfLocation, findGeopoliticalOfRegion } from '#lib/resilience/rules/index.ts'

/** Maximum number of virtual networks that a circuit of the tier Standard can be connected to (ExpressRoute FAQ). */
const STANDARD_LINKS = 10

/** The gateways to which a circuit is connected. */
export interface CircuitGatewayLinks {
  linked: LinkedGateway[]
  /**
   * Gateways of Virtual WAN hubs to which the circuit is connected. ARM lists such a connection in the resource of the
   * gateway and not as a separate resource.
   */
  hubGateways: ResourceView[]
}

interface LinkedGateway {
  connectionId: string
  connectionName: string
  fastPath: boolean | null
  /** the gateway of the connection; null = the gateway is not visible */
  gateway: ResourceView | null
}

/**
 * Returns the connections of each circuit, by the normalized ARM ID of the circuit (`normalizeArmId`). `links` are
 * connections to gateways of virtual networks; `hubLinks` are the connected gateways of Virtual WAN hubs.
 */
export async function readLinksByCircuit(
  q: SqlExecutor,
): Promise<{ links: Map<string, LinkedGateway[]>; hubLinks: Map<string, ResourceView[]> }> {
  const resources = await readResourcePage(q, { types: [armTypes.connection, ...gatewayTypes.map(({ type }) => type)] })
  const byKey = new Map(resources.map((resource) => [normalizeArmId(resource.resourceId), resource]))
  const links = new Map<string, LinkedGateway[]>()
  const hubLinks = new Map<string, ResourceView[]>()
  const add = <Link>(known: Map<string, Link[]>, circuitKey: string | null, link: Link) => {
    if (circuitKey !== null) known.set(circuitKey, [...(known.get(circuitKey) ?? []), link])
  }
  for (const resource of resources) {
    const config = decodeResourceConfig(resource.type, resource.config)
    if (config?.resource === 'gateway')
      for (const { circuitKey } of config.hubConnections) add(hubLinks, circuitKey, resource)
    if (config?.resource !== 'connection') continue
    const { circuitKey, gatewayKeys, fastPath } = config
    const gateway = gatewayKeys.map((key) => byKey.get(key)).find((found) => found !== undefined) ?? null
    const hasFastPath = isConfigKnownEffective(config) ? fastPath : null
    add(links, circuitKey, {
      connectionId: resource.id,
      connectionName: resource.name,
      fastPath: hasFastPath,
      gateway,
    })
  }
  return { links, hubLinks }
}

/**
 * Returns the gateway at each connection of a circuit, for virtual networks and Virtual WAN hubs; null = the caller may
 * not see the gateway.
 */
export const listLinkedGateways = ({ linked, hubGateways }: CircuitGatewayLinks): (ResourceView | null)[] => [
  ...linked.map(({ gateway }) => gateway),
  ...hubGateways,
]

/**
 * Returns the regions of the gateways that a circuit is connected to, each once. Returns null if the region of one of
 * the gateways is unknown, for example because the gateway is not visible. Returns an empty list if the circuit has no
 * visible connections.
 */
export function listLinkedRegions(links: CircuitGatewayLinks): string[] | null {
  const regions = listLinkedGateways(links).map((gateway) => gateway?.location ?? null)
  const known = regions.filter((region) => region !== null)
  return known.length < regions.length ? null : [...new Set(known)]
}

/**
 * Returns the known reasons why a circuit needs the Premium tier: it has more connections than Standard allows, or a
 * gateway in another geopolitical region. Returns null instead of an empty list, because Peerwatch does not check all
 * possible reasons.
 * Source: Azure documentation, "ExpressRoute FAQ", ExpressRoute Premium.
 */
export function listPremiumReasons({
  peeringLocation,
  ...circuit
}: CircuitGatewayLinks & { peeringLocation: string | null }): string[] | null {
  const gateways = listLinkedGateways(circuit)
  const links = gateways.length
  const own = peeringLocation === null ? null : findGeopoliticalOfLocation(peeringLocation)
  const needs = [
    ...(links > STANDARD_LINKS ? [`it is linked to ${links} networks, where Standard takes ${STANDARD_LINKS}`] : []),
    ...gateways.flatMap((gateway) => {
      const there = gateway?.location ? findGeopoliticalOfRegion(gateway.location) : null
      return own === null || there === null || there === own
        ? []
        : [`it is connected to ${gateway?.name} in ${there}, and Standard reaches no further than ${own}`]
    }),
  ]
  return needs.length === 0 ? null : [...new Set(needs)]
}
