import type { CheckEvidence } from '../../api/index.ts'
import { armTypes, FIRST_ROUTE_MAP_NOTE, isNearlyFull, isResourceChanging, parseArmId } from '#lib/contract/index.ts'
import type { PostureFacts } from './posture-facts.ts'
import {
  createFailedResult,
  type CheckResult,
  joinNames,
  buildCheckResult,
  createPassedResult,
  buildEvidence,
  createUnknownResult,
} from './check-result.ts'
import { parseSubscriptionAndGroup } from './routing.ts'

/**
 * Reports whether an SKU is zone-redundant. Its name ends in AZ, or it is the scalable SKU.
 * Source: Azure documentation, "About zone-redundant virtual network gateway in availability zones".
 */
const isZoned = (sku: string) => /az$/i.test(sku) || /^ergwscale$/i.test(sku)

export const checkZoneRedundantSku = ({ gateways }: PostureFacts): CheckResult[] =>
  gateways
    .filter(({ kind }) => kind === 'expressRoute' || kind === 'vpn')
    .map((gateway) => {
      const { name } = gateway.sku
      const sku = buildEvidence('sku.name', name)
      if (name === null) return buildCheckResult(gateway, createUnknownResult('Azure does not state its SKU.', sku))
      if (!isZoned(name)) return buildCheckResult(gateway, createFailedResult(`${name} is not zone-redundant.`, sku))
      return buildCheckResult(gateway, zonesOf(gateway, sku))
    })

/**
 * Determines the zones of a gateway with a zone-redundant SKU, which are the zones of its public addresses. If one of
 * the addresses is in a single zone, the gateway is only in this zone.
 */
function zonesOf({ sku: { name }, zones: own, publicAddresses }: PostureFacts['gateways'][number], sku: CheckEvidence) {
  if (own?.some((zone) => zone.toLowerCase() === 'regional'))
    return createFailedResult(
      `Azure states that it is Regional, so it does not spread over zones, whatever its SKU.`,
      sku,
      buildEvidence('zones', own.join(', ')),
    )
  const evidence = publicAddresses.map((one) => buildEvidence(`zones of ${one.name}`, one.zones?.join(', ') ?? null))
  const zonal = publicAddresses.filter(({ zones }) => zones?.length === 1)
  const unread = publicAddresses.filter(({ isRead }) => !isRead)
  const unstated = publicAddresses.filter(({ isRead, zones }) => isRead && zones === null)
  const names = (some: typeof publicAddresses) => joinNames(some.map((one) => one.name))
  if (zonal.length > 0) {
    const zones = joinNames([...new Set(zonal.flatMap((one) => one.zones ?? []))])
    return createFailedResult(
      `Its public address ${names(zonal)} is in zone ${zones} alone, and so is the gateway, whatever its SKU.`,
      sku,
      ...evidence,
    )
  }
  if (publicAddresses.length === 0)
    return createUnknownResult(`${name} may spread over zones; Azure names no public address that says which.`, sku)
  if (unread.length > 0) {
    const right = 'Microsoft.Network/publicIPAddresses/read'
    return createUnknownResult(
      `${name} may spread over zones; its public address ${names(unread)} is not read (${right}).`,
      sku,
      ...evidence,
    )
  }
  if (unstated.length > 0)
    return createUnknownResult(
      `${name} may spread over zones; Azure states none of its public address ${names(unstated)}.`,
      sku,
      ...evidence,
    )
  return createPassedResult(`${name}, with public addresses in several zones.`, sku, ...evidence)
}

/**
 * Checks that no Route Server is blocked while its first route map is being applied. Azure refuses other changes during
 * this time. Source: recorded changes of Route Servers.
 */
