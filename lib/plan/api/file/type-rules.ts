import { canonicalizePrefix } from '#lib/bgp/index.ts'
import type { PlannedChange } from '../terms.ts'
import {
  isEqualIgnoringOrder,
  getValueAtPath,
  type AttributeChange,
  isFieldsObject,
  toArrayOrEmpty,
  type PlanResource,
  type PlanRuleOutcome,
  toNonEmptyString,
  toStringList,
  type ResourceTypeRules,
} from './plan-file.ts'

const NO_ID = { why: 'the plan does not say the id of the resource' } as const

/**
 * Returns a rule that calls `make` with the ARM ID of the changed resource. If the plan file does not contain the ID,
 * the effect is unknown.
 */
const own =
  (make: (change: AttributeChange, id: string) => PlanRuleOutcome) =>
  (change: AttributeChange, { id }: PlanResource): PlanRuleOutcome =>
    id === null ? NO_ID : make(change, id)

const whole = (value: unknown, term: (count: number) => PlannedChange): PlanRuleOutcome => {
  const count = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return typeof count === 'number' && Number.isInteger(count) && count >= 0
    ? term(count)
    : { why: 'its value is known after apply only' }
}

const word = <Term extends string>(
  value: unknown,
  words: Readonly<Record<string, Term>>,
  term: (word: Term) => PlannedChange,
): PlanRuleOutcome => {
  const given = String(value).toLowerCase()
  const found = Object.hasOwn(words, given) ? words[given] : undefined
  return found === undefined ? { why: `${JSON.stringify(value)} is none that the model knows` } : term(found)
}

const without = (): PlanRuleOutcome => 'without'
const not = (why: string) => (): PlanRuleOutcome => ({ why })

const weight = own(({ after }, resource) => whole(after, (count) => ({ kind: 'weight', resource, weight: count })))
const mbps = (factor: number) =>
  own(({ after }, resource) => whole(after, (count) => ({ kind: 'bandwidth', resource, mbps: count * factor })))
const tier = own(({ after }, resource) =>
  word(after, { local: 'Local', standard: 'Standard', premium: 'Premium' }, (one) => ({
    kind: 'tier',
    resource,
    tier: one,
  })),
)
const family = own(({ after }, resource) =>
  word(after, { metereddata: 'metered', unlimiteddata: 'unlimited' }, (plan) => ({ kind: 'billing', resource, plan })),
)
const sku = own(({ after }, resource) =>
  toNonEmptyString(after) === null
    ? { why: 'its value is known after apply only' }
    : { kind: 'resize', resource, sku: String(after) },
)
/** Reports whether a plan changes an attribute of a resource to the given value, ignoring case. */
const changesTo = ({ differences }: PlanResource, path: string, value: string): boolean =>
  differences.some((one) => one.path === path && String(one.after).toLowerCase() === value.toLowerCase())

/**
 * Ignores the changed SKU name of a circuit (for example `Standard_MeteredData`) if the plan changes tier and family to
 * the same values. Otherwise the effect is unknown.
 */
function repeatsSku({ before, after }: AttributeChange, resource: PlanResource): PlanRuleOutcome {
  const [was, is] = [String(before).split('_'), String(after).split('_')]
  const isRepeated = ['sku.tier', 'sku.family'].every(
    (path, n) => was[n]?.toLowerCase() === is[n]?.toLowerCase() || changesTo(resource, path, is[n] ?? ''),
  )
  return isRepeated && is.length === 2 ? 'without' : { why: 'the name of its SKU differs from tier and family' }
}

/** Ignores the changed SKU tier of a gateway if it is equal to the new SKU name. Otherwise the effect is unknown. */
const repeatsName = ({ after }: AttributeChange, resource: PlanResource): PlanRuleOutcome =>
  changesTo(resource, 'properties.sku.name', String(after))
    ? 'without'
    : { why: 'the tier of its SKU differs from the name' }

const remove = ({ id }: PlanResource): PlanRuleOutcome => (id === null ? NO_ID : { kind: 'delete', resource: id })

/** Matches the ARM ID of a peering, for example `…/expressRouteCircuits/er/peerings/AzurePrivatePeering`. */
const PEERING_ID = /^(.+\/expressRouteCircuits\/[^/]+)\/peerings\/(?:Azure)?(Private|Public|Microsoft)Peering$/i
const peeringOff = (id: string | null): PlanRuleOutcome => {
  const [, resource, type] = PEERING_ID.exec(id ?? '') ?? []
  const peering = type?.toLowerCase()
  if (resource === undefined || (peering !== 'private' && peering !== 'public' && peering !== 'microsoft')) return NO_ID
  return { kind: 'peering_off', resource, peering }
}
const off =
  (isOff: (value: unknown) => boolean) =>
  ({ after }: AttributeChange, { id }: PlanResource) =>
    isOff(after) ? peeringOff(id) : { why: 'what a peering will carry is not known before its sessions are up' }

