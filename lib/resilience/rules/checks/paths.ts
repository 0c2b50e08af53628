import { isResourceBeingDeleted, isNearlyFull, type AzureLimitUse } from '#lib/contract/index.ts'
import { azureDocumentedValues } from '#lib/contract/facts/facts.ts'
import type { StoredCircuitPath, StoredPeering } from '#lib/circuits/api/index.ts'
import type { CheckEvidence } from '../../api/index.ts'
import {
  type CircuitFacts,
  type GatewayFacts,
  type NamedResource,
  type PostureFacts,
  countInvisibleConnections,
} from './posture-facts.ts'
import {
  createFailedResult,
  type CheckResult,
  joinNames,
  buildCheckResult,
  createPassedResult,
  formatCountedNoun,
  buildEvidence,
  createUnknownResult,
} from './check-result.ts'

/** Checks that BGP is up on both paths of each peering. */
export function checkBgpOnBothPaths({ circuits }: PostureFacts): CheckResult[] {
  return listProvisionedPeerings(circuits).map(({ circuit, peering }) => {
    const evidence = peering.paths.map(({ path, layers }) => buildEvidence(`BGP of the ${path} path`, layers.bgp))
    const on = (reason: (one: StoredCircuitPath) => boolean) => peering.paths.filter(reason).map(({ path }) => path)
    const unset = on(({ state }) => state === 'not_configured')
    const missing = on(({ state, layers }) => state !== 'not_configured' && isDown(layers.bgp))
    const unread = on(({ state, layers }) => state !== 'not_configured' && layers.bgp === 'unknown')
    const verdict =
      unset.length > 0
        ? createFailedResult(`The ${joinNames(unset)} path has no link subnet.`, ...evidence)
        : missing.length > 0
          ? createFailedResult(`The session of the ${joinNames(missing)} path is not established.`, ...evidence)
          : unread.length > 0
            ? createUnknownResult(
                `Whether the session of the ${joinNames(unread)} path is up is not known now.`,
                ...evidence,
              )
            : createPassedResult('Both paths have an established session.', ...evidence)
    return buildCheckResult(circuit, { ...verdict, values: { peering: peering.name } }, peering.name)
  })
}

const isDown = (bgp: StoredCircuitPath['layers']['bgp']) =>
  bgp === 'down' || bgp === 'disabled' || bgp === 'never_established'

/**
 * Returns the peerings of circuits that the provider has provisioned, or whose provider state is not reported. Peerings
 * of an unknown type, and peerings that are being deleted, are left out.
 */
export const listProvisionedPeerings = (
  circuits: readonly CircuitFacts[],
): { circuit: CircuitFacts; peering: StoredPeering }[] =>
  circuits
    .filter(({ provisioning: { provider } }) => provider === null || provider.toLowerCase() === 'provisioned')
    .flatMap((circuit) =>
      circuit.peerings
        .filter((peering) => peering.type !== null && !isResourceBeingDeleted(peering))
        .map((peering) => ({ circuit, peering })),
    )

/**
 * Checks for each peering that a different router of the customer answers on each of its two paths. Different routers
 * have different MAC addresses in the ARP tables.
 */
export function checkSeparateRouters({ circuits }: PostureFacts): CheckResult[] {
  return listProvisionedPeerings(circuits)
    .filter(({ peering }) => peering.paths.every(({ customerAddress }) => customerAddress !== null))
    .map(({ circuit, peering }) => {
      const macs = peering.paths.map(
        ({ arp, customerAddress }) => arp.find(({ ipAddress }) => ipAddress === customerAddress)?.macAddress ?? null,
      )
      const evidence = peering.paths.map(({ path, customerAddress }, n) =>
        buildEvidence(`MAC of ${customerAddress} (${path})`, macs[n] ?? null),
      )
      const [one, other] = macs.map((mac) => mac?.toLowerCase() ?? null)
      const verdict =
        one && other
          ? one === other
            ? createFailedResult(`Both paths end on ${one}.`, ...evidence)
            : createPassedResult('Two MACs answer.', ...evidence)
          : createUnknownResult('The ARP table of a path has no entry of the router.', ...evidence)
      return buildCheckResult(circuit, { ...verdict, values: { peering: peering.name } }, peering.name)
    })
}

