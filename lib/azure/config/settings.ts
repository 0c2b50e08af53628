import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { armTypes, type ConfigSetting, directTypes } from '#lib/contract/index.ts'
import { formatUtcDay } from '#lib/contract/time/dates.ts'
import { type ArmObjectReader, createArmObject } from './arm-object.ts'

/**
 * Setting that is displayed: its label, and the path of its value in ARM's JSON. In the path, dots separate members,
 * `[]` means each item of a list, and `.id` means the last name of an ARM ID.
 */
type Line = readonly [label: string, at: string]

/** Displayed settings of the resource itself (`of` is ''), or of each item of the list at the path `of`. */
interface Part {
  of: string
  /** text that is shown before the name of each item; absent = the settings belong to the resource itself */
  called?: string
  lines: readonly Line[]
}

const CAPTURE: Line = ['Packet capture', 'packetCaptureDiagnosticState']

/** Displayed settings of a connection to a hub. Source: Azure Network REST, RoutingConfiguration. */
const ROUTING: readonly Line[] = [
  ['Associated route table', 'routingConfiguration.associatedRouteTable.id'],
  ['Propagates to', 'routingConfiguration.propagatedRouteTables.ids[].id'],
  ['Propagates to labels', 'routingConfiguration.propagatedRouteTables.labels'],
  ['Inbound route map', 'routingConfiguration.inboundRouteMap.id'],
  ['Outbound route map', 'routingConfiguration.outboundRouteMap.id'],
  ['Static routes', 'routingConfiguration.vnetRoutes.staticRoutes[].addressPrefixes'],
  ['Next hop of static routes', 'routingConfiguration.vnetRoutes.staticRoutes[].nextHopIpAddress'],
  ['Static routes are propagated', 'routingConfiguration.vnetRoutes.staticRoutesConfig.propagateStaticRoutes'],
]

const INSTANCE: Part = {
  of: 'bgpSettings.bgpPeeringAddresses',
  called: 'Instance',
  lines: [
    ['Tunnel addresses', 'tunnelIpAddresses'],
    ['BGP addresses', 'defaultBgpIpAddresses'],
    ['Custom BGP addresses', 'customBgpIpAddresses'],
  ],
}

/** Displayed settings of an ExpressRoute Direct port or LAG. */
const DIRECT_PORT: Part = {
  of: '',
  lines: [
    ['Ports of a link', 'numberOfPorts'],
    ['MTU', 'mtu'],
    ['EtherType', 'etherType'],
    ['Allocated', 'allocationDate'],
  ],
}

/** Displayed settings of a NAT rule. Source: Azure Network REST, VirtualNetworkGatewayNatRule and VpnGatewayNatRule. */
const NAT_RULE: Part = {
  of: 'natRules',
  called: 'NAT rule',
  lines: [
    ['Type', 'type'],
    ['Mode', 'mode'],
    ['Internal', 'internalMappings[].addressSpace'],
    ['External', 'externalMappings[].addressSpace'],
    ['Instance', 'ipConfigurationId'],
  ],
}

/**
 * Displayed settings by ARM resource type. They are values that an engineer needs in an incident or a support case, and
 * that have no separate field in the API. To display another value of ARM, add a line here.
 */
