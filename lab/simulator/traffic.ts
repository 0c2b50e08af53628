/**
 * Traffic as closed-form curves. The bytes up to a moment are computed from that moment only, so that any counter at
 * any time is exact without simulating the time before.
 */
import { z } from 'zod'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { hash32, hashSeedToSignedFraction } from './hash.ts'

const SLOT_S = 300
const SLOTS_PER_DAY = 288
const RIPPLE_S = 10

/** Relative rate in each hour of a weekday. On weekends, the rate is multiplied by `weekend`. */
const HOURS = {
  flat: Array<number>(24).fill(1),
  office: [3, 2, 2, 2, 2, 3, 5, 9, 14, 17, 18, 17, 14, 16, 18, 17, 15, 11, 8, 6, 5, 5, 4, 4],
  backup: [16, 18, 18, 17, 12, 6, 3, 3, 4, 5, 5, 5, 5, 5, 5, 5, 5, 4, 4, 4, 5, 7, 11, 14],
  mixed: [7, 7, 6, 6, 6, 7, 8, 10, 13, 14, 14, 14, 13, 14, 14, 13, 12, 11, 10, 10, 9, 9, 8, 8],
} as const

export const trafficDemandCurveSchema = z.strictObject({
  /** Mean over the week at the reference moment, 10^6 bit/s. */
  mbps: z.number().min(0),
  shape: z.enum(['flat', 'office', 'backup', 'mixed']).default('office'),
  weekend: z.number().min(0.01).max(1).default(0.35),
  /** Compound growth per 30 days; 0.2 is +20 %. */
  growth: z.number().min(-0.9).max(5).default(0),
  /** moment at which `mbps` applies: the origin, or the middle of the calendar month (UTC) that contains the origin */
  reference: z.enum(['origin', 'month']).default('origin'),
  /**
   * Seeded noise as a share of the rate: between days (`dayNoise`), between 5-minute slots (`noise`), and between
   * 10-second slices (`ripple`).
   */
  dayNoise: z.number().min(0).max(0.5).default(0.06),
  noise: z.number().min(0).max(0.4).default(0.12),
  ripple: z.number().min(0).max(0.4).default(0.06),
})
export type TrafficDemandCurveSpec = z.output<typeof trafficDemandCurveSchema>

interface Week {
  readonly rate: Float64Array
  readonly prefix: Float64Array
}
const weeks = new Map<string, Week>()

/**
 * Returns the week's shape in 5-minute slots from Monday 00:00 UTC. Hours are joined by straight lines, and the mean is
 * 1.
 */
function weekOf(shape: TrafficDemandCurveSpec['shape'], weekend: number): Week {
  const key = `${shape}/${weekend}`
  const known = weeks.get(key)
  if (known) return known
  const count = 7 * SLOTS_PER_DAY
  const hour = (h: number): number => {
    const wrapped = (h + 168) % 168
    return (HOURS[shape][wrapped % 24] ?? 1) * (wrapped >= 120 ? weekend : 1)
  }
  const rate = Float64Array.from({ length: count }, (_, i) => {
    const h = Math.floor(i / 12)
    return hour(h) + ((hour(h + 1) - hour(h)) * (i % 12)) / 12
  })
  const mean = rate.reduce((sum, r) => sum + r, 0) / count
  const prefix = new Float64Array(count + 1)
  for (let i = 0; i < count; i++) {
    rate[i] = (rate[i] ?? 0) / mean
    prefix[i + 1] = (prefix[i] ?? 0) + (rate[i] ?? 0)
  }
  const week = { rate, prefix }
  weeks.set(key, week)
  return week
}

function monthMiddle(at: number): number {
  const d = new Date(at)
  const start = Date.UTC(d.getUTCFullYear(), d.getUTCMonth(), 1)
  return start + (Date.UTC(d.getUTCFullYear(), d.getUTCMonth() + 1, 1) - start) / 2
}

/** The curve of a demand, with its antiderivative. */
export class TrafficDemandCurve {
  private readonly spec: TrafficDemandCurveSpec
  private readonly epoch: number
  private readonly week: Week
  private readonly seed: number
  private readonly reference: number
  private readonly bytesPerSecond: number
  private readonly firstDay: number
  private readonly dayTotals: number[] = [0]

  /**
   * Creates the curve.
   * @param name seed of the random variation
   * @param epoch time at which counting begins; an earlier moment gives the same result as this one
   */
  constructor(spec: TrafficDemandCurveSpec, name: string, epoch: number, origin: number) {
    this.spec = spec
    this.epoch = epoch
    this.week = weekOf(spec.shape, spec.weekend)
    this.seed = hash32(name)
    this.reference = spec.reference === 'month' ? monthMiddle(origin) : origin
    this.bytesPerSecond = (spec.mbps * 1_000_000) / 8
    this.firstDay = Math.floor(epoch / MS_PER_DAY)
  }

