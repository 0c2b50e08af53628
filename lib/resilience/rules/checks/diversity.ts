import {
  haveCircuitsDisjointLocations,
  isLocationNamedAsBuilding,
  hasTwoLocations,
  judgeCircuitResiliency,
} from '#lib/contract/facts/resiliency.ts'
import { getMetroOfLocation } from '#lib/contract/index.ts'
import { type CircuitFacts, type GatewayFacts, type PostureFacts, countInvisibleConnections } from './posture-facts.ts'
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

/**
 * Checks for each ExpressRoute gateway that it keeps a path if one peering location is lost. For this, it needs two
 * circuits at different locations, or one circuit that is at two locations (ExpressRoute Metro).
 */
export const checkTwoLocations = distinctly({
  what: 'peeringLocation',
  noun: 'peering location',
  of: ({ peeringLocation }) => peeringLocation,
  isStated: (circuit) => judgeCircuitResiliency(circuit).peeringLocations !== null,
  apart: haveCircuitsDisjointLocations,
  alone: (circuit) => {
    const ends = judgeCircuitResiliency(circuit)
    const where = ends.peeringLocations ? joinNames(ends.peeringLocations) : 'two locations'
    return hasTwoLocations(ends)
      ? `The paths of ${circuit.name} end in ${where} (ExpressRoute Metro): high resiliency`
      : null
  },
  offered: ({ provider, metroOffered }) => metroOffered && `${provider} serves ${metroOffered}.`,
})

export const checkTwoMetros = distinctly({
  what: 'peeringLocation',
  noun: 'metro',
  of: ({ peeringLocation }) =>
    peeringLocation && !isLocationNamedAsBuilding(peeringLocation) ? getMetroOfLocation(peeringLocation) : null,
})

export const checkTwoProviders = distinctly({ what: 'provider', noun: 'provider', of: providerOf })

/**
 * Returns the provider of a circuit. A circuit of ExpressRoute Direct has no provider, so a text with its peering
 * location is returned instead.
 */
function providerOf({ provider, connectivity, peeringLocation }: CircuitFacts): string | null {
  return (
    provider ?? (connectivity === 'direct' ? `ExpressRoute Direct in ${peeringLocation ?? 'an unknown place'}` : null)
  )
}

/**
 * Returns a check that each gateway has at least two circuits that differ in a property, for example in their provider.
 */
function distinctly({
  what,
  noun,
  of: valueOf,
  isStated = (circuit) => valueOf(circuit) !== null,
  apart = (one, other) =>
    valueOf(one)?.toLowerCase() !== valueOf(other)?.toLowerCase() && isStated(one) && isStated(other),
  alone = () => null,
  offered = () => null,
}: {
  what: string
  noun: string
  of: (circuit: CircuitFacts) => string | null
  isStated?: (circuit: CircuitFacts) => boolean
  /** Reports whether two circuits are so different that a single failure cannot affect both; null = unknown */
  apart?: (one: CircuitFacts, other: CircuitFacts) => boolean | null
  /** Returns the reason why the circuit alone is sufficient; null = the gateway needs another circuit */
  alone?: (circuit: CircuitFacts) => string | null
  /**
   * Returns a better choice that the provider of the circuit offers, for example a Metro location; null = none is
   * known.
   */
  offered?: (circuit: CircuitFacts) => string | null
}) {
  return ({ circuits, gateways }: PostureFacts): CheckResult[] => {
    const byId = new Map(circuits.map((circuit) => [circuit.id, circuit]))
    return gateways.filter(isOnCircuits).map((gateway) => {
      const own = [...new Set(gateway.circuitIds)].flatMap((id) => (id === null ? [] : (byId.get(id) ?? [])))
      const evidence = own.map((circuit) => buildEvidence(what, valueOf(circuit), circuit.resourceId))
      const values = new Set(own.flatMap((circuit) => valueOf(circuit)?.toLowerCase() ?? []))
      const unseen = gateway.circuitIds.filter((id) => id === null || !byId.has(id)).length
      const unstated = own.filter((circuit) => !isStated(circuit)).length
      const names = joinNames(own.map(({ name }) => name))
      const pairs = own.flatMap((one, at) => own.slice(at + 1).map((other) => apart(one, other)))
      if (pairs.includes(true))
        return buildCheckResult(
          gateway,
          createPassedResult(
            `${names} are in ${formatCountedNoun(values.size, noun)}.`.replace('are in', verb(noun)),
            ...evidence,
          ),
        )
      const [enough] = own.flatMap((circuit) => alone(circuit) ?? [])
      if (enough !== undefined)
        return buildCheckResult(
          gateway,
          createPassedResult(
            own.length === 1 ? `${enough}.` : `${enough}; no two circuits are known to be apart.`,
            ...evidence,
          ),
        )
      if (unseen + unstated > 0) {
        const missing = [
          unseen > 0
            ? `${formatCountedNoun(unseen, 'circuit')} of a subscription that is not read, or by a connection that is not known to have effect`
            : null,
          unstated > 0 ? `${formatCountedNoun(unstated, 'circuit')} of which Azure does not state it` : null,
        ].flatMap((one) => one ?? [])
        return buildCheckResult(
          gateway,
          createUnknownResult(`It is connected to ${missing.join(' and ')}: the ${noun} is not known.`, ...evidence),
        )
      }
      if (pairs.includes(null))
        return buildCheckResult(
          gateway,
          createUnknownResult(`Whether ${names} have one ${noun} is not known.`, ...evidence),
        )
      const [only] = own.map(valueOf)
      const lone = own.length === 1 ? `Its only circuit, ${names}, has` : `${names} have`
      const offers = own.flatMap((circuit) => offered(circuit) ?? [])
      return buildCheckResult(
        gateway,
        createFailedResult([`${lone} one ${noun}: ${only ?? 'not stated'}.`, ...offers].join(' '), ...evidence),
      )
    })
  }
}