const PARTS: Readonly<Record<string, readonly Part[]>> = createSafeLookupTable({
  [armTypes.circuit]: [
    {
      of: '',
      lines: [
        ['Classic operations allowed', 'allowClassicOperations'],
        ['Rate limit on the Direct port', 'enableDirectPortRateLimit'],
        ['Provider’s notes', 'serviceProviderNotes'],
      ],
    },
    {
      of: 'peerings',
      called: 'Peering',
      lines: [
        ['Last modified by', 'lastModifiedBy'],
        ['Advertised communities', 'microsoftPeeringConfig.advertisedCommunities'],
        ['Legacy mode', 'microsoftPeeringConfig.legacyMode'],
        ['Advertised communities (IPv6)', 'ipv6PeeringConfig.microsoftPeeringConfig.advertisedCommunities'],
        ['Customer ASN (IPv6)', 'ipv6PeeringConfig.microsoftPeeringConfig.customerASN'],
        ['Routing registry (IPv6)', 'ipv6PeeringConfig.microsoftPeeringConfig.routingRegistryName'],
      ],
    },
  ],
  [armTypes.virtualNetworkGateway]: [
    {
      of: '',
      lines: [
        ['Generation', 'vpnGatewayGeneration'],
        ['VPN type', 'vpnType'],
        ['Edge zone', 'extendedLocation.name'],
        ['Scale units, least', 'autoScaleConfiguration.bounds.min'],
        ['Scale units, most', 'autoScaleConfiguration.bounds.max'],
        ['Resiliency model', 'resiliencyModel'],
        ['Custom routes', 'customRoutes.addressPrefixes'],
        ['Default site (forced tunnelling)', 'gatewayDefaultSite.id'],
        ['Traffic from other virtual networks', 'allowRemoteVnetTraffic'],
        ['Traffic from Virtual WANs', 'allowVirtualWanTraffic'],
        ['Private address for tunnels', 'enablePrivateIpAddress'],
        ['Replay protection off', 'disableIPSecReplayProtection'],
        ['NAT of BGP routes', 'enableBgpRouteTranslationForNat'],
        ['To be migrated from classic', 'isMigrateToCSES'],
        ['Public addresses', 'ipConfigurations[].publicIPAddress.id'],
        ['Administrative state', 'adminState'],
        ['Point-to-site pool', 'vpnClientConfiguration.vpnClientAddressPool.addressPrefixes'],
        ['Point-to-site protocols', 'vpnClientConfiguration.vpnClientProtocols'],
        ['Point-to-site authentication', 'vpnClientConfiguration.vpnAuthenticationTypes'],
        CAPTURE,
      ],
    },
    INSTANCE,
    NAT_RULE,
  ],
  [armTypes.connection]: [
    {
      of: '',
      lines: [
        ['Traffic selectors, local', 'trafficSelectorPolicies[].localAddressRanges'],
        ['Traffic selectors, remote', 'trafficSelectorPolicies[].remoteAddressRanges'],
        ['Private Azure address', 'useLocalAzureIpAddress'],
        ['Ingress NAT rules', 'ingressNatRules[].id'],
        ['Egress NAT rules', 'egressNatRules[].id'],
        ['FastPath to Private Link', 'enablePrivateLinkFastPath'],
        CAPTURE,
      ],
    },
  ],
  [armTypes.vpnGateway]: [
    {
      of: '',
      lines: [
        ['Routing by the Internet', 'isRoutingPreferenceInternet'],
        ['NAT of BGP routes', 'enableBgpRouteTranslationForNat'],
        CAPTURE,
      ],
    },
    INSTANCE,
    NAT_RULE,
    { of: 'connections', called: 'Connection', lines: ROUTING },
    {
      of: 'connections[].vpnLinkConnections',
      called: 'Link',
      lines: [
        ['Bandwidth, Mbit/s', 'connectionBandwidth'],
        ['Protocol', 'vpnConnectionProtocolType'],
        ['Mode', 'vpnLinkConnectionMode'],
        ['Policy-based selectors', 'usePolicyBasedTrafficSelectors'],
        ['Private Azure address', 'useLocalAzureIpAddress'],
        ['Ingress NAT rules', 'ingressNatRules[].id'],
        ['Egress NAT rules', 'egressNatRules[].id'],
        CAPTURE,
      ],
    },
  ],
  [armTypes.expressRouteGateway]: [
    {
      of: '',
      lines: [
        ['Scale units, most', 'autoScaleConfiguration.bounds.max'],
        ['Traffic from outside the Virtual WAN', 'allowNonVirtualWanTraffic'],
      ],
    },
    { of: 'expressRouteConnections', called: 'Connection', lines: ROUTING },
  ],
  [armTypes.virtualHub]: [
    {
      of: '',
      lines: [
        ['SKU', 'sku'],
        ['Router capacity, least', 'virtualRouterAutoScaleConfiguration.minCapacity'],
        ['Preferred gateway', 'preferredRoutingGateway'],
        ['Firewall', 'azureFirewall.id'],
        ['Security partner', 'securityPartnerProvider.id'],
        ['Static routes', 'routeTable.routes[].addressPrefixes'],
        ['Next hop of static routes', 'routeTable.routes[].nextHopIpAddress'],
      ],
    },
  ],
  [armTypes.hubNetworkConnection]: [{ of: '', lines: ROUTING }],
  // a routing intent also appears here, because Azure stores its policies as routes of the default route table
  [armTypes.hubRouteTable]: [
    {
      of: 'routes',
      called: 'Route',
      lines: [
        ['Destinations', 'destinations'],
        ['Next hop', 'nextHop'],
      ],
    },
  ],
  [armTypes.hubRouteMap]: [
    {
      of: '',
      lines: [
        ['On what comes in over', 'associatedInboundConnections'],
        ['On what is announced over', 'associatedOutboundConnections'],
      ],
    },
    {
      of: 'rules',
      called: 'Rule',
      lines: [
        ['Matches prefixes', 'matchCriteria[].routePrefix'],
        ['Matches AS paths', 'matchCriteria[].asPath'],
        ['Matches communities', 'matchCriteria[].community'],
        ['Action', 'actions[].type'],
        ['Prefixes', 'actions[].parameters[].routePrefix'],
        ['AS path', 'actions[].parameters[].asPath'],
        ['Communities', 'actions[].parameters[].community'],
        ['Then', 'nextStepIfMatched'],
      ],
    },
  ],
  [armTypes.publicAddress]: [
    {
      of: '',
      lines: [
        ['Address', 'ipAddress'],
        ['Zones', 'zones'],
        ['SKU', 'sku.name'],
      ],
    },
  ],
  ...Object.fromEntries(directTypes.map((type) => [type, [DIRECT_PORT]])),
})

