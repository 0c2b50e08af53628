import { azureDocumentedValues } from '../facts/facts.ts'
import type { CheckOfArea } from './check-record.ts'

const RESILIENCE = 'https://learn.microsoft.com/azure/expressroute/design-architecture-for-resiliency'
const HIGH_AVAILABILITY =
  'https://learn.microsoft.com/azure/expressroute/designing-for-high-availability-with-expressroute'
const OF_GATEWAY = 'The connections of the gateway, and the peering location and provider of each circuit.'

export const redundancyCheckRecords = {
  bgp_on_both_paths: {
    name: 'BGP on both paths',
    meaning: `Both paths have an established BGP session; the SLA (${azureDocumentedValues.circuit_sla.value} %) requires it.`,
    severity: 'major',
    subject: 'peering',
    source: azureDocumentedValues.circuit_sla.source,
    remedy: 'Configure the missing path, and bring BGP up on it at the router of the party that runs BGP.',
    command:
      'az network express-route peering show --circuit-name {name} --name {peering} --resource-group {resourceGroup} --subscription {subscription}',
    evidence: 'The link subnets of the peering, and the session of each path as polled.',
  },
  two_locations: {
    name: 'Two peering locations',
    meaning:
      'A gateway’s circuits end in two peering locations: two of them (Microsoft: maximum resiliency), or one ExpressRoute Metro circuit (high).',
    severity: 'warning',
    subject: 'gateway',
    source: RESILIENCE,
    remedy:
      'Order a second circuit in another peering location, and connect it to the gateway; or replace the circuit by an ExpressRoute Metro circuit.',
    evidence: OF_GATEWAY,
  },
  two_metros: {
    name: 'Two metros',
    meaning: 'A gateway’s circuits are in two metros, so that one city’s outage leaves one circuit.',
    severity: 'info',
    subject: 'gateway',
    source: RESILIENCE,
    remedy: 'Place the next circuit in another metro. London and London2 are two locations of one metro.',
    evidence: OF_GATEWAY,
  },
  two_providers: {
    name: 'Two providers',
    meaning: 'A gateway’s circuits have two providers, so that one provider’s outage leaves one circuit.',
    severity: 'info',
    subject: 'gateway',
    source: RESILIENCE,
    remedy: 'Order the second circuit from another provider, on fibre that shares no duct with the first.',
    evidence: OF_GATEWAY,
  },
  circuit_on_every_gateway: {
    name: 'Connected to every gateway',
    meaning:
      'Circuits that share a gateway connect to the same gateways; otherwise one circuit’s failure cuts networks off.',
    severity: 'warning',
    subject: 'circuit',
    source: RESILIENCE,
    remedy: 'Connect the circuit to the gateways that its sibling is connected to.',
    command:
      'az network vpn-connection create --name <name> --resource-group {resourceGroup} --subscription {subscription} --vnet-gateway1 <gateway> --express-route-circuit2 {resourceId}',
    evidence:
      'The connections of the circuits. Connections in other subscriptions are visible only if Peerwatch reads these subscriptions.',
  },
  vpn_backup: {
    name: 'VPN behind private peering',
    meaning:
      'A network with an ExpressRoute gateway has a site-to-site VPN as the path of last resort. Only private peering can fall back on it.',
    severity: 'info',
    subject: 'gateway',
    source: 'https://learn.microsoft.com/azure/expressroute/use-s2s-vpn-as-backup-for-expressroute-privatepeering',
    remedy: 'Build a VPN gateway into the same network, and connect it to the same site.',
    evidence: 'The gateways of the network, and the connections of its VPN gateway.',
  },
  separate_routers: {
    name: 'Separate routers',
    meaning: 'The two paths end on two customer routers: the same MAC on both means one device.',
    severity: 'warning',
    subject: 'peering',
    source: HIGH_AVAILABILITY,
    remedy: 'End the second path on a separate router.',
    command:
      'az network express-route list-arp-tables --name {name} --peering-name {peering} --path primary --resource-group {resourceGroup} --subscription {subscription}',
    evidence: 'The ARP entries of the router’s addresses on both paths.',
  },
  lag_minimum: {
    name: 'Enough active ports in a LAG',
    meaning: 'Each link of a LAG has at least the required number of active ports; otherwise the link carries nothing.',
    severity: 'major',
    subject: 'lagLink',
    source: HIGH_AVAILABILITY,
    remedy: 'Enable the link and its ports, or lower the minimum number of active ports of the LAG.',
    command: 'az resource show --ids {resourceId}',
    evidence: 'The administrative states of the link and its ports, and the minimum of the LAG.',
  },
  lag_routers: {
    name: 'LAG on two routers',
    meaning: 'The links of a LAG end on two of Microsoft’s routers, so that one router’s outage leaves one link.',
    severity: 'warning',
    subject: 'lag',
    source: HIGH_AVAILABILITY,
    remedy: 'Ask Microsoft’s support to move one of the links to another router.',
    command: 'az resource show --ids {resourceId}',
    evidence: 'The routers of the links.',
  },
  lag_places: {
    name: 'LAG in two colocations',
    meaning: 'The ports of a LAG are in two colocations, so that one building’s outage leaves one link.',
    severity: 'info',
    subject: 'lag',
    source: HIGH_AVAILABILITY,
    remedy: 'Order the second link in another colocation, or connect a second circuit elsewhere.',
    evidence: 'The colocations of the ports. Without any stated colocation the check does not apply.',
  },
  bfd: {
    name: 'BFD',
    meaning:
      'BFD detects a failure within a second or two instead of 180 s. Azure does not report it, so it never passes: only a measured failover can prove it missing.',
    severity: 'warning',
    subject: 'circuit',
    source: 'https://learn.microsoft.com/azure/expressroute/expressroute-bfd',
    remedy: 'Configure BFD of 300 ms x 3 on the routers: Microsoft’s side has it on since August 2018.',
    evidence: 'A failover of the last 180 days whose session ended by its hold timer.',
  },
} as const satisfies Record<string, CheckOfArea>
