import { describe, expect, it } from 'vitest'
import type { TimestampBounds } from '#lib/contract/index.ts'
import type { StoredCircuit as Circuit } from '#lib/circuits/api/index.ts'
import { createTestCircuitFacts } from '../checks/testing.ts'
import { type StoredCircuitHistory, listCommissioningSteps } from './commissioning.ts'
import { listDecommissioningSteps } from './decommissioning.ts'

const at = (earliest: number, latest = earliest + 10): TimestampBounds => ({ earliest, latest })
const everything: StoredCircuitHistory = {
  keyRequestedAt: 50,
  configured: [
    { since: at(100), providerState: 'NotProvisioned', peerings: [] },
    { since: at(200), providerState: 'Provisioned', peerings: [] },
    { since: at(300), providerState: 'Provisioned', peerings: ['AzurePrivatePeering'] },
  ],
  first: new Map([
    ['arp', at(310)],
    ['bgp', at(320)],
    ['routes', at(330)],
    ['connection', at(0, 340)],
    ['traffic', at(350)],
  ]),
  polled: { arp: true, summary: true, stats: true },
}
const shown = (past: Partial<StoredCircuitHistory>) =>
  listCommissioningSteps({ ...everything, ...past }).map(
    ({ state, between }) => `${state}${between ? ` ${between.earliest}` : ''}`,
  )

describe('the steps of commissioning', () => {
  it('are dated by when each was first so', () => {
    expect(shown({})).toEqual([
      'done 50',
      'done 200',
      'done 300',
      'done 310',
      'done 320',
      'done 330',
      'done 0',
      'done 350',
    ])
  })
  it('stay done when a state is lost again', () => {
    const configured = [...everything.configured, { since: at(900), providerState: 'Deprovisioning', peerings: [] }]
    expect(shown({ configured }).slice(1, 3)).toEqual(['done 200', 'done 300'])
  })
  it('are open where what is polled shows nothing', () => {
    const nothing = { keyRequestedAt: null, configured: everything.configured.slice(0, 1), first: new Map() }
    expect(shown(nothing)).toEqual(['unknown', 'open', 'open', 'open', 'open', 'open', 'open', 'open'])
  })
  it('are unknown where nothing is polled', () => {
    const blind = {
      keyRequestedAt: null,
      configured: [],
      first: new Map(),
      polled: { arp: false, summary: false, stats: false },
    }
    expect(new Set(shown(blind))).toEqual(new Set(['unknown']))
  })
})

describe('what still exists of a circuit', () => {
  const connectionOf = {
    name: 'c',
    gatewayId: null,
    gatewayName: null,
    routingWeight: 0,
    fastPath: null,
    traffic: null,
  }
  const alone = { gateways: [], networks: [], peerings: [] }
  const states = (own: Partial<Circuit>) =>
    Object.fromEntries(
      listDecommissioningSteps(createTestCircuitFacts('erc', own), alone).map(({ step, state }) => [step, state]),
    )
  const bare: Partial<Circuit> = {
    peerings: [],
    connections: [],
    globalReachConnections: [],
    authorizations: { total: 0, inUse: 0 },
    provisioning: { circuit: 'Enabled', provider: 'NotProvisioned' },
  }
  it('is the circuit alone when all else is gone', () => {
    expect(states(bare)).toEqual({
      traffic_diverted: 'done',
      routes_withdrawn: 'done',
      network_peerings_deleted: 'done',
      connections_deleted: 'done',
      gateways_deleted: 'done',
      global_reach_deleted: 'done',
      authorizations_deleted: 'done',
      peerings_deleted: 'done',
      provider_deprovisioned: 'done',
      circuit_deleted: 'open',
      networks_deleted: 'done',
    })
  })
  it('and what stood for it alone: peerings before, networks after it', () => {
    const at = (name: string) => [{ name, resourceId: `/rg-${name}/${name}` }]
    const steps = listDecommissioningSteps(createTestCircuitFacts('erc', bare), {
      gateways: at('ergw'),
      networks: at('hub'),
      peerings: [...at('to-spoke'), ...at('to-hub')],
    })
    expect(steps.flatMap(({ state, command }) => (state === 'open' ? [command] : []))).toEqual([
      'az network vnet peering delete --ids /rg-to-spoke/to-spoke /rg-to-hub/to-hub',
      'az network vnet-gateway delete --ids /rg-ergw/ergw',
      expect.stringMatching(/^az network express-route delete/),
      'az network vnet delete --ids /rg-hub/hub',
    ])
  })
  it('goes by the command of what it is: a connection to a hub is a part of the hub’s gateway', () => {
    const place = '/subscriptions/s1/resourceGroups/rg-hub/providers/Microsoft.Network'
    const at = (resourceId: string) => ({ ...connectionOf, id: resourceId, resourceId })
    const connections = [
      at(`${place}/connections/cxn`),
      at(`${place}/expressRouteGateways/ergw-vhub/expressRouteConnections/conn-erc`),
    ]
    const steps = listDecommissioningSteps(createTestCircuitFacts('erc', { ...bare, connections }), alone)
    expect(steps.find(({ step }) => step === 'connections_deleted')?.command).toBe(
      `az network vpn-connection delete --ids ${place}/connections/cxn && az network express-route gateway connection delete --gateway-name ergw-vhub --name conn-erc --resource-group rg-hub --subscription s1`,
    )
  })

  it.each<[string, Partial<Circuit>, object]>([
    [
      'an authorization in use by who is not seen',
      { authorizations: { total: 1, inUse: 1 } },
      { connections_deleted: 'unknown', gateways_deleted: 'unknown', authorizations_deleted: 'open' },
    ],
    [
      'a provider whose state is not reported',
      { provisioning: { circuit: 'Enabled', provider: null } },
      { provider_deprovisioned: 'unknown' },
    ],
    [
      'a provider who has it provisioned',
      { provisioning: { circuit: 'Enabled', provider: 'Provisioned' } },
      { provider_deprovisioned: 'open' },
    ],
  ])('%s', (_, own, expected) => expect(states({ ...bare, ...own })).toMatchObject(expected))

  it.each<[string, [bits: number | null, routes: number | null], object]>([
    [
      'carry traffic and announce',
      [2e6, 4],
      { traffic_diverted: 'open', routes_withdrawn: 'open', peerings_deleted: 'open' },
    ],
    ['are quiet', [900, 0], { traffic_diverted: 'done', routes_withdrawn: 'done' }],
    ['are not polled', [null, null], { traffic_diverted: 'unknown', routes_withdrawn: 'unknown' }],
  ])('paths that %s', (_, [bits, routesReceived], expected) => {
    const [peering] = createTestCircuitFacts('erc', {}).peerings
    if (!peering) throw new Error('no peering')
    const paths = peering.paths.map((path) => ({
      ...path,
      bitsInPerSecond: bits,
      bitsOutPerSecond: bits,
      routesReceived,
    }))
    expect(states({ ...bare, peerings: [{ ...peering, paths }] })).toMatchObject(expected)
  })
})