/**
 * Returns the displayed settings of a resource. Empty lists and the value `None` are left out.
 * @param type ARM resource type, lower case
 * @param within text before the name of each part, if the settings are shown on the page of another resource; null = no
 *   text
 */
export function listDisplayedSettings(type: string, config: unknown, within: string | null = null): ConfigSetting[] {
  const resource = createArmObject(config)
  const tags = Object.entries(tagsOf(config)).map(([name, value]) => `${name}=${value}`)
  const parts = (PARTS[type] ?? []).flatMap((part) => settingsIn(resource, part))
  const all = tags.length > 0 ? [{ part: null, name: 'Tags', value: tags.join(', ') }, ...parts] : parts
  return within === null ? all : all.map((one) => ({ ...one, part: [within, one.part].filter(Boolean).join(' · ') }))
}

function settingsIn(resource: ArmObjectReader, { of, called, lines }: Part): ConfigSetting[] {
  const objects = called === undefined ? [resource] : objectsAt(resource, of.split('.'))
  return objects.flatMap((object, index) => {
    const name = object.text('name') ?? idName(object.text('ipconfigurationId')) ?? String(index + 1)
    const part = called === undefined ? null : `${called} ${name}`
    return lines.flatMap(([label, at]) => {
      const value = wordsAt(object, at.split('.'))
      return value === null ? [] : [{ part, name: label, value }]
    })
  })
}

function objectsAt(object: ArmObjectReader, [step = '', ...rest]: readonly string[]): ArmObjectReader[] {
  if (rest.length === 0) return object.list(step)
  if (!step.endsWith('[]')) return objectsAt(object.object(step), rest)
  return object.list(step.slice(0, -2)).flatMap((one) => objectsAt(one, rest))
}

function wordsAt(object: ArmObjectReader, [step = '', ...rest]: readonly string[]): string | null {
  if (rest.length === 0) return words(object, step)
  if (!step.endsWith('[]')) return wordsAt(object.object(step), rest)
  const each = object.list(step.slice(0, -2)).flatMap((one) => wordsAt(one, rest) ?? [])
  return each.length === 0 ? null : [...new Set(each)].join(', ')
}

function words(object: ArmObjectReader, member: string): string | null {
  const flag = object.flag(member)
  if (flag !== null) return flag ? 'yes' : 'no'
  const list = object.texts(member)
  if (list.length > 0) return list.join(', ')
  const text = object.text(member)
  if (text === null) return object.positive(member)?.toString() ?? null
  if (/^none$/i.test(text)) return null
  if (member.endsWith('Date')) return formatDateText(text)
  return text.startsWith('/') ? idName(text) : text
}

/**
 * Formats a date that Azure writes in its own form, such as `Friday, July 3, 2026`, as a UTC day: `2026-07-03`. A text
 * that is not a date is returned unchanged.
 */
function formatDateText(text: string): string {
  const at = Date.parse(/\d:\d/.test(text) ? text : `${text} UTC`)
  return Number.isNaN(at) ? text : formatUtcDay(at)
}

/** Returns the last name of an ARM ID; null if there is none. */
const idName = (id: string | null): string | null => (id === null ? null : (id.split('/').findLast(Boolean) ?? null))

function tagsOf(config: unknown): Record<string, string> {
  if (typeof config !== 'object' || config === null) return {}
  const [, tags] = Object.entries(config).find(([name]) => name.toLowerCase() === 'tags') ?? []
  if (typeof tags !== 'object' || tags === null) return {}
  return Object.fromEntries(
    Object.entries(tags).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
}
