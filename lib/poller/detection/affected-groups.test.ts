import { expect, it } from 'vitest'
import { MSEE_ASN } from '#lib/bgp/index.ts'
import type { ActivityRow, ConfigChange, PollRecord } from '#lib/contract/index.ts'
import { SITE_A_PREFIXES, createSimulatedUpSession, createTwoCircuitEstate } from '#lib/detection/testing/estates.ts'
import { createResourceState } from '#lib/detection/model/scope-state.ts'
import { buildSimulatedArmId, type SimulatedEstate } from '#lib/detection/testing/world.ts'
import { shortName } from '../memory/testing/play.ts'
import { NOTHING_DECLARED } from '../testing/nothing-declared.ts'
import { findAffectedGroups } from './affected-groups.ts'
import { DEFAULT_SETTINGS, type DetectionStore } from './detection-store.ts'
import { TopologyCache } from './topology-cache.ts'

const PATHS = ['primary', 'secondary'] as const
const AMS = ['10.0.4.6', '10.0.4.7']
const SPOKE = ['10.1.4.6', '10.1.4.7']

/** Returns the estate of two circuits, with a gateway in another virtual network that only ckt-ams connects. */
function createTwoGatewayEstate(): SimulatedEstate {
  const world = createTwoCircuitEstate()
  const instance = '10.1.4.12'
  world.gateways.set('ergw-spoke', {
    name: 'ergw-spoke',
    kind: 'expressRoute',
    instances: [instance],
    silent: new Set(),
    provisioningState: 'Succeeded',
    vnets: ['10.110.0.0/16'],
    network: 'vnet-spoke',
  })
  for (const [i, address] of SPOKE.entries()) {
    world.neighbors.push({
      address,
      gateway: 'ergw-spoke',
      circuit: 'ckt-ams',
      path: PATHS[i] ?? null,
      asn: MSEE_ASN,
      sessions: { [instance]: createSimulatedUpSession() },
      routes: new Map(SITE_A_PREFIXES.map((prefix) => [prefix, [65001]])),
    })
  }
  return world
}

function removeConnections(world: SimulatedEstate, neighbors: readonly string[]): void {
  for (const one of neighbors) Object.assign(world.neighbor(one), { circuit: null, path: null })
}

/** Returns a store of the resources of an estate, with stored states by scope. */
const createStore = (world: SimulatedEstate, stored: ReadonlyMap<string, unknown> = new Map()): DetectionStore =>
  ({
    resources: async () => world.resources().map((resource) => ({ ...resource, id: resource.name })),
    declared: async () => NOTHING_DECLARED,
    settings: async () => DEFAULT_SETTINGS,
    reportedRoutes: async () => [],
    edgeRouters: async () => ({ expected: [], released: [] }),
    loadScopes: async () => stored,
    shortIdOf: shortName,
  }) satisfies Partial<DetectionStore> as Partial<DetectionStore> as DetectionStore

/** Returns the scopes of the groups that are evaluated after ckt-ams lost its connection to ergw-hub. */
async function listGroupsAfterRemoval(changed: string, world = createTwoGatewayEstate()): Promise<string[][]> {
  const store = createStore(world)
  const book = new TopologyCache()
  const before = await store.resources()
  await book.groups(store, 0)
  removeConnections(world, AMS)
  const between = { earliest: 0, latest: 60_000 }
  const changes = before.flatMap(({ id, resourceId, type: resourceType }): ConfigChange[] => {
    const op = id === changed ? 'changed' : id === 'ergw-hub-ckt-ams' ? 'removed' : null
    return op === null ? [] : [{ type: 'config', op, resourceId, resourceType, fields: [], between }]
  })
  const mark = { kind: 'inventory', scope: 'sub', finishedAt: 60_000 } as PollRecord
  const groups = await findAffectedGroups(store, mark, book, [{ type: 'config', changes }], {})
  return groups.map(({ scopes }) => scopes)
}

it.each<[string, string[][]]>([
  ['ergw-hub', []],
  ['ckt-ams', [['ckt-ams', 'ergw-spoke']]],
])('a circuit stays in the group of its other gateway if a list also shows a change of %s', async (changed, other) => {
  expect(await listGroupsAfterRemoval(changed)).toEqual([['ckt-lon', 'ergw-hub', 'ergw-hub-ckt-ams'], ...other])
})

it('a circuit without another gateway is added to the group of the gateway that it lost', async () => {
  const groups = await listGroupsAfterRemoval('ckt-ams', createTwoCircuitEstate())
  expect(groups).toEqual([['ckt-ams', 'ckt-lon', 'ergw-hub', 'ergw-hub-ckt-ams'], ['ckt-ams']])
})

it('a removed connection is evaluated with the gateway that lost it, also if its circuit has another gateway', async () => {
  const world = createTwoGatewayEstate()
  removeConnections(world, AMS)
  const removed = 'ergw-hub-ckt-ams'
  const state = { ...createResourceState(), heirs: ['ckt-ams', 'ergw-hub'] }
  const mark = { kind: 'activity', scope: 'sub', finishedAt: 60_000 } as PollRecord
  const row = { resourceId: buildSimulatedArmId('connections', removed), status: 'Started' } as ActivityRow
  const signals = [{ type: 'activity' as const, rows: [row] }]
  const store = createStore(world, new Map([[removed, state]]))
  const groups = await findAffectedGroups(store, mark, new TopologyCache(), signals, {})
  expect(groups.map(({ scopes }) => scopes)).toEqual([['ckt-lon', 'ergw-hub', 'ergw-hub-ckt-ams']])
})
