import { compareGatewayLimits, compareHubGatewayLimits } from '#lib/circuits/rules/index.ts'
import { type AzureLimitUse, isVpnGateway, parseArmId } from '#lib/contract/index.ts'
import type { GatewayToEncode } from '../api/index.ts'
import { getEffectiveScaleUnits } from './gateway-load.ts'

/** The properties of a gateway that determine its limits and their use. */
type LimitedGateway = Pick<
  GatewayToEncode,
  'kind' | 'sku' | 'scaleUnits' | 'connections' | 'hub' | 'resourceId' | 'userVpn'
>

/**
 * Compares a gateway with the limits of its SKU, or with the limits of gateways in a Virtual WAN hub. The result is empty
 * for a Route Server, whose limits are computed elsewhere, and for a gateway whose hub was not read, because the caller
 * may then not see all of its connections.
 * @param locations peering locations of the connected circuits, one entry for each circuit
 * @param prefixes largest number of prefixes that one session received; null = unknown
 * @param advertised largest number of prefixes that are advertised to one neighbor; null = unknown
 */
export function compareLimitsOfGateway(
  { kind, sku, scaleUnits, connections, hub, resourceId, userVpn }: LimitedGateway,
  {
    locations,
    prefixes = null,
    advertised = null,
  }: { locations: readonly string[]; prefixes?: number | null; advertised?: number | null },
): AzureLimitUse[] {
  if (kind === 'vwan') {
    const isVpn = isVpnGateway(parseArmId(resourceId)?.type ?? '', kind)
    return hub ? compareHubGatewayLimits({ isVpn, connections: hub.connections, locations, advertised }) : []
  }
  if (kind !== 'expressRoute' && kind !== 'vpn') return []
  return compareGatewayLimits({
    kind,
    sku: sku.name,
    units: getEffectiveScaleUnits(scaleUnits),
    mostUnits: scaleUnits?.most ?? null,
    connections: connections.length,
    locations,
    prefixes,
    advertised,
    users: userVpn?.metrics?.byProtocol ?? [],
  })
}
