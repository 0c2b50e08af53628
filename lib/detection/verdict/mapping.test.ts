import { describe, expect, it } from 'vitest'
import {
  computeJaccardSimilarity,
  mapNeighbors,
  type RouteFieldsForComparison,
  type AnnouncedNeighborRoutes,
  type AnnouncedPathRoutes,
} from './mapping.ts'

const routes = (prefixes: string[], asPath: number[]): RouteFieldsForComparison[] =>
  prefixes.map((prefix) => ({ prefix, asPath }))
const neighbor = (address: string, prefixes: string[], asPath: number[]): AnnouncedNeighborRoutes => ({
  neighbor: address,
  routes: routes(prefixes, [12076, ...asPath]),
})
const path = (
  circuitId: string,
  name: AnnouncedPathRoutes['path'],
  prefixes: string[],
  asPath: number[],
): AnnouncedPathRoutes => ({
  circuitId,
  path: name,
  routes: routes(prefixes, asPath),
})

const A = ['10.1.0.0/16', '10.2.0.0/16']
const B = ['10.9.0.0/16', '10.8.0.0/16']
const direct = [65001]
const prepended = [65001, 65001, 65001]

const reported = (found: ReturnType<typeof mapNeighbors>) =>
  Object.fromEntries(
    [...found].map(([key, { circuitId, path: name, confidence }]) => [key, `${circuitId} ${name} ${confidence}`]),
  )

describe('which neighbor is which path', () => {
  const cases: {
    name: string
    neighbors: AnnouncedNeighborRoutes[]
    paths: AnnouncedPathRoutes[]
    expected: Record<string, string>
  }[] = [
    {
      name: 'one circuit, paths distinguished by their prefixes: certain',
      neighbors: [neighbor('10.0.4.4', A, direct), neighbor('10.0.4.5', B, direct)],
      paths: [path('lon', 'primary', B, direct), path('lon', 'secondary', A, direct)],
      expected: { '10.0.4.4': 'lon secondary certain', '10.0.4.5': 'lon primary certain' },
    },
    {
      name: 'one circuit, equal paths: by order of address, inferred',
      neighbors: [neighbor('10.0.4.10', A, direct), neighbor('10.0.4.9', A, direct)],
      paths: [path('lon', 'primary', A, direct), path('lon', 'secondary', A, direct)],
      expected: { '10.0.4.9': 'lon primary inferred', '10.0.4.10': 'lon secondary inferred' },
    },
    {
      name: 'one circuit, no routes at all: by order of address, inferred',
      neighbors: [neighbor('10.0.4.4', [], direct), neighbor('10.0.4.5', [], direct)],
      paths: [path('lon', 'secondary', [], direct), path('lon', 'primary', [], direct)],
      expected: { '10.0.4.4': 'lon primary inferred', '10.0.4.5': 'lon secondary inferred' },
    },
    {
      name: 'a session in each family on each path',
      neighbors: [
        ...['10.0.4.4', '10.0.4.5'].map((address) => neighbor(address, A, direct)),
        ...['fd00::4', 'fd00::5'].map((address) => neighbor(address, ['2001:db8:1::/48'], direct)),
      ],
      paths: (['primary', 'secondary'] as const).map((name) => path('lon', name, [...A, '2001:db8:1::/48'], direct)),
      expected: {
        '10.0.4.4': 'lon primary inferred',
        '10.0.4.5': 'lon secondary inferred',
        'fd00::4': 'lon primary inferred',
        'fd00::5': 'lon secondary inferred',
      },
    },
    {
      name: 'two circuits with prefixes of their own',
      neighbors: ['4', '5', '6', '7'].map((last) => neighbor(`10.0.4.${last}`, Number(last) < 6 ? A : B, direct)),
      paths: [
        path('lon', 'primary', A, direct),
        path('lon', 'secondary', A, direct),
        path('ams', 'primary', B, direct),
        path('ams', 'secondary', B, direct),
      ],
      expected: {
        '10.0.4.4': 'lon primary inferred',
        '10.0.4.5': 'lon secondary inferred',
        '10.0.4.6': 'ams primary inferred',
        '10.0.4.7': 'ams secondary inferred',
      },
    },
    {
      name: 'two circuits with the same prefixes: distinguished by prepends',
      neighbors: ['4', '5', '6', '7'].map((last) =>
        neighbor(`10.0.4.${last}`, A, Number(last) < 6 ? prepended : direct),
      ),
      paths: [
        path('ams', 'primary', A, direct),
        path('ams', 'secondary', A, direct),
        path('lon', 'primary', A, prepended),
        path('lon', 'secondary', A, prepended),
      ],
      expected: {
        '10.0.4.4': 'lon primary inferred',
        '10.0.4.5': 'lon secondary inferred',
        '10.0.4.6': 'ams primary inferred',
        '10.0.4.7': 'ams secondary inferred',
      },
    },
    {
      name: 'two circuits that nothing distinguishes: nothing is claimed',
      neighbors: [neighbor('10.0.4.4', A, direct), neighbor('10.0.4.6', A, direct)],
      paths: [path('lon', 'primary', A, direct), path('ams', 'primary', A, direct)],
      expected: {},
    },
    {
      name: 'the last free path, when all others are taken',
      neighbors: [neighbor('10.0.4.4', [], direct), neighbor('10.0.4.5', A, direct)],
      paths: [path('lon', 'primary', A, direct), path('lon', 'secondary', B, direct)],
      expected: { '10.0.4.4': 'lon secondary inferred', '10.0.4.5': 'lon primary certain' },
    },
    {
      name: 'the families of one path have prefixes of their own',
      neighbors: [neighbor('10.0.4.4', B, direct), neighbor('fd00::4', ['2001:db8:2::/48'], direct)],
      paths: [
        path('lon', 'primary', [...A, '2001:db8:2::/48'], direct),
        path('lon', 'secondary', [...B, '2001:db8:1::/48'], direct),
      ],
      expected: { '10.0.4.4': 'lon secondary certain', 'fd00::4': 'lon primary certain' },
    },
    {
      name: 'two circuits, a path that the routes single out: inferred, as another circuit may carry the same',
      neighbors: [neighbor('10.0.4.4', A, direct)],
      paths: [path('lon', 'secondary', A, direct), path('ams', 'primary', B, direct)],
      expected: { '10.0.4.4': 'lon secondary inferred' },
    },
    {
      name: 'two circuits, prefixes in common but not nine tenths: nothing is claimed',
      neighbors: [neighbor('10.0.4.4', A, direct)],
      paths: [path('lon', 'primary', A.slice(1), direct), path('ams', 'primary', B, direct)],
      expected: {},
    },
    {
      name: 'one path that two neighbors are like: by order of address, inferred',
      neighbors: [neighbor('10.0.4.4', A, direct), neighbor('10.0.4.5', A, direct)],
      paths: [path('lon', 'primary', B, direct), path('lon', 'secondary', A, direct)],
      expected: { '10.0.4.4': 'lon primary inferred', '10.0.4.5': 'lon secondary inferred' },
    },
    {
      name: 'more neighbors than paths: nothing is claimed',
      neighbors: ['4', '5', '6'].map((last) => neighbor(`10.0.4.${last}`, A, direct)),
      paths: [path('lon', 'primary', A, direct), path('lon', 'secondary', A, direct)],
      expected: {},
    },
    { name: 'no circuit connected', neighbors: [neighbor('10.0.4.4', A, direct)], paths: [], expected: {} },
  ]

  it.each(cases)('$name', ({ neighbors, paths, expected }) => {
    expect(reported(mapNeighbors(neighbors, paths, []))).toEqual(expected)
  })

  it('knows a path by its routes while Microsoft drains it by prepending its own ASN', () => {
    const drained = { neighbor: '10.0.4.4', routes: routes(A, [...Array.from({ length: 9 }, () => 12076), ...direct]) }
    const elsewhere = path('ams', 'primary', A, prepended)
    const paths = [path('lon', 'primary', A, direct), path('lon', 'secondary', A, direct), elsewhere]
    const found = mapNeighbors(
      [drained, neighbor('10.0.4.5', A, direct), neighbor('10.0.4.6', A, prepended)],
      paths,
      [],
    )
    expect(reported(found)['10.0.4.4']).toBe('lon primary inferred')
  })

  it('takes sets that overlap by nine tenths for the same', () => {
    const ten = Array.from({ length: 10 }, (_, i) => `10.${i}.0.0/16`)
    const found = mapNeighbors(
      [neighbor('10.0.4.4', ten.slice(1), direct)],
      [path('lon', 'secondary', ten, direct), path('lon', 'primary', B, direct)],
      [],
    )
    expect(reported(found)).toEqual({ '10.0.4.4': 'lon secondary certain' })
  })
})

