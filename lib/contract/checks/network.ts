import type { CheckOfArea } from './check-record.ts'

const TRANSIT = 'https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-peering-gateway-transit'

export const networkCheckRecords = {
  peering_in_sync: {
    name: 'Network peering in sync',
    meaning: 'A peering is connected, and both sides have routes to the whole address space of the other.',
    severity: 'major',
    subject: 'networkPeering',
    source: 'https://learn.microsoft.com/azure/virtual-network/update-virtual-network-peering-address-space',
    remedy: 'Sync the peering. If it is Disconnected, delete it and create it again on both sides.',
    command:
      'az network vnet peering sync --vnet-name {name} --name {peering} --resource-group {resourceGroup} --subscription {subscription}',
    evidence: 'State and sync level of this side of the peering.',
  },
  peering_transit: {
    name: 'Gateway transit on both sides',
    meaning: 'Where a network uses the gateways of the other side, that side allows gateway transit.',
    severity: 'major',
    subject: 'networkPeering',
    source: TRANSIT,
    remedy: 'Allow gateway transit at the network that holds the gateways.',
    command:
      'az network vnet peering update --vnet-name {remote} --name {back} --resource-group <group> --set allowGatewayTransit=true',
    evidence: 'The configuration of both sides of the peering.',
  },
  gateways_saved_by_peering: {
    name: 'No gateway that peering would save',
    meaning: 'No network with a gateway is peered with another that has one: one gateway could serve both.',
    severity: 'info',
    subject: 'network',
    source: TRANSIT,
    remedy: 'Use the gateways of the other network by transit, and delete the ones of this network.',
    evidence: 'The gateways of both networks.',
  },
  address_space_free: {
    name: 'Address space used once',
    meaning: 'Gateway subnets, link subnets and on-premises prefixes in reach of a network do not overlap it.',
    severity: 'warning',
    subject: 'network',
    source: 'https://learn.microsoft.com/azure/expressroute/expressroute-routing',
    remedy: 'Renumber one of the two.',
    evidence: 'Address spaces in the inventory, and prefixes of declared sites and VPN devices.',
  },
} as const satisfies Record<string, CheckOfArea>
