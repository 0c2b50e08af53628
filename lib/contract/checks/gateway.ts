import { SKU_CHANGE_SENTENCE } from './limits.ts'
import type { CheckOfArea } from './check-record.ts'

export const gatewayCheckRecords = {
  zone_redundant_sku: {
    name: 'Zone-redundant SKU',
    meaning: 'The gateway’s SKU and public addresses span availability zones.',
    severity: 'warning',
    subject: 'gateway',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/about-zone-redundant-vnet-gateways',
    remedy:
      'Migrate to the SKU of the same size whose name ends in AZ with Azure’s gateway migration; take zone-redundant public addresses.',
    evidence: 'The SKU of the gateway, and the zones of its public addresses.',
  },
  gateway_migration: {
    name: 'No migration by Microsoft ahead',
    meaning: 'Neither the gateway’s SKU nor its public address is retired, so that Microsoft does not migrate it.',
    severity: 'warning',
    subject: 'gateway',
    source: 'https://learn.microsoft.com/azure/expressroute/gateway-migration',
    remedy: 'Migrate it at a time of your choice, before Microsoft does: in the portal, Migration of the gateway.',
    evidence: 'The SKU of the gateway, and the SKU of its public addresses.',
  },
  active_active_vpn: {
    name: 'VPN gateway active-active',
    meaning: 'Both instances of a VPN gateway are active; with a standby, planned work drops its tunnels.',
    severity: 'info',
    subject: 'gateway',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-highlyavailable',
    remedy: 'Make the gateway active-active with a second public address, and add its tunnels at the devices.',
    command:
      'az network vnet-gateway update --name {name} --resource-group {resourceGroup} --subscription {subscription} --public-ip-addresses <first> <second>',
    evidence: 'activeActive of the gateway.',
  },
  first_route_map: {
    name: 'Not held by a first route map',
    meaning: 'No Route Server is held in Updating by its first route map, which takes 22 to 26 minutes.',
    severity: 'info',
    subject: 'gateway',
    source: 'https://learn.microsoft.com/azure/virtual-wan/route-maps-about',
    remedy:
      'Wait until Azure is ready; its sessions continue meanwhile. Attach the first route map of a Route Server in announced work.',
    evidence: 'provisioningState and route maps of the Route Server.',
  },
  gateway_subnet_size: {
    name: 'GatewaySubnet large enough',
    meaning: 'A GatewaySubnet is /27 or larger, which a second gateway and more circuits need.',
    severity: 'info',
    subject: 'network',
    source: 'https://learn.microsoft.com/azure/expressroute/expressroute-about-virtual-network-gateways#gateway-subnet',
    remedy:
      'Enlarge the subnet. This requires that its gateways are deleted first, or that the subnet gets a second prefix.',
    command:
      'az network vnet subnet update --vnet-name {name} --name GatewaySubnet --address-prefixes <prefix> --resource-group {resourceGroup} --subscription {subscription}',
    evidence: 'The prefixes of the GatewaySubnet.',
  },
  gateway_subnet_without_nsg: {
    name: 'No NSG on the GatewaySubnet',
    meaning: 'A GatewaySubnet has no network security group: with one a gateway may stop working as expected.',
    severity: 'major',
    subject: 'network',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-about-vpn-gateway-settings#gwsub',
    remedy: 'Take the network security group off the subnet.',
    command:
      'az network vnet subnet update --vnet-name {name} --name GatewaySubnet --resource-group {resourceGroup} --subscription {subscription} --remove networkSecurityGroup',
    evidence: 'The GatewaySubnet in the inventory.',
  },
  gateway_subnet_routes: {
    name: 'Routes of the GatewaySubnet',
    meaning: 'User-defined routes of a GatewaySubnet have no default route, and let BGP’s routes in.',
    severity: 'major',
    subject: 'network',
    source: 'https://learn.microsoft.com/azure/expressroute/expressroute-about-virtual-network-gateways#gateway-subnet',
    remedy: 'Delete the route 0.0.0.0/0, and switch the propagation of gateway routes on.',
    command: 'az network route-table show --ids {routeTable}',
    evidence: 'The route table of the GatewaySubnet.',
  },
  gateway_load: {
    name: 'Room in the gateway’s SKU',
    meaning: 'CPU, flows, throughput and packets are below 80 % of the limits of the SKU or of the scale units.',
    severity: 'warning',
    subject: 'gateway',
    source: 'https://learn.microsoft.com/azure/expressroute/expressroute-about-virtual-network-gateways',
    remedy: `Take a larger SKU, or use FastPath for traffic that needs throughput. ${SKU_CHANGE_SENTENCE} Give the gateway of a hub more scale units.`,
    command:
      'az network vnet-gateway update --name {name} --resource-group {resourceGroup} --subscription {subscription} --sku <larger SKU of its family>',
    evidence: 'Azure Monitor’s metrics of the gateway, and its SKU.',
  },
  fastpath_works: {
    name: 'FastPath bypassed',
    meaning:
      'A connection with FastPath has a SKU that supports it, and no setting sends its traffic through the gateway instead.',
    severity: 'warning',
    subject: 'connection',
    source: 'https://learn.microsoft.com/azure/expressroute/about-fastpath',
    remedy: 'Take a SKU that FastPath needs; peered networks and user-defined routes need ExpressRoute Direct.',
    command: 'az network vpn-connection show --ids {resourceId}',
    evidence: 'The SKU of the gateway, the connectivity of the circuit, peered networks and user-defined routes.',
  },
  device_asn_free: {
    name: 'Reserved device ASN',
    meaning: 'The ASN of a VPN device or hub BGP peer is not reserved by Azure or IANA.',
    severity: 'warning',
    subject: 'connection',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-vpn-faq#bgp',
    remedy: 'Give the device a private ASN that is not reserved, and set that ASN in the Azure resource of the device.',
    command: 'az network local-gateway update --ids {device} --asn <ASN>',
    evidence: 'The ASN of the local network gateway, the VPN site or the BGP connection.',
  },
} as const satisfies Record<string, CheckOfArea>
