import { expect, it } from 'vitest'
import { armTypes, countActivePorts, judgeLagLink } from '#lib/contract/index.ts'
import { decodeResourceConfig } from './decode-config.ts'
import { listDisplayedSettings } from './settings.ts'

const link = (name: string, more: object = {}) => ({
  name,
  properties: {
    adminState: 'Disabled',
    colorLocation: 'x',
    connectorType: 'LC',
    interfaceName: 'Ethernet 0/0',
    patchPanelId: 'patchPanelId1',
    provisioningState: 'Succeeded',
    rackId: 'rackId1',
    routerName: 'router1',
    ...more,
  },
})
const ID = '/subscriptions/S/resourceGroups/RG/providers/Microsoft.Network/expressRouteCircuits/Direct'

it('a port has its bandwidth, its circuits, and where each link ends', () => {
  const keys = { cipher: 'GcmAes256', sciState: 'Enabled', cakSecretIdentifier: 'https://kv/secrets/cak' }
  const properties = {
    bandwidthInGbps: 100,
    provisionedBandwidthInGbps: 40,
    billingType: 'UnlimitedData',
    circuits: [{ id: ID }],
    encapsulation: 'QinQ',
    links: [
      link('link1', { macSecConfig: { cipher: 'GcmAes128', sciState: 'Disabled' } }),
      link('link2', { macSecConfig: keys }),
    ],
    peeringLocation: 'London2',
    provisioningState: 'Succeeded',
  }
  expect(decodeResourceConfig(armTypes.port, { properties })).toMatchObject({
    resource: 'port',
    bandwidthGbps: 100,
    provisionedGbps: 40,
    encapsulation: 'QinQ',
    billing: 'UnlimitedData',
    circuitKeys: [ID.toLowerCase()],
    links: [
      { name: 'link1', router: 'router1', patchPanel: 'patchPanelId1', adminState: 'Disabled', macsec: null },
      { name: 'link2', macsec: { cipher: 'GcmAes256', sci: 'Enabled' } },
    ],
  })
})

it('a port of which ARM says nothing has no links', () => {
  expect(decodeResourceConfig(armTypes.port, null)).toMatchObject({ bandwidthGbps: null, circuitKeys: [], links: [] })
})

it('a LAG has the members of each link, and what ARM leaves empty is not stated', () => {
  const member = (name: string, adminState: string) => ({
    name,
    properties: { interfaceName: 'Ethernet0/0', patchPanelId: 'p1', rackId: 'r1', coloLocation: '', adminState },
  })
  const members = [member('member1', 'Enabled'), member('member2', 'Disabled')]
  const properties = {
    peeringLocation: 'London2',
    bandwidthInGbps: 10,
    provisionedBandwidthInGbps: 0,
    mtu: '4088',
    encapsulation: 'QinQ',
    billingType: 'MeteredData',
    numberOfPorts: 2,
    lacpTimer: 'Fast',
    minimumActivePortsRequired: 2,
    links: [link('link1', { adminState: 'Enabled', members }), link('link2', { members })],
  }
  const lag = decodeResourceConfig(armTypes.lag, { properties })
  expect(lag).toMatchObject({
    resource: 'port',
    kind: 'lag',
    bandwidthGbps: 10,
    provisionedGbps: 0,
    minActivePorts: 2,
    lacpTimer: 'Fast',
    links: [{ members: [{ name: 'member1', place: null, adminState: 'Enabled' }, { adminState: 'Disabled' }] }, {}],
  })
  // the members of link 2 are enabled, but the link is not
  expect(lag.links.map((one) => [judgeLagLink(lag, one), countActivePorts(one)])).toEqual([
    ['belowMinimum', 1],
    ['disabled', 0],
  ])
  expect(listDisplayedSettings(armTypes.lag, { properties }).map(({ value }) => value)).toEqual(['2', '4088'])
})

it.each([
  [[], null],
  [['Enabled', null], null],
  [['Enabled', 'Enabled'], 'full'],
  [['Enabled', 'Disabled'], 'reduced'],
  [['Disabled', 'Disabled'], 'belowMinimum'],
] as const)('a link of a LAG with members %j is judged by those that are known: %s', (states, state) => {
  const members = states.map((adminState) => ({ name: 'm', properties: { adminState } }))
  const lag = decodeResourceConfig(armTypes.lag, {
    properties: { links: [link('l', { adminState: 'Enabled', members })] },
  })
  expect(lag.links.map((one) => judgeLagLink(lag, one))).toEqual([state ?? 'unknown'])
})
