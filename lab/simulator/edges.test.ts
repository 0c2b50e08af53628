import { expect, it } from 'vitest'
import { listEffectChangeTimes } from './edges.ts'
import type { HappeningInput } from './happening.ts'
import { parseSimulatorScenario } from './scenario.ts'
import { createEstateWithManyGateways } from './scenarios/many.ts'
import { TEST_TIMELINE_ORIGIN } from './testing.ts'
import { createWorld } from './world.ts'

it('lists the changes of a domain and of everything outside of all domains', () => {
  const happenings: HappeningInput[] = [
    { op: 'session-loss', circuit: 'erc-0', path: 'primary', at: '-50m', for: '1m' },
    { op: 'session-loss', circuit: 'erc-1', path: 'primary', at: '-40m', for: '1m' },
    { op: 'api-fault', fault: '500', operation: '*', at: '-30m', for: '1m' },
    { op: 'configuration', kind: 'vnet', name: 'vnet-1', set: { addressSpace: ['10.1.0.0/16'] }, at: '-20m' },
    { op: 'qos-drop', circuit: 'erc-1', mbps: 1, at: '-10m', for: '1m' },
  ]
  const world = createWorld(
    parseSimulatorScenario({ ...createEstateWithManyGateways(2), happenings }),
    TEST_TIMELINE_ORIGIN,
  )
  const minutesOf = (domain?: Parameters<typeof listEffectChangeTimes>[4]) =>
    new Set(
      listEffectChangeTimes(world, world.timeline.epoch, TEST_TIMELINE_ORIGIN, undefined, domain).map((at) =>
        Math.floor((at - TEST_TIMELINE_ORIGIN) / 600_000),
      ),
    )
  const [first, second] = ['erc-0', 'erc-1'].map((name) => world.topology.domainOfCircuit.get(name))
  expect(minutesOf()).toEqual(new Set([-5, -4, -3, -2, -1]))
  expect(minutesOf(first)).toEqual(new Set([-5, -3, -2, -1]))
  expect(minutesOf(second)).toEqual(new Set([-4, -3, -2, -1]))
})
