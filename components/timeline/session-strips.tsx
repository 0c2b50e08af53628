import { clsx } from 'clsx'
import { useMemo } from 'react'
import type { Session, SessionInterval } from '#lib/sessions/api/index.ts'
import { useEndpoint } from '../data/index.ts'
import { edgesOf, resolveRange } from '../time/range.ts'
import { gapsOf } from './gaps.ts'
import { useRealNow } from '../ui/times/clock.tsx'
import { endsKey } from '../uptime/use-uptime.ts'
import { toneFill } from '../ui/drawing/tone-fill.ts'
import { mergedStrip, sessionStrip, type StripPart, formatStrip } from './state-strip.ts'

/** The window moves in steps of this length, so that it is not asked for again each second. */
const STEP_MS = 60_000

type Ends = Pick<Session, 'scope' | 'path' | 'peering' | 'localAddress' | 'neighbor' | 'role' | 'verdict'>

/** A session between a gateway's own instances that was never up is normal, and no outage. */
const isNormallyDown = ({ role, verdict }: Ends, own: readonly SessionInterval[]) =>
  role === 'gateway-peer' && (verdict === 'never_established' || own.every(({ state }) => state !== 'established'))

/**
 * The states of sessions in the 24 hours before a moment.
 * @param scope circuit or gateway; null = all
 * @param at ISO 8601; null = now
 * @returns of one session, and of several in one; null while unknown, or where it counts for nothing
 */
export function useSessionStrips(
  scope: string | null,
  at: string | null,
): { of: (session: Ends) => StripPart[] | null; ofAll: (sessions: readonly Ends[]) => StripPart[] | null } {
  const now = useRealNow(STEP_MS)
  const range = resolveRange({ from: '24h', to: at }, '24h', now)
  const [from, to] = edgesOf(range, now)
  const { data } = useEndpoint('sessions/history', { scope, from: range.from, to: range.to })
  return useMemo(() => {
    const window = { from, to }
    const bySession = data && Map.groupBy(data.data, endsKey)
    const of = (session: Ends) => {
      // a list of gaps that was cut would have times without data appear to be known
      if (data?.uncoveredOmitted) return null
      // a list that was cut has no rows of some sessions
      const own = bySession?.get(endsKey(session))
      if (!data || !own || isNormallyDown(session, own)) return null
      const kinds = session.path === null ? ['peers' as const] : ['summary' as const]
      const gaps = gapsOf(data.uncovered ?? [], { ...session, kinds })
      return sessionStrip(own, gaps, window)
    }
    const ofAll = (sessions: readonly Ends[]) => {
      const strips = sessions
        .filter(({ role }) => role !== 'gateway-peer')
        .flatMap((session) => {
          const strip = of(session)
          return strip ? [strip] : []
        })
      return strips.length === 0 ? null : mergedStrip(strips, window)
    }
    return { of, ofAll }
  }, [data, from, to])
}

/** A thin bar of states over 24 hours, hatched where nothing is known; an outage is two pixels wide at least. */
export function StateStrip({ parts }: { parts: StripPart[] | null }) {
  const [start, end] = [parts?.[0]?.from ?? 0, parts?.at(-1)?.to ?? 1]
  const words = parts ? `24 h: ${formatStrip(parts)}` : null
  return (
    <span className="relative block h-3.5 w-16 overflow-hidden rounded-xs" {...(words && { title: words })}>
      {parts?.map(({ from, to, tone }) => (
        <span
          key={from}
          aria-hidden
          className={clsx('absolute inset-y-0', tone !== 'up' && tone !== 'unknown' && 'z-1 min-w-0.5', toneFill[tone])}
          style={{
            // what has just begun is not cut off at the right
            left: `min(${((from - start) / (end - start)) * 100}%, 100% - 2px)`,
            width: `${((to - from) / (end - start)) * 100}%`,
          }}
        />
      ))}
      {words && <span className="sr-only">{words}</span>}
    </span>
  )
}
