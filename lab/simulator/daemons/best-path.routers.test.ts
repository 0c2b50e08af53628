import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { waitUntilTrue } from '#lib/poller/testing/lab.ts'
import { type CandidateRoute, rankCandidates, rankMseeRoutes } from '#lib/bgp/index.ts'
import { findBestSessionsToPrefix } from '../forwarding.ts'
import type { HappeningInput } from '../happening.ts'
import { createWorldFromRouterStates } from '../observed-world.ts'
import { type ParsedPrefix, parsePrefixWithoutHostBits } from '../prefix.ts'
import { listAzureRoutesOfMsee, listRoutesLearnedBySession, listRoutesReceivedByEdge } from '../rib.ts'
import { parseSimulatorScenario } from '../scenario.ts'
import type { DomainState } from '../state.ts'
import { computeScenarioTopology, type PeerSession } from '../topology.ts'
import { createWorld, type SimulatedWorld } from '../world.ts'
import type { BirdRoute } from './bird-output.ts'
import { getGatewayInstanceName, getMseeRouterName, CIRCUIT_PATH_NAMES, toInstance, toMsee } from './network.ts'
import { realRouterScenario } from './routed-scenario.ts'
import { type RealRouterAzure, startRoutedAzure } from './routed-azure.ts'
import { kernelNextHops } from './kernel-routes.ts'

const ORIGIN = Date.parse('2026-11-18T12:00:00Z')
let azure: RealRouterAzure

beforeAll(async () => {
  azure = await startRoutedAzure(computeScenarioTopology(parseSimulatorScenario(realRouterScenario)))
}, 60_000)
afterAll(async () => {
  await azure?.close()
}, 30_000)

/** Returns the world of the model after some happenings, without real routers. */
function modelled(happenings: HappeningInput[]): SimulatedWorld {
  return createWorld(parseSimulatorScenario({ ...realRouterScenario, happenings }), ORIGIN)
}

function stateOf(world: SimulatedWorld): DomainState {
  const [domain] = world.topology.domains
  if (!domain) throw new Error('the scenario has no domain')
  return world.state(domain, ORIGIN + 3_600_000)
}

interface Listed {
  readonly prefix: ParsedPrefix
  readonly path: readonly (number | null)[]
}
const listed = (routes: readonly Listed[], front: readonly number[] = []) =>
  routes.map(({ prefix, path }) => `${prefix.text} ${[...front, ...path].join(' ')}`).toSorted()

/** Formats every table of a state, so that two states can be compared. */
function tablesOf(state: DomainState, peers: readonly PeerSession[]) {
  const edges = CIRCUIT_PATH_NAMES.map((path) => azure.plan.edges[path].key)
  return {
    received: edges.map((key) => listed(listRoutesReceivedByEdge(state, key, 'edge'))),
    azure: edges.map((key) =>
      listAzureRoutesOfMsee(state, key)
        .map((r) => `${r.prefix.text} ${r.nextHop} ${r.path}`)
        .toSorted(),
    ),
    learned: peers.map((peer) => {
      const { routes, front } = listRoutesLearnedBySession(state, peer)
      return listed(routes, front)
    }),
  }
}

/**
 * Lets the customers' routers announce the model's routes, and waits until the tables of all routers equal those of the
 * model.
 */
async function follow(world: SimulatedWorld): Promise<DomainState> {
  const wanted = stateOf(world)
  for (const path of CIRCUIT_PATH_NAMES)
    await azure.announce(path, listRoutesReceivedByEdge(wanted, azure.plan.edges[path].key, 'edge'))
  const tables = () => azure.observe().then((seen) => stateOf(createWorldFromRouterStates(world, seen)))
  const expected = tablesOf(wanted, azure.plan.peers)
  await waitUntilTrue('the routers have settled', async () => {
    const now = tablesOf(await tables(), azure.plan.peers)
    return JSON.stringify(now) === JSON.stringify(expected)
  }).catch(() => undefined)
  const seen = await tables()
  expect(tablesOf(seen, azure.plan.peers)).toEqual(expected)
  return seen
}

const announced = (state: DomainState): string[] => {
  const all = CIRCUIT_PATH_NAMES.flatMap((path) => listRoutesReceivedByEdge(state, azure.plan.edges[path].key, 'edge'))
  return [...new Set(all.map(({ prefix }) => prefix.text))].toSorted()
}

const prefixOf = (text: string): ParsedPrefix => {
  const prefix = parsePrefixWithoutHostBits(text)
  if (!prefix) throw new Error(`no prefix: ${text}`)
  return prefix
}

/**
 * Returns a router's row as input of the product's ranking. The router's local preference takes the place of Azure's
 * weight.
 */
function candidateOf(route: BirdRoute, scope: string): CandidateRoute {
  return {
    scope,
    resourceId: scope,
    transport: 'er',
    circuit: 'erc-routed',
    path: null,
    connectionWeight: route.localPref,
    prefix: route.network,
    nextHop: route.nextHop,
    peer: route.from,
    instance: scope,
    asPath: route.asPath,
    weight: null,
    localPref: route.localPref,
    origin: route.origin,
  }
}

const first = (ranked: readonly { rank: number; nextHop: string | null }[]) =>
  ranked
    .filter(({ rank }) => rank === 1)
    .map(({ nextHop }) => nextHop ?? '')
    .toSorted()

