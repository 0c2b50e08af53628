import { useQueryStates } from 'nuqs'
import { useCallback, useMemo } from 'react'
import { clockNames } from '../links/clock.ts'
import { clockSetting } from '../links/range-search.tsx'
import { useRealNow } from '../ui/times/clock.tsx'
import { addressedRange, clockRange, isMomentInRange, type RangeAddress, type TimeRange } from './range.ts'
import { useUsualRange } from './usual-range.tsx'

/** Update interval of a moving range. Its start moves in longer steps. */
const UPDATE_EVERY_MS = 10_000

/**
 * Returns the time range of the page, shared by all panels. Every {@link PageLink} carries it.
 * @param usual default of one panel; undefined = the default of the page, see {@link UsualRange}
 */
export function useTimeRange(usual?: string): {
  range: TimeRange
  /** whether the URL sets the range */
  chosen: boolean
  setRange: (range: RangeAddress) => void
} {
  const [address, setAddress] = useQueryStates(clockSetting, { history: 'push' })
  const chosen = clockNames.some((name) => address[name] !== null)
  const now = useRealNow(UPDATE_EVERY_MS)
  const { start, end } = useUsualRange()
  const range = clockRange(address, usual ?? start, now, usual === undefined ? end : null)
  // keeps the same object for the same range, so that derived values are not computed at each tick
  const same = useMemo<TimeRange>(
    () => ({ from: range.from, to: range.to, relative: range.relative }),
    [range.from, range.to, range.relative],
  )
  const setRange = useCallback(
    (next: RangeAddress) =>
      // the chosen time is kept only if the new range contains it
      void setAddress(({ at }) => ({
        ...addressedRange(next),
        at: isMomentInRange(at, next) ? at : null,
        cursor: null,
      })),
    [setAddress],
  )
  return { range: same, chosen, setRange }
}