/** Checks that the number of prefixes on each path is well below the limit of the peering. */
export function checkPrefixLimitHeadroom({ circuits }: PostureFacts): CheckResult[] {
  return listProvisionedPeerings(circuits).flatMap(({ circuit, peering }) => {
    const limit = circuit.prefixLimits.get(peering.name) ?? null
    if (limit === null) return []
    return peering.paths
      .filter(({ state }) => state !== 'not_configured')
      .map(({ path, routesReceived: count }) => {
        const part = `${peering.name} ${path}`
        const values = { peering: peering.name, path }
        if (count === null)
          return buildCheckResult(
            circuit,
            { ...createUnknownResult('The number of prefixes was not read.'), values },
            part,
          )
        return buildCheckResult(circuit, { ...share(count, limit, 'prefixes'), values }, part)
      })
  })
}

function share(count: number, limit: number, noun: string) {
  const words = `${count} of ${limit.toLocaleString('en')} ${noun}, ${Math.round((count / limit) * 100)} %.`
  return (isNearlyFull(count / limit) ? createFailedResult : createPassedResult)(
    words,
    buildEvidence(noun, count),
    buildEvidence('limit', limit),
  )
}

/** Checks that the number of networks connected to each circuit is well below the limit. */
export const checkNetworkHeadroom = ({ circuits }: PostureFacts): CheckResult[] =>
  circuits.map((circuit) => {
    const use = circuit.limits.find(({ name }) => name === 'vnet_links')
    if (!use) return buildCheckResult(circuit, createUnknownResult('Azure reports no tier or bandwidth.'))
    const { state, reason, evidence } = share(use.count, use.limit, 'connections')
    // the number does not include connections to gateways that are not visible
    const unseen = countInvisibleConnections(circuit)
    const mayBeFull = state === 'pass' && unseen > 0 && isNearlyFull((use.count + unseen) / use.limit)
    if (!mayBeFull) return buildCheckResult(circuit, { state, reason, evidence })
    const words = `${reason} ${formatCountedNoun(unseen, 'authorization')} in use by what is not read may add to them.`
    return buildCheckResult(
      circuit,
      createUnknownResult(words, ...evidence, buildEvidence('authorizations in use', circuit.authorizations.inUse)),
    )
  })

/**
 * Checks that the number of prefixes of each hub is well below the limit. If the prefixes of some connections are
 * unknown, the check cannot pass.
 */
export const checkHubPrefixHeadroom = ({ wanHubs }: PostureFacts): CheckResult[] =>
  wanHubs.map((hub) => {
    const use = hub.limits.find(({ name }) => name === 'hub_prefixes')
    if (!use)
      return buildCheckResult(
        hub,
        createUnknownResult('Neither its default route table nor all of its connections were read recently.'),
      )
    return buildCheckResult(hub, judgeUse(use, 'The prefixes of some connections were not read recently.'))
  })

/**
 * Checks that each BGP peer of a hub announces well fewer prefixes than a hub takes from one peer. If the tables of some
 * peers are unknown, the check cannot pass.
 */
export const checkHubPeerHeadroom = ({ wanHubs }: PostureFacts): CheckResult[] =>
  wanHubs
    .filter(({ bgpConnections }) => bgpConnections.length > 0)
    .map((hub) => {
      const use = hub.limits.find(({ name }) => name === 'hub_peer_prefixes')
      if (!use) return buildCheckResult(hub, createUnknownResult('The routes of its BGP peers were not read recently.'))
      const { evidence, ...verdict } = judgeUse(use, 'The routes of some BGP peers were not read recently.')
      return buildCheckResult(hub, { ...verdict, evidence: [...evidence, buildEvidence('peer', use.note)] })
    })

/**
 * Judges the use of a limit by prefixes. A count that is a lower bound can fail but not pass.
 * @param unread sentence that names the missing data
 */
function judgeUse(use: AzureLimitUse, unread: string) {
  const judged = share(use.count, use.limit, 'prefixes')
  return judged.state === 'fail' || !use.isAtLeast
    ? judged
    : createUnknownResult(`At least ${judged.reason} ${unread}`, ...judged.evidence)
}

/**
 * Checks that each user VPN gateway of a hub, and each VPN gateway of a virtual network with user VPN, has well fewer
 * devices than its scale units or its SKU take.
 */
