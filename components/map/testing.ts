import type { Circuit, ApiCircuitPath } from '#lib/circuits/api/index.ts'
import { testCircuit, testPath } from '#lib/circuits/api/testing.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import type { Network } from '#lib/networks/api/index.ts'

// API responses for tests of the map: the given facts, with default values for the rest
const pathOf = (path: ApiCircuitPath['path'], state: ApiCircuitPath['state']): ApiCircuitPath =>
  testPath({ path, state, bitsInPerSecond: 1e6, bitsOutPerSecond: 2e6 })

const paths: Record<Circuit['redundancy'], [ApiCircuitPath['state'], ApiCircuitPath['state']]> = {
  redundant: ['up', 'up'],
  reduced: ['up', 'down'],
  no_path: ['down', 'down'],
  single_homed: ['up', 'not_configured'],
  disabled: ['disabled', 'disabled'],
  unknown: ['unknown', 'unknown'],
}

export function testMapCircuit(
  name: string,
  {
    location = 'London',
    redundancy = 'redundant',
    gateways = [],
    family = 'MeteredData',
    bandwidthMbps = 1000,
  }: {
    location?: string | null
    redundancy?: Circuit['redundancy']
    gateways?: string[]
    family?: string
    bandwidthMbps?: number
  } = {},
): Circuit {
  const [primary, secondary] = paths[redundancy]
  return testCircuit({
    id: name,
    resourceId: `/${name}`,
    name,
    peeringLocation: location,
    provider: 'ProvA',
    bandwidthMbps,
    sku: { tier: 'Standard', family },
    redundancy,
    peerings: [],
    paths: [pathOf('primary', primary), pathOf('secondary', secondary)],
    connections: gateways.map((gateway) => ({
      id: `${name}-${gateway}`,
      resourceId: `/${name}-${gateway}`,
      name: `${name}-${gateway}`,
      gatewayId: gateway,
      gatewayName: gateway,
      routingWeight: 0,
      fastPath: false,
    })),
  })
}

export function testMapGateway(
  name: string,
  {
    state = 'healthy',
    kind = 'expressRoute',
    instances = 2,
    tunnels = {},
  }: {
    state?: Gateway['state']
    kind?: Gateway['kind']
    instances?: number
    /** tunnel status by name */
    tunnels?: Record<string, string | null>
  } = {},
): Gateway {
  return {
    id: name,
    resourceId: `/${name}`,
    name,
    subscriptionId: 's',
    resourceGroup: null,
    location: 'uksouth',
    kind,
    sku: { name: null, tier: null, capacity: null },
    scaleUnits: null,
    asn: 65515,
    activeActive: true,
    resiliencyLevel: null,
    provisioningState: 'Succeeded',
    provisioningNote: null,
    state,
    unconfirmedSince: null,
    impaired: null,
    reason: null,
    migration: null,
    hub: null,
    instances: Array.from({ length: instances }, (_, index) => ({
      address: `10.0.4.${12 + index}`,
      reporting: true,
      sessionsUp: 2,
      sessionsExpected: 2,
    })),
    connections: Object.entries(tunnels).map(([tunnel, status]) => ({
      id: tunnel,
      resourceId: `/${tunnel}`,
      name: tunnel,
      type: 'IPsec',
      status,
      provisioningState: 'Succeeded',
      provisioningNote: null,
      routingWeight: 0,
      fastPath: null,
      circuitId: null,
      circuitName: null,
      bytesIn: null,
      bytesOut: null,
      since: null,
      bgp: null,
      tunnels: [],
      device: null,
      gatewayBgpAddresses: [],
      ipsec: null,
    })),
    vnet: null,
  }
}

export function testMapNetwork(
  name: string,
  {
    kind = 'vnet',
    gateways = [],
    peers = {},
  }: { kind?: Network['kind']; gateways?: string[]; peers?: Record<string, Partial<Network['peerings'][number]>> } = {},
): Network {
  return {
    id: name,
    resourceId: `/${name}`,
    name,
    kind,
    subscriptionId: 's',
    resourceGroup: null,
    location: 'uksouth',
    addressPrefixes: ['10.0.0.0/16'],
    gatewayIds: gateways,
    gatewayPrefixes: [],
    advertisedPrefixes: [],
    encryption: null,
    connectedGroups: [],
    interfaces: [],
    findings: [],
    peerings: Object.entries(peers).map(([remote, flags]) => ({
      name: `${name}-to-${remote}`,
      remoteId: remote,
      remoteName: remote,
      subnets: null,
      state: 'Connected',
      syncLevel: 'FullyInSync',
      allowGatewayTransit: false,
      useRemoteGateways: false,
      allowForwardedTraffic: true,
      allowVirtualNetworkAccess: true,
      remotePrefixes: [],
      otherSide: 'not_read',
      back: null,
      ...flags,
    })),
  }
}
