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

/** Returns the upper end of an axis from zero: the first tick that is at least `value`. */
export function roundUpToAxisValue(value: number): number {
  if (value <= 0) return 1
  const step = chooseStep(value, MAX_STEPS, false)
  return rounded(Math.ceil(value / step - SLIP) * step)
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