const verb = (noun: string) => (noun === 'provider' ? 'come from' : 'are in')

/** Reports whether a gateway of a virtual network or hub is connected to circuits. */
const isOnCircuits = ({ kind, circuitIds }: GatewayFacts) =>
  (kind === 'expressRoute' || kind === 'vwan') && circuitIds.length > 0

/** Checks that two circuits of the same customer that share a gateway are connected to the same set of gateways. */
export function checkCircuitOnEveryGateway({ circuits, gateways }: PostureFacts): CheckResult[] {
  const gatewaysOf = (circuit: CircuitFacts) => gateways.filter(({ circuitIds }) => circuitIds.includes(circuit.id))
  return circuits.flatMap((circuit): CheckResult[] => {
    const own = new Set(gatewaysOf(circuit))
    const siblings = circuits.filter(
      (other) =>
        other !== circuit &&
        other.customer === circuit.customer &&
        gatewaysOf(other).some((gateway) => own.has(gateway)),
    )
    if (siblings.length === 0) return []
    const missing = new Map(
      siblings.flatMap((sibling) =>
        gatewaysOf(sibling)
          .filter((gateway) => !own.has(gateway))
          .map((gateway) => [gateway, sibling] as const),
      ),
    )
    const evidence = [
      buildEvidence(
        'connections',
        joinNames(
          circuit.connections.map(({ name }) => name),
          8,
        ) || 'none',
      ),
    ]
    if (missing.size === 0)
      return [
        buildCheckResult(
          circuit,
          createPassedResult(`It has the gateways of ${joinNames(siblings.map(({ name }) => name))}.`, ...evidence),
        ),
      ]
    const words = [...missing].map(([gateway, sibling]) => `${gateway.name}, which ${sibling.name} is connected to`)
    const unseen = countInvisibleConnections(circuit)
    if (unseen > 0) {
      const reason = `No connection to ${joinNames(words)} is seen; ${formatCountedNoun(unseen, 'authorization')} in use by what is not read may be one.`
      return [
        buildCheckResult(
          circuit,
          createUnknownResult(
            reason,
            ...evidence,
            buildEvidence('authorizations in use', circuit.authorizations.inUse),
          ),
        ),
      ]
    }
    return [buildCheckResult(circuit, createFailedResult(`It has no connection to ${joinNames(words)}.`, ...evidence))]
  })
}

/**
 * Checks that each network with an ExpressRoute gateway also has a VPN gateway as a fallback, with a connection that is
 * up.
 */
export function checkVpnBackup({ gateways }: PostureFacts): CheckResult[] {
  return gateways
    .filter(({ kind, circuitIds }) => kind === 'expressRoute' && circuitIds.length > 0)
    .map((gateway) => {
      if (gateway.networkId === null)
        return buildCheckResult(gateway, createUnknownResult('The network that it is in is not read.'))
      const vpn = gateways.find(({ kind, networkId }) => kind === 'vpn' && networkId === gateway.networkId)
      if (!vpn)
        return buildCheckResult(
          gateway,
          createFailedResult('No VPN gateway in its network: no fallback if ExpressRoute fails.'),
        )
      const tunnels = vpn.connections.filter(({ type }) => type?.toLowerCase() === 'ipsec')
      const evidence = tunnels.map(({ name, status, resourceId }) =>
        buildEvidence(`status of ${name}`, status, resourceId),
      )
      if (tunnels.length === 0)
        return buildCheckResult(gateway, createFailedResult(`${vpn.name} has no site-to-site connection.`))
      const up = tunnels.filter(({ status }) => status?.toLowerCase() === 'connected')
      if (up.length > 0)
        return buildCheckResult(
          gateway,
          createPassedResult(
            `${vpn.name} has ${formatCountedNoun(up.length, 'connection')} up: ${joinNames(up.map(({ name }) => name))}.`,
            ...evidence,
          ),
        )
      const isUnread = tunnels.some(({ status }) => status === null)
      return buildCheckResult(
        gateway,
        isUnread
          ? createUnknownResult(`The status of the connections of ${vpn.name} was not read.`, ...evidence)
          : createFailedResult(`No connection of ${vpn.name} is up.`, ...evidence),
      )
    })
}
