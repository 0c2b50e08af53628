import { DEFAULT_ROUTES } from '#lib/bgp/index.ts'
import type { NetworkFacts, PostureFacts } from './posture-facts.ts'
import {
  createFailedResult,
  type CheckResult,
  buildCheckResult,
  createPassedResult,
  buildEvidence,
  createUnknownResult,
} from './check-result.ts'

const lengthOf = (prefix: string): number => Number(prefix.split('/')[1] ?? Number.NaN)

/**
 * Returns the IPv4 prefixes of a network's GatewaySubnet. IPv6 prefixes are ignored, because every IPv6 subnet is a
 * /64.
 */
const ipv4Of = ({ gatewaySubnet }: NetworkFacts) =>
  gatewaySubnet?.prefixes.filter((prefix) => !prefix.includes(':')) ?? []

const withSubnet = ({ networks }: PostureFacts) => networks.filter(({ gatewaySubnet }) => gatewaySubnet !== null)

export const checkGatewaySubnetSize = (facts: PostureFacts): CheckResult[] =>
  withSubnet(facts).map((network) => {
    const prefixes = ipv4Of(network)
    const evidence = buildEvidence('prefixes of the GatewaySubnet', prefixes.join(' ') || null)
    const widest = Math.min(...prefixes.map(lengthOf))
    if (!Number.isFinite(widest))
      return buildCheckResult(network, createUnknownResult('Azure states no prefix of it.', evidence))
    return buildCheckResult(
      network,
      widest <= 27
        ? createPassedResult(`It is a /${widest}.`, evidence)
        : createFailedResult(`It is a /${widest}.`, evidence),
    )
  })

export const checkGatewaySubnetWithoutNsg = (facts: PostureFacts): CheckResult[] =>
  withSubnet(facts).map((network) => {
    const hasNsg = network.gatewaySubnet?.hasNsg ?? false
    const evidence = buildEvidence('networkSecurityGroup', hasNsg ? 'set' : 'none')
    return buildCheckResult(
      network,
      hasNsg
        ? createFailedResult('It has a network security group.', evidence)
        : createPassedResult('It has none.', evidence),
    )
  })

/**
 * Checks the route table of each GatewaySubnet. It must not contain 0.0.0.0/0 and must not disable the propagation of
 * BGP routes.
 * Source: Azure documentation, "ExpressRoute gateways", GatewaySubnet.
 */
export const checkGatewaySubnetRoutes = (facts: PostureFacts): CheckResult[] =>
  withSubnet(facts).map((network) => {
    const gateway = facts.gateways.find(({ id }) => network.gatewayIds.includes(id))
    const table = gateway?.userRoutes ?? null
    if (!table) {
      const evidence = buildEvidence('routeTable of the GatewaySubnet', 'none')
      return buildCheckResult(
        network,
        gateway
          ? createPassedResult('It has no user-defined routes.', evidence)
          : createUnknownResult('No gateway in it is read.', evidence),
      )
    }
    const evidence = [
      buildEvidence('routeTable', table.name, table.resourceId),
      buildEvidence(
        'disableBgpRoutePropagation',
        table.propagatesBgp === null ? null : !table.propagatesBgp,
        table.resourceId,
      ),
    ]
    const values = { routeTable: table.resourceId }
    if (table.unapplied !== null)
      return buildCheckResult(network, { ...createUnknownResult(table.unapplied, ...evidence), values })
    const hasDefault = table.routes?.some(({ prefix }) => DEFAULT_ROUTES.has(prefix))
    if (hasDefault)
      return buildCheckResult(network, {
        ...createFailedResult(`${table.name} has a default route.`, ...evidence),
        values,
      })
    if (table.propagatesBgp === false)
      return buildCheckResult(network, {
        ...createFailedResult(`${table.name} keeps the gateways’ BGP routes out.`, ...evidence),
        values,
      })
    if (table.routes === null)
      return buildCheckResult(network, { ...createUnknownResult(`${table.name} is not read.`, ...evidence), values })
    return buildCheckResult(network, {
      ...createPassedResult(`${table.name} has no default route, and lets BGP’s routes in.`, ...evidence),
      values,
    })
  })
