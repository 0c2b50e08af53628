import type { Session, SessionUptime } from '#lib/sessions/api/index.ts'
import { parseAsNumberLiteral, useQueryState } from 'nuqs'
import { useCallback, useMemo } from 'react'
import { type UptimeLength, uptimeLengths } from '../ui/preferences-values.ts'
import { useEndpoint } from '../data/index.ts'
import { usePreferences } from '../ui/preferences.tsx'
import { type ReadById, useReadById } from './read-by-id.ts'
import { type Day, eachDay } from './uptime-text.ts'

/**
 * Returns the number of days shown, from the URL or otherwise from the last choice in this browser, and a function that
 * sets both.
 */
export function useUptimeLength(): [UptimeLength, (length: UptimeLength) => void] {
  const { uptimeDays, setUptimeDays } = usePreferences()
  const [asked, setAsked] = useQueryState('uptime', parseAsNumberLiteral(uptimeLengths))
  const choose = useCallback(
    (length: UptimeLength) => {
      setUptimeDays(length)
      void setAsked(length)
    },
    [setUptimeDays, setAsked],
  )
  return [asked ?? uptimeDays, choose]
}

/** Uptime days of a resource. */
export type DaysRead = ReadById<readonly Day[]>

/**
 * Loads the last days of circuits, gateways and hubs.
 * @param scope one resource; undefined = all
 */
export function useUptime(scope?: string): { length: UptimeLength; of: (id: string) => DaysRead } {
  const [length] = useUptimeLength()
  const { data, isError } = useEndpoint('uptime', { days: String(length), scope })
  const byId = useMemo(() => data && new Map(data.data.map((one) => [one.id, eachDay(one)])), [data])
  return { length, of: useReadById<readonly Day[]>(byId, isError) }
}

/** Properties that identify a session. */
type Ends = Pick<Session, 'scope' | 'peering' | 'path' | 'localAddress' | 'neighbor'>
/** Returns a key of a session that is unique across resources and includes its path. */
export const endsKey = ({ scope, peering, path, localAddress, neighbor }: Ends) =>
  [scope, peering, path, localAddress, neighbor].join(' ')

/** Loads the last days of sessions. @param scope circuit or gateway; null = all */
export function useSessionUptime(scope: string | null): {
  length: UptimeLength
  of: (session: Ends & Pick<Session, 'role' | 'verdict'>) => DaysRead
} {
  const [length] = useUptimeLength()
  const { data, isError } = useEndpoint('sessions/uptime', { days: String(length), scope })
  const byKey = useMemo(() => data && daysOfSessions(data.data), [data])
  const read = useReadById<readonly Day[]>(byKey, isError)
  const of = useCallback(
    (session: Ends & Pick<Session, 'role' | 'verdict'>) => {
      // a session between a gateway's own instances that was never up is normal, so its row reserves no space for days
      if (session.role === 'gateway-peer' && session.verdict === 'never_established') return null
      const days = read(endsKey(session))
      const counts = session.role !== 'gateway-peer' || !Array.isArray(days) || days.some(wasUp)
      return counts ? days : null
    },
    [read],
  )
  return { length, of }
}

/** Returns the days by session. Sessions with identical days share one sequence in the response. */
function daysOfSessions({ sequences, sessions }: SessionUptime): ReadonlyMap<string, readonly Day[]> {
  const each = sequences.map((days) => eachDay({ type: 'session', days }))
  return new Map(sessions.map((session) => [endsKey(session), each[session.sequence] ?? []]))
}

const wasUp = ({ upSeconds }: Day) => upSeconds.atMost > 0

/** Loads the daily uptime of the links of ports, for the number of days that the user chose. */
export function useLinkUptime(): { length: UptimeLength; of: (port: string, link: string) => DaysRead } {
  const [length] = useUptimeLength()
  const { data, isError } = useEndpoint('ports/uptime', { days: String(length) })
  const byKey = useMemo(
    () => data && new Map(data.data.map(({ id, link, days }) => [`${id}/${link}`, eachDay({ type: 'link', days })])),
    [data],
  )
  const read = useReadById<readonly Day[]>(byKey, isError)
  return { length, of: useCallback((port, link) => read(`${port}/${link}`), [read]) }
}