export const checkFirstRouteMap = ({ gateways }: PostureFacts): CheckResult[] =>
  gateways
    .filter(({ kind }) => kind === 'routeServer')
    .map((server) => {
      const { provisioningState, routeMaps } = server
      const evidence = [
        buildEvidence('provisioningState', provisioningState),
        buildEvidence('routeMaps', routeMaps.join(', ') || 'none'),
      ]
      const note = `${FIRST_ROUTE_MAP_NOTE} Attach it in announced work.`
      if (provisioningState === null)
        return buildCheckResult(
          server,
          createUnknownResult('Azure does not state its provisioning state.', ...evidence),
        )
      const [map, ...others] = routeMaps
      if (map === undefined)
        return buildCheckResult(server, createPassedResult(`It has no route map. ${note}`, ...evidence))
      return buildCheckResult(
        server,
        isResourceChanging(server) && others.length === 0
          ? createFailedResult(`It is ${provisioningState}, and ${map} is its only route map. ${note}`, ...evidence)
          : createPassedResult('Its first route map is attached.', ...evidence),
      )
    })

/** SKUs of VPN gateways that Microsoft replaces, with the announced dates. */
const RETIRED_VPN: readonly (readonly [sku: RegExp, until: string])[] = [
  // learn.microsoft.com/azure/vpn-gateway/gateway-sku-consolidation
  [
    /^vpngw[1-5]$/i,
    'was to retire on 30 September 2026; Microsoft migrates it to the same SKU with AZ, by October 2026 as announced',
  ],
  // learn.microsoft.com/azure/vpn-gateway/whats-new, as of 2025-11-25
  [/^(standard|highperformance)$/i, 'was retired in March 2026; Microsoft migrates it to VpnGw1 or 2'],
]

/**
 * Checks for gateways that Microsoft will migrate, because their SKU is retired or a public address has the SKU Basic.
 * During the migration of an ExpressRoute gateway, its subnet has two gateways for up to 15 days.
 * Source:
 * techcommunity.microsoft.com/blog/azurenetworkingblog/expressroute-gateway-microsoft-initiated-migration/4497689;
 * "What's new in Azure VPN Gateway".
 */
export const checkGatewayMigration = ({ gateways }: PostureFacts): CheckResult[] =>
  gateways
    .filter(({ kind }) => kind === 'expressRoute' || kind === 'vpn')
    .map((gateway) => {
      const { kind, sku, publicAddresses } = gateway
      const evidence = [
        buildEvidence('sku.name', sku.name),
        ...publicAddresses.map((one) => buildEvidence(`sku of ${one.name}`, one.sku)),
      ]
      const retired = kind === 'vpn' ? RETIRED_VPN.find(([name]) => name.test(sku.name ?? '')) : undefined
      const basic = publicAddresses.filter((one) => one.sku?.toLowerCase() === 'basic')
      const names = (some: typeof publicAddresses) => joinNames(some.map((one) => one.name))
      if (basic.length > 0 && !(kind === 'vpn' && sku.name?.toLowerCase() === 'basic')) {
        const until =
          kind === 'vpn'
            ? 'which VPN gateways were to keep until the end of June 2026'
            : 'retired on 30 September 2025: Microsoft migrates the gateway in a maintenance window that it announces'
        return buildCheckResult(
          gateway,
          createFailedResult(`Its public address ${names(basic)} is of the Basic SKU, ${until}.`, ...evidence),
        )
      }
      if (retired) return buildCheckResult(gateway, createFailedResult(`${sku.name} ${retired[1]}.`, ...evidence))
      const unread = publicAddresses.filter((one) => one.sku === null)
      if (sku.name === null)
        return buildCheckResult(gateway, createUnknownResult('Azure does not state its SKU.', ...evidence))
      if (unread.length > 0)
        return buildCheckResult(
          gateway,
          createUnknownResult(
            `The SKU of its public address ${names(unread)} is not read (Microsoft.Network/publicIPAddresses/read).`,
            ...evidence,
          ),
        )
      // ARM does not list an address that Microsoft manages. Such an address already has the SKU Standard.
      return buildCheckResult(
        gateway,
        createPassedResult(`${sku.name} stays, and so do its public addresses.`, ...evidence),
      )
    })

