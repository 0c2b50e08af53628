import { isMicrosoft365Community, overlapsPrefix, parsePrefix } from '#lib/bgp/index.ts'
import type { StoredPeering } from '#lib/circuits/api/index.ts'
import type { CircuitFacts, PostureFacts } from './posture-facts.ts'
import {
  createFailedResult,
  type CheckResult,
  joinNames,
  buildCheckResult,
  createPassedResult,
  buildEvidence,
  createUnknownResult,
} from './check-result.ts'
import { listProvisionedPeerings } from './paths.ts'

/** Checks that each circuit whose route filter allows Microsoft 365 has the tier Premium. */
export function checkMicrosoft365Premium({ circuits }: PostureFacts): CheckResult[] {
  return circuits.flatMap((circuit): CheckResult[] => {
    const filters = circuit.peerings.flatMap(({ routeFilter }) => routeFilter ?? [])
    if (filters.length === 0) return []
    const tier = buildEvidence('sku.tier', circuit.sku.tier)
    const communities = filters.flatMap((filter) => filter.communities ?? [])
    const wanted = communities.filter(({ community }) => isMicrosoft365Community(community))
    const evidence = [tier, ...filters.map(({ name, resourceId }) => buildEvidence('route filter', name, resourceId))]
    const isPremium = circuit.sku.tier?.toLowerCase() === 'premium'
    if (isPremium) return [buildCheckResult(circuit, createPassedResult('It is Premium.', ...evidence))]
    const unapplied = filters.flatMap((filter) => filter.unapplied ?? [])
    if (unapplied.length > 0) return [buildCheckResult(circuit, createUnknownResult(unapplied.join(' '), ...evidence))]
    if (wanted.length > 0) {
      const names = joinNames(wanted.map(({ community, name }) => `${name} (${community})`))
      const isKnown = circuit.sku.tier !== null
      const reason = `Its route filter lets ${names} through, and it is ${circuit.sku.tier ?? 'of a tier that Azure does not state'}.`
      return [buildCheckResult(circuit, (isKnown ? createFailedResult : createUnknownResult)(reason, ...evidence))]
    }
    const unread = filters.filter((filter) => filter.communities === null)
    if (unread.length > 0)
      return [
        buildCheckResult(
          circuit,
          createUnknownResult(`The rules of ${joinNames(unread.map(({ name }) => name))} are not read.`, ...evidence),
        ),
      ]
    const unnamed = communities.filter(({ name }) => name === null)
    if (unnamed.length > 0) {
      const reason = `What ${joinNames(unnamed.map(({ community }) => community))} stands for is not documented.`
      return [buildCheckResult(circuit, createUnknownResult(reason, ...evidence))]
    }
    return [
      buildCheckResult(
        circuit,
        createPassedResult('Its route filter lets none of Microsoft 365 through.', ...evidence),
      ),
    ]
  })
}

const ofMicrosoft = (facts: PostureFacts) =>
  listProvisionedPeerings(facts.circuits).filter(({ peering }) => peering.type === 'microsoft')

export const checkMicrosoftRouteFilter = (facts: PostureFacts): CheckResult[] =>
  ofMicrosoft(facts).map(({ circuit, peering }) => {
    const { routeFilter } = peering
    const verdict = !routeFilter
      ? createFailedResult('No route filter: Microsoft announces nothing.', buildEvidence('routeFilter', null))
      : routeFilter.unapplied !== null
        ? createUnknownResult(
            routeFilter.unapplied,
            buildEvidence('routeFilter', routeFilter.name, routeFilter.resourceId),
          )
        : routeFilter.communities === null
          ? createUnknownResult(
              `The rules of ${routeFilter.name} are not read.`,
              buildEvidence('routeFilter', routeFilter.name),
            )
          : routeFilter.communities.length === 0
            ? createFailedResult(
                `${routeFilter.name} allows nothing.`,
                buildEvidence('allowed communities', 0, routeFilter.resourceId),
              )
            : createPassedResult(
                `${routeFilter.name} allows ${routeFilter.communities.length} communities.`,
                buildEvidence(
                  'allowed communities',
                  routeFilter.communities.map(({ community }) => community).join(' '),
                  routeFilter.resourceId,
                ),
              )
    return buildCheckResult(circuit, { ...verdict, values: { peering: peering.name } }, peering.name)
  })

/**
 * Checks that Microsoft has validated the public prefixes of each Microsoft peering. Values of the state in Azure:
 * Configured, Configuring, NotConfigured, ValidationNeeded.
 */
