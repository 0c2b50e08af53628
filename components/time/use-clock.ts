import { useQueryStates } from 'nuqs'
import { useCallback } from 'react'
import { type ShownTime, readClock } from '../links/clock.ts'
import { serverNow } from '../data/server-clock.ts'
import { clockSetting } from '../links/range-search.tsx'
import { useRealNow } from '../ui/times/clock.tsx'
import { isMomentInRange, pinRange, type RangeAddress, type TimeRange } from './range.ts'
import { useTimeRange } from './use-time-range.ts'

interface Clock extends ShownTime {
  /**
   * range for charts and lists of past events: the chosen range, the range around the page time, or the page's default
   */
  range: TimeRange
  /** true = the URL contains a time or a range; false = the page shows now and its default range */
  isChosen: boolean
  /**
   * @param at ISO 8601; a range that does not contain it is removed; null = same as {@link Clock.backToNow}
   * @param how.within range to keep, so that the chart in which the time was picked does not move
   * @param how.history `replace` for a time that is dragged or stepped
   */
  setMoment: (at: string | null, how?: { within?: TimeRange; history?: 'push' | 'replace' }) => void
  /** sets the range; a page time outside it is removed */
  setRange: (range: RangeAddress) => void
  /** returns to now, with the chosen length */
  backToNow: () => void
}

/**
 * Reads the page time, which all pages share (ADR 0264), from the URL: now, a time in the past, or a range. Links carry
 * it ({@link PageLink}), and `useEndpoint` adds `at` to requests of endpoints that support it (`AS_OF` in
 * components/data/endpoint.ts). Ages and current-only content of a page follow {@link useAsOf}, which is null on pages
 * without a past.
 */
export function useClock(): Clock {
  const [address, setAddress] = useQueryStates(clockSetting, { history: 'push' })
  const reading = readClock(address, useRealNow())
  const { range, chosen, setRange } = useTimeRange()
  const backToNow = useCallback(() => void setAddress({ at: null, from: null, to: null, cursor: null }), [setAddress])
  const setMoment = useCallback<Clock['setMoment']>(
    (at, { within, history = 'push' } = {}) => {
      if (at === null) backToNow()
      else if (within) void setAddress({ at, ...pinRange(within, serverNow()), cursor: null }, { history })
      else
        void setAddress(
          ({ from, to }) =>
            isMomentInRange(at, { from, to }) ? { at, cursor: null } : { at, from: null, to: null, cursor: null },
          {
            history,
          },
        )
    },
    [backToNow, setAddress],
  )
  return { ...reading, range, isChosen: chosen, setMoment, setRange, backToNow }
}
