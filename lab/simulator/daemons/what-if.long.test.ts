import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '#lib/poller/testing/lab.ts'
import type { WhatIfFailure } from '#lib/resilience/rules/index.ts'
import { parseScenario } from '../scenario.ts'
import { compile } from '../topology.ts'
import { customer, instance, msee, PATHS } from './network.ts'
import { type RoutedAzure, startRoutedAzure } from './routed-azure.ts'
import { routed } from './routed-scenario.ts'
import { instanceLost, pathsLost, proved, tablesOf } from './testing/predicted.ts'

let azure: RoutedAzure
let whole: number[]
const sizes = async () => (await tablesOf(azure)).map(({ routes }) => routes.length)

beforeAll(async () => {
  azure = await startRoutedAzure(compile(parseScenario(routed)))
  const expected = PATHS.reduce(
    (sum, path) => sum + (azure.plan.topology.received.get(azure.plan.edges[path].key)?.length ?? 0),
    0,
  )
  await eventually('both sides have all routes', async () => {
    const [learned, offered] = await sizes()
    return learned === expected * azure.plan.instances.length && offered === PATHS.length
  })
  whole = await sizes()
}, 60_000)
afterAll(async () => {
  await azure?.close()
}, 30_000)

/** Routers that are killed, and the resources that are lost with them. */
const losses: { routers: string[]; failure: () => Partial<WhatIfFailure> }[] = [
  ...PATHS.flatMap((path) => [
    { routers: [msee(path)], failure: () => pathsLost(path) },
    { routers: [customer(path)], failure: () => pathsLost(path) },
  ]),
  ...[0, 1].map((n) => ({
    routers: [instance(n)],
    failure: () => instanceLost(azure.plan.instances[n] ?? ''),
  })),
  ...PATHS.flatMap((path) =>
    [0, 1].map((n) => ({
      routers: [msee(path), instance(n)],
      failure: () => ({ ...pathsLost(path), ...instanceLost(azure.plan.instances[n] ?? '') }),
    })),
  ),
  { routers: [msee('primary'), msee('secondary')], failure: () => pathsLost('primary', 'secondary') },
  { routers: [msee('primary'), customer('secondary')], failure: () => pathsLost('primary', 'secondary') },
]

let [atoms, wrong] = [0, 0]

it.each(losses)(
  '$routers are lost, and come back',
  async ({ routers, failure }) => {
    const { compared, changed, differences } = await proved(azure, failure(), () =>
      Promise.all(routers.map((name) => azure.daemon(name).kill())),
    )
    atoms += compared
    wrong += differences.length
    for (const name of routers) await azure.daemon(name).start()
    await eventually('all routes are back', async () => (await sizes()).join() === whole.join())
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
