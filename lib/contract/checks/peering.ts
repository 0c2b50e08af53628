import { azureDocumentedValues } from '../facts/facts.ts'
import type { CheckOfArea } from './check-record.ts'

export const peeringCheckRecords = {
  microsoft_365_premium: {
    name: 'Premium for Microsoft 365',
    meaning: 'Microsoft 365 communities in a route filter need a Premium circuit.',
    severity: 'major',
    subject: 'circuit',
    source: 'https://learn.microsoft.com/azure/expressroute/expressroute-faqs#expressroute-premium',
    remedy: 'Make the circuit Premium, or take the communities of Microsoft 365 out of the filter.',
    command:
      'az network express-route update --name {name} --resource-group {resourceGroup} --subscription {subscription} --sku-tier Premium',
    evidence: 'The rules of the route filter, and the tier of the circuit.',
  },
  microsoft_route_filter: {
    name: 'Route filter on Microsoft peering',
    meaning: 'Microsoft peering has a route filter that allows something; without one, Microsoft announces nothing.',
    severity: 'major',
    subject: 'peering',
    source: 'https://learn.microsoft.com/azure/expressroute/how-to-routefilter-portal',
    remedy: 'Create a route filter with the communities that you need, and attach it to the peering.',
    command:
      'az network express-route peering update --circuit-name {name} --name {peering} --resource-group {resourceGroup} --subscription {subscription} --route-filter <id of the filter>',
    evidence: 'The peering, and the rules of its filter.',
  },
  public_prefixes_validated: {
    name: 'Advertised prefixes validated',
    meaning: 'Microsoft has validated the advertised public prefixes; it ignores them until then.',
    severity: 'major',
    subject: 'peering',
    source: 'https://learn.microsoft.com/azure/expressroute/expressroute-faqs#microsoft-peering',
    remedy:
      'Register the prefixes to the customer ASN in the routing registry, or send proof of them in a support case.',
    command:
      'az network express-route peering show --circuit-name {name} --name {peering} --resource-group {resourceGroup} --subscription {subscription}',
    evidence: 'advertisedPublicPrefixesState of the peering.',
  },
  no_public_peering: {
    name: 'No public peering',
    meaning: `No circuit has Azure public peering, which Microsoft retired on ${azureDocumentedValues.public_peering_end.value}.`,
    severity: 'warning',
    subject: 'circuit',
    source: azureDocumentedValues.public_peering_end.source,
    remedy: 'Move to Microsoft peering or to private endpoints, and delete the public peering.',
    command:
      'az network express-route peering delete --circuit-name {name} --name AzurePublicPeering --resource-group {resourceGroup} --subscription {subscription}',
    evidence: 'The peerings of the circuit.',
  },
  peer_asn_free: {
    name: 'Reserved peer ASN',
    meaning: 'The peer ASN is not reserved by Azure or IANA.',
    severity: 'warning',
    subject: 'peering',
    source: azureDocumentedValues.reserved_asns.source,
    remedy: 'Give the routers a private ASN that is not reserved, such as 65001, and change the peering to it.',
    command:
      'az network express-route peering update --circuit-name {name} --name {peering} --resource-group {resourceGroup} --subscription {subscription} --peer-asn <ASN>',
    evidence: 'The peer ASN of the peering.',
  },
  links_free: {
    name: 'Link subnets used once',
    meaning: 'The link subnets of a peering overlap no other link subnet that a common gateway reaches.',
    severity: 'warning',
    subject: 'peering',
    source: 'https://learn.microsoft.com/azure/expressroute/expressroute-routing#ip-addresses-used-for-peerings',
    remedy: 'Take another pair of /30 (or /126) subnets for one of the two.',
    command:
      'az network express-route peering update --circuit-name {name} --name {peering} --resource-group {resourceGroup} --subscription {subscription} --primary-peer-subnet <subnet> --secondary-peer-subnet <subnet>',
    evidence: 'The link subnets of all circuits on the same gateways.',
  },
} as const satisfies Record<string, CheckOfArea>
