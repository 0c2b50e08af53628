/** Distances between ticks, as multiples of a power of ten. */
const STEPS = [1, 1.5, 2, 3, 4, 5, 8, 10]
const MAX_STEPS = 6

/**
 * Returns round values for the ticks of an axis. They are a step of {@link STEPS} apart, and lie from `from` to `to`.
 * @param most maximum number of steps between the values; at least 1
 * @param isCount true for an axis of counts, whose ticks are whole numbers
 */
export function chooseValueTicks(from: number, to: number, most = MAX_STEPS, isCount = false): number[] {
  const span = to - from
  if (!(span > 0) || !Number.isFinite(span)) return [from]
  const step = chooseStep(span, most, isCount)
  const first = Math.ceil(from / step - SLIP)
  const last = Math.floor(to / step + SLIP)
  return Array.from({ length: last - first + 1 }, (_, index) => rounded((first + index) * step))
}

/**
 * Minimum share of a limit that the highest value must reach so that the limit is drawn. A higher limit would force a
 * scale on which the values are hardly visible.
 */
const MIN_SHARE_OF_LIMIT = 0.4
/** Space above the highest value, as a factor. */
const ABOVE_HIGHEST = 1.05

/**
 * Returns the upper end of an axis that begins at zero. Usually it is the tick above the highest value, or 1 if there
 * are no values. If the highest value is at least 40 % of the limit, or if `isLimitWanted` is set, the end is slightly
 * above both the limit and the highest value, so that the limit is drawn as a line. This end is not at a tick.
 * @param highest highest value of all series; 0 = no values
 * @param limit value of the reference line in the unit of the axis; null = unknown
 */
export function computeAxisTop(highest: number, limit: number | null = null, isLimitWanted = false): number {
  const isLimitDrawn = limit !== null && (isLimitWanted || highest >= MIN_SHARE_OF_LIMIT * limit)
  if (isLimitDrawn) return Math.max(limit * 1.06, highest * ABOVE_HIGHEST)
  if (highest <= 0) return 1
  const value = highest * ABOVE_HIGHEST
  const step = chooseStep(value, MAX_STEPS, false)
  return rounded(Math.ceil(value / step - SLIP) * step)
}

interface AxisEnds {
  bottom: number
  top: number
}

/**
 * Returns the ends of the value axis for the series that are not hidden. The axis always contains zero, even if only
 * values below zero are visible. If all visible values are zero or unknown, returns `given`.
 * @param points points with the values of all series by key; a pair is a band
 * @param given ends of the axis for all series
 */
export function fitAxisToSeries(
  points: readonly { x: number }[],
  hidden: ReadonlySet<string>,
  given: AxisEnds,
): AxisEnds {
  let [low, high] = [0, 0]
  for (const { x: _, ...values } of points) {
    for (const [key, value] of Object.entries(values as Record<string, unknown>)) {
      if (hidden.has(key)) continue
      for (const one of Array.isArray(value) ? value : [value]) {
        if (typeof one !== 'number') continue
        low = Math.min(low, one)
        high = Math.max(high, one)
      }
    }
  }
  if (low === 0 && high === 0) return given
  return {
    bottom: low < 0 ? -computeAxisTop(-low) : 0,
    top: high > 0 ? computeAxisTop(high) : 0,
  }
}

function chooseStep(span: number, most: number, isCount: boolean): number {
  const power = 10 ** Math.floor(Math.log10(span / Math.max(1, most)))
  const base = isCount ? Math.max(1, power) : power
  const fits = (step: number) => span / step <= most + SLIP && (!isCount || Number.isInteger(step))
  return STEPS.map((times) => rounded(times * base)).find(fits) ?? 10 * base
}

/** Tolerance for rounding errors, as a share of the distance between ticks. */
const SLIP = 1e-9

const rounded = (value: number): number => Number(value.toPrecision(12))
