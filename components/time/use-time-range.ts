'use client'

import { useQueryStates } from 'nuqs'
import { useCallback, useMemo } from 'react'
import { rangeParameters } from '../links/range-search.tsx'
import { useNowInSteps } from '../ui/clock.tsx'
import { addressedRange, type RangeAddress, type RelativeLength, resolveRange, type TimeRange } from './range.ts'

/** A moving interval is looked at again this often; its begin moves in its own, longer steps. */
const LOOK_EVERY_MS = 10_000

/**
 * The interval of time that the page's address names, one for all parts of a page. Every {@link PageLink} takes it along.
 * @param usual while nothing is chosen
 */
export function useTimeRange(usual: RelativeLength): {
  range: TimeRange
  /** whether the address says anything of it */
  chosen: boolean
  setRange: (range: RangeAddress) => void
} {
  const [address, setAddress] = useQueryStates(rangeParameters, { history: 'push' })
  const chosen = Object.values(address).some((value) => value !== null)
  const now = useNowInSteps(LOOK_EVERY_MS)
  const from = address.range ?? address.from
  const range = resolveRange({ from, to: address.to }, usual, now)
  // the same interval is the same object, so that what is made from it is not made again at each tick
  const same = useMemo<TimeRange>(
    () => ({ from: range.from, to: range.to, relative: range.relative }),
    [range.from, range.to, range.relative],
  )
  const setRange = useCallback((next: RangeAddress) => void setAddress(addressedRange(next)), [setAddress])
  return { range: same, chosen, setRange }
}
