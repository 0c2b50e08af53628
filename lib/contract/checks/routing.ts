import type { CheckOfArea } from './check-record.ts'

const ROUTING = 'https://learn.microsoft.com/azure/expressroute/expressroute-routing'
const TABLES =
  'az network express-route list-route-tables --name {name} --peering-name {peering} --path primary --resource-group {resourceGroup} --subscription {subscription}'

export const routingCheckRecords = {
  prefixes_on_both_paths: {
    name: 'Prefixes on both paths',
    meaning: 'Both paths of private peering carry the same prefixes, so that one path’s failure loses none.',
    severity: 'warning',
    subject: 'peering',
    source: 'https://learn.microsoft.com/azure/expressroute/designing-for-high-availability-with-expressroute',
    remedy: 'Announce the same prefixes from both routers.',
    command: TABLES,
    evidence: 'The route tables of both paths, and the open event parity_mismatch that compares them.',
  },
  nat_pool_on_both_paths: {
    name: 'NAT pool on both paths',
    meaning: 'Public prefixes behind a Microsoft peering, NAT pools among them, are announced on both paths.',
    severity: 'warning',
    subject: 'peering',
    source: 'https://learn.microsoft.com/azure/expressroute/expressroute-nat',
    remedy:
      'Announce the pool on both paths, or give each path a pool and make sure that both are reachable by either.',
    command: TABLES,
    evidence: 'The route tables of both paths, and the open event parity_mismatch that compares them.',
  },
  prefixes_summarized: {
    name: 'Prefixes summarized',
    meaning: 'A site’s prefixes cannot be summarized further. Fewer prefixes leave more headroom and converge faster.',
    severity: 'info',
    subject: 'circuit',
    source:
      'https://learn.microsoft.com/azure/expressroute/expressroute-faqs#are-there-limits-on-the-number-of-routes-i-can-advertise',
    remedy: 'Announce the summary on every router and circuit of the site, then withdraw the prefixes inside of it.',
    evidence:
      'The routes that gateways learned by the circuit, with their AS paths, and the sites that they belong to.',
  },
  default_route_intended: {
    name: 'Default route intended',
    meaning:
      'A gateway learns a default route only where a site declares it; otherwise Internet traffic leaves through on-premises by accident.',
    severity: 'major',
    subject: 'gateway',
    source: 'https://learn.microsoft.com/azure/expressroute/expressroute-routing#default-route',
    remedy: 'Filter 0.0.0.0/0 at the router; where forced tunnelling is meant, declare it as a prefix of a site.',
    command:
      'az network vnet-gateway list-learned-routes --name {name} --resource-group {resourceGroup} --subscription {subscription}',
    evidence: 'The routes that the gateway learned, and the declared sites.',
  },
  forced_tunnelling_redundant: {
    name: 'Forced tunnelling by two neighbors',
    meaning:
      'An intended default route comes from at least two neighbors, so that one path’s failure does not cut the Internet off.',
    severity: 'warning',
    subject: 'gateway',
    source: ROUTING,
    remedy: 'Announce the default route on both paths of each circuit.',
    command:
      'az network vnet-gateway list-learned-routes --name {name} --resource-group {resourceGroup} --subscription {subscription}',
    evidence: 'The routes that the gateway learned, and the declared sites.',
  },
  standard_within_region: {
    name: 'Standard within its geopolitical region',
    meaning: 'A Standard circuit is connected to gateways of its own geopolitical region: others need Premium.',
    severity: 'major',
    subject: 'circuit',
    source: 'https://learn.microsoft.com/azure/expressroute/expressroute-locations',
    remedy: 'Make the circuit Premium.',
    command:
      'az network express-route update --name {name} --resource-group {resourceGroup} --subscription {subscription} --sku-tier Premium',
    evidence: 'The peering location of the circuit, its tier, and the regions of its gateways.',
  },
  no_hairpin: {
    name: 'No network-to-network traffic by the circuit',
    meaning:
      'Networks that share a circuit are peered, or in one connected group of Virtual Network Manager; otherwise their traffic hairpins at Microsoft’s edge and may leave the metro.',
    severity: 'info',
    subject: 'network',
    source: 'https://learn.microsoft.com/azure/expressroute/virtual-network-connectivity-guidance',
    remedy:
      'Peer the networks, put both into one mesh of Virtual Network Manager, or attach both to one hub of a Virtual WAN.',
    command:
      'az network vnet peering create --name <name> --vnet-name {name} --remote-vnet <id of the other> --allow-vnet-access --resource-group {resourceGroup} --subscription {subscription}',
    evidence:
      'The gateways of the networks, their circuits, the peerings of the networks and their connected groups. If Azure refuses to list these, the result is unknown.',
  },
  ipsec_inside_expressroute: {
    name: 'IPsec inside ExpressRoute',
    meaning: 'A VPN device with a private address is reached over ExpressRoute, with the tunnel inside it.',
    severity: 'warning',
    subject: 'connection',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/site-to-site-vpn-private-peering',
    remedy:
      'Announce the device’s address over private peering; give the gateway private addresses first, then let the connection use them.',
    command:
      'az network vnet-gateway update --name {gateway} --resource-group {gatewayGroup} --subscription {gatewaySubscription} --set enablePrivateIpAddress=true && az network vpn-connection update --name {name} --resource-group {resourceGroup} --subscription {subscription} --set useLocalAzureIpAddress=true',
    evidence: 'The address of the local network gateway, and the routes that ExpressRoute gateways learned.',
  },
} as const satisfies Record<string, CheckOfArea>
