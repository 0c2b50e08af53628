import { decodeConfig } from '#lib/azure/config/index.ts'
import { reservedBy } from '#lib/bgp/index.ts'
import { armKey, armTypes, parseArmId, shellWord } from '#lib/contract/index.ts'
import { listResources } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { GatewayFacts, PostureFacts } from '../rules/index.ts'
import type { Topology } from '#lib/questions/index.ts'

type RemoteAsn = PostureFacts['remoteAsns'][number]

/** The ASNs of what speaks BGP to hubs and Route Servers: devices of the VPN sites that connections end on, and BGP peers. */
export async function remoteAsns(q: Queryable, { gateways }: Topology): Promise<RemoteAsn[]> {
  const resources = await listResources(q, { types: [armTypes.vpnSite, armTypes.hubBgpConnection] })
  const byKey = new Map(resources.map((resource) => [armKey(resource.resourceId), resource]))
  const devices = gateways.flatMap(({ resource, config }) =>
    config.hubConnections.flatMap(({ name, siteKey }) => {
      const site = siteKey === null ? undefined : byKey.get(siteKey)
      if (!site) return []
      return decodeConfig(armTypes.vpnSite, site.config).devices.map(({ link, asn }) => ({
        resource,
        part: link === null ? name : `${name} ${link}`,
        asn,
        asnReservedBy: reservedBy(asn),
        command:
          link === null
            ? `az network vpn-site update --ids ${shellWord(site.resourceId)} --asn <ASN>`
            : `az network vpn-site link update --ids ${shellWord(`${site.resourceId}/vpnSiteLinks/${link}`)} --asn <ASN>`,
      }))
    }),
  )
  const peers = resources.flatMap((resource): RemoteAsn[] => {
    if (resource.type !== armTypes.hubBgpConnection) return []
    const { peerAsn: asn } = decodeConfig(armTypes.hubBgpConnection, resource.config)
    if (asn === null) return []
    const command = `az resource show --ids ${shellWord(resource.resourceId)}`
    return [{ resource, part: null, asn, asnReservedBy: reservedBy(asn), command }]
  })
  return [...devices, ...peers]
}

/** Public addresses by their keys, with their SKU and the zones that they stand in, as far as they are read. */
export async function publicAddresses(
  q: Queryable,
): Promise<(keys: readonly string[]) => GatewayFacts['publicAddresses']> {
  const found = await listResources(q, { types: [armTypes.publicAddress] })
  const configOf = new Map(
    found.map(({ resourceId, config }) => [armKey(resourceId), decodeConfig(armTypes.publicAddress, config)]),
  )
  return (keys) =>
    keys.map((key) => ({
      name: parseArmId(key)?.name ?? key,
      isRead: configOf.has(key),
      sku: configOf.get(key)?.sku ?? null,
      zones: configOf.get(key)?.zones ?? null,
    }))
}
