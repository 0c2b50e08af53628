'use client'

import { parseAsIsoDateTime, throttle, useQueryStates } from 'nuqs'
import { lengthOf, type TimeWindow, within } from '../charts/state-timeline/time-window.ts'

/** A browser takes so many changes of an address in a while. */
const WRITE_EVERY_MS = 250

/**
 * What is looked at, kept in the page's address so that the same view can be sent: apart from the range of other pages, which goes
 * along through this one.
 * @param whole while the address says nothing
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
