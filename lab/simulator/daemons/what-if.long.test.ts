import { afterAll, beforeAll, expect, it } from 'vitest'
import { waitUntilTrue } from '#lib/poller/testing/lab.ts'
import type { WhatIfFailure } from '#lib/resilience/rules/index.ts'
import { parseSimulatorScenario } from '../scenario.ts'
import { computeScenarioTopology } from '../topology.ts'
import { getCustomerRouterName, getGatewayInstanceName, getMseeRouterName, CIRCUIT_PATH_NAMES } from './network.ts'
import { type RealRouterAzure, startRoutedAzure } from './routed-azure.ts'
import { realRouterScenario } from './routed-scenario.ts'
import {
  createGatewayInstanceLossFailure,
  createCircuitPathLossFailure,
  comparePredictionWithRouters,
  readWhatIfTablesOfRouters,
} from './testing/predicted.ts'

let azure: RealRouterAzure
let whole: number[]
const sizes = async () => (await readWhatIfTablesOfRouters(azure)).map(({ routes }) => routes.length)

beforeAll(async () => {
  azure = await startRoutedAzure(computeScenarioTopology(parseSimulatorScenario(realRouterScenario)))
  const expected = CIRCUIT_PATH_NAMES.reduce(
    (sum, path) => sum + (azure.plan.topology.received.get(azure.plan.edges[path].key)?.length ?? 0),
    0,
  )
  await waitUntilTrue('both sides have all routes', async () => {
    const [learned, offered] = await sizes()
    return learned === expected * azure.plan.instances.length && offered === CIRCUIT_PATH_NAMES.length
  })
  whole = await sizes()
}, 60_000)
afterAll(async () => {
  await azure?.close()
}, 30_000)

/** Routers that are killed, and the resources that are lost with them. */
const losses: { routers: string[]; failure: () => Partial<WhatIfFailure> }[] = [
  ...CIRCUIT_PATH_NAMES.flatMap((path) => [
    { routers: [getMseeRouterName(path)], failure: () => createCircuitPathLossFailure(path) },
    { routers: [getCustomerRouterName(path)], failure: () => createCircuitPathLossFailure(path) },
  ]),
  ...[0, 1].map((n) => ({
    routers: [getGatewayInstanceName(n)],
    failure: () => createGatewayInstanceLossFailure(azure.plan.instances[n] ?? ''),
  })),
  ...CIRCUIT_PATH_NAMES.flatMap((path) =>
    [0, 1].map((n) => ({
      routers: [getMseeRouterName(path), getGatewayInstanceName(n)],
      failure: () => ({
        ...createCircuitPathLossFailure(path),
        ...createGatewayInstanceLossFailure(azure.plan.instances[n] ?? ''),
      }),
    })),
  ),
  {
    routers: [getMseeRouterName('primary'), getMseeRouterName('secondary')],
    failure: () => createCircuitPathLossFailure('primary', 'secondary'),
  },
  {
    routers: [getMseeRouterName('primary'), getCustomerRouterName('secondary')],
    failure: () => createCircuitPathLossFailure('primary', 'secondary'),
  },
]

let [atoms, wrong] = [0, 0]

it.each(losses)(
  '$routers are lost, and come back',
  async ({ routers, failure }) => {
    const { compared, changed, differences } = await comparePredictionWithRouters(azure, failure(), () =>
      Promise.all(routers.map((name) => azure.daemon(name).kill())),
    )
    atoms += compared
    wrong += differences.length
    for (const name of routers) await azure.daemon(name).start()
    await waitUntilTrue('all routes are back', async () => (await sizes()).join() === whole.join())
    expect(differences).toEqual([])
    expect(changed).toBeGreaterThan(0)
  },
  120_000,
)

it('every atom of every table was right', () => {
  process.stdout.write(`what-if on real routers: ${atoms - wrong} of ${atoms} atoms right\n`)
  expect(wrong).toBe(0)
  expect(atoms).toBeGreaterThan(12 * 15)
})
