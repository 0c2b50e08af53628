import { clsx } from 'clsx'
import { useMemo } from 'react'
import type { BgpSession, SessionInterval } from '#lib/sessions/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { resolveRangeEdges, parseTimeRangeParameters } from '../time/time-range.ts'
import { listPollGaps, listUnpolledIntervals } from './timeline-gaps.ts'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { getSessionEndsKey } from '../uptime/use-uptime.ts'
import { useChartStepSlider } from '../charts/use-step-slider.tsx'
import { formatTimeRange } from '../format/instant.ts'
import { barFillClassByStateTone } from '../ui/drawing/tone-fill.ts'
import { useZone } from '../ui/preferences.tsx'
import { mergeSessionStrips, buildSessionStrip, type StripSegment, formatSessionStateStrip } from './state-strip.ts'

/** Step in milliseconds to which the 24-hour window is rounded. Otherwise it would be requested again every second. */
const STEP_MS = 60_000

type Ends = Pick<BgpSession, 'scope' | 'path' | 'peering' | 'localAddress' | 'neighbor' | 'role' | 'verdict'>

/**
 * Reports whether it is normal that a session is down. This applies to a session between a gateway's own instances that
 * was never up in the time window.
 */
const isNormallyDown = ({ role, verdict }: Ends, own: readonly SessionInterval[]) =>
  role === 'gateway-peer' && (verdict === 'never_established' || own.every(({ state }) => state !== 'established'))

/**
 * Returns the states of sessions in the 24 hours before a time.
 * @param scope circuit or gateway; null = all
 * @param at ISO 8601; null = now
 * @returns functions for one session (`of`) and for several sessions together (`ofAll`). Both return null if the states
 *   are unknown, or if it is normal that the sessions are down
 */
export function useSessionStrips(
  scope: string | null,
  at: string | null,
): { of: (session: Ends) => StripSegment[] | null; ofAll: (sessions: readonly Ends[]) => StripSegment[] | null } {
  const now = useRealNow(STEP_MS)
  const range = parseTimeRangeParameters({ from: '24h', to: at }, '24h', now)
  const [from, to] = resolveRangeEdges(range, now)
  const { data } = useEndpointQuery('sessions/history', { scope, from: range.from, to: range.to })
  return useMemo(() => {
    const window = { from, to }
    const bySession = data && Map.groupBy(data.data, getSessionEndsKey)
    const of = (session: Ends) => {
      // If the response lacks some gaps, all states count as unknown. Otherwise a time without data could look like a
      // known state.
      if (data?.uncoveredOmitted) return null
      // If there are too many sessions, the response does not contain the states of some of them.
      const own = bySession?.get(getSessionEndsKey(session))
      if (!data || !own || isNormallyDown(session, own)) return null
      const kinds = session.path === null ? ['peers' as const] : ['summary' as const]
      const gaps = listPollGaps(listUnpolledIntervals(data), { ...session, kinds })
      return buildSessionStrip(own, gaps, window)
    }
    const ofAll = (sessions: readonly Ends[]) => {
      const strips = sessions
        .filter(({ role }) => role !== 'gateway-peer')
        .flatMap((session) => {
          const strip = of(session)
          return strip ? [strip] : []
        })
      return strips.length === 0 ? null : mergeSessionStrips(strips, window)
    }
    return { of, ofAll }
  }, [data, from, to])
}

/** Number of steps of a strip; the tooltip lists the states in the step at the pointer. */
const STEPS = 32

const stateLabels: Record<StripSegment['tone'], string> = {
  up: 'up',
  degraded: 'partly down',
  down: 'down',
  unknown: 'unknown',
}

/**
 * Thin bar of the states over 24 hours, hatched while the state is unknown. An outage is at least two pixels wide. A
 * tooltip shows the states at the pointer.
 */
export function SessionStateStrip({ parts }: { parts: StripSegment[] | null }) {
  const zone = useZone()
  const [start, end] = [parts?.[0]?.from ?? 0, parts?.at(-1)?.to ?? 1]
  const words = parts ? `24 h: ${formatSessionStateStrip(parts)}` : null
  const { note, pointer } = useChartStepSlider(parts ? STEPS : 0, (index) => {
    const [from, to] = [index, index + 1].map((edge) => start + (edge / STEPS) * (end - start)) as [number, number]
    return {
      title: words ?? '',
      lines: (parts ?? [])
        .filter((part) => part.from < to && part.to > from)
        .map((part) => ({
          name: formatTimeRange(part.from, part.to, zone, null),
          value: stateLabels[part.tone],
        })),
    }
  })
  return (
    <span {...pointer} className="relative block h-3.5 w-16 overflow-hidden rounded-xs">
      {parts?.map(({ from, to, tone }) => (
        <span
          key={from}
          aria-hidden
          className={clsx(
            'absolute inset-y-0',
            tone !== 'up' && tone !== 'unknown' && 'z-1 min-w-0.5',
            barFillClassByStateTone[tone],
          )}
          style={{
            // The last part has a minimum width at the right edge, so that a state that has just begun is visible.
            left: `min(${((from - start) / (end - start)) * 100}%, 100% - 2px)`,
            width: `${((to - from) / (end - start)) * 100}%`,
          }}
        />
      ))}
      {words && <span className="sr-only">{words}</span>}
      {note}
    </span>
  )
}
