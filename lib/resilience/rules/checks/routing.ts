import type { StoredPeering } from '#lib/circuits/api/index.ts'
import type { GatewayFacts, NetworkFacts, PostureFacts } from './posture-facts.ts'
import { findGeopoliticalOfLocation, findGeopoliticalOfRegion } from './geopolitical.ts'
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
import { listProvisionedPeerings } from './paths.ts'

export const checkPrefixesOnBothPaths = sameOnBothPaths('private')
export const checkNatPoolOnBothPaths = sameOnBothPaths('microsoft')

/**
 * Returns a check that both paths of a peering have the same prefixes. Detection compares the route tables and creates
 * an event if they differ. The check uses this event.
 */
function sameOnBothPaths(type: NonNullable<StoredPeering['type']>) {
  return ({ circuits }: PostureFacts): CheckResult[] =>
    listProvisionedPeerings(circuits)
      .filter(({ peering }) => peering.type === type)
      .map(({ circuit, peering: { name } }) => {
        const wasRead = circuit.tablesRead.has(name)
        const evidence = buildEvidence('tables of both paths', wasRead ? 'read' : null)
        const differs = circuit.open.find(({ kind, subject }) => kind === 'parity_mismatch' && subject.startsWith(name))
        const verdict = differs
          ? createFailedResult(differs.reason, evidence, buildEvidence('open event', 'parity_mismatch'))
          : wasRead
            ? createPassedResult('Both tables were read, and no prefix is on one path alone.', evidence)
            : createUnknownResult('No recent route table of a path.', evidence)
        return buildCheckResult(circuit, { ...verdict, values: { peering: name } }, name)
      })
}

/** Returns the gateways that learn routes by BGP: ExpressRoute and VPN gateways of virtual networks. */
const learning = ({ gateways }: PostureFacts) =>
  gateways.filter(({ kind }) => kind === 'expressRoute' || kind === 'vpn')

const defaults = ({ defaultFrom }: GatewayFacts) =>
  buildEvidence('0.0.0.0/0 learned from', defaultFrom === null ? null : defaultFrom.join(' ') || 'none')

export const checkDefaultRouteIntended = (facts: PostureFacts): CheckResult[] =>
  learning(facts).map((gateway) => {
    const { defaultFrom } = gateway
    const evidence = [defaults(gateway), buildEvidence('declared site with a default route', facts.tunnelsAll)]
    if (defaultFrom === null)
      return buildCheckResult(gateway, createUnknownResult('No recent poll shows its routes.', ...evidence))
    if (defaultFrom.length === 0)
      return buildCheckResult(gateway, createPassedResult('It learns no default route.', ...evidence))
    return buildCheckResult(
      gateway,
      facts.tunnelsAll
        ? createPassedResult('A declared site has the default route: forced tunnelling is meant.', ...evidence)
        : createFailedResult(
            `It learns a default route from ${joinNames(defaultFrom)}, which no declared site has.`,
            ...evidence,
          ),
    )
  })

export const checkForcedTunnellingRedundant = (facts: PostureFacts): CheckResult[] =>
  !facts.tunnelsAll
    ? []
    : learning(facts)
        .filter(({ kind }) => kind === 'expressRoute')
        .map((gateway) => {
          const { defaultFrom } = gateway
          const evidence = defaults(gateway)
          if (defaultFrom === null)
            return buildCheckResult(gateway, createUnknownResult('No recent poll shows its routes.', evidence))
          if (defaultFrom.length > 1)
            return buildCheckResult(
              gateway,
              createPassedResult(`${formatCountedNoun(defaultFrom.length, 'neighbor')} announce it.`, evidence),
            )
          const reason =
            defaultFrom.length === 0 ? 'It learns no default route.' : `Only ${defaultFrom[0]} announces it.`
          return buildCheckResult(gateway, createFailedResult(reason, evidence))
        })

/** Checks that all gateways of each circuit with the tier Standard are in the geopolitical region of the circuit. */
export const checkStandardWithinRegion = ({ circuits, gateways }: PostureFacts): CheckResult[] =>
  circuits.flatMap((circuit): CheckResult[] => {
    const linked = gateways.filter(({ circuitIds }) => circuitIds.includes(circuit.id))
    if (linked.length === 0) return []
    const { tier } = circuit.sku
    const evidence = [
      buildEvidence('sku.tier', tier),
      buildEvidence('peeringLocation', circuit.peeringLocation),
      ...linked.map(({ location, resourceId }) => buildEvidence('location', location, resourceId)),
    ]
    if (tier?.toLowerCase() === 'premium')
      return [buildCheckResult(circuit, createPassedResult('It is Premium.', ...evidence))]
    const own = circuit.peeringLocation === null ? null : findGeopoliticalOfLocation(circuit.peeringLocation)
    if (own === null || tier === null) {
      const what =
        tier === null ? 'Its tier' : `The geopolitical region of ${circuit.peeringLocation ?? 'its location'}`
      return [buildCheckResult(circuit, createUnknownResult(`${what} is not known.`, ...evidence))]
    }
    const placed = linked.map((gateway) => ({
      gateway,
      in: gateway.location && findGeopoliticalOfRegion(gateway.location),
    }))
    const abroad = placed.filter((one) => one.in && one.in !== own)
    if (abroad.length > 0) {
      const names = abroad.map((one) => `${one.gateway.name} in ${one.in}`)
      return [
        buildCheckResult(
          circuit,
          createFailedResult(`It is ${tier} in ${own}, and connected to ${joinNames(names)}.`, ...evidence),
        ),
      ]
    }
    const unplaced = placed.filter((one) => !one.in).map(({ gateway }) => gateway.name)
    if (unplaced.length > 0)
      return [
        buildCheckResult(
          circuit,
          createUnknownResult(`The geopolitical region of ${joinNames(unplaced)} is not known.`, ...evidence),
        ),
      ]
    return [buildCheckResult(circuit, createPassedResult(`Its gateways are in ${own}, as it is.`, ...evidence))]
  })

