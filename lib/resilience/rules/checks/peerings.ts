import { isMicrosoft365Community, overlapsPrefix, parsePrefix } from '#lib/bgp/index.ts'
import type { StoredPeering } from '#lib/circuits/api/index.ts'
import type { CircuitFacts, PostureFacts } from './facts.ts'
import { fail, type CheckResult, listed, of, pass, read, unknown } from './judged.ts'
import { listProvisionedPeerings } from './paths.ts'

/** Checks that each circuit whose route filter allows Microsoft 365 has the tier Premium. */
export function checkMicrosoft365Premium({ circuits }: PostureFacts): CheckResult[] {
  return circuits.flatMap((circuit): CheckResult[] => {
    const filters = circuit.peerings.flatMap(({ routeFilter }) => routeFilter ?? [])
    if (filters.length === 0) return []
    const tier = read('sku.tier', circuit.sku.tier)
    const communities = filters.flatMap((filter) => filter.communities ?? [])
    const wanted = communities.filter(({ community }) => isMicrosoft365Community(community))
    const evidence = [tier, ...filters.map(({ name, resourceId }) => read('route filter', name, resourceId))]
    const isPremium = circuit.sku.tier?.toLowerCase() === 'premium'
    if (isPremium) return [of(circuit, pass('It is Premium.', ...evidence))]
    const unapplied = filters.flatMap((filter) => filter.unapplied ?? [])
    if (unapplied.length > 0) return [of(circuit, unknown(unapplied.join(' '), ...evidence))]
    if (wanted.length > 0) {
      const names = listed(wanted.map(({ community, name }) => `${name} (${community})`))
      const isKnown = circuit.sku.tier !== null
      const reason = `Its route filter lets ${names} through, and it is ${circuit.sku.tier ?? 'of a tier that Azure does not state'}.`
      return [of(circuit, (isKnown ? fail : unknown)(reason, ...evidence))]
    }
    const unread = filters.filter((filter) => filter.communities === null)
    if (unread.length > 0)
      return [of(circuit, unknown(`The rules of ${listed(unread.map(({ name }) => name))} are not read.`, ...evidence))]
    const unnamed = communities.filter(({ name }) => name === null)
    if (unnamed.length > 0) {
      const reason = `What ${listed(unnamed.map(({ community }) => community))} stands for is not documented.`
      return [of(circuit, unknown(reason, ...evidence))]
    }
    return [of(circuit, pass('Its route filter lets none of Microsoft 365 through.', ...evidence))]
  })
}

const ofMicrosoft = (facts: PostureFacts) =>
  listProvisionedPeerings(facts.circuits).filter(({ peering }) => peering.type === 'microsoft')

export const checkMicrosoftRouteFilter = (facts: PostureFacts): CheckResult[] =>
  ofMicrosoft(facts).map(({ circuit, peering }) => {
    const { routeFilter } = peering
    const verdict = !routeFilter
      ? fail('No route filter: Microsoft announces nothing.', read('routeFilter', null))
      : routeFilter.unapplied !== null
        ? unknown(routeFilter.unapplied, read('routeFilter', routeFilter.name, routeFilter.resourceId))
        : routeFilter.communities === null
          ? unknown(`The rules of ${routeFilter.name} are not read.`, read('routeFilter', routeFilter.name))
          : routeFilter.communities.length === 0
            ? fail(`${routeFilter.name} allows nothing.`, read('allowed communities', 0, routeFilter.resourceId))
            : pass(
                `${routeFilter.name} allows ${routeFilter.communities.length} communities.`,
                read(
                  'allowed communities',
                  routeFilter.communities.map(({ community }) => community).join(' '),
                  routeFilter.resourceId,
                ),
              )
    return of(circuit, { ...verdict, values: { peering: peering.name } }, peering.name)
  })

/**
 * Checks that Microsoft has validated the public prefixes of each Microsoft peering. Values of the state in Azure:
 * Configured, Configuring, NotConfigured, ValidationNeeded.
 */
