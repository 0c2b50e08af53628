import type { Session, SessionUptime } from '#lib/sessions/api/index.ts'
import { parseAsNumberLiteral, useQueryState } from 'nuqs'
import { useCallback, useMemo } from 'react'
import { type UptimeLength, uptimeLengths } from '../ui/preferences-values.ts'
import { useEndpoint } from '../data/index.ts'
import { usePreferences } from '../ui/preferences.tsx'
import { type ReadById, useReadById } from './read-by-id.ts'
import { type Day, eachDay } from './uptime-text.ts'

/** How many days are shown: as the address says, else as this browser chose last. Choosing sets both. */
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

/** The days of a resource. */
export type DaysRead = ReadById<readonly Day[]>

/** The last days of circuits, gateways and hubs. @param scope of one resource; absent = all */
export function useUptime(scope?: string): { length: UptimeLength; of: (id: string) => DaysRead } {
  const [length] = useUptimeLength()
  const { data, isError } = useEndpoint('uptime', { days: String(length), scope })
  const byId = useMemo(() => data && new Map(data.data.map((one) => [one.id, eachDay(one)])), [data])
  return { length, of: useReadById<readonly Day[]>(byId, isError) }
}

/** What names a session among all. */
type Ends = Pick<Session, 'scope' | 'peering' | 'path' | 'localAddress' | 'neighbor'>
/** Identifies a session among several resources, its path included. */
export const endsKey = ({ scope, peering, path, localAddress, neighbor }: Ends) =>
  [scope, peering, path, localAddress, neighbor].join(' ')

/** The last days of sessions. @param scope circuit or gateway; null = all */
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
      // one between a gateway's own instances that was never up is normal, and no outage: its row keeps no room for days
      if (session.role === 'gateway-peer' && session.verdict === 'never_established') return null
      const days = read(endsKey(session))
      const counts = session.role !== 'gateway-peer' || !Array.isArray(days) || days.some(wasUp)
      return counts ? days : null
    },
    [read],
  )
  return { length, of }
}

/** Sessions that were alike share their days. */
function daysOfSessions({ sequences, sessions }: SessionUptime): ReadonlyMap<string, readonly Day[]> {
  const each = sequences.map((days) => eachDay({ type: 'session', days }))
  return new Map(sessions.map((session) => [endsKey(session), each[session.sequence] ?? []]))
}

const wasUp = ({ upSeconds }: Day) => upSeconds.atMost > 0

/** The last days of the links of ports. */
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