/**
 * Compares, for each prefix, the results of the product and of the simulator with the routes in the gateway's kernel.
 */
async function compared(state: DomainState, n: number) {
  const name = getGatewayInstanceName(n)
  const hops = await kernelNextHops(name)
  const { routes = [] } = (await azure.view(name)) ?? {}
  const own = routes.filter(({ from }) => from !== 'own')
  const address = azure.plan.instances[n]
  return announced(state).map((prefix) => ({
    prefix,
    kernel: hops.get(prefix) ?? [],
    product: first(rankCandidates(own.filter(({ network }) => network === prefix).map((r) => candidateOf(r, name)))),
    simulator: findBestSessionsToPrefix(state, prefixOf(prefix))
      .filter((peer) => peer.instance === address)
      .map(({ neighbor }) => neighbor)
      .toSorted(),
  }))
}

const cases: { name: string; happenings: HappeningInput[] }[] = [
  { name: 'as the scenario announces them', happenings: [] },
  {
    name: 'with a longer AS path over the primary path',
    happenings: [{ op: 'prepend', at: '+0s', circuit: 'erc-routed', path: 'primary', count: 2 }],
  },
  {
    name: 'with some of them withdrawn on one path, some on both',
    happenings: [
      { op: 'withdraw', at: '+0s', circuit: 'erc-routed', path: 'primary', prefixes: ['10.10.0.0/16'] },
      { op: 'withdraw', at: '+0s', site: 'dc-routed', prefixes: ['10.20.3.0/24', '10.31.7.0/24'] },
    ],
  },
]

describe.each(cases)('routes $name', ({ happenings }) => {
  it('are in every table as the simulator has them, and go where simulator and product say', async () => {
    const state = await follow(modelled(happenings))
    for (const n of azure.plan.instances.keys()) {
      await waitUntilTrue('the kernel has them', async () =>
        (await compared(state, n)).every(({ kernel, product }) => kernel.join() === product.join()),
      ).catch(() => undefined)
      for (const { prefix, kernel, product, simulator } of await compared(state, n)) {
        expect({ prefix, product, simulator }).toEqual({ prefix, product: kernel, simulator: kernel })
        expect(kernel.length).toBeGreaterThan(0)
      }
    }
  })
})

describe('a preference of a router', () => {
  it('comes before the length of the path, at a gateway as a connection’s weight does', async () => {
    await follow(modelled([]))
    const name = getGatewayInstanceName(0)
    // the path is longer over the primary path, and still preferred there
    const prefixes = ['10.30.0.0/24', '10.20.0.0/24']
    await azure.daemon(name).follow({
      routes: [{ prefix: azure.plan.space, path: [] }],
      preferences: [{ neighbor: toMsee('primary'), prefixes, localPref: 200 }],
    })
    await azure.daemon(name).ask(['reload in all'])
    const primary = azure.plan.peers.find(({ source }) => source === azure.plan.edges.primary.key)?.neighbor ?? ''
    await waitUntilTrue('the kernel prefers it', async () => {
      const hops = await kernelNextHops(name)
      return prefixes.every((prefix) => hops.get(prefix)?.join() === primary)
    })
    const rows = (await compared(stateOf(modelled([])), 0)).map(({ prefix, kernel, product }) => ({
      prefix,
      kernel,
      product,
    }))
    expect(rows.map(({ prefix, product }) => ({ prefix, product }))).toEqual(
      rows.map(({ prefix, kernel }) => ({ prefix, product: kernel })),
    )
  })

  it('decides at an MSEE, too, and then the length of the path', async () => {
    const own = (n: number, lengths: Record<string, number>) =>
      azure.daemon(getGatewayInstanceName(n)).follow({
        routes: Object.entries(lengths).map(([text, length]) => ({
          prefix: prefixOf(text),
          path: Array<number>(length).fill(65515),
        })),
      })
    await own(0, { [azure.plan.space.text]: 1, '10.0.4.64/26': 2, '10.0.4.128/26': 1, '10.0.4.192/26': 2 })
    await own(1, { [azure.plan.space.text]: 1, '10.0.4.64/26': 1, '10.0.4.128/26': 3, '10.0.4.192/26': 2 })
    const preferences = [{ neighbor: toInstance(1), prefixes: ['10.0.4.128/26'], localPref: 200 }]
    for (const path of CIRCUIT_PATH_NAMES) {
      const router = azure.daemon(getMseeRouterName(path))
      await router.follow({ routes: [], preferences })
      await router.ask(['reload in all'])
      const [one = '', other = ''] = azure.plan.instances
      const expected = { '10.0.4.64/26': other, '10.0.4.128/26': other, '10.0.4.192/26': `${one},${other}` }
      await waitUntilTrue('the kernel follows', async () => {
        const hops = await kernelNextHops(getMseeRouterName(path))
        return Object.entries(expected).every(([prefix, wanted]) => hops.get(prefix)?.join() === wanted)
      })
      const hops = await kernelNextHops(getMseeRouterName(path))
      const { routes = [] } = (await azure.view(getMseeRouterName(path))) ?? {}
      expect(hops.size).toBeGreaterThan(20)
      for (const [network, rows] of Map.groupBy(routes, (route) => route.network)) {
        const ranked = rankMseeRoutes(rows.map((route) => candidateOf(route, getMseeRouterName(path))))
        expect({ network, hops: first(ranked) }).toEqual({ network, hops: hops.get(network) })
      }
    }
  })
})
