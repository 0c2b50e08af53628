import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { DetectionContext } from '../../../model/context.ts'
import type { ResourceState } from '../../../model/scope-state.ts'
import { findIncidentExplanations } from './incident-explanations.ts'
import { contextWithPolls, addPathDownTestEvent, TEST_PATH_SUBJECTS } from './testing.ts'

const circuits = ['ckt-lon', 'ckt-lon2'] as const
const LATE = 12 * MS_PER_MINUTE
const bothCircuits = { of: 'circuits', hit: 2, total: 2 }

/**
 * Returns the context with sessions of the gateway with London's edge routers, which are up or were lost with the
 * location.
 */
function withGateway(context: DetectionContext, level: 'up' | 'down'): DetectionContext {
  const local = '10.0.4.12'
  const known = context.scopes['ckt-lon']?.sessions['primary']
  const hub = structuredClone(context.scopes['ckt-lon'])
  if (!hub || !known) throw new Error('the estate has no circuit ckt-lon')
  hub.sessions = Object.fromEntries(
    ['10.0.4.4', '10.0.4.5', '10.0.4.8', '10.0.4.9'].map((neighbor) => [
      neighbor,
      { ...known, subresource: '', localAddress: local, neighbor, asn: 12_076, level },
    ]),
  )
  context.scopes['ergw-hub'] = hub
  return context
}

const lost = (context: DetectionContext) =>
  circuits.map((circuit) => addPathDownTestEvent(context, circuit, 'circuit_down'))
const briefly = (context: DetectionContext, lives = lost(context)) =>
  findIncidentExplanations(context, lives).map(({ kind, name }) => `${kind} ${name}`)

describe('what explains an incident', () => {
  it('is the place of all circuits there, and its side of it while nothing reports which', () => {
    const context = contextWithPolls({})
    expect(findIncidentExplanations(context, lost(context))).toEqual([
      { kind: 'customer_side', name: 'London', members: bothCircuits },
      { kind: 'location', name: 'London', members: bothCircuits },
    ])
  })

  it('is not Microsoft’s side of the place where the gateways are seen to have their sessions there', () => {
    const context = withGateway(contextWithPolls({ 'ergw-hub  peers': LATE }), 'up')
    expect(briefly(context)).toEqual(['customer_side London'])
  })

  it('is the whole place where the gateways have lost it too, as a part of the same events or not', () => {
    const context = withGateway(contextWithPolls({ 'ergw-hub  peers': LATE }), 'down')
    const peers = ['10.0.4.4', '10.0.4.5', '10.0.4.8', '10.0.4.9'].map((peer) =>
      addPathDownTestEvent(context, 'ergw-hub', 'peer_lost', peer),
    )
    expect(briefly(context, [...lost(context), ...peers])).toEqual(['location London'])
  })

  it('is the provider where the circuits have no place in common, and either where they have both', () => {
    const apart = contextWithPolls({})
    for (const circuit of apart.topology.circuits) circuit.provider = 'Equinix'
    const far = ['ckt-lon', 'ckt-ams', 'ckt-lon2'].map((circuit) =>
      addPathDownTestEvent(apart, circuit, 'circuit_down'),
    )
    expect(findIncidentExplanations(apart, far)).toEqual([
      { kind: 'provider', name: 'Equinix', members: { of: 'circuits', hit: 3, total: 3 } },
    ])
    const here = contextWithPolls({})
    for (const circuit of here.topology.circuits) circuit.provider = circuit.location
    expect(briefly(here)).toEqual(['provider London', 'customer_side London', 'location London'])
  })

  it('is the router that nobody declared, by its MAC address', () => {
    const context = contextWithPolls({})
    for (const circuit of circuits) {
      const arp = { mac: '0011223344aa' } as ResourceState['arp'][string]
      Object.assign(context.scopes[circuit]?.arp ?? {}, { [TEST_PATH_SUBJECTS[0]]: arp })
    }
    expect(
      briefly(
        context,
        circuits.map((circuit) => addPathDownTestEvent(context, circuit)),
      ),
    ).toEqual(['router 00:11:22:33:44:aa'])
  })

  it('is the router on which a path of each ends, by its name', () => {
    const context = contextWithPolls({})
    const routers = { 'ce-a': ['172.16.0.1', '172.16.2.1'] }
    context.topology.sites.push({ name: 'dc', prefixes: [], home: null, routers })
    const lives = circuits.map((circuit) => addPathDownTestEvent(context, circuit))
    expect(findIncidentExplanations(context, lives)).toEqual([
      { kind: 'router', name: 'ce-a', members: { of: 'paths', hit: 2, total: 2 } },
    ])
  })

  it('counts what is not known to be well among its members, and not among those that are hit', () => {
    const context = contextWithPolls({})
    for (const circuit of context.topology.circuits) circuit.location = 'London'
    expect(findIncidentExplanations(context, lost(context)).map(({ members }) => members)).toEqual([
      { of: 'circuits', hit: 2, total: 3 },
      { of: 'circuits', hit: 2, total: 3 },
    ])
  })

  it('is not known once something there is seen to be well', () => {
    const context = contextWithPolls({ [`ckt-lon ${TEST_PATH_SUBJECTS[1]} summary`]: LATE })
    const lives = circuits.map((circuit) => addPathDownTestEvent(context, circuit))
    expect(findIncidentExplanations(context, lives)).toEqual([])
  })

  it.each<[string, (context: DetectionContext) => ReturnType<typeof lost>]>([
    [
      'one circuit alone, which is what it is about',
      (context) => [addPathDownTestEvent(context, 'ckt-lon', 'circuit_down')],
    ],
    [
      'circuits with nothing in common',
      (context) => [addPathDownTestEvent(context, 'ckt-lon'), addPathDownTestEvent(context, 'ckt-ams')],
    ],
    [
      'what shows in no path',
      (context) => circuits.map((circuit) => addPathDownTestEvent(context, circuit, 'bandwidth_high')),
    ],
    ['nothing', () => []],
  ])('is not reported %s', (_, livesOf) => {
    const context = contextWithPolls({})
    expect(findIncidentExplanations(context, livesOf(context))).toEqual([])
  })
})
