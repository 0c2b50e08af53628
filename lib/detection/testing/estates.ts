import { GATEWAY_ASN, MSEE_ASN } from '#lib/bgp/index.ts'
import type { CircuitPath } from '#lib/contract/index.ts'
import { SimulatedEstate, type WorldSession } from './world.ts'

const LONG_AGO = Date.UTC(2030, 1, 20, 4)

export const SITE_A_PREFIXES = ['10.10.0.0/16', '10.11.0.0/16', '10.12.0.0/16', '10.13.0.0/16']
export const SITE_B_PREFIXES = ['10.20.0.0/16', '10.21.0.0/16']
export const SITE_C_PREFIXES = ['10.30.0.0/16']
export const HUB_GATEWAY_NAME = 'ergw-hub'
export const GATEWAY_INSTANCE_ADDRESSES = ['10.0.4.12', '10.0.4.13'] as const

export const createSimulatedUpSession = (): WorldSession => ({
  up: true,
  upSince: LONG_AGO,
  word: 'idle',
  azureWord: 'Idle',
  mute: false,
  messagesFrozen: null,
})

/** Returns T2 of the catalogue: two circuits at two locations, active/active, and one gateway with two instances. */
export function createTwoCircuitEstate(): SimulatedEstate {
  const world = new SimulatedEstate()
  world.gateways.set(HUB_GATEWAY_NAME, {
    name: HUB_GATEWAY_NAME,
    kind: 'expressRoute',
    instances: [...GATEWAY_INSTANCE_ADDRESSES],
    silent: new Set(),
    provisioningState: 'Succeeded',
    vnets: ['10.100.0.0/16', '10.101.0.0/16'],
  })
  addCircuit(world, 'ckt-lon', 'ProvA', 'London', '172.16.0', ['10.0.4.4', '10.0.4.5'], routes(1, 3))
  addCircuit(world, 'ckt-ams', 'ProvB', 'Amsterdam', '172.16.1', ['10.0.4.6', '10.0.4.7'], routes(3, 1))
  world.neighbors.push({
    address: '10.0.4.15',
    gateway: HUB_GATEWAY_NAME,
    circuit: null,
    path: null,
    asn: GATEWAY_ASN,
    sessions: { '10.0.4.12': { ...createSimulatedUpSession(), up: false, word: 'connect', azureWord: 'Connecting' } },
    routes: new Map(),
  })
  return world
}

/** Returns T2 with a VPN gateway, which has one branch and a backup of A1. */
export function t2v(): SimulatedEstate {
  const world = createTwoCircuitEstate()
  world.gateways.set('vpngw-hub', {
    name: 'vpngw-hub',
    kind: 'vpn',
    instances: ['10.0.5.4', '10.0.5.5'],
    silent: new Set(),
    provisioningState: 'Succeeded',
    vnets: ['10.100.0.0/16', '10.101.0.0/16'],
  })
  world.neighbors.push({
    address: '10.200.0.1',
    gateway: 'vpngw-hub',
    circuit: null,
    path: null,
    asn: 65010,
    sessions: { '10.0.5.4': createSimulatedUpSession(), '10.0.5.5': createSimulatedUpSession() },
    routes: new Map([
      [SITE_C_PREFIXES[0] ?? '', [65010]],
      [SITE_A_PREFIXES[0] ?? '', [65010, 65001]],
    ]),
  })
  return world
}

/** Returns T2 with a second circuit in London from another provider. */
export function createThreeCircuitEstate(): SimulatedEstate {
  const world = createTwoCircuitEstate()
  addCircuit(
    world,
    'ckt-lon2',
    'ProvB',
    'London',
    '172.16.2',
    ['10.0.4.8', '10.0.4.9'],
    new Map(SITE_A_PREFIXES.map((p) => [p, [65001, 65001]])),
  )
  return world
}

/** Returns only an active-standby VPN gateway, of which one instance is visible. */
export function createVpnOnlyEstate(): SimulatedEstate {
  const world = new SimulatedEstate()
  world.gateways.set('vpngw', {
    name: 'vpngw',
    kind: 'vpn',
    instances: ['10.0.5.4'],
    silent: new Set(),
    provisioningState: 'Succeeded',
    vnets: ['10.100.0.0/16'],
  })
  world.neighbors.push({
    address: '10.200.0.1',
    gateway: 'vpngw',
    circuit: null,
    path: null,
    asn: 65010,
    sessions: { '10.0.5.4': createSimulatedUpSession() },
    routes: new Map(['10.30.0.0/16', '10.31.0.0/16', '10.32.0.0/16'].map((prefix) => [prefix, [65010]])),
  })
  return world
}

function routes(aLength: number, bLength: number): Map<string, number[]> {
  const path = (length: number) => Array.from({ length }, () => 65001)
  return new Map([
    ...SITE_A_PREFIXES.map((p) => [p, path(aLength)] as const),
    ...SITE_B_PREFIXES.map((p) => [p, path(bLength)] as const),
  ])
}

function addCircuit(
  world: SimulatedEstate,
  name: string,
  provider: string,
  location: string,
  net: string,
  neighbors: readonly [string, string],
  announced: ReadonlyMap<string, number[]>,
): void {
  const paths: readonly CircuitPath[] = ['primary', 'secondary']
  for (const [index, path] of paths.entries()) {
    world.neighbors.push({
      address: neighbors[index] ?? '',
      gateway: HUB_GATEWAY_NAME,
      circuit: name,
      path,
      asn: MSEE_ASN,
      sessions: Object.fromEntries(
        GATEWAY_INSTANCE_ADDRESSES.map((instance) => [instance, createSimulatedUpSession()]),
      ),
      routes: new Map(announced),
    })
  }
  const pathOf = (index: number) => ({
    ce: createSimulatedUpSession(),
    downReason: null,
    arp: 'complete' as const,
    customer: `${net}.${index * 4 + 1}`,
    microsoft: `${net}.${index * 4 + 2}`,
    prefixes: () => world.neighbor(neighbors[index] ?? '').routes.size,
  })
  world.circuits.set(name, {
    name,
    provider,
    location,
    intent: { circuit: 'Enabled', provider: 'Provisioned', peering: 'Enabled' },
    paths: { primary: pathOf(0), secondary: pathOf(1) },
    tags: {},
  })
}
