import { describe, expect, it } from 'vitest'
import fc from '#lib/platform/testing/fast-check.ts'
import type { WhatIfPath, WhatIfRow } from '../../api/index.ts'
import {
  type FindAdjacentPaths,
  type PathBitRatesByInterval,
  computeLoadsAfterShifts,
  computeP95,
  findLoadShifts,
} from './path-loads.ts'
import { createTestWhatIfRow } from './testing.ts'

const PATHS = ['a', 'b', 'c'].flatMap((circuitId) =>
  (['primary', 'secondary'] as const).map((path): WhatIfPath => ({ peer: null, circuitId, path })),
)
const nameOf = ({ circuitId, path }: Pick<WhatIfPath, 'circuitId' | 'path'>) => `${circuitId}/${path}`
const NAMES = PATHS.map(nameOf)
const SAMPLES = 60

interface Prefix {
  /** names of paths, most preferred ones first */
  levels: string[][]
  /** traffic of the prefix in bit/s at each time */
  demand: number[]
}

/** Returns the paths that a prefix uses if some are down: the remaining paths of the first level that has any. */
const pathsOf = ({ levels }: Prefix, down: ReadonlySet<string>): string[] =>
  levels.map((level) => level.filter((name) => !down.has(name))).find((level) => level.length > 0) ?? []

const prefixes = fc.array(
  fc.record({
    levels: fc
      .shuffledSubarray(['a', 'b', 'c'], { minLength: 1 })
      .map((circuits) => circuits.map((one) => [`${one}/primary`, `${one}/secondary`])),
    demand: fc.array(fc.integer({ min: 100, max: 1_000 }), { minLength: SAMPLES, maxLength: SAMPLES }),
  }),
  { minLength: 1, maxLength: 4 },
)
const outages = fc.array(
  fc.record({
    lost: fc.oneof(
      fc.constantFrom(...NAMES).map((one) => [one]),
      fc.constantFrom('a', 'b', 'c').map((one) => [`${one}/primary`, `${one}/secondary`]),
    ),
    from: fc.integer({ min: 0, max: SAMPLES - 1 }),
    length: fc.integer({ min: 2, max: SAMPLES }),
  }),
  { maxLength: 4 },
)

describe('load while something is lost', () => {
  it('lies within its bounds in histories with outages', () => {
    fc.assert(
      fc.property(
        prefixes,
        outages,
        fc.subarray(NAMES, { maxLength: 2 }),
        fc.subarray(NAMES, { minLength: 1, maxLength: 2 }),
        (drawn, past, downNow, loss) => {
          const downAt = Array.from(
            { length: SAMPLES },
            (_, n) => new Set(past.flatMap(({ lost, from, length }) => (n >= from && n < from + length ? lost : []))),
          )
          const loadAt = (n: number, down: ReadonlySet<string>, demanded: (prefix: Prefix) => number) => {
            const load = new Map(NAMES.map((name) => [name, 0]))
            for (const prefix of drawn) {
              const own = pathsOf(prefix, down)
              for (const name of own) load.set(name, (load.get(name) ?? 0) + demanded(prefix) / own.length)
            }
            return load
          }
          const history = downAt.map((down, n) => loadAt(n, down, ({ demand }) => demand[n] ?? 0))
          const rates = new Map(
            NAMES.map((name): [string, PathBitRatesByInterval] => [
              name,
              new Map(history.map((load, n) => [n * 300_000, load.get(name) ?? 0])),
            ]),
          )
          const now = new Set(downNow)
          const then = new Set([...downNow, ...loss])
          const pathsIn = (names: readonly string[]) => PATHS.filter((one) => names.includes(nameOf(one)))
          const rows = drawn.map(
            (prefix): WhatIfRow => createTestWhatIfRow(pathsIn(pathsOf(prefix, now)), pathsIn(pathsOf(prefix, then))),
          )
          const besideOf: FindAdjacentPaths = () =>
            PATHS.map((one) => ({
              circuit: one.circuitId ?? '',
              path: one.path ?? 'primary',
              isAbsent: now.has(nameOf(one)),
            }))
          const loads = computeLoadsAfterShifts(
            findLoadShifts(rows),
            ({ circuit, path }) => rates.get(`${circuit}/${path}`) ?? new Map(),
            () => 1_000,
            { besideOf },
          )
          // traffic that no path carried at a time is unknown
          const after = downAt.map((down, n) =>
            loadAt(n, then, (prefix) => (pathsOf(prefix, down).length > 0 ? (prefix.demand[n] ?? 0) : 0)),
          )
          for (const { circuitId, path, p95BitsPerSecond: found } of loads) {
            const truth = computeP95(after.map((load) => load.get(nameOf({ circuitId, path })) ?? 0)) ?? 0
            expect(found?.atMost ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(truth - 1e-6)
            expect(found?.atLeast ?? 0).toBeLessThanOrEqual(truth + 1e-6)
          }
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('counts towards the most what both paths of a circuit carried, if one of them is down now', () => {
    const flat = (rate: number): PathBitRatesByInterval =>
      new Map(Array.from({ length: 100 }, (_, n) => [n * 300_000, rate]))
    const rates = new Map([
      ['a/primary', flat(278)],
      ['a/secondary', flat(278)],
      ['b/primary', flat(134)],
    ])
    const [, second, third] = PATHS
    if (!second || !third) throw new Error('no path')
    const besideOf: FindAdjacentPaths = () => [{ circuit: 'a', path: 'primary', isAbsent: true }]
    const of = { besideOf }
    const shifts = findLoadShifts([createTestWhatIfRow([second], [third])])
    const ratesOf = ({ circuit, path }: { circuit: string; path: string }) =>
      rates.get(`${circuit}/${path}`) ?? new Map()
    expect(computeLoadsAfterShifts(shifts, ratesOf, () => null, of)[0]?.p95BitsPerSecond).toEqual({
      atLeast: 412,
      atMost: 690,
    })
    expect(computeLoadsAfterShifts(shifts, ratesOf, () => null)[0]?.p95BitsPerSecond).toEqual({
      atLeast: 412,
      atMost: 412,
    })
  })
})
