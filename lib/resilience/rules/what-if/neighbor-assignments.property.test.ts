import { describe, expect, it } from 'vitest'
import fc from '#lib/platform/testing/fast-check.ts'
import {
  formatTestOutcomes,
  createTestWhatIfFailure,
  createTestCircuitFailure,
  createTestWhatIfRoute,
  createTestWhatIfTable,
  computeTestWhatIf,
} from './testing.ts'
import type { NeighborsWithUnknownCircuitPath, CandidateCircuitPath, WhatIfRoute } from './what-if-route.ts'

const PREFIXES = ['10.0.0.0/8', '10.20.0.0/16', '10.20.1.0/24']
const CIRCUITS = ['a', 'b']
const PLACES = CIRCUITS.flatMap((circuit) =>
  (['primary', 'secondary'] as const).map(
    (path): CandidateCircuitPath => ({ circuit, path, connection: `conn-${circuit}` }),
  ),
)

const from = (neighbor: string, prefix: string, length: number): WhatIfRoute =>
  createTestWhatIfRoute({
    prefix,
    peer: neighbor,
    nextHop: neighbor,
    circuit: null,
    path: null,
    connection: null,
    possible: CIRCUITS,
    asPath: [12076, ...Array<number>(length).fill(65001)],
  })
const open = (
  neighbors: readonly string[],
  places: readonly CandidateCircuitPath[],
): NeighborsWithUnknownCircuitPath[] => [{ gateway: 'gw-hub', neighbors, places }]

