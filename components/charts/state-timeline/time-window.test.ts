import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  computeWindowAroundMoments,
  getWindowLengthMs,
  computeMomentAtPosition,
  panWindow,
  computePositionInWindow,
  type TimeWindow,
  clipWindow,
  zoomWindow,
  zoomWindowToFault,
} from './time-window.ts'

const limits: TimeWindow = { from: 0, to: 1_000_000 }

describe('a window', () => {
  it.each<[string, TimeWindow, TimeWindow]>([
    ['inside stays', { from: 100_000, to: 200_000 }, { from: 100_000, to: 200_000 }],
    ['before it is moved later', { from: -50_000, to: 50_000 }, { from: 0, to: 100_000 }],
    ['behind it is moved earlier', { from: 950_000, to: 1_050_000 }, { from: 900_000, to: 1_000_000 }],
    ['longer than it is cut', { from: -1, to: 2_000_000 }, limits],
    ['too short is lengthened', { from: 10_000, to: 10_001 }, { from: 10_000, to: 15_000 }],
  ])('%s', (_, window, expected) => {
    expect(clipWindow(window, limits)).toEqual(expected)
  })

  it('is zoomed around a moment that keeps its place', () => {
    const window = { from: 200_000, to: 600_000 }
    const near = zoomWindow(window, 0.5, 300_000, limits)
    expect(near).toEqual({ from: 250_000, to: 450_000 })
    expect(computePositionInWindow(near, 300_000)).toBe(computePositionInWindow(window, 300_000))
  })

  it('is panned by its own length', () => {
    expect(panWindow({ from: 100_000, to: 200_000 }, 0.5, limits)).toEqual({ from: 150_000, to: 250_000 })
    expect(panWindow({ from: 100_000, to: 200_000 }, -3, limits)).toEqual({ from: 0, to: 100_000 })
  })

  it('around an incident has air on both sides, but shows no future', () => {
    expect(computeWindowAroundMoments([600_000, 1_200_000], 5_000_000)).toEqual({ from: 540_000, to: 1_260_000 })
    expect(computeWindowAroundMoments([600_000, 1_200_000], 1_210_000)).toEqual({ from: 540_000, to: 1_210_000 })
    expect(getWindowLengthMs(computeWindowAroundMoments([600_000], 600_000))).toBe(60_000)
  })

  it.each<[string, TimeWindow | null, TimeWindow]>([
    ['in the middle', { from: 480_000, to: 500_000 }, { from: 390_000, to: 590_000 }],
    ['at the end, such as an ongoing fault', { from: 980_000, to: 1_000_000 }, { from: 800_000, to: 1_000_000 }],
    ['at the start', { from: 0, to: 20_000 }, { from: 0, to: 200_000 }],
    ['of some seconds, with a minute around it', { from: 500_000, to: 502_000 }, { from: 471_000, to: 531_000 }],
    ['that takes a tenth shows everything', { from: 300_000, to: 400_000 }, limits],
    ['of an unknown time shows everything', null, limits],
  ])('is zoomed to a fault %s', (_, fault, expected) => {
    expect(zoomWindowToFault(limits, fault)).toEqual(expected)
  })
})

const windows = fc
  .tuple(fc.integer({ min: 0, max: 900_000 }), fc.integer({ min: 5_000, max: 100_000 }))
  .map(([from, length]) => ({ from, to: from + length }))

it('however it is moved and zoomed, it lies inside its limits and is never turned around', () => {
  fc.assert(
    fc.property(
      windows,
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.double({ min: -5, max: 5, noNaN: true }),
      (window, factor, share) => {
        for (const next of [
          zoomWindow(window, factor, computeMomentAtPosition(window, share), limits),
          panWindow(window, share, limits),
        ]) {
          expect(next.from).toBeGreaterThanOrEqual(limits.from)
          expect(next.to).toBeLessThanOrEqual(limits.to + 1e-6)
          expect(getWindowLengthMs(next)).toBeGreaterThanOrEqual(4_999)
        }
      },
    ),
  )
})

it('a moment is where it is said to be', () => {
  fc.assert(
    fc.property(windows, fc.double({ min: 0, max: 1, noNaN: true }), (window, share) => {
      expect(computePositionInWindow(window, computeMomentAtPosition(window, share))).toBeCloseTo(share, 6)
    }),
  )
})
