import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { findAsnReservation } from '#lib/bgp/index.ts'
import type { StoredCircuit } from '#lib/circuits/api/index.ts'
import {
  normalizeArmId,
  armTypes,
  hasMetroLocationName,
  getMetroOfLocation,
  parseArmId,
  quoteShellWord,
} from '#lib/contract/index.ts'
import { readResourcePage } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { GatewayFacts, PostureFacts } from '../rules/index.ts'
import type { EstateTopology } from '#lib/questions/index.ts'

type RemoteAsn = PostureFacts['remoteAsns'][number]

/**
 * Returns the ASNs of the BGP neighbors of hubs and Route Servers. The neighbors are devices of VPN sites, and BGP
 * peers that are configured in Azure.
 */
export async function readRemoteAsns(q: SqlExecutor, { gateways }: EstateTopology): Promise<RemoteAsn[]> {
  const resources = await readResourcePage(q, { types: [armTypes.vpnSite, armTypes.hubBgpConnection] })
  const byKey = new Map(resources.map((resource) => [normalizeArmId(resource.resourceId), resource]))
  const devices = gateways.flatMap(({ resource, config }) =>
    config.hubConnections.flatMap(({ name, siteKey }) => {
      const site = siteKey === null ? undefined : byKey.get(siteKey)
      if (!site) return []
      return decodeResourceConfig(armTypes.vpnSite, site.config).devices.map(({ link, asn }) => ({
        resource,
        part: link === null ? name : `${name} ${link}`,
        asn,
        asnReservedBy: findAsnReservation(asn),
        command:
          link === null
            ? `az network vpn-site update --ids ${quoteShellWord(site.resourceId)} --asn <ASN>`
            : `az network vpn-site link update --ids ${quoteShellWord(`${site.resourceId}/vpnSiteLinks/${link}`)} --asn <ASN>`,
      }))
    }),
  )
  const peers = resources.flatMap((resource): RemoteAsn[] => {
    if (resource.type !== armTypes.hubBgpConnection) return []
    const { peerAsn: asn } = decodeResourceConfig(armTypes.hubBgpConnection, resource.config)
    if (asn === null) return []
    const command = `az resource show --ids ${quoteShellWord(resource.resourceId)}`
    return [{ resource, part: null, asn, asnReservedBy: findAsnReservation(asn), command }]
  })
  return [...devices, ...peers]
}

/**
 * Returns a function that finds an ExpressRoute Metro location to which a circuit could move. A Metro location is a
 * pair of peering locations in the same city. The circuit's provider must serve it. The function returns null if there
 * is none, or if the circuit is already in one.
 */
export async function createMetroOfferFinder(q: SqlExecutor): Promise<(circuit: StoredCircuit) => string | null> {
  const providers = await readResourcePage(q, { types: [armTypes.serviceProvider] })
  const key = (subscription: string, provider: string | null) => `${subscription} ${provider}`.toLowerCase()
  const served = new Map(
    providers.map(({ subscriptionId, name, config }) => [
      key(subscriptionId, name),
      decodeResourceConfig(armTypes.serviceProvider, config).metroLocations,
    ]),
  )
  return ({ subscriptionId, provider, peeringLocation }) => {
    if (peeringLocation === null || hasMetroLocationName(peeringLocation)) return null
    const city = getMetroOfLocation(peeringLocation).toLowerCase()
    const own = served.get(key(subscriptionId, provider)) ?? []
    return own.find((location) => getMetroOfLocation(location).toLowerCase() === city) ?? null
  }
}

/**
 * Returns a function that finds the public addresses with some keys. Their SKU and zones are included if they were
 * read.
 */
export async function createPublicAddressFinder(
  q: SqlExecutor,
): Promise<(keys: readonly string[]) => GatewayFacts['publicAddresses']> {
  const found = await readResourcePage(q, { types: [armTypes.publicAddress] })
  const configOf = new Map(
    found.map(({ resourceId, config }) => [
      normalizeArmId(resourceId),
      decodeResourceConfig(armTypes.publicAddress, config),
    ]),
  )
  return (keys) =>
    keys.map((key) => ({
      name: parseArmId(key)?.name ?? key,
      isRead: configOf.has(key),
      sku: configOf.get(key)?.sku ?? null,
      zones: configOf.get(key)?.zones ?? null,
    }))
}
