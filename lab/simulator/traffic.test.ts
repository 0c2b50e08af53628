import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { TEST_TIMELINE_ORIGIN } from './testing.ts'
import { TrafficDemandCurve, trafficDemandCurveSchema } from './traffic.ts'

const EPOCH = TEST_TIMELINE_ORIGIN - 20 * MS_PER_DAY
const shapes = fc.constantFrom('flat', 'office', 'backup', 'mixed')
const specs = fc
  .record({
    mbps: fc.double({ min: 0.5, max: 5000, noNaN: true }),
    shape: shapes,
    weekend: fc.double({ min: 0.05, max: 1, noNaN: true }),
    growth: fc.double({ min: -0.3, max: 0.5, noNaN: true }),
    reference: fc.constantFrom('origin', 'month'),
    noise: fc.double({ min: 0, max: 0.4, noNaN: true }),
    ripple: fc.double({ min: 0, max: 0.4, noNaN: true }),
    dayNoise: fc.double({ min: 0, max: 0.5, noNaN: true }),
  })
  .map((input) => trafficDemandCurveSchema.parse(input))
const moments = fc.integer({ min: EPOCH, max: TEST_TIMELINE_ORIGIN + 40 * MS_PER_DAY })

it('the total is the integral of the rate: a sum of one-second steps gives the same', () => {
  fc.assert(
    fc.property(specs, moments, fc.integer({ min: 1, max: 1500 }), (spec, at, seconds) => {
      const curve = new TrafficDemandCurve(spec, 'x', EPOCH, TEST_TIMELINE_ORIGIN)
      // from a whole second on, so that no step of the rate is inside a second
      const from = Math.ceil(at / 1000) * 1000
      let sum = 0
      for (let s = 0; s < seconds; s++) sum += curve.rate(from + s * 1000 + 500)
      const integral = curve.total(from + seconds * 1000) - curve.total(from)
      expect(Math.abs(integral - sum)).toBeLessThan(1 + sum * 1e-9)
    }),
  )
})

it('never falls and never has a negative rate', () => {
  fc.assert(
    fc.property(specs, moments, fc.integer({ min: 1, max: 3 * MS_PER_DAY }), (spec, at, later) => {
      const curve = new TrafficDemandCurve(spec, 'x', EPOCH, TEST_TIMELINE_ORIGIN)
      expect(curve.rate(at)).toBeGreaterThanOrEqual(0)
      expect(curve.total(at + later)).toBeGreaterThanOrEqual(curve.total(at))
    }),
  )
})

it('does not depend on earlier reads', () => {
  const spec = trafficDemandCurveSchema.parse({ mbps: 100 })
  const fresh = new TrafficDemandCurve(spec, 'x', EPOCH, TEST_TIMELINE_ORIGIN)
  const used = new TrafficDemandCurve(spec, 'x', EPOCH, TEST_TIMELINE_ORIGIN)
  used.total(TEST_TIMELINE_ORIGIN + 30 * MS_PER_DAY)
  expect(fresh.total(TEST_TIMELINE_ORIGIN)).toBe(used.total(TEST_TIMELINE_ORIGIN))
})

it('keeps to its mean over a week without noise', () => {
  const spec = trafficDemandCurveSchema.parse({ mbps: 100, dayNoise: 0 })
  const curve = new TrafficDemandCurve(spec, 'x', EPOCH, TEST_TIMELINE_ORIGIN)
  const bytes = curve.total(TEST_TIMELINE_ORIGIN) - curve.total(TEST_TIMELINE_ORIGIN - 7 * MS_PER_DAY)
  expect((bytes * 8) / (7 * 86_400) / 1e6).toBeCloseTo(100, 6)
})
