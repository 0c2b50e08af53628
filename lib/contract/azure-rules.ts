import type { EventKind } from './event-kinds/index.ts'
import { azureDocumentedValues } from './facts/facts.ts'

interface AzureRule {
  /** the rule in one sentence, according to Azure's documentation */
  states: string
  source: `https://learn.microsoft.com/${string}`
}

const EXPRESS_ROUTE = 'https://learn.microsoft.com/azure/expressroute'

/**
 * Azure's rules that screens show next to measured values, each with the page that documents it. Screens reference a
 * rule by its key. Limits, posture checks and findings about networks are not listed here, because their own rows
 * contain the address of the page.
 */
export const azureDocumentedRules = {
  bfd: {
    states: `BFD declares a path down after three missed packets, ${azureDocumentedValues.bfd_interval_ms.value[0]} ms apart by default and ${azureDocumentedValues.bfd_interval_ms.value[1]} ms in some cases; without it the hold time of ${azureDocumentedValues.hold_time_s.value} s passes first.`,
    source: azureDocumentedValues.bfd_interval_ms.source,
  },
  metro: {
    states: 'An ExpressRoute Metro circuit has a path in each of two peering locations of a city, City and City2.',
    source: `${EXPRESS_ROUTE}/metro`,
  },
  resiliency: {
    states:
      'Standard is a circuit in one peering location, high one in two of a city (ExpressRoute Metro), maximum two circuits in two locations.',
    source: `${EXPRESS_ROUTE}/design-architecture-for-resiliency`,
  },
  vpn_failover: {
    states: 'An active-standby VPN gateway takes 10 to 15 s for planned and up to 90 s for unplanned failovers.',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-highlyavailable',
  },
  prefix_limits: {
    states:
      'Private peering accepts 4,000 IPv4 prefixes, with Premium 10,000, and 100 of IPv6; Microsoft peering 200 of each. Above the limit the session is dropped.',
    source: azureDocumentedValues.private_prefixes.source,
  },
  plan_changes: {
    states:
      'Metered becomes unlimited and bandwidth grows in place, not the reverse; Standard and Premium change in place while what is used fits.',
    source: `${EXPRESS_ROUTE}/expressroute-howto-circuit-portal-resource-manager`,
  },
  reserved_asns: {
    states:
      'A customer’s router may not use 8074, 8075, 12076 and 65515 to 65520, which Azure reserves, nor what IANA reserves.',
    source: azureDocumentedValues.reserved_asns.source,
  },
  route_selection: {
    states:
      'The longest prefix wins, system routes of a network and its peers before BGP; ExpressRoute wins before VPN, then connection weight and AS path.',
    source: 'https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview',
  },
  forced_tunneling: {
    states: 'A default route that is learned by BGP replaces the system route to the Internet.',
    source: 'https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview',
  },
  peering_sync: {
    states: 'After the address space of a network changed, its peerings must be synced.',
    source: 'https://learn.microsoft.com/azure/virtual-network/update-virtual-network-peering-address-space',
  },
  route_filters: {
    states: 'Microsoft peering advertises no prefix until a route filter with communities is attached to it.',
    source: `${EXPRESS_ROUTE}/how-to-routefilter-portal`,
  },
  peering_backup: {
    states: 'A site-to-site VPN backs up private peering but not Microsoft peering, which the Internet replaces.',
    source: `${EXPRESS_ROUTE}/use-s2s-vpn-as-backup-for-expressroute-privatepeering`,
  },
  qos: {
    states: 'Microsoft honors DSCP marks (EF, AF) on its side of Microsoft peering; a provider has classes of its own.',
    source: `${EXPRESS_ROUTE}/expressroute-qos`,
  },
  failed_state: {
    states:
      'A resource whose last change failed may still work; most operations that depend on it fail until an update of it succeeds.',
    source: 'https://learn.microsoft.com/azure/networking/troubleshoot-failed-state',
  },
  public_prefixes: {
    states: 'Microsoft advertises public prefixes of a peering only once their ownership is validated.',
    source: `${EXPRESS_ROUTE}/expressroute-routing`,
  },
} as const satisfies Record<string, AzureRule>

export type AzureDocumentedRuleId = keyof typeof azureDocumentedRules

/** Azure's rule that explains an event kind to the user. Kinds that are not listed have no such rule. */
export const azureRuleByEventKind: Readonly<Partial<Record<EventKind, AzureDocumentedRuleId>>> = {
  prefix_limit_exceeded: 'prefix_limits',
  prefix_headroom: 'prefix_limits',
  own_space_heard: 'route_selection',
  more_specific: 'route_selection',
  default_route_appeared: 'forced_tunneling',
  default_route_disappeared: 'forced_tunneling',
  network_peering_out_of_sync: 'peering_sync',
  public_prefixes_not_validated: 'public_prefixes',
}

/**
 * Azure's rule from which the expected duration of a failover follows, by failover class; null = Azure documents no
 * duration, so the expected duration comes from measurements.
 */
export const azureRuleByFailover = {
  withdrawal: null,
  bfd: 'bfd',
  bfd_750: 'bfd',
  hold_timer: 'bfd',
  vpn_planned: 'vpn_failover',
  vpn_unplanned: 'vpn_failover',
} as const satisfies Record<string, AzureDocumentedRuleId | null>
