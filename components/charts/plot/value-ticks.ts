const STEPS = [1, 2, 5, 10]

/**
 * Returns round values for the ticks of an axis. They are 1, 2 or 5 times a power of ten apart, and lie from `from` to
 * `to`.
 * @param most maximum number of steps between the values; at least 1
 */
export function chooseValueTicks(from: number, to: number, most = 6): number[] {
  const span = to - from
  if (!(span > 0) || !Number.isFinite(span)) return [from]
  const power = 10 ** Math.floor(Math.log10(span / Math.max(1, most)))
  const step = (STEPS.find((times) => span / (times * power) <= most + SLIP) ?? 10) * power
  const first = Math.ceil(from / step - SLIP)
  const last = Math.floor(to / step + SLIP)
  return Array.from({ length: last - first + 1 }, (_, index) => rounded((first + index) * step))
}

/** Tolerance for rounding errors, as a share of the distance between ticks. */
const SLIP = 1e-9

const rounded = (value: number): number => Number(value.toPrecision(12))
