import { describe, expect, it } from 'vitest'
import type { PlanAttributes, PlanResource, PlanRuleOutcome } from './plan-file.ts'
import { createTypeRules } from './type-rules.ts'

const GROUP = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network'
const CIRCUIT = `${GROUP}/expressRouteCircuits/er`
const PEERING = `${CIRCUIT}/peerings/AzurePrivatePeering`
const CONNECTION = `${GROUP}/connections/er-to-hub`
const GATEWAY = `${GROUP}/virtualNetworkGateways/ergw`
const NETWORK = `${GROUP}/virtualNetworks/hub`
const HUB = `${GROUP}/virtualHubs/vhub`
const FILTER = `${GROUP}/routeFilters/rf`

const spaces: Readonly<Record<string, readonly string[]>> = { spoke: ['10.9.0.0/16'], broken: ['10.9.0.0/16', '[x]'] }
const rules = createTypeRules((network) => spaces[network] ?? [])

const resourceOf = (own: Partial<PlanResource> = {}): PlanResource => ({
  where: 'there',
  op: 'update',
  id: CIRCUIT,
  before: {},
  after: {},
  unknownAfter: new Set(),
  differences: [],
  isShown: true,
  ...own,
})
const update = (
  type: string,
  path: string,
  [before, after]: readonly [unknown, unknown],
  own: Partial<PlanResource> = {},
): PlanRuleOutcome | undefined => rules.get(type)?.update[path]?.({ path, before, after }, resourceOf(own))
const create = (type: string, own: Partial<PlanResource>): PlanRuleOutcome | undefined =>
  rules.get(type)?.create?.(resourceOf({ op: 'create', ...own }))
const remove = (type: string, id: string | null): PlanRuleOutcome | undefined =>
  rules.get(type)?.delete?.(resourceOf({ op: 'delete', id }))
const why = (words: string) => ({ why: expect.stringContaining(words) as string })
const LATER = why('known after apply')
const NO_ID = why('does not say the id')

const arm = (name: string) => `microsoft.network/${name}`

describe('attributes of one value', () => {
  const circuit = (term: object) => ({ ...term, resource: CIRCUIT })
  it.each<[type: string, path: string, after: unknown, expected: unknown]>([
    ['azurerm_express_route_circuit', 'bandwidth_in_mbps', 100, circuit({ kind: 'bandwidth', mbps: 100 })],
    ['azurerm_express_route_circuit', 'bandwidth_in_mbps', '100', circuit({ kind: 'bandwidth', mbps: 100 })],
    ['azurerm_express_route_circuit', 'bandwidth_in_gbps', 5, circuit({ kind: 'bandwidth', mbps: 5_000 })],
    [
      arm('expressroutecircuits'),
      'properties.serviceProviderProperties.bandwidthInMbps',
      50,
      circuit({ kind: 'bandwidth', mbps: 50 }),
    ],
    [arm('expressroutecircuits'), 'properties.bandwidthInGbps', 10, circuit({ kind: 'bandwidth', mbps: 10_000 })],
    ['azurerm_express_route_circuit', 'bandwidth_in_mbps', null, LATER],
    ['azurerm_express_route_circuit', 'bandwidth_in_mbps', -1, LATER],
    ['azurerm_express_route_circuit', 'bandwidth_in_mbps', 1.5, LATER],
    ['azurerm_express_route_circuit', 'bandwidth_in_mbps', '1e3', LATER],
    ['azurerm_express_route_circuit', 'bandwidth_in_mbps', '', LATER],
    ['azurerm_express_route_circuit', 'bandwidth_in_mbps', [100], LATER],
    ['azurerm_express_route_circuit', 'bandwidth_in_mbps', true, LATER],
    ['azurerm_express_route_circuit', 'sku.tier', 'Premium', circuit({ kind: 'tier', tier: 'Premium' })],
    ['azurerm_express_route_circuit', 'sku.tier', 'STANDARD', circuit({ kind: 'tier', tier: 'Standard' })],
    [arm('expressroutecircuits'), 'sku.tier', 'local', circuit({ kind: 'tier', tier: 'Local' })],
    ['azurerm_express_route_circuit', 'sku.tier', 'Basic', why('"Basic" is none')],
    ['azurerm_express_route_circuit', 'sku.tier', null, why('null is none')],
    ['azurerm_express_route_circuit', 'sku.tier', 'toString', why('"toString" is none')],
    ['azurerm_express_route_circuit', 'sku.family', 'MeteredData', circuit({ kind: 'billing', plan: 'metered' })],
    [arm('expressroutecircuits'), 'sku.family', 'unlimiteddata', circuit({ kind: 'billing', plan: 'unlimited' })],
    ['azurerm_express_route_circuit', 'sku.family', 'Unlimited', why('"Unlimited" is none')],
  ])('%s %s becomes %j', (type, path, after, expected) => {
    expect(update(type, path, [null, after])).toEqual(expected)
    expect(update(type, path, [null, after], { id: null })).toEqual(NO_ID)
  })

  it.each<[type: string, path: string, id: string, after: unknown, expected: unknown]>([
    [
      'azurerm_virtual_network_gateway_connection',
      'routing_weight',
      CONNECTION,
      100,
      { kind: 'weight', resource: CONNECTION, weight: 100 },
    ],
    [
      arm('connections'),
      'properties.routingWeight',
      CONNECTION,
      '0',
      { kind: 'weight', resource: CONNECTION, weight: 0 },
    ],
    [
      arm('expressroutegateways/expressrouteconnections'),
      'properties.routingWeight',
      CONNECTION,
      7,
      { kind: 'weight', resource: CONNECTION, weight: 7 },
    ],
    ['azurerm_express_route_connection', 'routing_weight', CONNECTION, {}, LATER],
    [
      'azurerm_virtual_network_gateway',
      'sku',
      GATEWAY,
      'ErGw2AZ',
      { kind: 'resize', resource: GATEWAY, sku: 'ErGw2AZ' },
    ],
    ['azurerm_virtual_network_gateway', 'sku', GATEWAY, '', LATER],
    [
      arm('virtualnetworkgateways'),
      'properties.sku.name',
      GATEWAY,
      'ErGw1AZ',
      { kind: 'resize', resource: GATEWAY, sku: 'ErGw1AZ' },
    ],
    [arm('virtualnetworkgateways'), 'properties.sku.name', GATEWAY, 3, LATER],
  ])('%s %s', (type, path, id, after, expected) => {
    expect(update(type, path, [null, after], { id })).toEqual(expected)
  })
})

