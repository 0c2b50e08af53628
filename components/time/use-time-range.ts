import { useQueryStates } from 'nuqs'
import { useCallback, useMemo } from 'react'
import { timeParameterNames } from '../links/page-time.ts'
import { timeChangeParsers } from '../links/page-selection-provider.tsx'
import { useRealNow } from '../ui/times/page-clock.tsx'
import {
  convertToRangeParameters,
  computePageTimeRange,
  isMomentInRange,
  type RangeUrlParameters,
  type TimeRange,
} from './time-range.ts'
import { useDefaultRange } from './default-range.tsx'

/** Interval in ms at which a range that ends now is computed again. Its start moves in longer steps. */
const UPDATE_EVERY_MS = 10_000

/**
 * Returns the time range of the page, which all of its panels share. Every {@link PageLink} adds it to its URL.
 * @param usual default range of one panel; undefined = the default range of the page, see {@link UsualRange}
 */
export function useTimeRange(usual?: string): {
  range: TimeRange
  /** whether the URL contains a time or a range */
  chosen: boolean
  setRange: (range: RangeUrlParameters) => void
} {
  const [address, setAddress] = useQueryStates(timeChangeParsers, { history: 'push' })
  const chosen = timeParameterNames.some((name) => address[name] !== null)
  const now = useRealNow(UPDATE_EVERY_MS)
  const { start, end } = useDefaultRange()
  const range = computePageTimeRange(address, usual ?? start, now, usual === undefined ? end : null)
  // An unchanged range keeps its object, so that values derived from it are not computed again every few seconds.
  const same = useMemo<TimeRange>(
    () => ({ from: range.from, to: range.to, relative: range.relative }),
    [range.from, range.to, range.relative],
  )
  const setRange = useCallback(
    (next: RangeUrlParameters) =>
      // the page time is removed unless the new range contains it
      void setAddress(({ at }) => ({
        ...convertToRangeParameters(next),
        at: isMomentInRange(at, next) ? at : null,
        cursor: null,
      })),
    [setAddress],
  )
  return { range: same, chosen, setRange }
}
