import { expect, it } from 'vitest'
import type { Gateway } from '#lib/gateways/api/index.ts'
import { testMinuteIso, testIncident } from '../incidents/testing.ts'
import { testSession } from '../sessions/testing.ts'
import { type GatewayTicketData, formatGatewayTicket } from './gateway-ticket-text.ts'

const gateway = {
  id: 'g1',
  resourceId: '/subscriptions/s1/resourceGroups/rg/providers/Microsoft.Network/virtualNetworkGateways/ergw',
  name: 'ergw',
  subscriptionId: 's1',
  resourceGroup: 'rg',
  location: 'uksouth',
  kind: 'expressRoute',
  sku: { name: 'ErGw2AZ', tier: 'ErGw2AZ', capacity: 2 },
  asn: 65515,
  activeActive: null,
  provisioningState: 'Succeeded',
  state: 'instance_lost',
  reason: '1 of 2 instances does not report.',
  unconfirmedSince: null,
  vnet: 'vnet-hub',
  instances: [
    { address: '10.0.4.12', reporting: true, sessionsUp: 4, sessionsExpected: 4 },
    { address: '10.0.4.13', reporting: false, sessionsUp: 0, sessionsExpected: 4 },
  ],
  connections: [
    { name: 'cxn-lon', status: 'Connected', circuitName: 'erc-london', resourceId: '/connections/cxn-lon' },
    { name: 'cxn-ams', status: 'Connected', circuitName: 'erc-amsterdam', resourceId: '/connections/cxn-ams' },
  ],
} as Gateway
const facts: GatewayTicketData = {
  gateway,
  sessions: [
    testSession({ verdict: 'down', state: 'connect', localAddress: '10.0.4.13', neighbor: '10.0.4.4' }),
    testSession({ role: 'gateway-peer', verdict: 'never_established', neighbor: '10.0.4.15' }),
  ],
  incident: testIncident({ state: 'open', scope: 'g1', scopeName: 'ergw', endedBetween: null }),
  card: null,
  entries: [],
  polls: [],
  link: 'https://peerwatch.example.net/incidents/i1',
  now: Date.parse(testMinuteIso(12)),
}

it('a ticket about a gateway asks Microsoft for something, and names what it is found by', () => {
  const text = formatGatewayTicket(facts)
  expect(text).toContain('Report the cause and when it will be repaired.')
  expect(text.slice(text.indexOf('Gateway\n'), text.indexOf('Read from'))).toMatchInlineSnapshot(`
    "Gateway
      Name             ergw
      SKU              ErGw2AZ
      Region           uksouth
      Virtual network  vnet-hub
      AS               65515
      State            INSTANCE LOST
      Reason           1 of 2 instances does not report.
      Provisioning     Succeeded
      Resource id      /subscriptions/s1/resourceGroups/rg/providers/Microsoft.Network/virtualNetworkGateways/ergw
      Subscription     s1

    Instances
      10.0.4.12  4 of 4 sessions up
      10.0.4.13  0 of 4 sessions up, does not report

    Sessions
      10.0.4.13 - 10.0.4.4  DOWN (BGP Connect), Microsoft edge

    Connections
      cxn-lon  Connected, circuit erc-london, /connections/cxn-lon
      cxn-ams  Connected, circuit erc-amsterdam, /connections/cxn-ams

    "
  `)
})

it('of an incident that is over nobody is asked when it will be repaired, and the contact is named', () => {
  const card = { contact: 'noc@example.net' } as GatewayTicketData['card']
  const incident = testIncident({ state: 'closed', scope: 'g1', endedBetween: [testMinuteIso(3), testMinuteIso(4)] })
  expect(formatGatewayTicket({ ...facts, incident, card })).toContain('Report the cause to noc@example.net.')
})

it('neither instances nor sessions nor connections make empty sections', () => {
  const bare = { ...gateway, instances: [], connections: [] }
  expect(formatGatewayTicket({ ...facts, gateway: bare, sessions: [] })).not.toMatch(
    /^(Instances|Sessions|Connections)$/m,
  )
})