describe('members of a SKU that repeat each other', () => {
  const differs = (path: string, after: unknown) => ({ differences: [{ path, before: null, after }] })
  it.each<[string, before: unknown, after: unknown, own: Partial<PlanResource>, expected: unknown]>([
    ['neither part changes', 'Standard_MeteredData', 'standard_metereddata', {}, 'without'],
    [
      'the changed part is a change of its own',
      'Standard_MeteredData',
      'Premium_MeteredData',
      differs('sku.tier', 'PREMIUM'),
      'without',
    ],
    ['the changed part is not', 'Standard_MeteredData', 'Premium_MeteredData', {}, why('differs from tier and family')],
    [
      'the other part changes',
      'Standard_MeteredData',
      'Premium_MeteredData',
      differs('sku.family', 'Premium'),
      why('differs'),
    ],
    ['a name of three parts', 'Standard_MeteredData', 'Standard_MeteredData_v2', {}, why('differs')],
    ['a name of one part', 'Standard', 'Standard', {}, why('differs')],
    ['a name that is known after apply', 'Standard_MeteredData', null, {}, why('differs')],
  ])('the name of a circuit: %s', (_, before, after, own, expected) => {
    expect(update(arm('expressroutecircuits'), 'sku.name', [before, after], own)).toEqual(expected)
  })

  it.each<[after: unknown, own: Partial<PlanResource>, expected: unknown]>([
    ['ErGw2AZ', differs('properties.sku.name', 'ergw2az'), 'without'],
    ['ErGw2AZ', differs('properties.sku.name', 'ErGw3AZ'), why('differs from the name')],
    ['ErGw2AZ', {}, why('differs from the name')],
  ])('the tier of a gateway, %s', (after, own, expected) => {
    const type = arm('virtualnetworkgateways')
    expect(update(type, 'properties.sku.tier', ['ErGw1AZ', after], { id: GATEWAY, ...own })).toEqual(expected)
  })
})

