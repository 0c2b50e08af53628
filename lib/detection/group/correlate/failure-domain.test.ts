import { describe, expect, it } from 'vitest'
import type { CircuitPath } from '#lib/contract/index.ts'
import { createTwoCircuitEstate, t2v, createThreeCircuitEstate } from '../../testing/estates.ts'
import {
  createLongEstablishedSession,
  createOngoingEvent,
  storeEventInTestContext,
  createEvaluationStageTestInput,
} from '../../testing/scene.ts'
import { ensureResourceState } from '../../model/context.ts'
import { formatSessionSubject } from '../../model/subject.ts'
import { areAboutSameElement, canShareFailureDomain } from './failure-domain.ts'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import type { TestTimelineChange } from '#lib/poller/memory/testing/timeline.ts'
import {
  endSimulatedCustomerSession,
  endSimulatedNeighborSessions,
  startSimulatedCustomerSession,
} from '../../testing/happenings.ts'
import type { ConnectionNode } from '../../model/topology.ts'
import type { SimulatedEstate } from '../../testing/world.ts'

const falls = (circuit: string, path: CircuitPath = 'primary'): TestTimelineChange => ({
  at: '10:00:30',
  do: (world) => endSimulatedCustomerSession(world, circuit, path),
})
const losesPeer = (neighbor: string): TestTimelineChange => ({
  at: '10:00:30',
  do: (world) => endSimulatedNeighborSessions(world, neighbor),
})

/** Returns a topology in which an operator declared one router on the primary path of each circuit. */
function oneRouter(): SimulatedEstate {
  const world = createTwoCircuitEstate()
  const addresses = [...world.circuits.values()].map(({ paths }) => paths.primary.customer)
  world.sites.push({ name: 'dc-a', prefixes: [], home: null, routers: { 'ce-a1': addresses } })
  return world
}

/** Returns a topology with a Metro circuit, and a circuit at one of its two locations. */
function metro(): SimulatedEstate {
  const world = createTwoCircuitEstate()
  const [first, second] = world.circuits.values()
  if (first && second) [first.location, second.location] = ['Zurich Metro', 'Zurich2']
  return world
}

/** Returns the scopes of the fallen paths in each incident, the root first. */
async function incidentsOf(world: () => SimulatedEstate, truth: TestTimelineChange[]): Promise<string[][]> {
  const engine = await runTestTimeline({ world, from: '9:50', to: '10:06', truth })
  return engine.incidents.map(({ root, members }) =>
    [root, ...members.filter((key) => key !== root)].flatMap((key) => {
      const event = engine.event(key)
      return event && event.kind === 'path_down' ? [event.scope] : []
    }),
  )
}

describe('two paths that fall at one time', () => {
  it.each<[string, string[][], () => SimulatedEstate, TestTimelineChange[]]>([
    [
      'of circuits that have nothing in common are two matters',
      [['ckt-lon'], ['ckt-ams']],
      createTwoCircuitEstate,
      [falls('ckt-lon'), falls('ckt-ams')],
    ],
    [
      'of circuits at one place are one',
      [['ckt-lon', 'ckt-lon2']],
      createThreeCircuitEstate,
      [falls('ckt-lon'), falls('ckt-lon2')],
    ],
    [
      'with a whole circuit that has nothing in common with the other are two matters',
      [['ckt-lon'], ['ckt-ams']],
      createTwoCircuitEstate,
      [falls('ckt-lon'), falls('ckt-lon', 'secondary'), falls('ckt-ams')],
    ],
    [
      'with a whole circuit at the same place are one',
      [['ckt-lon', 'ckt-lon2']],
      createThreeCircuitEstate,
      [falls('ckt-lon'), falls('ckt-lon', 'secondary'), falls('ckt-lon2')],
    ],
    [
      'that end on one declared router are one',
      [['ckt-lon', 'ckt-ams']],
      oneRouter,
      [falls('ckt-lon'), falls('ckt-ams')],
    ],
    [
      'of a Metro circuit and of one at one of its locations are one',
      [['ckt-lon', 'ckt-ams']],
      metro,
      [falls('ckt-lon'), falls('ckt-ams')],
    ],
    [
      'and the edge router of one of them are one',
      [['ckt-lon']],
      createTwoCircuitEstate,
      [falls('ckt-lon'), losesPeer('10.0.4.4')],
    ],
  ])('%s', async (_, expected, world, truth) => {
    expect((await incidentsOf(world, truth)).filter((scopes) => scopes.length > 0)).toEqual(expected)
  })
})

