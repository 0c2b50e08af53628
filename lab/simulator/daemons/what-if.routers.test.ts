import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '#lib/poller/testing/lab.ts'
import { parseScenario } from '../scenario.ts'
import { compile } from '../topology.ts'
import { customer, instance, msee, PATHS } from './network.ts'
import { type RoutedAzure, startRoutedAzure } from './routed-azure.ts'
import { routed } from './routed-scenario.ts'
import {
  type Comparison,
  instanceLost,
  pathsLost,
  prepended,
  proved,
  tablesOf,
  withdrawn,
} from './testing/predicted.ts'

let azure: RoutedAzure
const announced = (path: (typeof PATHS)[number]) => azure.plan.topology.received.get(azure.plan.edges[path].key) ?? []
/**
 * Waits until each prefix is learned on both instances over its paths, and the network's own prefix by both of the
 * customer's routers.
 */
const settled = () =>
  eventually('both sides have all routes', async () => {
    const [learned, offered] = await tablesOf(azure)
    const expected = PATHS.reduce((sum, path) => sum + announced(path).length, 0) * azure.plan.instances.length
    return learned?.routes.length === expected && offered?.routes.length === PATHS.length
  })

beforeAll(async () => {
  azure = await startRoutedAzure(compile(parseScenario(routed)))
  await settled()
}, 60_000)
afterAll(async () => {
  await azure?.close()
}, 30_000)

/** Summarizes a comparison, and counts the atoms that were right so far. */
let atoms = 0
function outcome({ differences, compared, changed }: Comparison) {
  atoms += compared - differences.length
  return { differences, isWhole: compared > 15, changes: changed > 0 }
}
const right = (changes: boolean) => ({ differences: [], isWhole: true, changes })

// each step begins with the state after the previous one
it('what is predicted of real routers happens: announcements, an instance, a path, and then the other', async () => {
  const gone = ['10.20.3.0/24', '10.31.7.0/24']
  const withdraw = () =>
    Promise.all(
      PATHS.map((path) =>
        azure.announce(
          path,
          announced(path).filter(({ prefix }) => !gone.includes(prefix.text)),
        ),
      ),
    )
  expect(outcome(await proved(azure, withdrawn(...gone), withdraw))).toEqual(right(true))
  const prepend = () =>
    Promise.all(
      PATHS.map((path) =>
        azure.announce(
          path,
          announced(path)
            .filter(({ prefix }) => !gone.includes(prefix.text))
            .map((route) => ({ ...route, path: [65001, 65001, ...route.path] })),
        ),
      ),
    )
  expect(outcome(await proved(azure, prepended(2), prepend))).toEqual(right(false))
  const [, second = ''] = azure.plan.instances
  expect(outcome(await proved(azure, instanceLost(second), () => azure.daemon(instance(1)).kill()))).toEqual(
    right(true),
  )
  expect(outcome(await proved(azure, pathsLost('primary'), () => azure.daemon(msee('primary')).kill()))).toEqual(
    right(true),
  )
  expect(
    outcome(await proved(azure, pathsLost('secondary'), () => azure.daemon(customer('secondary')).kill())),
  ).toEqual(right(true))
  expect(atoms).toBe(96)
}, 60_000)
