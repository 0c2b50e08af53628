import { useQueryStates } from 'nuqs'
import { useCallback } from 'react'
import { type PageTime, parsePageTime } from '../links/page-time.ts'
import { getServerNow } from '../data/server-clock.ts'
import { timeChangeParsers } from '../links/page-selection-provider.tsx'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { isMomentInRange, convertToFixedRange, type RangeUrlParameters, type TimeRange } from './time-range.ts'
import { useTimeRange } from './use-time-range.ts'

interface Clock extends PageTime {
  /**
   * Range of charts and lists of past events. It is the range that the user chose. Without a chosen range, it is a
   * range around the page time. If the page shows now, it is the default range of the page.
   */
  range: TimeRange
  /** true = the URL contains a time or a range; false = the page shows now and its default range */
  isChosen: boolean
  /**
   * Sets the page time.
   * @param at ISO 8601. A chosen range that does not contain this time is removed. null = same as {@link
   *   Clock.backToNow}
   * @param how.within range that is kept, so that the chart in which the user picked the time does not move
   * @param how.history `replace` for a time that the user drags or steps through
   */
  setMoment: (at: string | null, how?: { within?: TimeRange; history?: 'push' | 'replace' }) => void
  /** sets the chosen range; a page time outside of it is removed */
  setRange: (range: RangeUrlParameters) => void
  /** returns from the past to now; the length of the range is kept */
  backToNow: () => void
}

/**
 * Returns the page time from the URL: now, a time in the past, or a range. All pages share it (ADR 0264). Links keep it
 * in their URLs ({@link PageLink}). `useEndpoint` adds it as `at` to requests of endpoints that support it (`AS_OF` in
 * components/data/endpoint.ts). Pages that cannot show the past ignore it; for them, {@link useSelectedPastMoment} is null.
 */
export function usePageTime(): Clock {
  const [address, setAddress] = useQueryStates(timeChangeParsers, { history: 'push' })
  const reading = parsePageTime(address, useRealNow())
  const { range, chosen, setRange } = useTimeRange()
  const backToNow = useCallback(() => void setAddress({ at: null, from: null, to: null, cursor: null }), [setAddress])
  const setMoment = useCallback<Clock['setMoment']>(
    (at, { within, history = 'push' } = {}) => {
      if (at === null) backToNow()
      else if (within)
        void setAddress({ at, ...convertToFixedRange(within, getServerNow()), cursor: null }, { history })
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
