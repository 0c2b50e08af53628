import { armTypes } from '#lib/contract/index.ts'
import { decodeResourceConfig } from '../config/index.ts'
import { PollFailure } from '../call/failure.ts'
import { parseResponseBody, readValueRows } from '../decode/decode.ts'
import type { JsonObject } from '../decode/json.ts'
import { decodeResources } from '../kinds/inventory/resources.ts'
import { buildResultWithUnreadCount, UnreadRowCounter } from '../decode/unread-row-counter.ts'
import { createClientWithTransport, TEST_SUBSCRIPTION_ID, createRawHttpResponse } from './client-shapes.ts'
import { type DecodedResponse, type TestResponseShape, wireText } from './shapes.ts'

const GROUP = `/subscriptions/${TEST_SUBSCRIPTION_ID}/resourceGroups/rg1/providers/Microsoft.Network`
const three = <T>(make: (n: number) => T): T[] => [1, 2, 3].map(make)

/** Defines a shape for resources of a type. `members` are the properties that are decoded from their configuration. */
function resourcesOf(
  type: string,
  properties: (n: number) => JsonObject,
  members: readonly string[],
): TestResponseShape {
  const place = type.slice(type.lastIndexOf('/') + 1)
  return {
    name: `resources: ${place}`,
    rows: three((n) => ({
      id: `${GROUP}/${place}/r${n}`,
      name: `r${n}`,
      location: 'uksouth',
      properties: properties(n),
    })),
    optional: {
      // without a name, the name in the ID is used
      name: ['name'],
      location: ['location'],
      ...Object.fromEntries(members.map((path) => [`properties.${path}`, ['config']])),
    },
    needed: ['id', 'properties'],
    namesMembers: true,
    body: (value) => ({ value }),
    read: (body) => readResources(type, wireText(body)),
  }
}

function readResources(type: string, body: string): DecodedResponse {
  const unread = new UnreadRowCounter()
  try {
    const answer = { method: 'GET', url: '', status: 200, header: () => undefined, headers: () => ({}), body }
    const rows = readValueRows(parseResponseBody(answer))
    return rowsOf(buildResultWithUnreadCount(decodeResources(type, rows, unread), unread))
  } catch (error) {
    if (!(error instanceof PollFailure)) throw error
    return { outcome: error.outcome, error: error.error, rows: [] }
  }
}

type Listed = { type: string; resourceId: string; config: unknown }

function rowsOf({
  outcome,
  error,
  rows,
}: {
  outcome: string
  error: DecodedResponse['error']
  rows: readonly Listed[]
}): DecodedResponse {
  const once = new Map(
    rows.map((row) => [row.resourceId, { ...row, config: decodeResourceConfig(row.type, row.config) }]),
  )
  return { outcome, error, rows: [...once.values()] as unknown as JsonObject[] }
}

const circuits = resourcesOf(
  armTypes.circuit,
  (n) => ({
    sku: { name: 'Standard_MeteredData', tier: 'Standard', family: 'MeteredData' },
    provisioningState: 'Succeeded',
    circuitProvisioningState: 'Enabled',
    serviceProviderProvisioningState: 'Provisioned',
    serviceProviderProperties: { serviceProviderName: 'Equinix', peeringLocation: 'London', bandwidthInMbps: 100 * n },
    stag: 10 + n,
    globalReachEnabled: true,
    peerings: [
      {
        name: 'AzurePrivatePeering',
        properties: {
          peeringType: 'AzurePrivatePeering',
          state: 'Enabled',
          azureASN: 12076,
          peerASN: 65000 + n,
          primaryPeerAddressPrefix: `192.0.2.${4 * n}/30`,
          secondaryPeerAddressPrefix: `192.0.2.${100 + 4 * n}/30`,
          vlanId: 100 + n,
        },
      },
    ],
  }),
  [
    'sku.tier',
    'provisioningState',
    'circuitProvisioningState',
    'serviceProviderProvisioningState',
    'serviceProviderProperties',
    'serviceProviderProperties.serviceProviderName',
    'serviceProviderProperties.peeringLocation',
    'serviceProviderProperties.bandwidthInMbps',
    'stag',
    'globalReachEnabled',
    'peerings.0.properties.state',
    'peerings.0.properties.azureASN',
    'peerings.0.properties.peerASN',
    'peerings.0.properties.primaryPeerAddressPrefix',
    'peerings.0.properties.secondaryPeerAddressPrefix',
    'peerings.0.properties.vlanId',
  ],
)

const gateways = resourcesOf(
  armTypes.virtualNetworkGateway,
  (n) => ({
    gatewayType: 'ExpressRoute',
    provisioningState: 'Succeeded',
    activeActive: true,
    enableBgp: true,
    bgpSettings: { asn: 65000 + n, bgpPeeringAddress: `10.0.4.${n}` },
    sku: { name: 'ErGw1AZ', tier: 'ErGw1AZ', capacity: 2 },
  }),
  ['provisioningState', 'activeActive', 'enableBgp', 'bgpSettings', 'bgpSettings.asn', 'sku', 'sku.capacity'],
)

const connections = resourcesOf(
  armTypes.connection,
  (n) => ({
    connectionType: 'ExpressRoute',
    routingWeight: n,
    enableBgp: true,
    expressRouteGatewayBypass: true,
    virtualNetworkGateway1: { id: `${GROUP}/virtualNetworkGateways/gw${n}` },
    peer: { id: `${GROUP}/expressRouteCircuits/er${n}` },
  }),
  ['routingWeight', 'enableBgp', 'expressRouteGatewayBypass', 'virtualNetworkGateway1', 'peer'],
)

const networks = resourcesOf(
  armTypes.virtualNetwork,
  (n) => ({
    addressSpace: { addressPrefixes: [`10.${n}.0.0/16`] },
    virtualNetworkPeerings: [
      { name: 'p', properties: { peeringState: 'Connected', allowGatewayTransit: true, useRemoteGateways: true } },
    ],
  }),
  [
    'virtualNetworkPeerings.0.properties.peeringState',
    'virtualNetworkPeerings.0.properties.allowGatewayTransit',
    'virtualNetworkPeerings.0.properties.useRemoteGateways',
  ],
)

/** A shape that is read by the client, together with all other lists of an inventory. */
const listed: TestResponseShape = {
  ...circuits,
  name: 'circuits of an inventory',
  isSlow: true,
  read: async (body) => {
    const azure = createClientWithTransport(({ url }) =>
      createRawHttpResponse(200, /expressRouteCircuits\?/i.test(url) ? body : { value: [] }),
    )
    try {
      const target = { resourceId: `/subscriptions/${TEST_SUBSCRIPTION_ID}`, subresource: '' }
      const { outcome, error, rows } = await azure.poll(target, 'inventory')
      const resources = 'resources' in rows ? rows.resources : []
      return rowsOf({ outcome, error, rows: resources })
    } finally {
      azure.close()
    }
  },
}

export const resourceShapes: readonly TestResponseShape[] = [circuits, gateways, connections, networks, listed]