describe('neighbors whose paths are not known', () => {
  const equal = ['n1', 'n2', 'n3', 'n4']
  const routes = equal.flatMap((neighbor) => PREFIXES.map((prefix) => from(neighbor, prefix, 1)))
  const primary = createTestWhatIfFailure({ paths: new Set(['a/private/primary']) })

  it('leave as many as stay, if all of them have the same routes', () => {
    const of = createTestWhatIfTable(routes, { open: open(equal, PLACES) })
    const rows = computeTestWhatIf(of, primary)
    expect(rows.map(({ outcome, reduced, after }) => [outcome, reduced, after.length])).toEqual(
      PREFIXES.map(() => ['stays', true, 3]),
    )
    expect(
      computeTestWhatIf(of, createTestCircuitFailure('a')).map(({ outcome, after }) => [outcome, after.length]),
    ).toEqual(PREFIXES.map(() => ['stays', 2]))
    expect(
      computeTestWhatIf(of, createTestCircuitFailure('a', 'b')).every(({ outcome }) => outcome === 'stranded'),
    ).toBe(true)
  })

  it('leave as many as stay, if an instance has lost its session with one of them', () => {
    const places = PLACES.slice(0, 2)
    const held = (
      [
        ['n1', 'i1'],
        ['n2', 'i1'],
        ['n2', 'i2'],
      ] as const
    ).map(([neighbor, instance]) => ({
      ...from(neighbor, '10.0.0.0/8', 1),
      circuit: 'a',
      instance,
    }))
    const rows = computeTestWhatIf(createTestWhatIfTable(held, { open: open(['n1', 'n2'], places) }), primary)
    expect(rows.map(({ outcome, reduced, after }) => [outcome, reduced, after.length])).toEqual([['stays', true, 1]])
  })

  it('leave a prefix unknown that a single one of them has', () => {
    const of = createTestWhatIfTable([...routes, from('n1', '10.99.0.0/16', 1)], { open: open(equal, PLACES) })
    expect(formatTestOutcomes(of, primary)['10.99.0.0/16']).toBe('unknown')
    expect(formatTestOutcomes(of, primary)['10.20.0.0/16']).toMatch(/^stays reduced/)
  })

  it('give an outcome exactly if every placement gives the same one', () => {
    const rows = fc.array(
      fc.tuple(fc.constantFrom(...equal), fc.constantFrom(...PREFIXES), fc.integer({ min: 1, max: 2 })),
      {
        minLength: 1,
        maxLength: 10,
      },
    )
    const failures = fc.oneof(
      fc.subarray(PLACES, { minLength: 1 }).map((lost) =>
        createTestWhatIfFailure({
          paths: new Set(lost.map(({ circuit, path }) => `${circuit}/private/${path}`)),
          circuits: new Set(CIRCUITS.filter((id) => lost.filter(({ circuit }) => circuit === id).length === 2)),
        }),
      ),
      fc.integer({ min: 1, max: 2 }).map((times) => createTestWhatIfFailure({ prepends: new Map([['a', times]]) })),
      fc.constant(createTestWhatIfFailure({ weights: new Map([['conn-a', { gateway: 'gw-hub', weight: 50 }]]) })),
      fc.constant(createTestWhatIfFailure({ connections: new Map([['conn-a', { gateway: 'gw-hub', circuit: 'a' }]]) })),
      fc.subarray(PREFIXES).map((gone) => createTestWhatIfFailure({ withdrawn: new Map([['a', new Set(gone)]]) })),
    )
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 4 }), failures, (drawn, count, failure) => {
        const neighbors = equal.slice(0, count)
        const own = [
          ...new Map(
            drawn.map(([neighbor, prefix, length]) => [`${neighbor} ${prefix}`, from(neighbor, prefix, length)]),
          ).values(),
        ].filter(({ peer }) => neighbors.includes(peer ?? ''))
        const found = computeTestWhatIf(createTestWhatIfTable(own, { open: open(neighbors, PLACES) }), failure)
        const truths = injections(neighbors, PLACES).map(
          (placement) =>
            new Map(
              computeTestWhatIf(
                createTestWhatIfTable(own.map((one) => ({ ...one, ...placement.get(one.peer ?? ''), possible: [] }))),
                failure,
              ).map((one) => [one.prefix, [one.outcome, one.reduced, one.matchAfter, one.after.length].join(' ')]),
            ),
        )
        for (const one of found) {
          const all = new Set(truths.map((truth) => truth.get(one.prefix)))
          const text = [one.outcome, one.reduced, one.matchAfter, one.after.length].join(' ')
          expect([one.prefix, one.outcome === 'unknown' ? 'several' : text]).toEqual([
            one.prefix,
            all.size === 1 ? [...all][0] : 'several',
          ])
        }
      }),
      { numRuns: 300 },
    )
  })

  it('are each lost or not, if there are too many placements to compare', () => {
    const many = Array.from({ length: 16 }, (_, n) => `n${n}`)
    const places = many.map(
      (_, n): CandidateCircuitPath => ({
        circuit: `c${n >> 1}`,
        path: n % 2 ? 'secondary' : 'primary',
        connection: null,
      }),
    )
    const of = createTestWhatIfTable(
      many.map((neighbor) => ({ ...from(neighbor, '10.0.0.0/8', 1), possible: places.map(({ circuit }) => circuit) })),
      { open: open(many, places) },
    )
    expect(formatTestOutcomes(of, createTestCircuitFailure('c0', 'c1', 'c2', 'c3'))).toEqual({
      '10.0.0.0/8': 'unknown',
    })
    expect(formatTestOutcomes(of, createTestCircuitFailure('c0'))['10.0.0.0/8']).toMatch(/^stays reduced/)
  })
})

describe('a route of both paths of a circuit together', () => {
  const both = (announcedOn?: ('primary' | 'secondary')[]) =>
    createTestWhatIfTable([
      createTestWhatIfRoute({
        circuit: 'a',
        path: null,
        peer: 'conn',
        nextHop: null,
        ...(announcedOn && { announcedOn }),
      }),
    ])
  const primary = createTestWhatIfFailure({ paths: new Set(['a/private/primary']) })

  it.each([
    [['primary', 'secondary'] as const, 'stays a'],
    [['secondary'] as const, 'stays a'],
    [['primary'] as const, 'stranded'],
    [[] as const, 'unknown'],
    [undefined, 'unknown'],
  ])('announced on %s: %s', (paths, expected) => {
    expect(formatTestOutcomes(both(paths && [...paths]), primary)).toEqual({ '10.20.0.0/16': expected })
  })
})

/** Returns every assignment of neighbors to distinct places. */
function injections(
  neighbors: readonly string[],
  places: readonly CandidateCircuitPath[],
): Map<string, CandidateCircuitPath>[] {
  const [first, ...rest] = neighbors
  if (first === undefined) return [new Map()]
  return places.flatMap((place) =>
    injections(
      rest,
      places.filter((one) => one !== place),
    ).map((placement) => new Map([[first, place], ...placement])),
  )
}
