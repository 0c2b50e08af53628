'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import { useNowInSteps } from '../ui/clock.tsx'
import { type RangeAddress, type RelativeLength, resolveRange, type TimeRange } from './range.ts'

/** A moving stretch is looked at again this often; its begin moves in its own, longer steps. */
const LOOK_EVERY_MS = 10_000

/** The stretch of time that the page's address names, one for all parts of a page. @param usual while it names none */
export function useTimeRange(usual: RelativeLength): {
  range: TimeRange
  /** whether the address says anything of it */
  chosen: boolean
  setRange: (range: RangeAddress) => void
} {
  const [{ from, to }, setAddress] = useQueryStates({ from: parseAsString, to: parseAsString }, { history: 'push' })
  const now = useNowInSteps(LOOK_EVERY_MS)
  const range = resolveRange({ from, to }, usual, now)
  // the same stretch is the same object, so that what is made from it is not made again at each tick
  const same = useMemo<TimeRange>(
    () => ({ from: range.from, to: range.to, relative: range.relative }),
    [range.from, range.to, range.relative],
  )
  return { range: same, chosen: from !== null || to !== null, setRange: (next) => void setAddress({ ...next }) }
}
