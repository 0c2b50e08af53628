import type { TimeInterval } from '#lib/contract/time/time-spans.ts'

/** Visible time window in epoch milliseconds; `from` is before `to`. */
export type TimeWindow = TimeInterval

/** Zoom of the page's time range, which all charts of a page share. */
export interface TimeZoom {
  /** range before the first zoom, epoch milliseconds; equals the visible range if the user did not zoom */
  base: TimeWindow
  /** whether the user zoomed, or chose a range with an absolute start */
  isZoomed: boolean
  /**
   * Sets the page's time range, epoch milliseconds. A range that extends into the future ends now, and a range shorter
   * than 10 s is ignored.
   */
  zoom: (from: number, to: number) => void
  /** restores the range before the first zoom, or the page's default range */
  reset: () => void
}

/** Minimum length of a visible window; shorter windows are useless because polls are seconds apart. */
const SHORTEST_MS = 5_000

export const getWindowLengthMs = ({ from, to }: TimeWindow): number => to - from

/** Returns the position of a time in a window: 0 at its start, 1 at its end, negative before it, above 1 after it. */
export const computePositionInWindow = (window: TimeWindow, at: number): number =>
  (at - window.from) / getWindowLengthMs(window)

export const computeMomentAtPosition = (window: TimeWindow, share: number): number =>
  window.from + share * getWindowLengthMs(window)

/**
 * Returns the window moved and, if necessary, shortened or lengthened, so that it fits inside `limits` and has at least
 * the minimum length.
 */
export function clipWindow({ from, to }: TimeWindow, limits: TimeWindow): TimeWindow {
  const length = Math.min(Math.max(SHORTEST_MS, to - from), getWindowLengthMs(limits))
  const begin = Math.min(Math.max(from, limits.from), limits.to - length)
  return { from: begin, to: begin + length }
}

/**
 * Returns a window `factor` times as long as the given window, limited to `limits`.
 * @param factor below 1 zooms in, above 1 zooms out
 * @param at time that keeps its position on the screen
 */
export function zoomWindow(window: TimeWindow, factor: number, at: number, limits: TimeWindow): TimeWindow {
  const length = Math.min(Math.max(SHORTEST_MS, getWindowLengthMs(window) * factor), getWindowLengthMs(limits))
  const from = at - computePositionInWindow(window, at) * length
  return clipWindow({ from, to: from + length }, limits)
}

/** Returns the window panned by a share of its own length; a positive share moves to later times. */
export function panWindow(window: TimeWindow, share: number, limits: TimeWindow): TimeWindow {
  const by = share * getWindowLengthMs(window)
  return clipWindow({ from: window.from + by, to: window.to + by }, limits)
}

/** Minimum length of the initial window of an incident, milliseconds. */
const SHORTEST_INITIAL_MS = 60_000

/**
 * Returns a window that contains all moments, with a margin of a tenth (at least 30 s) on both sides. The margin at the
 * end does not extend beyond `now`, except that the window is at least a minute long.
 */
export function computeWindowAroundMoments(moments: readonly number[], now: number): TimeWindow {
  const from = Math.min(...moments)
  const to = Math.max(...moments)
  const air = Math.max(30_000, (to - from) * 0.1)
  return { from: from - air, to: Math.max(from - air + SHORTEST_INITIAL_MS, Math.min(to + air, Math.max(now, to))) }
}

/** Minimum share of the initial window that a fault takes, so that it is wider than some pixels. */
const MIN_FAULT_SHARE = 0.1

/**
 * Returns the part of a window in which a fault takes a tenth of the length, with the fault in the middle as far as the
 * window allows. The part is at least a minute long. Returns the whole window if the fault already takes a tenth of it.
 * @param fault null = the time of the fault is unknown
 */
export function zoomWindowToFault(whole: TimeWindow, fault: TimeWindow | null): TimeWindow {
  if (fault === null) return whole
  const length = Math.max(SHORTEST_INITIAL_MS, getWindowLengthMs(fault) / MIN_FAULT_SHARE)
  if (length >= getWindowLengthMs(whole)) return whole
  const from = computeMomentAtPosition(fault, 0.5) - length / 2
  return clipWindow({ from, to: from + length }, whole)
}