it.each([
  { first: 'ckt-lon', second: 'ckt-lon2' },
  { first: 'ckt-lon2', second: 'ckt-lon' },
])('$first and $second at one place that fall together are one incident, although one fell before', async (given) => {
  const both = (circuit: string, at: string, until?: string): TestTimelineChange[] =>
    (['primary', 'secondary'] as const).flatMap((path) => [
      { at, do: (world) => endSimulatedCustomerSession(world, circuit, path) },
      ...(until
        ? [
            {
              at: until,
              do: (world: SimulatedEstate, time: number) => startSimulatedCustomerSession(world, circuit, path, time),
            },
          ]
        : []),
    ])
  const truth = [
    ...both('ckt-lon', '9:51:10', '9:56:10'),
    ...both(given.first, '10:02:10'),
    ...both(given.second, '10:03:10'),
  ]
  const engine = await runTestTimeline({ world: createThreeCircuitEstate, from: '9:45', to: '10:08', truth })
  const falls = engine.events.filter(({ kind, ended }) => kind === 'circuit_down' && ended === null)
  expect(falls.map(({ scope }) => scope).toSorted()).toEqual(['ckt-lon', 'ckt-lon2'])
  expect(new Set(falls.map(({ incident }) => incident)).size).toBe(1)
})

it.each([
  { a: ['tunnel_down', 'cxn-br1'], b: ['gateway_instance_lost', 'ergw-hub'], shares: false },
  { a: ['tunnel_down', 'cxn-br1'], b: ['circuit_down', 'ckt-lon'], shares: false },
  { a: ['gateway_instance_lost', 'vpngw-hub'], b: ['gateway_instance_lost', 'ergw-hub'], shares: false },
  { a: ['tunnel_down', 'cxn-br1'], b: ['gateway_instance_lost', 'vpngw-hub'], shares: true },
  { a: ['collector_error', 'vpngw-hub'], b: ['collector_error', 'ergw-hub'], shares: true },
  { a: ['gateway_instance_lost', 'ergw-hub'], b: ['path_down', 'ckt-lon'], shares: true },
] as const)('$a and $b may have one reason: $shares', ({ a, b, shares }) => {
  const { context } = createEvaluationStageTestInput({ kind: 'peers', scope: 'ergw-hub' })
  context.topology = {
    ...t2v().topology(),
    connections: [{ scope: 'cxn-br1', gateway: 'vpngw-hub' } as ConnectionNode],
  }
  const [one, other] = [a, b].map(([kind, scope]) =>
    storeEventInTestContext(context, createOngoingEvent(kind, scope, 'subject')),
  )
  expect(one && other && canShareFailureDomain(context, one, other)).toBe(shares)
})

it.each([
  { kind: 'circuit_down', scope: 'ckt-lon', shares: true },
  { kind: 'provider_state_changed', scope: 'ckt-ams', shares: true },
  { kind: 'global_reach_disconnected', scope: 'ckt-lon2', shares: true },
  { kind: 'circuit_down', scope: 'ckt-lon2', shares: false },
  { kind: 'traffic_shift', scope: 'ckt-lon2', shares: false },
  { kind: 'no_path', scope: 'ergw-hub', shares: false },
] as const)('Global Reach of ckt-lon and ckt-ams and $kind of $scope may have one reason: $shares', (other) => {
  const { context } = createEvaluationStageTestInput({ kind: 'connection', scope: 'ckt-lon' })
  const topology = createThreeCircuitEstate().topology()
  const circuits = topology.circuits.map((one) =>
    one.scope === 'ckt-lon' ? { ...one, reach: { 'reach-1': 'ckt-ams' } } : one,
  )
  context.topology = { ...topology, circuits }
  const [reach, event] = [
    createOngoingEvent('global_reach_disconnected', 'ckt-lon', 'reach-1'),
    createOngoingEvent(other.kind, other.scope, 'subject'),
  ].map((one) => storeEventInTestContext(context, one))
  expect(reach && event && canShareFailureDomain(context, reach, event)).toBe(other.shares)
  expect(reach && event && canShareFailureDomain(context, event, reach)).toBe(other.shares)
})

