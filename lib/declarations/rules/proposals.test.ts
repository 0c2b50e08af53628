import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEmptyDeclarations } from '#lib/contract/index.ts'
import { findDeclarationContradictions } from './declaration-contradictions.ts'
import { type PrefixOfCustomer, proposeDeclarations, type CircuitForProposals } from './proposals.ts'

const lon: CircuitForProposals = { id: 'c1', name: 'ckt-lon', place: 'London / ProvA', bitsPerSecond: 12_000_000 }
const ams: CircuitForProposals = { id: 'c2', name: 'ckt-ams', place: 'Amsterdam / ProvB', bitsPerSecond: 4_000 }
const heard = (circuit: string, origin: number, ...prefixes: string[]): PrefixOfCustomer[] =>
  prefixes.map((prefix) => ({ circuit, prefix, origin }))
const nothing = createEmptyDeclarations()
const propose = (announced: readonly PrefixOfCustomer[], declared = nothing) =>
  proposeDeclarations(announced, [lon, ams], [], declared)
const sites = (announced: readonly PrefixOfCustomer[], declared = nothing) =>
  propose(announced, declared).flatMap((proposal) => proposal.sites.map(({ name, prefixes }) => [name, prefixes]))

describe('proposed sites', () => {
  it('contain the prefixes of one location and ASN, with the data from which they are derived', () => {
    const [first, second] = propose([
      ...heard('c1', 65_001, '10.2.0.0/16', '10.1.0.0/16'),
      ...heard('c2', 65_002, '10.9.0.0/16'),
    ])
    expect(first).toMatchObject({
      kind: 'site',
      sites: [{ name: 'Amsterdam / ProvB, AS65002', prefixes: ['10.9.0.0/16'], home: null }],
    })
    expect(second).toMatchObject({
      sites: [{ name: 'London / ProvA, AS65001', prefixes: ['10.1.0.0/16', '10.2.0.0/16'] }],
      evidence: ['ckt-lon: the customer’s routers announce 2 prefixes from AS65001.'],
    })
  })

  it('that two circuits reach have both locations in their name', () => {
    expect(sites([...heard('c1', 65_001, '10.1.0.0/16'), ...heard('c2', 65_001, '10.1.0.0/16')])).toEqual([
      ['Amsterdam / ProvB + London / ProvA, AS65001', ['10.1.0.0/16']],
    ])
  })

  it('of two hubs whose VPN connections and sites have equal names are separate', () => {
    const branch = (gateway: string): CircuitForProposals => ({
      id: `${gateway} conn`,
      name: `conn of ${gateway}`,
      place: 'VPN site branch',
      bitsPerSecond: null,
    })
    const announced = [...heard('gw-a conn', 65_020, '10.40.0.0/16'), ...heard('gw-b conn', 65_020, '10.41.0.0/16')]
    const proposed = proposeDeclarations(announced, [branch('gw-a'), branch('gw-b')], [], nothing)
    expect(proposed.map(({ sites: own }) => own.map(({ name, prefixes }) => [name, prefixes]))).toEqual([
      [['VPN site branch, AS65020, conn of gw-a', ['10.40.0.0/16']]],
      [['VPN site branch, AS65020, conn of gw-b', ['10.41.0.0/16']]],
    ])
  })

  it('leave out default routes, prefixes of several origins, and ranges that contain other sites', () => {
    const announced = [
      ...heard('c1', 65_001, '0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16', '192.168.0.0/16'),
      ...heard('c2', 65_002, '10.9.0.0/16', '192.168.0.0/16'),
    ]
    expect(sites(announced)).toEqual([
      ['Amsterdam / ProvB, AS65002', ['10.9.0.0/16']],
      ['London / ProvA, AS65001', ['10.1.0.0/16']],
    ])
  })

  it('leave out declared prefixes', () => {
    const declared = { ...nothing, sites: [{ name: 'A', prefixes: ['10.1.0.0/17'], home: null, routers: [] }] }
    expect(sites(heard('c1', 65_001, '10.1.0.0/16', '10.1.1.0/24', '10.2.0.0/16'), declared)).toEqual([
      ['London / ProvA, AS65001', ['10.2.0.0/16']],
    ])
  })

  const prefix = fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }), fc.constantFrom(8, 16, 24))
    .map(([a, b, length]) => [`10.0.0.0/8`, `10.${a}.0.0/16`, `10.${a}.${b}.0/24`][length / 8 - 1] ?? '')
  it('never contradict each other or the declarations', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ circuit: fc.constantFrom('c1', 'c2'), prefix, origin: fc.constantFrom(65_001, 65_002) })),
        fc.uniqueArray(prefix, { maxLength: 2 }),
        (announced, prefixes) => {
          const declared = { ...nothing, sites: [{ name: 'A', prefixes, home: null, routers: [] }] }
          const proposed = propose(announced, declared)
          const all = {
            ...declared,
            sites: [...declared.sites, ...proposed.flatMap((proposal) => proposal.sites)],
            watched: proposed.flatMap((proposal) => proposal.watched),
          }
          expect(findDeclarationContradictions(all)).toEqual([])
        },
      ),
    )
  })
})

describe('proposed watched prefixes', () => {
  const watched = (announced: readonly PrefixOfCustomer[], declared = nothing) =>
    propose(announced, declared).flatMap((proposal) => (proposal.watched.length > 0 ? [proposal] : []))

  it('are those of circuits that carry traffic, with the measured rate', () => {
    const announced = [...heard('c1', 65_001, '10.1.0.0/16'), ...heard('c2', 65_002, '10.9.0.0/16')]
    expect(watched(announced)).toMatchObject([
      {
        watched: [{ prefix: '10.1.0.0/16', note: 'London / ProvA, AS65001' }],
        evidence: ['ckt-lon carried 12.0 Mb/s in the last hour.'],
      },
    ])
  })

  it('are not proposed again, and not for hundreds of prefixes', () => {
    const declared = { ...nothing, watched: [{ prefix: '10.1.0.0/16', note: '' }] }
    expect(watched(heard('c1', 65_001, '10.1.0.0/16'), declared)).toEqual([])
    const many = Array.from({ length: 101 }, (_, n) => `10.1.${n}.0/24`)
    expect(watched(heard('c1', 65_001, ...many))).toEqual([])
  })
})

it('reports are proposed for routers whose established sessions no router reports', () => {
  const session = { circuit: 'ckt-lon', path: 'primary', router: '172.16.0.1', asn: 65_001 }
  expect(proposeDeclarations([], [lon], [session], nothing)).toMatchObject([
    {
      kind: 'reports',
      evidence: ['ckt-lon, primary: the session with 172.16.0.1 (AS65001) is established, and no router reports it.'],
      sites: [],
      watched: [],
    },
  ])
})
