import { describe, expect, it } from 'vitest'
import { armTypes, type InventoryObservation } from '#lib/contract/index.ts'
import { decodeResourceConfig } from './config/index.ts'
import { pollKindDefinitions } from './kinds/index.ts'
import { armError, type TestArmServerReaction } from './testing/arm-server.ts'
import { createTestArmInventory, SUBSCRIPTION_ID, subscriptionId, withAzure } from './testing/fixture.ts'

const context = withAzure()
const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/Apps/providers/Microsoft.Network`
const interfaceId = `${GROUP}/networkInterfaces/nic1`
const networkId = `${GROUP}/virtualNetworks/web`
const machine = { id: `/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm1` }
const nic = {
  id: interfaceId,
  name: 'nic1',
  location: 'uksouth',
  properties: {
    ipConfigurations: [
      { name: 'one', properties: { privateIPAddress: '10.101.4.4', subnet: { id: `${networkId}/subnets/web` } } },
    ],
    virtualMachine: machine,
  },
}

/** Builds a row like the example in the REST reference, with additional values that Azure was observed to return. */
const row = (source: string, state: string, addressPrefix: string, nextHopType: string, ...nextHops: string[]) => ({
  disableBgpRoutePropagation: false,
  source,
  state,
  hasBgpOverride: false,
  addressPrefix: [addressPrefix],
  nextHopType,
  nextHopIpAddress: nextHops,
  destinationServiceTags: [],
  tagMap: {},
})
const serve = (value: unknown[]) =>
  context.server.reset(createTestArmInventory({ bodies: { [`${interfaceId}/effectiveRouteTable`]: { value } } }))
const refuse = (behaviour: TestArmServerReaction) => context.server.rule({ when: /effectiveRouteTable$/i, behaviour })
const poll = () => context.azure.poll({ resourceId: interfaceId, subresource: '' }, 'effective')

describe('effective routes of a network interface', () => {
  it('have source, state and next-hop type, and a row for each prefix and next hop', async () => {
    serve([
      row('Default', 'Active', '172.20.2.0/24', 'VnetLocal'),
      row('User', 'Active', '0.0.0.0/0', 'VirtualAppliance', '10.0.9.4'),
      row('Default', 'Invalid', '0.0.0.0/0', 'Internet'),
      row('VirtualNetworkGateway', 'Active', '10.10.0.0/16', 'VirtualNetworkGateway', '10.0.4.4', '10.0.4.5'),
    ])
    const { outcome, rows } = await poll()
    expect(outcome).toBe('ok')
    const none = { instance: null, asPath: [], weight: null, localPref: null }
    expect(rows).toEqual([
      { ...none, prefix: '0.0.0.0/0', peer: 'Default', state: 'Invalid', origin: 'Internet', nextHop: null },
      { ...none, prefix: '0.0.0.0/0', peer: 'User', state: 'Active', origin: 'VirtualAppliance', nextHop: '10.0.9.4' },
      ...['10.0.4.4', '10.0.4.5'].map((nextHop) => ({
        ...none,
        prefix: '10.10.0.0/16',
        peer: 'VirtualNetworkGateway',
        state: 'Active',
        origin: 'VirtualNetworkGateway',
        nextHop,
      })),
      { ...none, prefix: '172.20.2.0/24', peer: 'Default', state: 'Active', origin: 'VnetLocal', nextHop: null },
    ])
  })

  it.each([
    ['only in the list of equal next hops', [], ['10.0.9.21', '10.0.9.22']],
    ['in both lists', ['10.0.9.21'], ['10.0.9.21', '10.0.9.22']],
  ])('have every next hop of equal routes, %s', async (_, single, nextHopIpAddresses) => {
    serve([
      { ...row('User', 'Active', '10.71.0.0/16', 'VirtualApplianceEcmp', ...single), nextHop: { nextHopIpAddresses } },
    ])
    const { outcome, rows } = await poll()
    expect([outcome, rows]).toMatchObject([
      'ok',
      nextHopIpAddresses.map((nextHop) => ({ prefix: '10.71.0.0/16', origin: 'VirtualApplianceEcmp', nextHop })),
    ])
  })

  it.each<[string, TestArmServerReaction, string]>([
    ['a machine that does not run, whatever the code', armError(400, 'WhateverAzureSays', 'not running'), 'not_polled'],
    ['a machine that does not run, as a conflict', armError(409, 'OperationNotAllowed', 'stopped'), 'not_polled'],
    ['a fault of Azure’s own', armError(500, 'InternalServerError', 'sorry'), 'unavailable'],
    ['a fault of Azure’s own under another status', armError(400, 'InternalServerError', 'sorry'), 'unavailable'],
    ['a lack of rights', armError(403, 'AuthorizationFailed', 'no'), 'forbidden'],
    ['another operation', armError(409, 'AnotherOperationInProgress', 'busy'), 'locked'],
    ['an interface that is gone', armError(404, 'ResourceNotFound', 'none'), 'not_found'],
    ['a budget', armError(429, 'TooManyRequests', 'slow'), 'throttled'],
  ])('%s', async (_, behaviour, outcome) => {
    serve([])
    refuse(behaviour)
    expect(await poll()).toMatchObject({ outcome, rows: [] })
  })

  it('are polled of one that is attached to a machine', () => {
    const planned = (properties: object) => ({
      resourceId: interfaceId,
      type: armTypes.networkInterface,
      subscriptionId: SUBSCRIPTION_ID,
      config: { properties },
    })
    expect(pollKindDefinitions.effective.subresources(planned(nic.properties), [])).toEqual([''])
    expect(pollKindDefinitions.effective.subresources(planned({ ipConfigurations: [] }), [])).toEqual([])
  })
})

describe('the inventory', () => {
  const inventory = async (interfaces?: string[]): Promise<InventoryObservation> => {
    const params = interfaces === undefined ? {} : { interfaces }
    const target = { resourceId: subscriptionId, subresource: '' }
    const observation = await context.azure.poll(target, 'inventory', { params })
    if (observation.kind !== 'inventory') throw new Error(`an observation of ${observation.kind}`)
    return observation
  }
  const asked = () => context.server.requests.filter(({ path }) => /networkInterfaces/i.test(path)).length

  it('reads the chosen ones of the subscription, and no others', async () => {
    context.server.reset(
      createTestArmInventory({ resources: [nic, { ...nic, id: `${GROUP}/networkInterfaces/other` }] }),
    )
    const elsewhere = interfaceId.replace(SUBSCRIPTION_ID, '99999999-2222-3333-4444-555555555555')
    const { outcome, rows } = await inventory([interfaceId, interfaceId.toUpperCase(), elsewhere])
    expect([outcome, asked()]).toEqual(['ok', 1])
    const found = rows.resources.filter(({ type }) => type === armTypes.networkInterface)
    expect(found.map(({ config }) => decodeResourceConfig(armTypes.networkInterface, config))).toEqual([
      {
        resource: 'networkInterface',
        networkKey: networkId.toLowerCase(),
        subnet: 'web',
        machine: 'vm1',
        addresses: ['10.101.4.4'],
      },
    ])
  })

  it('loses one that is gone, or chosen no longer', async () => {
    context.server.reset(createTestArmInventory({ resources: [] }))
    const { rows } = await inventory([interfaceId])
    expect(rows.listedTypes).toContain(armTypes.networkInterface)
    expect((await inventory([])).rows.listedTypes).toContain(armTypes.networkInterface)
  })

  it('says nothing of them where nobody said which are chosen, or one can’t be read', async () => {
    context.server.reset(createTestArmInventory({ resources: [nic] }))
    expect((await inventory()).rows.listedTypes).not.toContain(armTypes.networkInterface)
    context.server.rule({ when: /networkInterfaces/i, behaviour: armError(403, 'AuthorizationFailed', 'no') })
    const { outcome, rows } = await inventory([interfaceId])
    expect(outcome).toBe('ok')
    expect(rows.listedTypes).not.toContain(armTypes.networkInterface)
  })
})
