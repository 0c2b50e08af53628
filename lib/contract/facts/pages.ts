import { createSafeLookupTable } from '#lib/bgp/word-table.ts'

const READ = '2026-11-26'
const NOW = '2026-11-27'
const AUDITED = '2026-11-25'

/**
 * Microsoft's documentation pages on which rules, limits, checks and commands are based. The key is the path below
 * learn.microsoft.com/azure/. The value is the date on which the page was last compared with all code that cites it
 * (ADR 0278); null = not recorded.
 */
export const azureDocPages: Readonly<Record<string, `${number}-${number}-${number}` | null>> = createSafeLookupTable({
  'azure-resource-manager/management/azure-subscription-service-limits': READ,
  'azure-resource-manager/management/request-limits-and-throttling': AUDITED,
  'cost-management-billing/understand/understand-usage': null,
  'expressroute/about-fastpath': READ,
  'expressroute/about-public-peering': AUDITED,
  'expressroute/design-architecture-for-resiliency': READ,
  'expressroute/designing-for-high-availability-with-expressroute': AUDITED,
  'expressroute/evaluate-circuit-resiliency': null,
  'expressroute/expressroute-about-virtual-network-gateways': READ,
  'expressroute/expressroute-bfd': AUDITED,
  'expressroute/expressroute-circuit-peerings': AUDITED,
  'expressroute/expressroute-faqs': READ,
  'expressroute/expressroute-for-cloud-solution-providers': null,
  'expressroute/expressroute-howto-circuit-portal-resource-manager': AUDITED,
  'expressroute/expressroute-locations': null,
  'expressroute/expressroute-locations-providers': READ,
  'expressroute/expressroute-nat': null,
  'expressroute/expressroute-qos': null,
  'expressroute/expressroute-routing': READ,
  'expressroute/expressroute-troubleshooting-arp-resource-manager': null,
  'expressroute/expressroute-troubleshooting-expressroute-overview': null,
  'expressroute/expressroute-workflows': null,
  'expressroute/gateway-migration': READ,
  'expressroute/how-to-routefilter-portal': AUDITED,
  'expressroute/metro': READ,
  'expressroute/monitor-expressroute-reference': AUDITED,
  'expressroute/planned-maintenance': null,
  'expressroute/resiliency-insights': NOW,
  'expressroute/scalable-gateway': READ,
  'expressroute/use-s2s-vpn-as-backup-for-expressroute-privatepeering': NOW,
  'expressroute/virtual-network-connectivity-guidance': NOW,
  'networking/troubleshoot-failed-state': null,
  'postgresql/security/security-entra-configure': null,
  'private-link/disable-private-endpoint-network-policy': NOW,
  'virtual-network-manager/concept-connectivity-configuration': NOW,
  'virtual-network/advertised-gateway-prefixes-overview': READ,
  'virtual-network/how-to-configure-subnet-peering': READ,
  'virtual-network/update-virtual-network-peering-address-space': AUDITED,
  'virtual-network/virtual-network-manage-peering': null,
  'virtual-network/virtual-network-peering-overview': AUDITED,
  'virtual-network/virtual-networks-udr-overview': null,
  'virtual-wan/how-to-routing-policies': READ,
  'virtual-wan/hub-settings': READ,
  'virtual-wan/monitor-virtual-wan-reference': READ,
  'virtual-wan/pricing-concepts': AUDITED,
  'virtual-wan/route-maps-about': null,
  'vpn-gateway/about-gateway-skus': AUDITED,
  'vpn-gateway/about-zone-redundant-vnet-gateways': null,
  'vpn-gateway/gateway-sku-consolidation': READ,
  'vpn-gateway/gateway-sku-upgrade': NOW,
  'vpn-gateway/site-to-site-vpn-private-peering': READ,
  'vpn-gateway/vpn-gateway-about-vpn-gateway-settings': READ,
  'vpn-gateway/vpn-gateway-highlyavailable': null,
  'vpn-gateway/vpn-gateway-peering-gateway-transit': null,
  'vpn-gateway/vpn-gateway-vpn-faq': READ,
  'vpn-gateway/whats-new': READ,
})
