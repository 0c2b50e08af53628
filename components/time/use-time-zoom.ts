import { useMemo } from 'react'
import type { TimeZoom } from '../charts/state-timeline/time-window.ts'
import { getServerNow } from '../data/server-clock.ts'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { type RangeUrlParameters, resolveRangeEdges, parseTimeRangeParameters } from './time-range.ts'
import { useDefaultRange } from './default-range.tsx'
import { useTimeRange } from './use-time-range.ts'

/** Minimum length in ms of a range that is selected in a chart. A shorter drag counts as a click. */
const SHORTEST_MS = 10_000

/**
 * Range that was set by the last zoom, and the range before the first zoom. Both are stored outside of the components,
 * because the user may zoom in one chart and reset the zoom in another chart.
 */
let zoomed: { to: RangeUrlParameters; base: RangeUrlParameters } | null = null

/** Returns the zoom of the page's time range. */
export function useTimeZoom(): TimeZoom {
  const { range, chosen, setRange } = useTimeRange()
  const { start, end } = useDefaultRange()
  const now = useRealNow(10_000)
  return useMemo(() => {
    const { from, to, relative } = range
    const address: RangeUrlParameters = chosen ? { from: relative ?? from, to } : { from: null, to: null }
    const own = zoomed?.to.from === from && zoomed.to.to === to ? zoomed : null
    const base = own?.base ?? address
    const [begin, until] = resolveRangeEdges(own ? parseTimeRangeParameters(base, start, now, end) : range, now)
    return {
      base: { from: begin, to: until },
      isZoomed: own !== null || (chosen && relative === null),
      zoom: (first, last) => {
        const until = getServerNow()
        if (Math.min(last, until) - first < SHORTEST_MS) return
        const next = { from: new Date(first).toISOString(), to: last > until ? null : new Date(last).toISOString() }
        zoomed = { to: next, base }
        setRange(next)
      },
      reset: () => setRange(own?.base ?? { from: null, to: null }),
    }
  }, [range, chosen, setRange, start, end, now])
}
