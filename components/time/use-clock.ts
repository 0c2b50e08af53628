import { useQueryStates } from 'nuqs'
import { useCallback } from 'react'
import { type ShownTime, readClock } from '../links/clock.ts'
import { serverNow } from '../data/server-clock.ts'
import { clockSetting } from '../links/range-search.tsx'
import { useRealNow } from '../ui/times/clock.tsx'
import { holdsMoment, standingRange, type RangeAddress, type TimeRange } from './range.ts'
import { useTimeRange } from './use-time-range.ts'

interface Clock extends ShownTime {
  /** what charts and lists of what happened show: the chosen range, or that around the moment, or the page's usual one */
  range: TimeRange
  /** whether the address sets any of it */
  isChosen: boolean
  /**
   * @param at ISO 8601; a range that does not hold it is given up; null = as {@link Clock.backToNow}
   * @param how.within the range that stays as it is shown, so that the chart in which the moment was picked does not move
   * @param how.history `replace` for a moment that is dragged or stepped
   */
  setMoment: (at: string | null, how?: { within?: TimeRange; history?: 'push' | 'replace' }) => void
  /** a moment that it does not hold is given up */
  setRange: (range: RangeAddress) => void
  /** now, with the chosen length */
  backToNow: () => void
}

/**
 * The one clock of all pages (ADR 0264), as the address says it: now, a moment in the past, or a range. Links carry it ({@link PageLink}), and
 * `useEndpoint` asks as of `at` by itself where an endpoint can (`AS_OF` in components/data/endpoint.ts). What a page measures or leaves out
 * follows {@link useAsOf}, which is null on pages without a past.
 */
export function useClock(): Clock {
  const [address, setAddress] = useQueryStates(clockSetting, { history: 'push' })
  const reading = readClock(address, useRealNow())
  const { range, chosen, setRange } = useTimeRange()
  const backToNow = useCallback(() => void setAddress({ at: null, from: null, to: null, cursor: null }), [setAddress])
  const setMoment = useCallback<Clock['setMoment']>(
    (at, { within, history = 'push' } = {}) => {
      if (at === null) backToNow()
      else if (within) void setAddress({ at, ...standingRange(within, serverNow()), cursor: null }, { history })
      else
        void setAddress(
          ({ from, to }) =>
            holdsMoment(at, { from, to }) ? { at, cursor: null } : { at, from: null, to: null, cursor: null },
          {
            history,
          },
        )
    },
    [backToNow, setAddress],
  )
  return { ...reading, range, isChosen: chosen, setMoment, setRange, backToNow }
}