export const checkActiveActiveVpn = ({ gateways }: PostureFacts): CheckResult[] =>
  gateways
    .filter(({ kind }) => kind === 'vpn')
    .map((gateway) => {
      const flag = buildEvidence('activeActive', gateway.activeActive)
      if (gateway.activeActive === null)
        return buildCheckResult(gateway, createUnknownResult('Azure does not report it.', flag))
      return buildCheckResult(
        gateway,
        gateway.activeActive
          ? createPassedResult('Both instances carry tunnels.', flag)
          : createFailedResult('Active-standby: one instance is idle.', flag),
      )
    })

/** Checks that the load of each ExpressRoute gateway is well below the limits of its SKU or of its scale units. */
export const checkGatewayLoad = ({ gateways }: PostureFacts): CheckResult[] =>
  gateways
    .filter(
      ({ kind, resourceId }) =>
        kind === 'expressRoute' || parseArmId(resourceId)?.type === armTypes.expressRouteGateway,
    )
    .map((gateway) => {
      const load = gateway.load ?? []
      const evidence = load.map(({ name, value, limit }) =>
        buildEvidence(name, `${Math.round(value)} of ${limit ?? 'unknown'}`),
      )
      const shares = load.flatMap(({ name, share }) => (share === null ? [] : [{ name, share }]))
      const high = shares.filter(({ share }) => isNearlyFull(share))
      const words = ({ name, share }: (typeof shares)[number]) => `${name} at ${Math.round(share * 100)} %`
      if (high.length > 0)
        return buildCheckResult(gateway, createFailedResult(`${sentence(joinNames(high.map(words)))}.`, ...evidence))
      if (shares.length === 0)
        return buildCheckResult(
          gateway,
          createUnknownResult('No recent Azure Monitor data for the SKU’s limits.', ...evidence),
        )
      return buildCheckResult(gateway, createPassedResult(`${sentence(joinNames(shares.map(words)))}.`, ...evidence))
    })

const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)

/**
 * Checks that the ASN of each BGP neighbor is not reserved. The neighbors are devices of VPN connections with BGP, and
 * BGP peers of hubs and Route Servers.
 */
export const checkDeviceAsnNotReserved = (facts: PostureFacts): CheckResult[] => [
  ...ofConnections(facts),
  ...ofHubs(facts),
]

const ofHubs = ({ remoteAsns }: PostureFacts): CheckResult[] =>
  remoteAsns.map(({ resource, part, asn, asnReservedBy, command }) => {
    const evidence = buildEvidence('asn', asn)
    const verdict =
      asnReservedBy === null
        ? createPassedResult(`Nobody reserves AS ${asn}.`, evidence)
        : createFailedResult(`AS ${asn} is reserved: ${asnReservedBy}.`, evidence)
    return buildCheckResult(resource, { ...verdict, command }, part)
  })

const ofConnections = ({ gateways }: PostureFacts): CheckResult[] =>
  gateways.flatMap(({ connections }) =>
    connections.flatMap((connection): CheckResult[] => {
      const { device, bgp } = connection
      if (!device || !bgp) return []
      const { asn, asnReservedBy, name } = device
      const evidence = buildEvidence('asn', asn)
      const resource = { ...connection, ...parseSubscriptionAndGroup(connection.resourceId) }
      const verdict =
        asn === null
          ? createUnknownResult(`Azure states no ASN of ${name}.`, evidence)
          : asnReservedBy === null
            ? createPassedResult(`Nobody reserves AS ${asn} of ${name}.`, evidence)
            : createFailedResult(`AS ${asn} of ${name} is reserved: ${asnReservedBy}.`, evidence)
      return [buildCheckResult(resource, verdict)]
    }),
  )
