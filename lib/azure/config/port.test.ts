import { expect, it } from 'vitest'
import { armTypes } from '#lib/contract/index.ts'
import { decodeResourceConfig } from './decode-config.ts'

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
