'use client'

import { useQueryStates } from 'nuqs'
import { useCallback, useMemo } from 'react'
import { rangeParameters } from '../links/range-search.tsx'
import { useNowInSteps } from '../ui/clock.tsx'
import { addressedRange, type RangeAddress, type RelativeLength, resolveRange, type TimeRange } from './range.ts'

/** Update interval of a moving range; its start moves in its own, longer steps. */
const UPDATE_EVERY_MS = 10_000

/**
 * The time range in the page's address, shared by all panels. Every {@link PageLink} carries it.
 * @param usual default
 */
export function useTimeRange(usual: RelativeLength): {
  range: TimeRange
  /** whether the address sets it */
  chosen: boolean
  setRange: (range: RangeAddress) => void
} {
  const [address, setAddress] = useQueryStates(rangeParameters, { history: 'push' })
  const chosen = Object.values(address).some((value) => value !== null)
  const now = useNowInSteps(UPDATE_EVERY_MS)
  const from = address.range ?? address.from
  const range = resolveRange({ from, to: address.to }, usual, now)
  // one object for the same range, so that derived values are not recomputed at each tick
  const same = useMemo<TimeRange>(
    () => ({ from: range.from, to: range.to, relative: range.relative }),
    [range.from, range.to, range.relative],
  )
  const setRange = useCallback((next: RangeAddress) => void setAddress(addressedRange(next)), [setAddress])
  return { range: same, chosen, setRange }
}
