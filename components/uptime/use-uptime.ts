import type { BgpSession, SessionUptime } from '#lib/sessions/api/index.ts'
import { parseAsNumberLiteral, useQueryState } from 'nuqs'
import { useCallback, useMemo } from 'react'
import { type UptimeDayCount, uptimeDayCounts } from '../ui/preferences-values.ts'
import { useEndpointQuery } from '../data/index.ts'
import { usePreferences } from '../ui/preferences.tsx'
import { type ResourceReadState, useResourceReadState } from './resource-read-state.ts'
import { toUptimeChartData, type UptimeChartData } from './uptime-text.ts'

/**
 * Returns the number of days that uptime bars show, and a function that changes it. The number comes from the URL,
 * otherwise from the last choice in this browser; the function sets both.
 */
export function useUptimeDayCount(): [UptimeDayCount, (length: UptimeDayCount) => void] {
  const { uptimeDays, setUptimeDays } = usePreferences()
  const [asked, setAsked] = useQueryState('uptime', parseAsNumberLiteral(uptimeDayCounts))
  const choose = useCallback(
    (length: UptimeDayCount) => {
      setUptimeDays(length)
      void setAsked(length)
    },
    [setUptimeDays, setAsked],
  )
  return [asked ?? uptimeDays, choose]
}

/** Uptime of a resource in the last days, or its loading state. */
export type DailyUptimeOrLoadingState = ResourceReadState<UptimeChartData>

/**
 * Loads the daily uptime of circuits, gateways and hubs, for the number of days that the user chose.
 * @param scope id of a resource; undefined = all
 */
export function useUptime(scope?: string): { length: UptimeDayCount; of: (id: string) => DailyUptimeOrLoadingState } {
  const [length] = useUptimeDayCount()
  const { data, isError } = useEndpointQuery('uptime', { days: String(length), scope })
  const byId = useMemo(() => data && new Map(data.data.map((one) => [one.id, toUptimeChartData(one)])), [data])
  return { length, of: useResourceReadState<UptimeChartData>(byId, isError) }
}

/** Fields that identify a session together with its path. */
type Ends = Pick<BgpSession, 'scope' | 'peering' | 'path' | 'localAddress' | 'neighbor'>
/** Returns a key of a session that is unique among the sessions of all resources and contains the path. */
export const getSessionEndsKey = ({ scope, peering, path, localAddress, neighbor }: Ends) =>
  [scope, peering, path, localAddress, neighbor].join(' ')

/**
 * Loads the daily uptime of sessions, for the number of days that the user chose.
 * @param scope circuit or gateway; null = all
 */
export function useSessionUptime(scope: string | null): {
  length: UptimeDayCount
  of: (session: Ends & Pick<BgpSession, 'role' | 'verdict'>) => DailyUptimeOrLoadingState
} {
  const [length] = useUptimeDayCount()
  const { data, isError } = useEndpointQuery('sessions/uptime', { days: String(length), scope })
  const byKey = useMemo(() => data && daysOfSessions(data.data), [data])
  const read = useResourceReadState<UptimeChartData>(byKey, isError)
  const of = useCallback(
    (session: Ends & Pick<BgpSession, 'role' | 'verdict'>) => {
      // It is normal that a session between a gateway's own instances was never up. Its row therefore shows no days and
      // reserves no space for them.
      if (session.role === 'gateway-peer' && session.verdict === 'never_established') return null
      const view = read(getSessionEndsKey(session))
      const counts = session.role !== 'gateway-peer' || !isUptimeRead(view) || view.days.some(wasUp)
      return counts ? view : null
    },
    [read],
  )
  return { length, of }
}

/** Returns the uptime of each session by its key. Sessions with identical days share one sequence in the response. */
function daysOfSessions({ sequences, sessions }: SessionUptime): ReadonlyMap<string, UptimeChartData> {
  const each = sequences.map((days) => toUptimeChartData({ type: 'session', days }))
  const none = toUptimeChartData({ type: 'session', days: [] })
  return new Map(sessions.map((session) => [getSessionEndsKey(session), each[session.sequence] ?? none]))
}

/** Reports whether the uptime of a resource is loaded and the resource has one. */
export const isUptimeRead = (read: DailyUptimeOrLoadingState): read is UptimeChartData =>
  read !== null && typeof read !== 'string'

const wasUp = ({ upSeconds }: UptimeChartData['days'][number]) => upSeconds.atMost > 0

/** Loads the daily uptime of the links of ports, for the number of days that the user chose. */
export function useLinkUptime(): {
  length: UptimeDayCount
  of: (port: string, link: string) => DailyUptimeOrLoadingState
} {
  const [length] = useUptimeDayCount()
  const { data, isError } = useEndpointQuery('ports/uptime', { days: String(length) })
  const byKey = useMemo(
    () =>
      data &&
      new Map(data.data.map(({ id, link, days }) => [`${id}/${link}`, toUptimeChartData({ type: 'link', days })])),
    [data],
  )
  const read = useResourceReadState<UptimeChartData>(byKey, isError)
  return { length, of: useCallback((port, link) => read(`${port}/${link}`), [read]) }
}