const RESTARTS = 'its sessions restart, and what comes then is not known'
const RESTARTING = [
  'shared_key',
  'peer_asn',
  'vlan_id',
  'primary_peer_address_prefix',
  'secondary_peer_address_prefix',
  'properties.sharedKey',
  'properties.peerASN',
  'properties.vlanId',
  'properties.primaryPeerAddressPrefix',
  'properties.secondaryPeerAddressPrefix',
]
const USER_ROUTES = 'user-defined routes precede those of BGP, and which machines they reroute is not modelled'
const STATIC = 'static routes of a VPN connection are not modelled'

const circuitOf = (id: string): string => id.replace(/\/peerings\/[^/]+$/i, '')
const filterOff = ({ before, after }: AttributeChange, { id }: PlanResource): PlanRuleOutcome => {
  const wanted = isFieldsObject(after) ? toNonEmptyString(after['id']) : toNonEmptyString(after)
  if (id === null) return NO_ID
  if (wanted !== null || before === null)
    return { why: 'which prefixes another route filter lets through is not known' }
  return { kind: 'filter', resource: circuitOf(id), communities: null }
}

/**
 * Returns a rule for a circuit with a peering inside the circuit's own template. It applies the given rule as if the
 * peering were a separate resource.
 */
const inside =
  (rule: (change: AttributeChange, resource: PlanResource) => PlanRuleOutcome) =>
  (change: AttributeChange, resource: PlanResource): PlanRuleOutcome =>
    rule(change, {
      ...resource,
      id: `${resource.id}/peerings/${getValueAtPath(resource.before, 'properties.peerings.name')}`,
    })

const FILTER_RULES = ['rule', 'properties.rules'].flatMap((list) => {
  const rule = list === 'rule' ? list : `${list}.properties`
  return [list, `${rule}.communities`, `${rule}.access`]
})
/**
 * Converts the rules of a route filter to the communities that it allows. Deny rules are ignored, because everything
 * that is not allowed is denied anyway.
 */
const filterRules = ({ id, after, unknownAfter }: PlanResource): PlanRuleOutcome => {
  const rules = getValueAtPath(after, 'properties.rules') ?? after['rule']
  if (id === null) return NO_ID
  const isLater = [...unknownAfter].some((path) => path === 'rule' || path.startsWith('rule.'))
  const read = toArrayOrEmpty(rules).map((rule) => ({
    access: String(
      getValueAtPath(rule, 'properties.access') ?? getValueAtPath(rule, 'access') ?? 'Allow',
    ).toLowerCase(),
    list: getValueAtPath(rule, 'properties.communities') ?? getValueAtPath(rule, 'communities'),
  }))
  // In an ARM template, the list or the access may be an expression (a text). The rules are then unknown.
  const isRead = read.every(
    ({ access, list }) =>
      ['allow', 'deny'].includes(access) && Array.isArray(list) && list.every((one) => typeof one === 'string'),
  )
  if (!Array.isArray(rules) || isLater || !isRead) return { why: 'its rules are known after apply only' }
  const communities = read.flatMap(({ access, list }) => (access === 'allow' ? toStringList(list) : []))
  return { kind: 'filter', resource: id, communities }
}

/**
 * Converts a changed address space of a network. If prefixes are added, the gateways of the network will announce them.
 * If a prefix is removed, the effect is unknown.
 */
function gained({ before, after }: AttributeChange, resource: string | null): PlanRuleOutcome {
  if (resource === null) return NO_ID
  if (!Array.isArray(after) || after.some((one) => typeof one !== 'string'))
    return { why: 'its space is known after apply only' }
  const canonical = (value: unknown) => [...new Set(toStringList(value).map((one) => canonicalizePrefix(one) ?? one))]
  const [had, has] = [canonical(before), canonical(after)]
  const prefixes = has.filter((one) => !had.includes(one))
  const lost = had.filter((one) => !has.includes(one))
  if (lost.length === 0 && prefixes.length === 0) return 'without'
  if (lost.length > 0) return { why: `what ${lost.join(', ')} leaves behind is not modelled` }
  return spoke(resource, prefixes)
}

