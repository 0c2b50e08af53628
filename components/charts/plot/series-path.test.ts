import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildAreaPath, buildLinePath, type SeriesPoint } from './series-path.ts'

/** Scales with one px for each unit of x; y = 0 is at 100 px, and the y axis points up. */
const scales = { x: (value: number) => value, y: (value: number) => 100 - value }
type Point = SeriesPoint & { v?: number | [number, number] | null }
const line = (points: Point[], course: 'linear' | 'stepAfter' = 'linear') => buildLinePath(points, 'v', course, scales)

describe('a line', () => {
  it.each<[string, Point[], 'linear' | 'stepAfter', string]>([
    [
      'goes straight from point to point',
      [
        { x: 0, v: 0 },
        { x: 10, v: 5 },
        { x: 20, v: 1 },
      ],
      'linear',
      'M0 100L10 95L20 99',
    ],
    [
      'is level until the next point',
      [
        { x: 0, v: 0 },
        { x: 10, v: 5 },
        { x: 20, v: 5 },
      ],
      'stepAfter',
      'M0 100H10V95H20',
    ],
    [
      'has one corner for what is level',
      [
        { x: 0, v: 1 },
        { x: 10, v: 1 },
        { x: 20, v: 1 },
      ],
      'linear',
      'M0 99H20',
    ],
    [
      'breaks where a value is null',
      [
        { x: 0, v: 0 },
        { x: 10, v: null },
        { x: 20, v: 1 },
        { x: 30, v: 1 },
      ],
      'linear',
      'M0 100M20 99H30',
    ],
    [
      'breaks where a value is absent',
      [{ x: 0, v: 1 }, { x: 5, v: 1 }, { x: 10 }, { x: 20, v: 1 }, { x: 30, v: 2 }],
      'stepAfter',
      'M0 99H5M20 99H30V98',
    ],
    ['of nothing known is nothing', [{ x: 0, v: null }, { x: 10 }], 'linear', ''],
    [
      'is exact to a tenth of a pixel',
      [
        { x: 0.04, v: 0 },
        { x: 10.26, v: 1 / 3 },
      ],
      'linear',
      'M0 100L10.3 99.7',
    ],
  ])('%s', (_, points, course, path) => {
    expect(line(points, course)).toBe(path)
  })

  it('keeps peaks and the steps of 100,000 points in as many corners as there are pixels', () => {
    const points = Array.from({ length: 100_000 }, (_, n) => ({
      x: n / 200,
      v: n === 77_777 ? 90 : n === 33_333 ? -40 : 10,
    }))
    for (const course of ['linear', 'stepAfter'] as const) {
      const path = line(points, course)
      expect(cornersOf(path).length).toBeLessThan(20)
      expect(topsOf(path)).toContain(10)
      expect(topsOf(path)).toContain(140)
    }
    const noisy = points.map(({ x }, n) => ({ x, v: (n * 7919) % 90 }))
    expect(cornersOf(line(noisy, 'stepAfter')).length).toBeLessThan(500 * 2 * 4 + 10)
  })

  it('of any values goes from the first to the last and reaches the lowest and the highest of them', () => {
    const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(
        values,
        fc.constantFrom('linear' as const, 'stepAfter' as const),
        fc.integer({ min: 1, max: 40 }),
        (all, course, dense) => {
          const path = line(
            all.map((v, n) => ({ x: n / dense, v })),
            course,
          )
          const tops = topsOf(path)
          expect(tops[0]).toBe(100 - (all[0] as number))
          expect(tops.at(-1)).toBe(100 - (all.at(-1) as number))
          expect(Math.min(...tops)).toBe(100 - Math.max(...all))
          expect(Math.max(...tops)).toBe(100 - Math.min(...all))
        },
      ),
    )
  })
})

describe('an area', () => {
  it('of a number reaches down to the base', () => {
    expect(
      buildAreaPath(
        [
          { x: 0, v: 5 },
          { x: 10, v: 5 },
        ] as Point[],
        'v',
        'stepAfter',
        scales,
        0,
      ),
    ).toBe('M0 95H10L10 100H0Z')
  })
  it('of a pair lies between both', () => {
    const points: Point[] = [
      { x: 0, v: [1, 5] },
      { x: 10, v: [2, 8] },
    ]
    expect(buildAreaPath(points, 'v', 'linear', scales, 0)).toBe('M0 95L10 92L10 98L0 99Z')
  })
  it('has a piece for each run of known values', () => {
    const points: Point[] = [
      { x: 0, v: 5 },
      { x: 10, v: 5 },
      { x: 10, v: null },
      { x: 20, v: 1 },
      { x: 30, v: 1 },
    ]
    expect(buildAreaPath(points, 'v', 'stepAfter', scales, 0).match(/Z/g)).toHaveLength(2)
  })
})

/** Returns the commands of a path that end in a corner. */
const cornersOf = (path: string) => path.match(/[MLHV][^MLHVZ]*/g) ?? []

/** Returns the y of each corner, in order. */
function topsOf(path: string): number[] {
  let top = Number.NaN
  return cornersOf(path).map((command) => {
    const numbers = command.slice(1).split(' ').map(Number)
    if (command[0] !== 'H') top = numbers.at(-1) as number
    return top
  })
}
