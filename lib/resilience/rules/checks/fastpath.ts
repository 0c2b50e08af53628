import {
  azureDocumentedValues,
  formatFastPathSkus,
  formatUnappliedConfiguration,
  isNearlyFull,
  isScalableSku,
  canUseFastPath,
} from '#lib/contract/index.ts'
import type { CircuitFacts, GatewayFacts, PostureFacts } from './posture-facts.ts'
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

/** Checks for each circuit with FastPath that the number of addresses with FastPath routes is well below the limit. */
export const checkFastpathHeadroom = ({ circuits }: PostureFacts): CheckResult[] =>
  circuits.flatMap((circuit): CheckResult[] => {
    const { fastPath } = circuit
    if (fastPath === null) return []
    const { limit, routes, metered, metric } = fastPath
    const evidence = [buildEvidence(metric, routes, metered), buildEvidence('connectivity', circuit.connectivity)]
    const row = (verdict: ReturnType<typeof createPassedResult>) => [
      buildCheckResult(circuit, { ...verdict, values: { metered, metric } }),
    ]
    if (limit === null)
      return row(createUnknownResult('Whether the circuit is on ExpressRoute Direct is not known.', ...evidence))
    if (routes === null)
      return row(createUnknownResult('Azure Monitor reported no count of FastPath routes lately.', ...evidence))
    const reason = `FastPath has routes to ${routes} of ${limit} addresses.`
    return row((isNearlyFull(routes / limit) ? createFailedResult : createPassedResult)(reason, ...evidence))
  })

/**
 * Checks for each connection with FastPath that its traffic actually bypasses the gateway, as far as this follows from
 * the configuration.
 */
export const checkFastpathBypass = ({ gateways, circuits, networks }: PostureFacts): CheckResult[] =>
  gateways.flatMap((gateway) =>
    gateway.connections
      .filter(({ fastPath }) => fastPath === true)
      .map((connection) => {
        const circuit = circuits.find(({ id }) => id === connection.circuitId)
        const takes = canUseFastPath(gateway.sku.name, gateway.scaleUnits?.least ?? null)
        const units = isScalableSku(gateway.sku.name) ? ` with ${gateway.scaleUnits?.least ?? 'unknown'} units` : ''
        const evidence = [
          buildEvidence('expressRouteGatewayBypass', true),
          buildEvidence('sku.name', gateway.sku.name, gateway.resourceId),
          buildEvidence('connectivity', circuit?.connectivity ?? null, circuit?.resourceId ?? null),
        ]
        const resource = { ...connection, ...parseSubscriptionAndGroup(connection.resourceId) }
        const unapplied = formatUnappliedConfiguration(`the connection ${connection.name}`, connection)
        if (unapplied !== null) return buildCheckResult(resource, createUnknownResult(unapplied, ...evidence))
        if (takes === false) {
          const reason = `${gateway.sku.name}${units} does not take FastPath: ${formatFastPathSkus(gateway.location, `ErGwScale with ${azureDocumentedValues.fastpath_scale_units.value} units`)} do.`
          return buildCheckResult(resource, createFailedResult(reason, ...evidence))
        }
        const bypassed = brokenBy(gateway, circuit, networks)
        if (bypassed.length > 0)
          return buildCheckResult(
            resource,
            createFailedResult(
              `FastPath is not used for ${joinNames(bypassed)}, because the circuit is not on ExpressRoute Direct.`,
              ...evidence,
            ),
          )
        if (takes === null || !circuit || circuit.connectivity === null || gateway.networkId === null)
          return buildCheckResult(
            resource,
            createUnknownResult('The SKU, the circuit or the network of the gateway is not known.', ...evidence),
          )
        const reason =
          'The SKU takes it, and no peered network or user-defined route breaks it; load balancers and Private Link are not read.'
        return buildCheckResult(resource, createPassedResult(reason, ...evidence))
      }),
  )

/**
 * Returns the peered networks and user-defined routes whose traffic does not use FastPath, because the circuit is not
 * on ExpressRoute Direct.
 */
function brokenBy(
  gateway: GatewayFacts,
  circuit: CircuitFacts | undefined,
  networks: PostureFacts['networks'],
): string[] {
  if (!circuit || circuit.connectivity === 'direct' || circuit.connectivity === null) return []
  const own = networks.find(({ id }) => id === gateway.networkId)
  const spokes = own?.peerings.filter(({ back }) => back?.useRemoteGateways).map(({ remoteName }) => remoteName) ?? []
  return [
    ...(spokes.length > 0 ? [`the peered network${spokes.length === 1 ? '' : 's'} ${spokes.join(', ')}`] : []),
    ...(gateway.userRoutes ? [`user-defined routes of ${gateway.userRoutes.name}`] : []),
  ]
}