const spoke = (resource: string, prefixes: readonly string[]): PlanRuleOutcome =>
  prefixes.length > 0 && prefixes.every((one) => canonicalizePrefix(one) !== null)
    ? { kind: 'spoke', resource, prefixes: prefixes.map((one) => canonicalizePrefix(one) ?? one) }
    : { why: 'the plan does not say the space of the network' }

/** Function that returns the address space of a network in the plan file, by the network's name in lower case. */
type SpaceOf = (network: string) => readonly string[]

/**
 * Returns a rule for a new virtual network peering. If the local network uses the gateways of the remote network, these
 * gateways will also announce the address space of the local network.
 */
const peered =
  (spaceOf: SpaceOf) =>
  ({ id, after, unknownAfter }: PlanResource): PlanRuleOutcome => {
    if (unknownAfter.has('use_remote_gateways')) return { why: 'whether it uses gateways is known after apply only' }
    const uses = after['use_remote_gateways'] ?? getValueAtPath(after, 'properties.useRemoteGateways') ?? false
    if (typeof uses !== 'boolean') return { why: 'whether it uses gateways is not evaluated' }
    if (!uses) return 'without'
    const hub = after['remote_virtual_network_id'] ?? getValueAtPath(after, 'properties.remoteVirtualNetwork.id')
    const inId = /\/virtualNetworks\/([^/]+)\/virtualNetworkPeerings\//i.exec(id ?? '')?.[1]
    const network = toNonEmptyString(after['virtual_network_name']) ?? inId
    if (typeof hub !== 'string') return { why: 'the network on the other side is known after apply only' }
    return spoke(hub, network === undefined ? [] : spaceOf(network.toLowerCase()))
  }

/**
 * Returns a rule for a new connection of a virtual network to a Virtual WAN hub. The hub will announce the address
 * space of the network.
 */
const connectedTo =
  (spaceOf: SpaceOf) =>
  ({ id, after }: PlanResource): PlanRuleOutcome => {
    const hub = toNonEmptyString(after['virtual_hub_id']) ?? id?.split('/').slice(0, -2).join('/')
    const remote = after['remote_virtual_network_id'] ?? getValueAtPath(after, 'properties.remoteVirtualNetwork.id')
    const network = toNonEmptyString(remote)?.split('/').at(-1)
    if (hub === undefined || network === undefined) return { why: 'its ends are known after apply only' }
    return spoke(hub, spaceOf(network.toLowerCase()))
  }

/** Converts a new route map of a hub or Route Server to a change of a plan. */
function mapped({ id, after }: PlanResource): PlanRuleOutcome {
  const hub = toNonEmptyString(after['virtual_hub_id']) ?? id?.split('/').slice(0, -2).join('/')
  const name = toNonEmptyString(after['name'])?.split('/').at(-1) ?? id?.split('/').at(-1)
  if (hub === undefined || name === undefined) return { why: 'its hub is known after apply only' }
  return { kind: 'route_map', resource: hub, name }
}

const isDisabled = (value: unknown) => String(value).toLowerCase() === 'disabled'
const SUBNETS = 'what changes of its subnets is not read: plan them by themselves'
const noFilter = ({ id }: PlanResource): PlanRuleOutcome =>
  id === null ? NO_ID : { kind: 'filter', resource: id, communities: [] }

/**
 * Returns the rules of each resource type, by the type's name in ARM (lower case) and in the Terraform provider
 * `azurerm`. The attributes have other names in the two.
 * @source Azure resource reference, Microsoft.Network; registry.terraform.io/providers/hashicorp/azurerm
 */
