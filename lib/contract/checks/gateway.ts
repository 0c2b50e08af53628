import type { CheckRecord } from './record.ts'

export const gatewayChecks = {
  zone_redundant_sku: {
    area: 'gateway',
    name: 'Zone-redundant SKU',
    meaning: 'The SKU of a gateway spreads its instances over availability zones.',
    severity: 'warning',
    subject: 'gateway',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/about-zone-redundant-vnet-gateways',
    remedy:
      'Migrate to the SKU of the same size whose name ends in AZ, or to ErGwScale, with Azure’s gateway migration.',
    command: null,
    evidence: 'The SKU of the gateway.',
  },
  active_active_vpn: {
    area: 'gateway',
    name: 'VPN gateway active-active',
    meaning: 'A VPN gateway runs both of its instances: with a standby, planned work interrupts its tunnels.',
    severity: 'info',
    subject: 'gateway',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-highlyavailable',
    remedy: 'Make the gateway active-active with a second public address, and add its tunnels at the devices.',
    command:
      'az network vnet-gateway update --name {name} --resource-group {resourceGroup} --subscription {subscription} --public-ip-addresses <first> <second>',
    evidence: 'activeActive of the gateway.',
  },
} as const satisfies Record<string, CheckRecord>