describe('peerings', () => {
  const off = (peering: string) => ({ kind: 'peering_off', resource: CIRCUIT, peering })
  it.each<[type: string, path: string, id: string | null, after: unknown, expected: unknown]>([
    ['azurerm_express_route_circuit_peering', 'ipv4_enabled', PEERING, false, off('private')],
    ['azurerm_express_route_circuit_peering', 'ipv4_enabled', PEERING, true, why('not known before its sessions')],
    ['azurerm_express_route_circuit_peering', 'ipv4_enabled', PEERING, 'false', why('not known before its sessions')],
    ['azurerm_express_route_circuit_peering', 'ipv4_enabled', null, false, NO_ID],
    [arm('expressroutecircuits/peerings'), 'properties.state', PEERING, 'Disabled', off('private')],
    [arm('expressroutecircuits/peerings'), 'properties.state', PEERING, 'DISABLED', off('private')],
    [arm('expressroutecircuits/peerings'), 'properties.state', PEERING, 'Enabled', why('not known before')],
    [
      arm('expressroutecircuits/peerings'),
      'properties.state',
      `${CIRCUIT}/peerings/MicrosoftPeering`,
      'Disabled',
      off('microsoft'),
    ],
    [
      arm('expressroutecircuits/peerings'),
      'properties.state',
      `${CIRCUIT}/peerings/AzurePublicPeering`,
      'Disabled',
      off('public'),
    ],
    [arm('expressroutecircuits/peerings'), 'properties.state', `${CIRCUIT}/peerings/OtherPeering`, 'Disabled', NO_ID],
    [arm('expressroutecircuits/peerings'), 'properties.state', CIRCUIT, 'Disabled', NO_ID],
  ])('%s %s of %s becomes %j', (type, path, id, after, expected) => {
    expect(update(type, path, [null, after], { id })).toEqual(expected)
  })

  it.each([
    'shared_key',
    'peer_asn',
    'vlan_id',
    'primary_peer_address_prefix',
    'secondary_peer_address_prefix',
    'properties.sharedKey',
    'properties.peerASN',
    'properties.vlanId',
    'properties.primaryPeerAddressPrefix',
    'properties.secondaryPeerAddressPrefix',
  ])('a change of %s restarts the sessions', (path) => {
    expect(update(arm('expressroutecircuits/peerings'), path, [1, 2], { id: PEERING })).toEqual(
      why('its sessions restart'),
    )
  })

  it('that are deleted carry nothing', () => {
    expect(remove('azurerm_express_route_circuit_peering', PEERING)).toEqual(off('private'))
    expect(remove(arm('expressroutecircuits/peerings'), null)).toEqual(NO_ID)
  })
})

describe('peerings inside of a circuit', () => {
  const peering = (name: string, properties: object = {}) => ({ name, properties: { state: 'Enabled', ...properties } })
  const [own, other] = [peering('AzurePrivatePeering'), peering('MicrosoftPeering')]
  const off = (name: string) => ({ kind: 'peering_off', resource: CIRCUIT, peering: name })
  it.each<[string, before: unknown, after: unknown, expected: unknown]>([
    ['none before and after', [], [], []],
    ['one is missing', [own, other], [other], [off('private')]],
    ['all are missing', [own, other], [], [off('private'), off('microsoft')]],
    ['all are missing, and the list too', [own], null, [off('private')]],
    ['one is switched off', [own], [peering('AzurePrivatePeering', { state: 'disabled' })], [off('private')]],
    ['a name in another case', [own], [{ ...own, name: 'AZUREPRIVATEPEERING' }], why('what else changes')],
    ['another member of one changes', [own], [peering('AzurePrivatePeering', { vlanId: 2 })], why('what else changes')],
    ['another order', [own, other], [other, own], []],
    ['one is new', [own], [own, other], why('a new peering')],
    ['one that has another type is missing', [peering('LocalPeering')], [], NO_ID],
  ])('%s', (_, before, after, expected) => {
    expect(update(arm('expressroutecircuits'), 'properties.peerings', [before, after])).toEqual(expected)
  })

  it('need the id of the circuit', () => {
    expect(update(arm('expressroutecircuits'), 'properties.peerings', [[own], []], { id: null })).toEqual(NO_ID)
  })

  it.each<[path: string, name: string, change: readonly [unknown, unknown], expected: unknown]>([
    ['properties.peerings.properties.state', 'AzurePrivatePeering', ['Enabled', 'Disabled'], off('private')],
    ['properties.peerings.properties.state', 'MicrosoftPeering', ['Enabled', 'Disabled'], off('microsoft')],
    ['properties.peerings.properties.state', 'MicrosoftPeering', ['Disabled', 'Enabled'], why('not known before')],
    [
      'properties.peerings.properties.routeFilter',
      'MicrosoftPeering',
      [{ id: FILTER }, null],
      { kind: 'filter', resource: CIRCUIT, communities: null },
    ],
  ])('the only one: %s of %s', (path, name, change, expected) => {
    const before: PlanAttributes = { properties: { peerings: [peering(name)] } }
    expect(update(arm('expressroutecircuits'), path, change, { before })).toEqual(expected)
  })
})