export const checkUserVpnHeadroom = ({ wanHubs, gateways }: PostureFacts): CheckResult[] => [
  ...wanHubs.flatMap((hub) => {
    const [gateway] = hub.userVpnGateways ?? []
    if (!gateway) return []
    const reason = gateway.scaleUnits === null ? 'Azure reports no scale units.' : gateway.unread
    const verdict = judgeUserVpn(findUserVpnUse(hub), reason, buildEvidence('user VPN gateway', gateway.name))
    return buildCheckResult(hub, { ...verdict, values: { gateway: gateway.resourceId } })
  }),
  ...gateways.flatMap((gateway) => {
    const { userVpn, sku } = gateway
    if (!userVpn) return []
    const isRead = (userVpn.metrics?.byProtocol ?? []).length > 0
    const reason = isRead
      ? `The number of devices that ${sku.name ?? 'its SKU'} takes is not documented.`
      : 'Azure Monitor reported no number of connections recently.'
    const use = findUserVpnUse(gateway)
    const judged = judgeUserVpn(use, reason, skuOf(gateway))
    // a larger SKU takes no more SSTP connections
    const isSstp = use?.limit === azureDocumentedValues.vpn_sstp_users.value
    return buildCheckResult(gateway, isSstp ? judged : { ...judged, command: LARGER_VPN_GATEWAY_COMMAND })
  }),
]

/**
 * Judges the use of the limit of devices.
 * @param reason why the number of devices or the limit is unknown, which is used only if there is no use; null = there
 *   is no reason
 */
function judgeUserVpn(use: AzureLimitUse | undefined, reason: string | null, about: CheckEvidence) {
  if (!use) return createUnknownResult(reason ?? 'The number of devices is unknown.', about)
  const judged = share(use.count, use.limit, 'devices')
  return { ...judged, evidence: [...judged.evidence, about] }
}

const findUserVpnUse = ({ limits }: { limits: readonly AzureLimitUse[] }) =>
  limits.find(({ name }) => name === 'user_vpn_clients')

/** Command that changes the SKU of a VPN gateway of a virtual network. */
const LARGER_VPN_GATEWAY_COMMAND =
  'az network vnet-gateway update --name {name} --resource-group {resourceGroup} --subscription {subscription} --sku <larger SKU>'

/**
 * Checks that each gateway may have one more connection, and one more circuit from each peering location, without
 * exceeding its limits.
 */
export const checkConnectionHeadroom = ({ gateways }: PostureFacts): CheckResult[] =>
  gateways.filter(isOfNetworkOrHub).map((gateway) => {
    const uses = gateway.limits.filter(({ name }) => name === 'connections' || name === 'circuits_in_location')
    const isInHub = gateway.kind === 'vwan'
    if (!uses.some(({ name }) => name === 'connections'))
      return buildCheckResult(
        gateway,
        isInHub
          ? createUnknownResult('Its hub was not read.')
          : createUnknownResult(`What ${gateway.sku.name ?? 'its SKU'} takes is not documented.`, skuOf(gateway)),
      )
    const full = uses.filter(({ count, limit }) => count >= limit)
    const evidence = [
      ...(isInHub ? [] : [skuOf(gateway)]),
      ...uses.map((use) => buildEvidence(limitLabels[use.name], `${use.count} of ${use.limit}`)),
    ]
    const result =
      full.length === 0
        ? createPassedResult('There is room for another connection.', ...evidence)
        : createFailedResult(`Full: ${joinNames(full.map(formatFull))}.`, ...evidence)
    return buildCheckResult(gateway, { ...result, ...(isInHub && { command: HUB_CONNECTIONS_COMMAND }) })
  })

/** Command that shows a hub's gateway and its connections. */
const HUB_CONNECTIONS_COMMAND = 'az resource show --ids {resourceId} --query properties'
const isOfNetworkOrHub = ({ kind }: GatewayFacts) => kind === 'expressRoute' || kind === 'vpn' || kind === 'vwan'
const skuOf = (gateway: NamedResource & { sku: { name: string | null } }) => buildEvidence('sku.name', gateway.sku.name)
const limitLabels: Record<AzureLimitUse['name'], string> = {
  vnet_links: 'virtual networks',
  connections: 'connections',
  circuits_in_location: 'circuits of one location',
  learned_prefixes: 'prefixes learned',
  advertised_prefixes: 'prefixes announced',
  fastpath_routes: 'addresses of FastPath',
  hub_prefixes: 'prefixes of a hub',
  hub_peer_prefixes: 'prefixes of a BGP peer',
  user_vpn_clients: 'devices of VPN users',
  circuits_in_region: 'circuits in one region',
  circuits_in_subscription: 'circuits of a subscription',
}
const formatFull = ({ name, count, limit }: AzureLimitUse) => `${count} of ${limit} ${limitLabels[name]}`
