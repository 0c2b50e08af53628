import { describe, expect, it } from 'vitest'
import type { Estate } from '../estate.ts'
import type { ScopeState } from '../state.ts'
import { explanationsOf } from './index.ts'
import { estateHeard, fall, MINUTE, PATHS } from './testing.ts'

const circuits = ['ckt-lon', 'ckt-lon2'] as const
const LATE = 12 * MINUTE
const bothCircuits = { of: 'circuits', hit: 2, total: 2 }

/** Sessions of the gateway with London's edge routers: lost with the place, or not. */
function withGateway(estate: Estate, level: 'up' | 'down'): Estate {
  const local = '10.0.4.12'
  const known = estate.scopes['ckt-lon']?.sessions['primary']
  const hub = structuredClone(estate.scopes['ckt-lon'])
  if (!hub || !known) throw new Error('the estate has no circuit ckt-lon')
  hub.sessions = Object.fromEntries(
    ['10.0.4.4', '10.0.4.5', '10.0.4.8', '10.0.4.9'].map((neighbor) => [
      neighbor,
      { ...known, part: '', localAddress: local, neighbor, asn: 12_076, level },
    ]),
  )
  estate.scopes['ergw-hub'] = hub
  return estate
}

const lost = (estate: Estate) => circuits.map((circuit) => fall(estate, circuit, 'circuit_down'))
const briefly = (estate: Estate, lives = lost(estate)) =>
  explanationsOf(estate, lives).map(({ kind, name }) => `${kind} ${name}`)

describe('what explains an incident', () => {
  it('is the place of all circuits there, and its side of it while nothing tells which', () => {
    const estate = estateHeard({})
    expect(explanationsOf(estate, lost(estate))).toEqual([
      { kind: 'customer_side', name: 'London', members: bothCircuits },
      { kind: 'location', name: 'London', members: bothCircuits },
    ])
  })

  it('is not Microsoft’s side of the place where the gateways are seen to have their sessions there', () => {
    const estate = withGateway(estateHeard({ 'ergw-hub  peers': LATE }), 'up')
    expect(briefly(estate)).toEqual(['customer_side London'])
  })

  it('is the whole place where the gateways have lost it too, as a part of the same events or not', () => {
    const estate = withGateway(estateHeard({ 'ergw-hub  peers': LATE }), 'down')
    const peers = ['10.0.4.4', '10.0.4.5', '10.0.4.8', '10.0.4.9'].map((peer) =>
      fall(estate, 'ergw-hub', 'peer_lost', peer),
    )
    expect(briefly(estate, [...lost(estate), ...peers])).toEqual(['location London'])
  })

  it('is the provider where the circuits have no place in common, and either where they have both', () => {
    const apart = estateHeard({})
    for (const circuit of apart.topology.circuits) circuit.provider = 'Equinix'
    const far = ['ckt-lon', 'ckt-ams', 'ckt-lon2'].map((circuit) => fall(apart, circuit, 'circuit_down'))
    expect(explanationsOf(apart, far)).toEqual([
      { kind: 'provider', name: 'Equinix', members: { of: 'circuits', hit: 3, total: 3 } },
    ])
    const here = estateHeard({})
    for (const circuit of here.topology.circuits) circuit.provider = circuit.location
    expect(briefly(here)).toEqual(['provider London', 'customer_side London', 'location London'])
  })

  it('is the router that nobody declared, by its MAC address', () => {
    const estate = estateHeard({})
    for (const circuit of circuits) {
      const arp = { mac: '0011223344aa' } as ScopeState['arp'][string]
      Object.assign(estate.scopes[circuit]?.arp ?? {}, { [PATHS[0]]: arp })
    }
    expect(
      briefly(
        estate,
        circuits.map((circuit) => fall(estate, circuit)),
      ),
    ).toEqual(['router 00:11:22:33:44:aa'])
  })

  it('is the router on which a path of each ends, by its name', () => {
    const estate = estateHeard({})
    const routers = { 'ce-a': ['172.16.0.1', '172.16.2.1'] }
    estate.topology.sites.push({ name: 'dc', prefixes: [], home: null, routers })
    const lives = circuits.map((circuit) => fall(estate, circuit))
    expect(explanationsOf(estate, lives)).toEqual([
      { kind: 'router', name: 'ce-a', members: { of: 'paths', hit: 2, total: 2 } },
    ])
  })

  it('counts what is not known to be well among its members, and not among those that are hit', () => {
    const estate = estateHeard({})
    for (const circuit of estate.topology.circuits) circuit.location = 'London'
    expect(explanationsOf(estate, lost(estate)).map(({ members }) => members)).toEqual([
      { of: 'circuits', hit: 2, total: 3 },
      { of: 'circuits', hit: 2, total: 3 },
    ])
  })

  it('is not known once something there is seen to be well', () => {
    const estate = estateHeard({ [`ckt-lon ${PATHS[1]} summary`]: LATE })
    const lives = circuits.map((circuit) => fall(estate, circuit))
    expect(explanationsOf(estate, lives)).toEqual([])
  })

  it.each<[string, (estate: Estate) => ReturnType<typeof lost>]>([
    ['one circuit alone, which is what it is about', (estate) => [fall(estate, 'ckt-lon', 'circuit_down')]],
    ['circuits with nothing in common', (estate) => [fall(estate, 'ckt-lon'), fall(estate, 'ckt-ams')]],
    ['what shows in no path', (estate) => circuits.map((circuit) => fall(estate, circuit, 'bandwidth_high'))],
    ['nothing', () => []],
  ])('is not told of %s', (_, livesOf) => {
    const estate = estateHeard({})
    expect(explanationsOf(estate, livesOf(estate))).toEqual([])
  })
})
