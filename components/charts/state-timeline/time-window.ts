/** A interval of time that is looked at; epoch milliseconds, `from` before `to`. */
export interface TimeWindow {
  from: number
  to: number
}

/** Nearer than this nothing more is to be seen: polls are seconds apart. */
const SHORTEST_MS = 5_000

export const lengthOf = ({ from, to }: TimeWindow): number => to - from

/** Where a moment lies in a window: 0 at its begin, 1 at its end, beyond both outside of it. */
export const shareOf = (window: TimeWindow, at: number): number => (at - window.from) / lengthOf(window)

export const momentAt = (window: TimeWindow, share: number): number => window.from + share * lengthOf(window)

/** The window, moved and if need be shortened so that it lies inside of another one. */
export function within({ from, to }: TimeWindow, limits: TimeWindow): TimeWindow {
  const length = Math.min(Math.max(SHORTEST_MS, to - from), lengthOf(limits))
  const begin = Math.min(Math.max(from, limits.from), limits.to - length)
  return { from: begin, to: begin + length }
}

/**
 * The window `factor` times as long, with a moment of it in its place.
 * @param factor below 1 looks closer, above 1 from further off
 * @param at stays where it is on the screen
 */
export function zoomed(window: TimeWindow, factor: number, at: number, limits: TimeWindow): TimeWindow {
  const length = Math.min(Math.max(SHORTEST_MS, lengthOf(window) * factor), lengthOf(limits))
  const from = at - shareOf(window, at) * length
  return within({ from, to: from + length }, limits)
}

/** The window moved by a share of its own length: above 0 later. */
export function panned(window: TimeWindow, share: number, limits: TimeWindow): TimeWindow {
  const by = share * lengthOf(window)
  return within({ from: window.from + by, to: window.to + by }, limits)
}

/** A window around intervals, with a tenth of air on both sides, and never less than a minute. */
export function around(moments: readonly number[], now: number): TimeWindow {
  const from = Math.min(...moments)
  const to = Math.max(...moments)
  const air = Math.max(30_000, (to - from) * 0.1)
  return { from: from - air, to: Math.max(from - air + 60_000, Math.min(to + air, Math.max(now, to))) }
}
