import { afterAll, beforeAll, expect, it } from 'vitest'
import { waitUntilTrue } from '#lib/poller/testing/lab.ts'
import { parseSimulatorScenario } from '../scenario.ts'
import { computeScenarioTopology } from '../topology.ts'
import { getCustomerRouterName, getGatewayInstanceName, getMseeRouterName, CIRCUIT_PATH_NAMES } from './network.ts'
import { type RealRouterAzure, startRoutedAzure } from './routed-azure.ts'
import { realRouterScenario } from './routed-scenario.ts'
import {
  type PredictedTableComparison,
  createGatewayInstanceLossFailure,
  createCircuitPathLossFailure,
  createAsPathPrependFailure,
  comparePredictionWithRouters,
  readWhatIfTablesOfRouters,
  createRouteWithdrawalFailure,
} from './testing/predicted.ts'

let azure: RealRouterAzure
const announced = (path: (typeof CIRCUIT_PATH_NAMES)[number]) =>
  azure.plan.topology.received.get(azure.plan.edges[path].key) ?? []
/**
 * Waits until each prefix is learned on both instances over its paths, and the network's own prefix by both of the
 * customer's routers.
 */
const settled = () =>
  waitUntilTrue('both sides have all routes', async () => {
    const [learned, offered] = await readWhatIfTablesOfRouters(azure)
    const expected =
      CIRCUIT_PATH_NAMES.reduce((sum, path) => sum + announced(path).length, 0) * azure.plan.instances.length
    return learned?.routes.length === expected && offered?.routes.length === CIRCUIT_PATH_NAMES.length
  })

beforeAll(async () => {
  azure = await startRoutedAzure(computeScenarioTopology(parseSimulatorScenario(realRouterScenario)))
  await settled()
}, 60_000)
afterAll(async () => {
  await azure?.close()
}, 30_000)

/** Summarizes a comparison, and counts the atoms that were right so far. */
let atoms = 0
function outcome({ differences, compared, changed }: PredictedTableComparison) {
  atoms += compared - differences.length
  return { differences, isWhole: compared > 15, changes: changed > 0 }
}
const right = (changes: boolean) => ({ differences: [], isWhole: true, changes })

// each step begins with the state after the previous one
it('what is predicted of real routers happens: announcements, an instance, a path, and then the other', async () => {
  const gone = ['10.20.3.0/24', '10.31.7.0/24']
  const withdraw = () =>
    Promise.all(
      CIRCUIT_PATH_NAMES.map((path) =>
        azure.announce(
          path,
          announced(path).filter(({ prefix }) => !gone.includes(prefix.text)),
        ),
      ),
    )
  expect(outcome(await comparePredictionWithRouters(azure, createRouteWithdrawalFailure(...gone), withdraw))).toEqual(
    right(true),
  )
  const prepend = () =>
    Promise.all(
      CIRCUIT_PATH_NAMES.map((path) =>
        azure.announce(
          path,
          announced(path)
            .filter(({ prefix }) => !gone.includes(prefix.text))
            .map((route) => ({ ...route, path: [65001, 65001, ...route.path] })),
        ),
      ),
    )
  expect(outcome(await comparePredictionWithRouters(azure, createAsPathPrependFailure(2), prepend))).toEqual(
    right(false),
  )
  const [, second = ''] = azure.plan.instances
  expect(
    outcome(
      await comparePredictionWithRouters(azure, createGatewayInstanceLossFailure(second), () =>
        azure.daemon(getGatewayInstanceName(1)).kill(),
      ),
    ),
  ).toEqual(right(true))
  expect(
    outcome(
      await comparePredictionWithRouters(azure, createCircuitPathLossFailure('primary'), () =>
        azure.daemon(getMseeRouterName('primary')).kill(),
      ),
    ),
  ).toEqual(right(true))
  expect(
    outcome(
      await comparePredictionWithRouters(azure, createCircuitPathLossFailure('secondary'), () =>
        azure.daemon(getCustomerRouterName('secondary')).kill(),
      ),
    ),
  ).toEqual(right(true))
  expect(atoms).toBe(96)
}, 60_000)