/**
 * Reports whether Azure Virtual Network Manager connects two networks; null = its configuration for one of them was not
 * read.
 */
function isManaged(one: NetworkFacts, other: NetworkFacts): boolean | null {
  if (!one.connectedGroups || !other.connectedGroups) return null
  const far = new Set(other.connectedGroups.map(({ key }) => key))
  return one.connectedGroups.some(({ key, isGlobal }) => far.has(key) && (isGlobal || one.location === other.location))
}

/**
 * Checks that networks on the same circuit are connected directly, by a peering or a connected group of Azure Virtual
 * Network Manager. Otherwise the traffic between them passes through the circuit.
 */
export const checkNoHairpin = ({ networks, gateways }: PostureFacts): CheckResult[] => {
  const circuitsOf = (network: NetworkFacts) =>
    new Set(
      gateways
        .filter(({ kind, id }) => kind === 'expressRoute' && network.gatewayIds.includes(id))
        .flatMap(({ circuitIds }) => circuitIds.flatMap((id) => id ?? [])),
    )
  const withCircuits = networks
    .filter(({ kind }) => kind === 'vnet')
    .map((network) => ({ network, circuits: circuitsOf(network) }))
    .filter(({ circuits }) => circuits.size > 0)
  return withCircuits.map(({ network, circuits }) => {
    const others = withCircuits.filter(
      (other) => other.network !== network && [...other.circuits].some((id) => circuits.has(id)),
    )
    const peered = new Set(network.peerings.flatMap(({ remoteId }) => remoteId ?? []))
    const partly = network.peerings.filter(
      ({ subnets, remoteId }) => subnets && others.some((other) => other.network.id === remoteId),
    )
    const unread = network.peerings.filter(({ remoteId }) => remoteId === null)
    const evidence = [
      buildEvidence('networks on the same circuits', others.map((other) => other.network.name).join(' ') || 'none'),
      buildEvidence('peered with', network.peerings.map(({ remoteName }) => remoteName).join(' ') || 'none'),
    ]
    const unpeered = others.filter(
      (other) => !peered.has(other.network.id) && isManaged(network, other.network) !== true,
    )
    const apart = unpeered.map((other) => other.network.name)
    if (apart.length === 0 && partly.length > 0) {
      const names = joinNames(partly.map(({ remoteName, subnets }) => `${remoteName} (${subnets?.local.join(', ')})`))
      const reason = `It is peered by subnets alone with ${names}: whether its other subnets are to be reached by a circuit is not known.`
      return buildCheckResult(network, createUnknownResult(reason, ...evidence))
    }
    if (apart.length === 0)
      return buildCheckResult(
        network,
        createPassedResult('No other network is reached by its circuits alone.', ...evidence),
      )
    if (unread.length > 0) {
      const names = joinNames(unread.map(({ remoteName }) => remoteName))
      return buildCheckResult(
        network,
        createUnknownResult(`Whether ${names} leads to ${joinNames(apart)} is not read.`, ...evidence),
      )
    }
    if (unpeered.some((other) => isManaged(network, other.network) === null)) {
      const reason = `It is not peered with ${joinNames(apart)}; whether Virtual Network Manager connects them is not read.`
      return buildCheckResult(network, createUnknownResult(reason, ...evidence))
    }
    return buildCheckResult(
      network,
      createFailedResult(`It reaches ${joinNames(apart)} by a circuit, and is not peered with it.`, ...evidence),
    )
  })
}

const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd])/i

/**
 * Reports whether an address is in a private range.
 * @param address an address or a host name; a host name is not private
 */
export const isPrivateAddress = (address: string): boolean => PRIVATE.test(address) && /^[0-9a-f.:]+$/i.test(address)

/**
 * Checks for each VPN device with a private address that an ExpressRoute gateway has a route to it, because such a
 * device can be reached only over ExpressRoute.
 */
export const checkIpsecInsideExpressRoute = ({ gateways }: PostureFacts): CheckResult[] =>
  gateways
    .filter(({ kind }) => kind === 'vpn')
    .flatMap((gateway) =>
      gateway.connections.flatMap((connection): CheckResult[] => {
        const { name, resourceGroup, subscriptionId, coveringDevice } = gateway
        const address = connection.device?.address ?? null
        if (address === null || !isPrivateAddress(address)) return []
        const found = coveringDevice.get(address)
        const evidence = [
          buildEvidence('address of the device', address),
          buildEvidence('route of ExpressRoute', found ?? null),
        ]
        const resource = { ...connection, ...parseSubscriptionAndGroup(connection.resourceId) }
        if (found === undefined)
          return [
            buildCheckResult(
              resource,
              createUnknownResult('The routes of no ExpressRoute gateway were read lately.', ...evidence),
            ),
          ]
        return [
          {
            ...buildCheckResult(
              resource,
              found === ''
                ? createFailedResult(`${address} is private, and no route of ExpressRoute covers it.`, ...evidence)
                : createPassedResult(`${found}, learned by ExpressRoute, covers ${address}.`, ...evidence),
            ),
            values: { gateway: name, gatewayGroup: resourceGroup, gatewaySubscription: subscriptionId },
          },
        ]
      }),
    )

/** Returns the subscription and resource group from the id of a resource. */
export function parseSubscriptionAndGroup(resourceId: string): {
  subscriptionId: string
  resourceGroup: string | null
} {
  const [, , subscriptionId = '', , resourceGroup = null] = resourceId.split('/')
  return { subscriptionId, resourceGroup }
}