  private dayFactor(day: number): number {
    const days = ((day + 0.5) * MS_PER_DAY - this.reference) / (30 * MS_PER_DAY)
    return (1 + this.spec.growth) ** days * (1 + this.spec.dayNoise * hashSeedToSignedFraction(this.seed, day))
  }

  /** Returns the first 5-minute slot of a day in the week's table (1970-01-01 was a Thursday). */
  private weekSlot(day: number): number {
    return ((((day + 3) % 7) + 7) % 7) * SLOTS_PER_DAY
  }

  /**
   * Returns the random variation of a slot. The variations of two neighboring slots add up to zero, and so do those of
   * two slices, so that the total of a day can be computed directly. The rate is never negative, because the variation
   * is a share of the smaller rate of the two slots.
   */
  private swing(slotOfWeek: number, absoluteSlot: number): number {
    const mate = slotOfWeek ^ 1
    const room = Math.min(this.week.rate[slotOfWeek] ?? 0, this.week.rate[mate] ?? 0)
    const size = this.spec.noise * room * hashSeedToSignedFraction(this.seed ^ 0x5107, absoluteSlot >> 1)
    return slotOfWeek % 2 === 0 ? size : -size
  }

  private slice(slotOfWeek: number, absoluteSlot: number, slice: number): number {
    const room = (this.week.rate[slotOfWeek] ?? 0) * (1 - this.spec.noise)
    const size =
      this.spec.ripple * room * hashSeedToSignedFraction(this.seed ^ 0x0991, absoluteSlot * 16 + (slice >> 1))
    return slice % 2 === 0 ? size : -size
  }

  private locate(at: number) {
    const day = Math.floor(at / MS_PER_DAY)
    const seconds = (at - day * MS_PER_DAY) / 1000
    const slot = Math.min(SLOTS_PER_DAY - 1, Math.floor(seconds / SLOT_S))
    const base = this.weekSlot(day)
    return { day, base, slotOfWeek: base + slot, inSlot: seconds - slot * SLOT_S, absolute: day * SLOTS_PER_DAY + slot }
  }

  /** Returns bytes per second at a moment. */
  rate(at: number): number {
    if (at < this.epoch) return 0
    const { day, slotOfWeek, inSlot, absolute } = this.locate(at)
    const relative =
      (this.week.rate[slotOfWeek] ?? 0) +
      this.swing(slotOfWeek, absolute) +
      this.slice(slotOfWeek, absolute, Math.floor(inSlot / RIPPLE_S))
    return this.bytesPerSecond * this.dayFactor(day) * relative
  }

  private within(at: number): number {
    const { day, base, slotOfWeek, inSlot, absolute } = this.locate(at)
    const { rate, prefix } = this.week
    const smooth = ((prefix[slotOfWeek] ?? 0) - (prefix[base] ?? 0)) * SLOT_S + (rate[slotOfWeek] ?? 0) * inSlot
    const swing = this.swing(slotOfWeek, absolute)
    const paired = slotOfWeek % 2 === 0 ? swing * inSlot : swing * (inSlot - SLOT_S)
    const slice = Math.floor(inSlot / RIPPLE_S)
    const size = this.slice(slotOfWeek, absolute, slice)
    const inSlice = inSlot - slice * RIPPLE_S
    const rippled = slice % 2 === 0 ? size * inSlice : size * (inSlice - RIPPLE_S)
    return this.bytesPerSecond * this.dayFactor(day) * (smooth + paired + rippled)
  }

  private dayTotal(index: number): number {
    for (let i = this.dayTotals.length; i <= index; i++) {
      const day = this.firstDay + i - 1
      const base = this.weekSlot(day)
      const shape = (this.week.prefix[base + SLOTS_PER_DAY] ?? 0) - (this.week.prefix[base] ?? 0)
      this.dayTotals.push((this.dayTotals[i - 1] ?? 0) + this.bytesPerSecond * this.dayFactor(day) * shape * SLOT_S)
    }
    return this.dayTotals[index] ?? 0
  }

  /**
   * Returns the number of bytes from midnight of the first day to a moment. The difference of two results is the exact
   * integral of `rate`.
   */
  total(at: number): number {
    const clamped = Math.max(at, this.epoch)
    if (this.bytesPerSecond === 0) return 0
    return this.dayTotal(Math.floor(clamped / MS_PER_DAY) - this.firstDay) + this.within(clamped)
  }
}