export function createTypeRules(spaceOf: SpaceOf): ReadonlyMap<string, ResourceTypeRules> {
  const space = (change: AttributeChange, { id }: PlanResource) => gained(change, id)
  const all: readonly [arm: string, azurerm: string, rules: ResourceTypeRules][] = [
    [
      'expressroutecircuits',
      'express_route_circuit',
      {
        update: {
          bandwidth_in_mbps: mbps(1),
          bandwidth_in_gbps: mbps(1_000),
          'properties.serviceProviderProperties.bandwidthInMbps': mbps(1),
          'properties.bandwidthInGbps': mbps(1_000),
          'sku.tier': tier,
          'sku.family': family,
          'sku.name': repeatsSku,
          'properties.peerings': peeringsInside,
          'properties.peerings.properties.state': inside(off(isDisabled)),
          'properties.peerings.properties.routeFilter': inside(filterOff),
        },
        delete: remove,
      },
    ],
    [
      'expressroutecircuits/peerings',
      'express_route_circuit_peering',
      {
        update: {
          route_filter_id: filterOff,
          'properties.routeFilter': filterOff,
          'properties.routeFilter.id': filterOff,
          ipv4_enabled: off((value) => value === false),
          'properties.state': off(isDisabled),
          ...Object.fromEntries(RESTARTING.map((one) => [one, not(RESTARTS)])),
        },
        delete: ({ id }) => peeringOff(id),
      },
    ],
    ['expressroutecircuits/authorizations', 'express_route_circuit_authorization', { update: {}, create: without }],
    [
      'connections',
      'virtual_network_gateway_connection',
      { update: { routing_weight: weight, 'properties.routingWeight': weight }, delete: remove },
    ],
    [
      'expressroutegateways/expressrouteconnections',
      'express_route_connection',
      { update: { routing_weight: weight, 'properties.routingWeight': weight }, delete: remove },
    ],
    [
      'virtualnetworkgateways',
      'virtual_network_gateway',
      { update: { sku, 'properties.sku.name': sku, 'properties.sku.tier': repeatsName }, delete: remove },
    ],
    ['expressroutegateways', 'express_route_gateway', { update: {}, delete: remove }],
    ['vpngateways', 'vpn_gateway', { update: {}, delete: remove }],
    ['vpngateways/vpnconnections', 'vpn_gateway_connection', { update: {}, delete: remove }],
    ['virtualhubs', 'virtual_hub', { update: {}, delete: remove }],
    ['virtualhubs/routemaps', 'route_map', { update: {}, create: mapped }],
    [
      'virtualhubs/hubvirtualnetworkconnections',
      'virtual_hub_connection',
      { update: {}, create: connectedTo(spaceOf) },
    ],
    [
      'localnetworkgateways',
      'local_network_gateway',
      { update: { address_space: not(STATIC), 'properties.localNetworkAddressSpace.addressPrefixes': not(STATIC) } },
    ],
    [
      'routefilters',
      'route_filter',
      {
        update: Object.fromEntries(FILTER_RULES.map((one) => [one, (_, resource) => filterRules(resource)])),
        create: without,
        delete: noFilter,
      },
    ],
    [
      'virtualnetworks',
      'virtual_network',
      {
        update: {
          address_space: space,
          'properties.addressSpace.addressPrefixes': space,
          subnet: not(SUBNETS),
          'properties.subnets': not(SUBNETS),
        },
        create: without,
      },
    ],
    ['virtualnetworks/virtualnetworkpeerings', 'virtual_network_peering', { update: {}, create: peered(spaceOf) }],
    ['virtualnetworks/subnets', 'subnet', { update: {}, create: without }],
    ['', 'resource_group', { update: {}, create: without }],
    [
      'routetables',
      'route_table',
      { update: { route: not(USER_ROUTES), 'properties.routes': not(USER_ROUTES) }, create: not(USER_ROUTES) },
    ],
    ['routetables/routes', 'route', { update: {}, create: not(USER_ROUTES), delete: not(USER_ROUTES) }],
    ['', 'subnet_route_table_association', { update: {}, create: not(USER_ROUTES), delete: not(USER_ROUTES) }],
  ]
  return new Map(
    all.flatMap(([arm, azurerm, rules]) => [
      [`microsoft.network/${arm}`, rules] as const,
      [`azurerm_${azurerm}`, rules] as const,
    ]),
  )
}

/**
 * Converts a changed list of peerings in the template of a circuit. A peering counts as removed if the new list does
 * not contain it, or contains it as disabled.
 */
function peeringsInside({ before, after }: AttributeChange, { id }: PlanResource): PlanRuleOutcome {
  if (id === null) return NO_ID
  const left = new Map(toArrayOrEmpty(after).map((one) => [String(getValueAtPath(one, 'name')).toLowerCase(), one]))
  const terms: PlannedChange[] = []
  for (const one of toArrayOrEmpty(before)) {
    const name = String(getValueAtPath(one, 'name'))
    const then = left.get(name.toLowerCase())
    left.delete(name.toLowerCase())
    if (then !== undefined && String(getValueAtPath(then, 'properties.state')).toLowerCase() !== 'disabled') {
      if (!isEqualIgnoringOrder(one, then))
        return { why: `what else changes of ${name} is not known: plan the peering by itself` }
      continue
    }
    const term = peeringOff(`${id}/peerings/${name}`)
    if (term === 'without' || 'why' in term) return term
    terms.push(term as PlannedChange)
  }
  return left.size > 0 ? { why: 'what a new peering will carry is not known' } : terms
}