describe('route filters', () => {
  const none = { kind: 'filter', resource: CIRCUIT, communities: null }
  it.each<[string, path: string, change: readonly [unknown, unknown], expected: unknown]>([
    ['is taken off', 'route_filter_id', [FILTER, null], none],
    ['is taken off by an empty id', 'route_filter_id', [FILTER, ''], none],
    ['is taken off a template', 'properties.routeFilter', [{ id: FILTER }, null], none],
    ['loses its id', 'properties.routeFilter.id', [FILTER, null], none],
    ['is another', 'route_filter_id', [FILTER, `${FILTER}2`], why('another route filter')],
    ['is another in a template', 'properties.routeFilter', [{ id: FILTER }, { id: 'x' }], why('another route filter')],
    ['is known after apply', 'route_filter_id', [null, null], why('another route filter')],
  ])('the filter of a peering %s', (_, path, change, expected) => {
    const id = `${CIRCUIT}/peerings/MicrosoftPeering`
    expect(update(arm('expressroutecircuits/peerings'), path, change, { id })).toEqual(expected)
  })

  it('of a peering without an id are unknown', () => {
    const change = [FILTER, null] as const
    expect(update('azurerm_express_route_circuit_peering', 'route_filter_id', change, { id: null })).toEqual(NO_ID)
  })

  const PATHS = [
    'rule',
    'rule.communities',
    'rule.access',
    'properties.rules',
    'properties.rules.properties.communities',
    'properties.rules.properties.access',
  ]
  it.each<[string, after: PlanAttributes, later: string[], expected: unknown]>([
    ['of Terraform', { rule: [{ communities: ['1:2', '1:3'] }] }, [], ['1:2', '1:3']],
    ['of a template', { properties: { rules: [{ properties: { communities: ['1:2'] } }] } }, [], ['1:2']],
    [
      'two rules',
      { properties: { rules: [{ properties: { communities: ['1:2'] } }, { properties: { communities: ['1:3'] } }] } },
      [],
      ['1:2', '1:3'],
    ],
    ['a rule that denies', { rule: [{ access: 'Deny', communities: ['1:2'] }] }, [], []],
    [
      'a rule of a template that denies, next to one that allows',
      {
        properties: {
          rules: [
            { properties: { access: 'deny', communities: ['1:2'] } },
            { properties: { access: 'Allow', communities: ['1:3'] } },
          ],
        },
      },
      [],
      ['1:3'],
    ],
    [
      'an access that is an expression',
      { rule: [{ access: "[parameters('access')]", communities: ['1:2'] }] },
      [],
      LATER,
    ],
    ['an access that is known after apply', { rule: [{ communities: ['1:2'] }] }, ['rule.access'], LATER],
    ['a community that is not a text', { rule: [{ communities: ['1:2', null] }] }, [], LATER],
    [
      'an expression in a template',
      { properties: { rules: [{ properties: { communities: "[parameters('allowed')]" } }] } },
      [],
      LATER,
    ],
    ['a rule without communities', { rule: [{ access: 'Allow' }] }, [], LATER],
    ['no rule', { rule: [] }, [], []],
    ['no list', {}, [], LATER],
    ['a list that is known after apply', { rule: [] }, ['rule'], LATER],
    ['a community that is known after apply', { rule: [{ communities: [] }] }, ['rule.communities'], LATER],
    ['a name that is known after apply', { rule: [{ communities: [] }] }, ['rules_name'], []],
  ])('allow the communities of their rules: %s', (_, after, later, expected) => {
    for (const path of PATHS) {
      const own = { id: FILTER, after, unknownAfter: new Set(later) }
      const found = update(arm('routefilters'), path, [null, null], own)
      expect(found).toEqual(
        Array.isArray(expected) ? { kind: 'filter', resource: FILTER, communities: expected } : expected,
      )
    }
  })

  it('that are deleted let nothing through, and new ones are used by nothing', () => {
    expect(remove('azurerm_route_filter', FILTER)).toEqual({ kind: 'filter', resource: FILTER, communities: [] })
    expect(remove('azurerm_route_filter', null)).toEqual(NO_ID)
    expect(create('azurerm_route_filter', { id: null })).toBe('without')
    expect(update('azurerm_route_filter', 'rule', [[], []], { id: null, after: { rule: [] } })).toEqual(NO_ID)
  })
})

