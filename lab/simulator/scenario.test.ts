import { describe, expect, it } from 'vitest'
import { createAzureHttpResponse } from './answer.ts'
import { answeringAtOnce, loadSimulatorScenario, parseSimulatorScenario, ScenarioError } from './scenario.ts'
import { builtInEstateScenario } from './scenarios/estate.ts'
import { createEstateWithManyGateways } from './scenarios/many.ts'
import { oneCircuitScenario } from './scenarios/pair.ts'
import type { SimulatorScenario } from './schema.ts'
import { AUTHORIZED_HEADERS, TEST_TIMELINE_ORIGIN, ONE_CIRCUIT_GROUP_ARM_ID } from './testing.ts'
import { createWorld } from './world.ts'

function faultsOf(input: unknown): readonly string[] {
  try {
    parseSimulatorScenario(input)
  } catch (error) {
    if (error instanceof ScenarioError) return error.faults
    throw error
  }
  return []
}

it('takes what is built in', async () => {
  expect(faultsOf(builtInEstateScenario)).toEqual([])
  expect(faultsOf(oneCircuitScenario)).toEqual([])
  expect(faultsOf(createEstateWithManyGateways(25))).toEqual([])
  expect((await loadSimulatorScenario('many:3')).gateways).toHaveLength(3)
})

it.each([
  { name: 'an operation, as it comes', scenario: (given: SimulatorScenario) => given, status: 202 },
  { name: 'its rows, at once', scenario: answeringAtOnce, status: 200 },
])('answers a diagnostic POST by $name', ({ scenario, status }) => {
  const world = createWorld(scenario(parseSimulatorScenario(oneCircuitScenario)), TEST_TIMELINE_ORIGIN)
  const target = `${ONE_CIRCUIT_GROUP_ARM_ID}/virtualNetworkGateways/gw-pair/getBgpPeerStatus?api-version=2026-01-01`
  expect(
    createAzureHttpResponse(world, TEST_TIMELINE_ORIGIN, { method: 'POST', target, headers: AUTHORIZED_HEADERS })
      .status,
  ).toBe(status)
})

it('a file that is not there is one line', async () => {
  await expect(loadSimulatorScenario('/nowhere.json')).rejects.toThrow(
    /neither built in \(estate, pair, many:N\) nor a readable file/,
  )
})

describe('one line for each fault, with its place', () => {
  const [circuit] = oneCircuitScenario.circuits ?? []
  const cases: [string, object, RegExp[]][] = [
    ['an unknown word', { wat: 1 }, [/^scenario: Unrecognized key: "wat"$/]],
    [
      'a bad prefix',
      { sites: [{ name: 's', prefixes: ['10.0.0.1/8'], announces: [], egress: [] }] },
      [/^sites\[0\]\.prefixes/, /announces/, /egress/],
    ],
    [
      'a name that leads nowhere',
      { circuits: [{ ...circuit, group: 'nope' }] },
      [/^circuits\[0\]\.group: no group is called "nope"$/],
    ],
    ['a name twice', { circuits: [circuit, circuit] }, [/^circuits: "erc-pair" is there twice/]],
    [
      'a bad moment',
      { happenings: [{ op: 'traffic', factor: 1, at: 'soon' }] },
      [/^happenings\[0\]\.at: expected a moment/],
    ],
    ['an unknown operation', { happenings: [{ op: 'boom', at: '+1s' }] }, [/^happenings\[0\]\.op: /]],
    [
      'a happening on nothing',
      { happenings: [{ op: 'cut-path', circuit: 'x', path: 'primary', at: '+1s' }] },
      [/^happenings\[0\]\.circuit: no circuit is called "x"$/],
    ],
    [
      'a withdraw of nothing in particular',
      { happenings: [{ op: 'withdraw', at: '+1s' }] },
      [/^happenings\[0\]: withdraw needs a site, a circuit or a connection$/],
    ],
    [
      'a fault of no operation',
      { happenings: [{ op: 'api-fault', fault: '500', operation: 'gateway.peer', at: '+1s' }] },
      [/^happenings\[0\]\.operation: "gateway\.peer" is none of \*, .*gateway\.peers/],
    ],
    [
      'an end before the start',
      { happenings: [{ op: 'traffic', factor: 1, at: '+9s', until: '+1s' }] },
      [/^happenings\[0\] \(traffic\): has no effect/],
    ],
    [
      'a repetition shorter than its recovery',
      { happenings: [{ op: 'cut-path', circuit: 'erc-pair', path: 'primary', at: '+0s', for: '60s', every: '61s' }] },
      [/"every" is shorter/],
    ],
    [
      'a change to a word that is none',
      { happenings: [{ op: 'configuration', kind: 'circuit', name: 'erc-pair', set: { bandwith: 2 }, at: '+0s' }] },
      [/^happenings\[0\]\.set: Unrecognized key: "bandwith"$/],
    ],
  ]
  it.each(cases)('%s', (_, change, expected) => {
    const faults = faultsOf({ ...oneCircuitScenario, ...change })
    expect(faults).toHaveLength(expected.length)
    for (const [n, pattern] of expected.entries()) expect(faults[n]).toMatch(pattern)
  })
})
