import { azureDocumentedValues } from '../facts/facts.ts'
import type { CheckOfArea } from './check-record.ts'

const SERVICE_LIMITS = azureDocumentedValues.private_prefixes.source
const GATEWAYS = azureDocumentedValues.gateway_connections.source
/**
 * Sentence about the SKU changes that Azure can make without a second gateway. Source: Azure documentation, "About
 * ExpressRoute gateway migration".
 */
export const SKU_CHANGE_SENTENCE =
  'An ExpressRoute SKU changes in place within its family (Standard to UltraPerformance, ErGw1AZ to ErGw3AZ); to the other family Azure migrates to a second gateway.'

export const limitCheckRecords = {
  prefix_headroom: {
    name: 'Room for prefixes',
    meaning:
      'A path brings fewer than 80 % of the prefixes that Microsoft accepts: above the limit the session is dropped.',
    severity: 'major',
    subject: 'path',
    source: SERVICE_LIMITS,
    remedy: 'Summarize what the router announces; Premium takes 10,000 prefixes on private peering instead of 4,000.',
    command:
      'az network express-route list-route-tables-summary --name {name} --peering-name {peering} --path {path} --resource-group {resourceGroup} --subscription {subscription}',
    evidence: 'The number of prefixes in the summary of the path, and the tier of the circuit.',
  },
  hub_prefix_headroom: {
    name: 'Room for prefixes of hubs',
    meaning: 'A hub has fewer than 80 % of the prefixes that it takes from all that is connected to it.',
    severity: 'major',
    subject: 'network',
    source: azureDocumentedValues.hub_prefixes.source,
    remedy: 'Summarize the prefixes of its networks and sites, or connect some of them to another hub.',
    command:
      'az network vhub get-effective-routes --name {name} --resource-group {resourceGroup} --subscription {subscription} --resource-type RouteTable --resource-id {resourceId}/hubRouteTables/defaultRouteTable',
    evidence: 'The prefixes of the hub’s networks, connections and BGP peers, and its default route table.',
  },
  hub_peer_headroom: {
    name: 'Room for prefixes of BGP peers',
    meaning: 'Each BGP peer of a hub announces fewer than 80 % of the prefixes that a hub takes from one peer.',
    severity: 'major',
    subject: 'network',
    source: azureDocumentedValues.hub_peer_prefixes.source,
    remedy: 'Summarize what the appliance announces, or announce a part of it from another appliance.',
    command:
      'az network vhub bgpconnection list --vhub-name {name} --resource-group {resourceGroup} --subscription {subscription}',
    evidence: 'The prefixes that each BGP peer of the hub announces.',
  },
  user_vpn_headroom: {
    name: 'Room for VPN users',
    meaning:
      'The devices that are connected to the user VPN of a hub or of a VPN gateway are fewer than 80 % of the number that its scale units or its SKU take.',
    severity: 'warning',
    subject: 'userVpn',
    source: azureDocumentedValues.user_vpn_clients.source,
    remedy:
      'Raise the scale units of the user VPN gateway, or take a larger SKU of the VPN gateway. SSTP takes 128 devices on any SKU, so move devices to IKEv2 or OpenVPN. Azure interrupts connections while it changes the gateway.',
    command: 'az network p2s-vpn-gateway update --ids {gateway} --scale-unit <more units>',
    evidence: 'The number of connected devices, and the scale units or the SKU of the gateway.',
  },
  network_headroom: {
    name: 'Room for virtual networks',
    meaning: 'A circuit has fewer than 80 % of the connections that its tier and bandwidth take.',
    severity: 'warning',
    subject: 'circuit',
    source: SERVICE_LIMITS,
    remedy: 'Premium takes more by bandwidth; spokes behind the gateway of a hub network need no connection.',
    command:
      'az network express-route update --name {name} --resource-group {resourceGroup} --subscription {subscription} --sku-tier Premium',
    evidence: 'The connections of the circuit, its tier and its bandwidth.',
  },
  fastpath_headroom: {
    name: 'Room for FastPath addresses',
    meaning:
      'FastPath of a circuit has routes to fewer than 80 % of the addresses that it takes. Traffic to further addresses passes the gateway.',
    severity: 'warning',
    subject: 'circuit',
    source: 'https://learn.microsoft.com/azure/expressroute/about-fastpath#ip-address-limits',
    remedy: 'Take ExpressRoute Direct, which has room for more, or connect some of the networks to another circuit.',
    command: 'az monitor metrics list --resource {metered} --metrics {metric} --aggregation Maximum --interval PT5M',
    evidence:
      'Azure Monitor’s count of FastPath routes at the circuit or its port, and the connectivity of the circuit.',
  },
  connection_headroom: {
    name: 'Room for connections',
    meaning:
      'A gateway has room for another connection of its SKU or its hub, and for another circuit of one location.',
    severity: 'info',
    subject: 'gateway',
    source: GATEWAYS,
    remedy: `A larger SKU takes more connections; four circuits of one location are the most for any SKU. ${SKU_CHANGE_SENTENCE} The gateway of a hub takes ${azureDocumentedValues.hub_circuits.value} circuits whatever its scale units, so a further circuit needs another hub.`,
    command:
      'az network vnet-gateway update --name {name} --resource-group {resourceGroup} --subscription {subscription} --sku <larger SKU of its family>',
    evidence: 'The connections of the gateway, and its SKU.',
  },
} as const satisfies Record<string, CheckOfArea>