describe('space of a network', () => {
  const gained = (...prefixes: string[]) => ({ kind: 'spoke', resource: NETWORK, prefixes })
  it.each<[string, before: unknown, after: unknown, expected: unknown]>([
    ['a prefix more', ['10.1.0.0/16'], ['10.1.0.0/16', '10.2.0.0/16'], gained('10.2.0.0/16')],
    ['a first prefix', null, ['10.2.0.0/16'], gained('10.2.0.0/16')],
    ['a prefix of IPv6 in another spelling', [], ['FD00:0::/48'], gained('fd00::/48')],
    ['the same prefix in another spelling', ['fd00::/48'], ['FD00::/48'], 'without'],
    ['a prefix twice', [], ['10.2.0.0/16', '10.2.0.0/16'], gained('10.2.0.0/16')],
    ['a prefix less', ['10.1.0.0/16', '10.2.0.0/16'], ['10.2.0.0/16'], why('what 10.1.0.0/16 leaves behind')],
    ['another prefix', ['10.1.0.0/16'], ['10.2.0.0/16'], why('what 10.1.0.0/16 leaves behind')],
    ['an address', [], ['10.2.0.4'], gained('10.2.0.4/32')],
    ['a text that is not a prefix', [], ['[x]'], why('does not say the space')],
    ['an expression', ['10.1.0.0/16'], "[parameters('space')]", why('its space is known after apply')],
    ['an entry that is not a text', [], ['10.1.0.0/16', null], why('its space is known after apply')],
  ])('%s', (_, before, after, expected) => {
    expect(update('azurerm_virtual_network', 'address_space', [before, after], { id: NETWORK })).toEqual(expected)
    const path = 'properties.addressSpace.addressPrefixes'
    expect(update(arm('virtualnetworks'), path, [before, after], { id: NETWORK })).toEqual(expected)
    expect(update(arm('virtualnetworks'), path, [before, after], { id: null })).toEqual(NO_ID)
  })
})

describe('peerings of networks', () => {
  const id = `${GROUP}/virtualNetworks/Spoke/virtualNetworkPeerings/to-hub`
  const spoke = { kind: 'spoke', resource: NETWORK, prefixes: ['10.9.0.0/16'] }
  const uses = (own: object = {}) => ({
    use_remote_gateways: true,
    remote_virtual_network_id: NETWORK,
    virtual_network_name: 'SPOKE',
    ...own,
  })
  const template = (own: object = {}) => ({
    properties: { useRemoteGateways: true, remoteVirtualNetwork: { id: NETWORK }, ...own },
  })
  it.each<[string, own: Partial<PlanResource>, expected: unknown]>([
    ['of Terraform', { id: null, after: uses() }, spoke],
    ['of Terraform, the network by the id', { id, after: uses({ virtual_network_name: null }) }, spoke],
    ['of a template', { id, after: template() }, spoke],
    ['without gateways', { id, after: uses({ use_remote_gateways: false }) }, 'without'],
    ['that say nothing of gateways', { id, after: { remote_virtual_network_id: NETWORK } }, 'without'],
    ['of a template without gateways', { id, after: template({ useRemoteGateways: false }) }, 'without'],
    ['by an expression', { id, after: template({ useRemoteGateways: '[x]' }) }, why('is not evaluated')],
    [
      'whose use of gateways is known after apply',
      { id, after: uses({ use_remote_gateways: null }), unknownAfter: new Set(['use_remote_gateways']) },
      why('whether it uses gateways is known after apply'),
    ],
    ['to a network that is known after apply', { id, after: uses({ remote_virtual_network_id: null }) }, LATER],
    ['of a network without an id', { id: null, after: template() }, why('does not say the space')],
    ['of a network of unknown space', { id, after: uses({ virtual_network_name: 'other' }) }, why('does not say')],
    ['of a network whose space is not a prefix', { id, after: uses({ virtual_network_name: 'broken' }) }, why('space')],
  ])('%s', (_, own, expected) => {
    expect(create('azurerm_virtual_network_peering', own)).toEqual(expected)
    expect(create(arm('virtualnetworks/virtualnetworkpeerings'), own)).toEqual(expected)
  })
})