export const checkPublicPrefixesValidated = (facts: PostureFacts): CheckResult[] =>
  ofMicrosoft(facts).map(({ circuit, peering }) => {
    const { advertisedPublicPrefixesState: state, advertisedPrefixes } = peering
    const evidence = [
      read('advertisedPublicPrefixesState', state),
      read('advertisedPublicPrefixes', advertisedPrefixes.map(({ prefix }) => prefix).join(' ') || null),
    ]
    // each IPv6 prefix has a validation state of its own
    const words = [...new Set([state, ...advertisedPrefixes.map(({ validation }) => validation)])]
    const lacking = words.find((word) => word !== null && /^(?:ValidationNeeded|NotConfigured)$/i.test(word))
    const open = words.find((word) => word === null || !/^Configured$/i.test(word))
    const verdict = lacking
      ? fail(`Azure says ${lacking}.`, ...evidence)
      : open === undefined
        ? pass('Microsoft has validated them.', ...evidence)
        : unknown(open === null ? 'Azure does not report it.' : `Azure says ${open}.`, ...evidence)
    return of(circuit, { ...verdict, values: { peering: peering.name } }, peering.name)
  })

export const checkNoPublicPeering = ({ circuits }: PostureFacts): CheckResult[] =>
  circuits.map((circuit) => {
    const found = circuit.peerings.find(({ peeringType }) => peeringType.toLowerCase() === 'azurepublicpeering')
    const types = read('peerings', circuit.peerings.map(({ peeringType }) => peeringType).join(' ') || 'none')
    return of(circuit, found ? fail(`It has ${found.name}.`, types) : pass('It has none.', types))
  })

export const checkPeerAsnNotReserved = ({ circuits }: PostureFacts): CheckResult[] =>
  listProvisionedPeerings(circuits).map(({ circuit, peering: { name, peerAsn, peerAsnReserved } }) => {
    const evidence = read('peerASN', peerAsn)
    const verdict =
      peerAsn === null
        ? unknown('Azure does not state the peer ASN.', evidence)
        : peerAsnReserved === null
          ? pass(`Nobody reserves AS ${peerAsn}.`, evidence)
          : fail(`AS ${peerAsn} is reserved: ${peerAsnReserved}.`, evidence)
    return of(circuit, { ...verdict, values: { peering: name } }, name)
  })

const subnetsOf = ({ primaryPeerAddressPrefix, secondaryPeerAddressPrefix, ipv6 }: StoredPeering): string[] =>
  [primaryPeerAddressPrefix, secondaryPeerAddressPrefix, ipv6?.primary, ipv6?.secondary].flatMap((one) => one ?? [])

/**
 * Checks that the subnets of links do not overlap, within a circuit and between circuits at the same gateway. Circuits
 * without a common gateway may use the same subnets.
 */
export function checkLinkSubnetOverlap({ circuits, gateways }: PostureFacts): CheckResult[] {
  const near = (a: CircuitFacts, b: CircuitFacts) =>
    a === b || gateways.some(({ circuitIds }) => circuitIds.includes(a.id) && circuitIds.includes(b.id))
  const all = listProvisionedPeerings(circuits).flatMap(({ circuit, peering }) =>
    subnetsOf(peering).flatMap((subnet) => {
      const prefix = parsePrefix(subnet)
      return prefix ? [{ circuit, peering, subnet, prefix }] : []
    }),
  )
  return listProvisionedPeerings(circuits).map(({ circuit, peering }) => {
    const own = all.filter((one) => one.peering === peering)
    const evidence = own.map(({ subnet }) => read('link subnet', subnet))
    const values = { peering: peering.name }
    if (own.length === 0) return of(circuit, { ...unknown('Azure states no link subnet.'), values }, peering.name)
    const hit = own
      .flatMap((one) => all.map((other) => ({ one, other })))
      .find(
        ({ one, other }) => one !== other && near(circuit, other.circuit) && overlapsPrefix(one.prefix, other.prefix),
      )
    const verdict = hit
      ? fail(
          `${hit.one.subnet} overlaps ${hit.other.subnet} of ${hit.other.circuit.name} ${hit.other.peering.name}.`,
          ...evidence,
        )
      : pass('They overlap no other link subnet.', ...evidence)
    return of(circuit, { ...verdict, values }, peering.name)
  })
}
