import { describe, expect, it } from 'vitest'
import type { CircuitPath } from '#lib/contract/index.ts'
import { t2, t2v, t3 } from '../../testing/estates.ts'
import { eventOf, remember, scene } from '../../testing/scene.ts'
import { canShareFailureDomain } from './failure-domain.ts'
import { play } from '#lib/poller/memory/testing/play.ts'
import type { Happening } from '#lib/poller/memory/testing/timeline.ts'
import { endsCe, endsPeer, startsCe } from '../../testing/happenings.ts'
import type { ConnectionNode } from '../../model/topology.ts'
import type { World } from '../../testing/world.ts'

const falls = (circuit: string, path: CircuitPath = 'primary'): Happening => ({
  at: '10:00:30',
  do: (world) => endsCe(world, circuit, path),
})
const losesPeer = (neighbor: string): Happening => ({ at: '10:00:30', do: (world) => endsPeer(world, neighbor) })

/** Returns a topology in which an operator declared one router on the primary path of each circuit. */
function oneRouter(): World {
  const world = t2()
  const addresses = [...world.circuits.values()].map(({ paths }) => paths.primary.customer)
  world.sites.push({ name: 'dc-a', prefixes: [], home: null, routers: { 'ce-a1': addresses } })
  return world
}

/** Returns a topology with a Metro circuit, and a circuit at one of its two locations. */
function metro(): World {
  const world = t2()
  const [first, second] = world.circuits.values()
  if (first && second) [first.location, second.location] = ['Zurich Metro', 'Zurich2']
  return world
}

/** Returns the scopes of the fallen paths in each incident, the root first. */
async function incidentsOf(world: () => World, truth: Happening[]): Promise<string[][]> {
  const engine = await play({ world, from: '9:50', to: '10:06', truth })
  return engine.incidents.map(({ root, members }) =>
    [root, ...members.filter((key) => key !== root)].flatMap((key) => {
      const event = engine.event(key)
      return event && event.kind === 'path_down' ? [event.scope] : []
    }),
  )
}

describe('two paths that fall at one time', () => {
  it.each<[string, string[][], () => World, Happening[]]>([
    [
      'of circuits that have nothing in common are two matters',
      [['ckt-lon'], ['ckt-ams']],
      t2,
      [falls('ckt-lon'), falls('ckt-ams')],
    ],
    ['of circuits at one place are one', [['ckt-lon', 'ckt-lon2']], t3, [falls('ckt-lon'), falls('ckt-lon2')]],
    [
      'with a whole circuit that has nothing in common with the other are two matters',
      [['ckt-lon'], ['ckt-ams']],
      t2,
      [falls('ckt-lon'), falls('ckt-lon', 'secondary'), falls('ckt-ams')],
    ],
    [
      'with a whole circuit at the same place are one',
      [['ckt-lon', 'ckt-lon2']],
      t3,
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
    ['and the edge router of one of them are one', [['ckt-lon']], t2, [falls('ckt-lon'), losesPeer('10.0.4.4')]],
  ])('%s', async (_, expected, world, truth) => {
    expect((await incidentsOf(world, truth)).filter((scopes) => scopes.length > 0)).toEqual(expected)
  })
})

it.each([
  { first: 'ckt-lon', second: 'ckt-lon2' },
  { first: 'ckt-lon2', second: 'ckt-lon' },
])('$first and $second at one place that fall together are one incident, although one fell before', async (given) => {
  const both = (circuit: string, at: string, until?: string): Happening[] =>
    (['primary', 'secondary'] as const).flatMap((path) => [
      { at, do: (world) => endsCe(world, circuit, path) },
      ...(until ? [{ at: until, do: (world: World, time: number) => startsCe(world, circuit, path, time) }] : []),
    ])
  const truth = [
    ...both('ckt-lon', '9:51:10', '9:56:10'),
    ...both(given.first, '10:02:10'),
    ...both(given.second, '10:03:10'),
  ]
  const engine = await play({ world: t3, from: '9:45', to: '10:08', truth })
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
  const { context } = scene({ kind: 'peers', scope: 'ergw-hub' })
  context.topology = {
    ...t2v().topology(),
    connections: [{ scope: 'cxn-br1', gateway: 'vpngw-hub' } as ConnectionNode],
  }
  const [one, other] = [a, b].map(([kind, scope]) => remember(context, eventOf(kind, scope, 'subject')))
  expect(one && other && canShareFailureDomain(context, one, other)).toBe(shares)
})