describe('connections of hubs', () => {
  const id = `${HUB}/hubVirtualNetworkConnections/c`
  const spoke = { kind: 'spoke', resource: HUB, prefixes: ['10.9.0.0/16'] }
  const remote = `${GROUP}/virtualNetworks/SPOKE`
  it.each<[string, own: Partial<PlanResource>, expected: unknown]>([
    ['of Terraform', { id: null, after: { virtual_hub_id: HUB, remote_virtual_network_id: remote } }, spoke],
    ['of a template', { id, after: { properties: { remoteVirtualNetwork: { id: remote } } } }, spoke],
    ['without a hub', { id: null, after: { remote_virtual_network_id: remote } }, why('its ends are known after')],
    ['without a network', { id, after: {} }, why('its ends are known after apply')],
    ['to a network of unknown space', { id, after: { remote_virtual_network_id: NETWORK } }, why('does not say')],
  ])('%s', (_, own, expected) => {
    expect(create('azurerm_virtual_hub_connection', own)).toEqual(expected)
    expect(create(arm('virtualhubs/hubvirtualnetworkconnections'), own)).toEqual(expected)
  })
})

describe('route maps', () => {
  const id = `${HUB}/routeMaps/rm-north`
  const map = { kind: 'route_map', resource: HUB, name: 'rm-north' }
  it.each<[string, own: Partial<PlanResource>, expected: unknown]>([
    ['of Terraform', { id: null, after: { virtual_hub_id: HUB, name: 'rm-north' } }, map],
    ['of a template', { id, after: { name: 'hub/rm-north', properties: {} } }, map],
    ['without a hub', { id: null, after: { name: 'rm-north' } }, why('its hub is known after apply')],
  ])('%s', (_, own, expected) => {
    expect(create('azurerm_route_map', own)).toEqual(expected)
    expect(create(arm('virtualhubs/routemaps'), own)).toEqual(expected)
  })
})

describe('whole resources', () => {
  it.each([
    ['expressroutecircuits', 'express_route_circuit'],
    ['connections', 'virtual_network_gateway_connection'],
    ['expressroutegateways/expressrouteconnections', 'express_route_connection'],
    ['virtualnetworkgateways', 'virtual_network_gateway'],
    ['expressroutegateways', 'express_route_gateway'],
    ['vpngateways', 'vpn_gateway'],
    ['vpngateways/vpnconnections', 'vpn_gateway_connection'],
    ['virtualhubs', 'virtual_hub'],
  ])('%s is deleted', (name, azurerm) => {
    for (const type of [arm(name), `azurerm_${azurerm}`]) {
      expect(remove(type, GATEWAY)).toEqual({ kind: 'delete', resource: GATEWAY })
      expect(remove(type, null)).toEqual(NO_ID)
      expect(create(type, {})).toBeUndefined()
    }
  })

  it.each([
    'azurerm_express_route_circuit_authorization',
    'azurerm_virtual_network',
    'azurerm_subnet',
    'azurerm_resource_group',
  ])('a new %s carries nothing, and its deletion is not known', (type) => {
    expect(create(type, {})).toBe('without')
    expect(remove(type, NETWORK)).toBeUndefined()
  })

  it.each<[type: string, path: string | null, words: string]>([
    ['azurerm_local_network_gateway', 'address_space', 'static routes'],
    [arm('localnetworkgateways'), 'properties.localNetworkAddressSpace.addressPrefixes', 'static routes'],
    ['azurerm_virtual_network', 'subnet', 'subnets'],
    [arm('virtualnetworks'), 'properties.subnets', 'subnets'],
    ['azurerm_route_table', 'route', 'user-defined routes'],
    [arm('routetables'), 'properties.routes', 'user-defined routes'],
    ['azurerm_route_table', null, 'user-defined routes'],
    ['azurerm_route', null, 'user-defined routes'],
    ['azurerm_subnet_route_table_association', null, 'user-defined routes'],
  ])('%s: a change of %s is not modelled', (type, path, words) => {
    expect(path === null ? create(type, {}) : update(type, path, [[], ['x']])).toEqual(why(words))
  })

  it.each(['azurerm_route', 'azurerm_subnet_route_table_association'])('a deletion of %s is not modelled', (type) => {
    expect(remove(type, NETWORK)).toEqual(why('user-defined routes'))
  })
})

it('names of types are in lower case', () => {
  expect([...rules.keys()].filter((type) => type !== type.toLowerCase())).toEqual([])
})