export const checkPublicPrefixesValidated = (facts: PostureFacts): CheckResult[] =>
  ofMicrosoft(facts).map(({ circuit, peering }) => {
    const { advertisedPublicPrefixesState: state, advertisedPrefixes } = peering
    const evidence = [
      buildEvidence('advertisedPublicPrefixesState', state),
      buildEvidence('advertisedPublicPrefixes', advertisedPrefixes.map(({ prefix }) => prefix).join(' ') || null),
    ]
    // each IPv6 prefix has a validation state of its own
    const words = [...new Set([state, ...advertisedPrefixes.map(({ validation }) => validation)])]
    const lacking = words.find((word) => word !== null && /^(?:ValidationNeeded|NotConfigured)$/i.test(word))
    const open = words.find((word) => word === null || !/^Configured$/i.test(word))
    const verdict = lacking
      ? createFailedResult(`Azure says ${lacking}.`, ...evidence)
      : open === undefined
        ? createPassedResult('Microsoft has validated them.', ...evidence)
        : createUnknownResult(open === null ? 'Azure does not report it.' : `Azure says ${open}.`, ...evidence)
    return buildCheckResult(circuit, { ...verdict, values: { peering: peering.name } }, peering.name)
  })

export const checkNoPublicPeering = ({ circuits }: PostureFacts): CheckResult[] =>
  circuits.map((circuit) => {
    const found = circuit.peerings.find(({ peeringType }) => peeringType.toLowerCase() === 'azurepublicpeering')
    const types = buildEvidence('peerings', circuit.peerings.map(({ peeringType }) => peeringType).join(' ') || 'none')
    return buildCheckResult(
      circuit,
      found ? createFailedResult(`It has ${found.name}.`, types) : createPassedResult('It has none.', types),
    )
  })

export const checkPeerAsnNotReserved = ({ circuits }: PostureFacts): CheckResult[] =>
  listProvisionedPeerings(circuits).map(({ circuit, peering: { name, peerAsn, peerAsnReserved } }) => {
    const evidence = buildEvidence('peerASN', peerAsn)
    const verdict =
      peerAsn === null
        ? createUnknownResult('Azure does not state the peer ASN.', evidence)
        : peerAsnReserved === null
          ? createPassedResult(`Nobody reserves AS ${peerAsn}.`, evidence)
          : createFailedResult(`AS ${peerAsn} is reserved: ${peerAsnReserved}.`, evidence)
    return buildCheckResult(circuit, { ...verdict, values: { peering: name } }, name)
  })

const subnetsOf = ({ primaryPeerAddressPrefix, secondaryPeerAddressPrefix, ipv6 }: StoredPeering): string[] =>
  [primaryPeerAddressPrefix, secondaryPeerAddressPrefix, ipv6?.primary, ipv6?.secondary].flatMap((one) => one ?? [])

/**
 * Checks that the subnets of links do not overlap, within a circuit and between circuits at the same gateway. Circuits
 * without a common gateway may use the same subnets.
 */
export function checkLinkSubnetOverlap({ circuits, gateways }: PostureFacts): CheckResult[] {
  const nearOf = ({ id }: CircuitFacts) =>
    new Set([id, ...gateways.flatMap(({ circuitIds }) => (circuitIds.includes(id) ? circuitIds : []))])
  const all = listProvisionedPeerings(circuits).flatMap(({ circuit, peering }) =>
    subnetsOf(peering).flatMap((subnet) => {
      const prefix = parsePrefix(subnet)
      return prefix ? [{ circuit, peering, subnet, prefix }] : []
    }),
  )
  return listProvisionedPeerings(circuits).map(({ circuit, peering }) => {
    const own = all.filter((one) => one.peering === peering)
    const evidence = own.map(({ subnet }) => buildEvidence('link subnet', subnet))
    const values = { peering: peering.name }
    if (own.length === 0)
      return buildCheckResult(circuit, { ...createUnknownResult('Azure states no link subnet.'), values }, peering.name)
    const nearIds = nearOf(circuit)
    const near = all.filter((other) => nearIds.has(other.circuit.id))
    const hit = own
      .flatMap((one) => near.map((other) => ({ one, other })))
      .find(({ one, other }) => one !== other && overlapsPrefix(one.prefix, other.prefix))
    const verdict = hit
      ? createFailedResult(
          `${hit.one.subnet} overlaps ${hit.other.subnet} of ${hit.other.circuit.name} ${hit.other.peering.name}.`,
          ...evidence,
        )
      : createPassedResult('They overlap no other link subnet.', ...evidence)
    return buildCheckResult(circuit, { ...verdict, values }, peering.name)
  })
}