it.each([
  { removal: 'cxn-lon', act: 'connection removed', kind: 'gateway_instance_lost', isOne: false },
  { removal: 'cxn-lon', act: 'connection removed', kind: 'gateway_instance_restarted', isOne: false },
  { removal: 'ergw-hub', act: 'hub connection removed', kind: 'gateway_instance_lost', isOne: false },
  { removal: 'ergw-hub', act: 'gateway removed', kind: 'gateway_instance_lost', isOne: true },
  { removal: 'cxn-lon', act: 'connection removed', kind: 'gateway_isolated', isOne: true },
] as const)('$act of $removal and $kind of ergw-hub are about one element: $isOne', ({ removal, act, kind, isOne }) => {
  const { context } = createEvaluationStageTestInput({ kind: 'inventory', scope: 'ergw-hub' })
  const removed = storeEventInTestContext(context, createOngoingEvent('resource_removed', removal, removal))
  removed.act = act
  if (removal !== 'ergw-hub') ensureResourceState(context, removal).heirs = ['ckt-lon', 'ergw-hub']
  const other = storeEventInTestContext(context, createOngoingEvent(kind, 'ergw-hub', '10.0.4.12'))
  expect(areAboutSameElement(context, removed, other)).toBe(isOne)
  expect(areAboutSameElement(context, other, removed)).toBe(isOne)
  expect(canShareFailureDomain(context, removed, other)).toBe(isOne)
})

it.each<[string, reporting: string[]]>([
  ['that reports', ['10.0.4.12', '10.0.4.13']],
  ['that never reported, but is configured', ['10.0.4.12']],
])('lost routes or a removal, and a session with an instance %s, have nothing in common', (_, reporting) => {
  const { context } = createEvaluationStageTestInput({ kind: 'peers', scope: 'ergw-hub' })
  const topology = t2v().topology()
  const addresses = ['10.0.4.12', '10.0.4.13']
  const gateways = topology.gateways.map((one) => (one.scope === 'ergw-hub' ? { ...one, addresses } : one))
  context.topology = { ...topology, gateways }
  for (const instance of reporting) {
    const other = instance === '10.0.4.12' ? '10.0.4.13' : '10.0.4.12'
    ensureResourceState(context, 'ergw-hub').sessions[`${instance}~${other}`] = createLongEstablishedSession(
      instance,
      other,
      { asn: 65_515 },
    )
  }
  const outage = storeEventInTestContext(context, createOngoingEvent('no_path', 'ergw-hub', '10.1.0.0/16'))
  const removal = storeEventInTestContext(context, createOngoingEvent('resource_removed', 'cxn-lon', 'cxn-lon'))
  ensureResourceState(context, 'cxn-lon').heirs = ['ckt-lon', 'ergw-hub']
  const session = storeEventInTestContext(
    context,
    createOngoingEvent(
      'session_down',
      'ergw-hub',
      formatSessionSubject({ localAddress: '10.0.4.12', neighbor: '10.0.4.13' }),
    ),
  )
  expect(areAboutSameElement(context, outage, session)).toBe(false)
  expect(areAboutSameElement(context, removal, session)).toBe(false)
})

it.each([
  { a: ['no_path', ['10.0.4.4']], b: ['no_path', ['10.0.4.6', '10.0.4.7']], isOne: false },
  { a: ['no_path', ['10.0.4.4']], b: ['no_path', ['10.0.4.5', '10.0.4.6']], isOne: true },
  { a: ['no_path', ['10.0.4.4']], b: ['no_path', ['10.0.4.99']], isOne: true },
  { a: ['no_path', ['10.0.4.4']], b: ['gateway_isolated', []], isOne: true },
] as const)('outages of one gateway, $a and $b, are about one element: $isOne', ({ a, b, isOne }) => {
  const { context } = createEvaluationStageTestInput({ kind: 'learned', scope: 'ergw-hub' })
  context.topology = createTwoCircuitEstate().topology()
  const [one, other] = [a, b].map(([kind, peers], n) =>
    storeEventInTestContext(context, createOngoingEvent(kind, 'ergw-hub', `site ${n}`, { key: `${n}` }), {
      peersBefore: [...peers],
    }),
  )
  if (!one || !other) throw new Error('two events are stored')
  expect(areAboutSameElement(context, one, other)).toBe(isOne)
  expect(areAboutSameElement(context, other, one)).toBe(isOne)
})