describe('an operator’s word', () => {
  const alike = [neighbor('10.0.4.4', A, direct), neighbor('10.0.4.5', A, direct)]
  const both = [path('lon', 'primary', A, direct), path('lon', 'secondary', A, direct)]

  it('beats what was inferred of a neighbor, and leaves the other path to the other one', () => {
    expect(reported(mapNeighbors(alike, both, []))).toEqual({
      '10.0.4.4': 'lon primary inferred',
      '10.0.4.5': 'lon secondary inferred',
    })
    const corrected = [{ neighbor: '10.0.4.5', circuitId: 'lon', path: 'primary' as const }]
    expect(reported(mapNeighbors(alike, both, corrected))).toEqual({
      // the only remaining path of the only circuit
      '10.0.4.4': 'lon secondary certain',
      '10.0.4.5': 'lon primary certain',
    })
  })

  it('on one family leaves the path to the other', () => {
    const sixes = ['fd00::4', 'fd00::5'].map((address) => neighbor(address, [], direct))
    const declared = [{ neighbor: '10.0.4.4', circuitId: 'lon', path: 'primary' as const }]
    expect(reported(mapNeighbors(sixes, both, declared))).toEqual({
      '10.0.4.4': 'lon primary certain',
      'fd00::4': 'lon primary inferred',
      'fd00::5': 'lon secondary inferred',
    })
  })

  it('stands where routes say otherwise, and where none report anything', () => {
    const declared = [
      { neighbor: '10.0.4.4', circuitId: 'ams', path: 'primary' as const },
      { neighbor: '10.0.4.9', circuitId: 'ams', path: 'secondary' as const },
    ]
    expect(reported(mapNeighbors(alike.slice(0, 1), both, declared))).toEqual({
      '10.0.4.4': 'ams primary certain',
      '10.0.4.9': 'ams secondary certain',
    })
  })
})

describe('jaccard', () => {
  it.each([
    { a: [], b: [], expected: 0 },
    { a: ['x'], b: [], expected: 0 },
    { a: ['x', 'y'], b: ['y', 'x'], expected: 1 },
    { a: ['x', 'y'], b: ['y', 'z'], expected: 1 / 3 },
  ])('of $a and $b is $expected', ({ a, b, expected }) => {
    expect(computeJaccardSimilarity(new Set(a), new Set(b))).toBeCloseTo(expected)
  })
})
