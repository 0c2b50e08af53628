import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type PathDirection,
  formatPathDirectionKey,
  computeLoadsAfterShifts,
  computeP95,
  type PathBitRatesByInterval,
  findSaturatedPaths,
  findLoadShifts,
} from './path-loads.ts'
import { createTestWhatIfRow, createTestPath } from './testing.ts'

const names = (shifts: ReturnType<typeof findLoadShifts>) =>
  shifts.map(({ from, to, isWhole }) => [
    formatPathDirectionKey(from),
    to.map(formatPathDirectionKey).sort().join(' '),
    isWhole,
  ])

describe('traffic that goes elsewhere', () => {
  it('goes as a whole where one path takes everything over', () => {
    expect(
      names(
        findLoadShifts([
          createTestWhatIfRow([createTestPath('x')], [createTestPath('y')]),
          createTestWhatIfRow([createTestPath('x')], [createTestPath('y')]),
        ]),
      ),
    ).toEqual([['x/primary/out', 'y/primary/out', true]])
  })

  it('is split by unknown shares between several, and where some of it is stranded, stays or takes a VPN', () => {
    const [both] = findLoadShifts([
      createTestWhatIfRow([createTestPath('x')], [createTestPath('y'), createTestPath('y', 'secondary')]),
    ])
    expect(both?.isWhole).toBe(false)
    expect(
      findLoadShifts([
        createTestWhatIfRow([createTestPath('x')], [createTestPath('y')]),
        createTestWhatIfRow([createTestPath('x')], []),
      ])[0]?.isWhole,
    ).toBe(false)
    expect(
      findLoadShifts([
        createTestWhatIfRow([createTestPath('x')], [createTestPath('y')]),
        createTestWhatIfRow([createTestPath('x')], [createTestPath('x')]),
      ])[0]?.isWhole,
    ).toBe(false)
    expect(
      findLoadShifts([
        createTestWhatIfRow([createTestPath('x')], [createTestPath('y')]),
        createTestWhatIfRow([createTestPath('x')], [createTestPath(null)]),
      ])[0]?.isWhole,
    ).toBe(false)
  })

  it('of one of two equal paths goes to the other', () => {
    const rows = [
      createTestWhatIfRow([createTestPath('x'), createTestPath('x', 'secondary')], [createTestPath('x', 'secondary')], {
        outcome: 'stays',
        reduced: true,
      }),
    ]
    expect(names(findLoadShifts(rows))).toEqual([['x/primary/out', 'x/secondary/out', true]])
  })

  it('is shared with a path that becomes as good', () => {
    expect(
      names(findLoadShifts([createTestWhatIfRow([createTestPath('x')], [createTestPath('x'), createTestPath('y')])])),
    ).toEqual([['x/primary/out', 'y/primary/out', false]])
  })

  it('is to Azure on the customer’s side, and nowhere where nothing leaves', () => {
    expect(
      names(
        findLoadShifts([createTestWhatIfRow([createTestPath('x')], [createTestPath('y')], { side: 'onprem' })]),
      )[0]?.[0],
    ).toBe('x/primary/in')
    expect(findLoadShifts([createTestWhatIfRow([createTestPath('x')], [createTestPath('x')])])).toEqual([])
  })
})

const carrier = (circuit: string): PathDirection => ({ circuit, path: 'primary', direction: 'out' })
const series = (rates: readonly number[], from = 0): PathBitRatesByInterval =>
  new Map(rates.map((rate, n) => [(n + from) * 300_000, rate]))
const loadOf = (
  y: PathBitRatesByInterval,
  xs: { rates: PathBitRatesByInterval; isWhole: boolean }[],
  mbps: number | null = 1_000,
) => {
  const rates = new Map([['y', y], ...xs.map(({ rates: own }, n) => [`x${n}`, own] as const)])
  const shifts = xs.map(({ isWhole }, n) => ({ from: carrier(`x${n}`), to: [carrier('y')], isWhole }))
  const [load] = computeLoadsAfterShifts(
    shifts,
    ({ circuit }) => rates.get(circuit) ?? new Map(),
    () => mbps,
  )
  if (!load) throw new Error('no load')
  return load
}
const hundred = (rate: (n: number) => number) => Array.from({ length: 100 }, (_, n) => rate(n))

describe('the load of what takes over', () => {
  it('is the p95 of the sum at each time, with the sum of both p95 beside it', () => {
    // each one is busy when the other one is not
    const load = loadOf(series(hundred((n) => (n % 2) * 400e6)), [
      { rates: series(hundred((n) => ((n + 1) % 2) * 400e6)), isWhole: true },
    ])
    expect(load).toMatchObject({
      p95BitsPerSecond: { atLeast: 400e6, atMost: 400e6 },
      sumOfP95: 800e6,
      ownP95: 400e6,
      share: 0.4,
      method: 'aligned',
    })
  })

  it('lies between its own and all of it where it is split', () => {
    const load = loadOf(series(hundred(() => 100e6)), [{ rates: series(hundred(() => 300e6)), isWhole: false }])
    expect(load.p95BitsPerSecond).toEqual({ atLeast: 100e6, atMost: 400e6 })
  })

  it('adds the p95 without enough common samples, and says so', () => {
    const apart = {
      rates: series(
        hundred(() => 300e6),
        50,
      ),
      isWhole: true,
    }
    expect(loadOf(series(hundred(() => 100e6)), [apart])).toMatchObject({
      p95BitsPerSecond: { atLeast: 100e6, atMost: 400e6 },
      method: 'sum_of_p95',
    })
  })

  it('is not known of too few samples; a share needs a bandwidth', () => {
    const few = { rates: series([1, 2, 3]), isWhole: true }
    expect(loadOf(series(hundred(() => 1)), [few])).toMatchObject({ p95BitsPerSecond: null, method: 'too_few_samples' })
    expect(
      loadOf(series(hundred(() => 1)), [{ rates: series(hundred(() => 1)), isWhole: true }], null).share,
    ).toBeNull()
  })

  it('bounds hold whatever part of each path’s traffic comes', () => {
    const rates = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 40, maxLength: 40 })
    fc.assert(
      fc.property(
        rates,
        rates,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 40, maxLength: 40 }),
        (y, x, parts) => {
          const load = loadOf(series(y), [{ rates: series(x), isWhole: false }])
          const truth = computeP95(y.map((own, n) => own + (x[n] ?? 0) * (parts[n] ?? 0))) ?? 0
          expect(truth).toBeGreaterThanOrEqual((load.p95BitsPerSecond?.atLeast ?? 0) - 1e-6)
          expect(truth).toBeLessThanOrEqual((load.p95BitsPerSecond?.atMost ?? 0) + 1e-6)
        },
      ),
    )
  })
})

describe('paths that a loss fills', () => {
  const shifts = [{ from: carrier('x'), to: [carrier('y')], isWhole: true }]
  const p95Of = ({ circuit }: PathDirection) => (circuit === 'z' ? 300e6 : 400e6)
  const saturated = (isAbsent: boolean) =>
    findSaturatedPaths(
      shifts,
      p95Of,
      () => 1_000,
      () => [{ circuit: 'z', path: 'primary', isAbsent }],
    )

  it('count the traffic of a path that is down, because it is on the others', () => {
    expect(saturated(true)).toEqual([carrier('y')])
    expect(saturated(false)).toEqual([])
  })
})
