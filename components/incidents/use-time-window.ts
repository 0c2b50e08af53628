'use client'

import { parseAsIsoDateTime, throttle, useQueryStates } from 'nuqs'
import { lengthOf, type TimeWindow, within } from '../charts/state-timeline/time-window.ts'

/** Browsers limit the rate of address changes. */
const WRITE_EVERY_MS = 250

/**
 * The zoom window, kept in the page's address so that the view can be shared: separate from the time range, which other pages
 * share.
 * @param whole window if the address has none
 */
export function useTimeWindow(whole: TimeWindow, limits: TimeWindow) {
  const [{ zoomFrom, zoomTo }, setAddress] = useQueryStates(
    { zoomFrom: parseAsIsoDateTime, zoomTo: parseAsIsoDateTime },
    { history: 'replace', limitUrlUpdates: throttle(WRITE_EVERY_MS) },
  )
  const isChosen = zoomFrom !== null && zoomTo !== null && zoomFrom < zoomTo
  const window = isChosen ? within({ from: zoomFrom.getTime(), to: zoomTo.getTime() }, limits) : whole
  const show = (next: TimeWindow | null) =>
    void setAddress(
      next
        ? { zoomFrom: new Date(Math.round(next.from)), zoomTo: new Date(Math.round(next.to)) }
        : { zoomFrom: null, zoomTo: null },
    )
  return { window, isChosen: isChosen && lengthOf(window) > 0, show }
}
