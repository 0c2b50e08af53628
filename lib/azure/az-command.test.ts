import { describe, expect, it } from 'vitest'
import { buildAzCommand } from './az-command.ts'
import type { PollKind } from '#lib/contract/index.ts'

const SUBSCRIPTION = '/subscriptions/11111111-2222-3333-4444-555555555555'
const arm = (type: string, name: string, group = 'rg-edge') =>
  `${SUBSCRIPTION}/resourceGroups/${group}/providers/Microsoft.Network/${type}/${name}`
const circuit = arm('expressRouteCircuits', 'ckt-lon')
const gateway = arm('virtualNetworkGateways', 'ergw-hub')
const inGroup = '--resource-group rg-edge --subscription 11111111-2222-3333-4444-555555555555'

interface Case {
  resourceId: string
  kind: PollKind
  subresource?: string
  command: string | null
}

const cases: Case[] = [
  {
    resourceId: gateway,
    kind: 'peers',
    command: `az network vnet-gateway list-bgp-peer-status --name ergw-hub ${inGroup}`,
  },
  {
    resourceId: gateway,
    kind: 'learned',
    command: `az network vnet-gateway list-learned-routes --name ergw-hub ${inGroup}`,
  },
  {
    resourceId: gateway,
    kind: 'advertised',
    subresource: '10.0.4.4',
    command: `az network vnet-gateway list-advertised-routes --name ergw-hub --peer 10.0.4.4 ${inGroup}`,
  },
  { resourceId: gateway, kind: 'advertised', command: null },
  {
    resourceId: circuit,
    kind: 'tables',
    subresource: 'AzurePrivatePeering/primary',
    command: `az network express-route list-route-tables --name ckt-lon --peering-name AzurePrivatePeering --path primary ${inGroup}`,
  },
  {
    resourceId: circuit,
    kind: 'summary',
    subresource: 'MicrosoftPeering/secondary',
    command: `az network express-route list-route-tables-summary --name ckt-lon --peering-name MicrosoftPeering --path secondary ${inGroup}`,
  },
  {
    resourceId: circuit,
    kind: 'arp',
    subresource: 'AzurePrivatePeering/primary',
    command: `az network express-route list-arp-tables --name ckt-lon --peering-name AzurePrivatePeering --path primary ${inGroup}`,
  },
  { resourceId: circuit, kind: 'arp', subresource: 'AzurePrivatePeering', command: null },
  { resourceId: circuit, kind: 'stats', command: `az network express-route get-stats --name ckt-lon ${inGroup}` },
  {
    resourceId: circuit,
    kind: 'stats',
    subresource: 'AzurePrivatePeering',
    command: `az network express-route peering get-stats --circuit-name ckt-lon --name AzurePrivatePeering ${inGroup}`,
  },
  {
    resourceId: arm('connections', 'lon-to-hub'),
    kind: 'connection',
    command: `az network vpn-connection show --name lon-to-hub ${inGroup}`,
  },
  ...[
    ['expressRouteGateways', 'expressRouteConnections', 'express-route gateway'],
    ['vpnGateways', 'vpnConnections', 'vpn-gateway'],
  ].map(
    ([type = '', child = '', words = '']): Case => ({
      resourceId: arm(type, `gw-vhub/${child}/conn-a`),
      kind: 'inventory',
      command: `az network ${words} connection show --gateway-name gw-vhub --name conn-a ${inGroup}`,
    }),
  ),
  { resourceId: circuit, kind: 'inventory', command: `az network express-route show --name ckt-lon ${inGroup}` },
  {
    resourceId: arm('virtualNetworks', 'hub/virtualNetworkPeerings/hub-to-spoke'),
    kind: 'inventory',
    command: `az network vnet show --name hub ${inGroup}`,
  },
  {
    resourceId: arm('firewalls', 'fw'),
    kind: 'inventory',
    command: `az resource show --ids ${arm('firewalls', 'fw')}`,
  },
  { resourceId: SUBSCRIPTION, kind: 'inventory', command: `az resource list --subscription ${SUBSCRIPTION.slice(15)}` },
  {
    resourceId: circuit,
    kind: 'metrics',
    command: `az monitor metrics list --resource ${circuit} --metrics BgpAvailability ArpAvailability BitsInPerSecond BitsOutPerSecond`,
  },
  { resourceId: gateway, kind: 'metrics', command: `az monitor metrics list-definitions --resource ${gateway}` },
  {
    resourceId: SUBSCRIPTION,
    kind: 'activity',
    command: `az monitor activity-log list --offset 6h --namespace Microsoft.Network --subscription ${SUBSCRIPTION.slice(15)}`,
  },
  { resourceId: gateway, kind: 'probe', command: null },
  { resourceId: arm('virtualHubs', 'hub1'), kind: 'learned', command: null },
  {
    resourceId: arm('virtualHubs', 'hub1'),
    kind: 'tables',
    subresource: 'defaultRouteTable',
    command: `az network vhub get-effective-routes --name hub1 --resource-type RouteTable --resource-id ${arm('virtualHubs', 'hub1')}/hubRouteTables/defaultRouteTable ${inGroup}`,
  },
  { resourceId: 'no id at all', kind: 'learned', command: null },
]

describe('the az command that shows now what a poll reads', () => {
  it.each(cases)('$kind $subresource of $resourceId', ({ command, ...source }) => {
    expect(buildAzCommand(source)).toBe(command)
  })

  it('takes ids in any case', () => {
    expect(buildAzCommand({ resourceId: gateway.toUpperCase(), kind: 'learned' })).toContain('--name ERGW-HUB')
  })

  it.each([
    { group: 'rg(edge)', word: `'rg(edge)'` },
    { group: "it's; rm -rf", word: `'it'\\''s; rm -rf'` },
    { group: '$(reboot)', word: `'$(reboot)'` },
  ])('lets no shell read $group', ({ group, word }) => {
    const resourceId = arm('virtualNetworkGateways', 'ergw-hub', group)
    expect(buildAzCommand({ resourceId, kind: 'learned' })).toContain(` --resource-group ${word} `)
  })
})
