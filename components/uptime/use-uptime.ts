import { parseAsNumberLiteral, useQueryState } from 'nuqs'
import { useCallback, useMemo } from 'react'
import { type UptimeLength, uptimeLengths } from '../ui/preferences-values.ts'
import { useEndpoint } from '../data/index.ts'
import { usePreferences } from '../ui/preferences.tsx'
import { type Read, useReadById } from './read-by-id.ts'
import { type Day, eachDay } from './uptime-words.ts'

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
export type DaysRead = Read<readonly Day[]>

/** The last days of circuits and gateways. @param scope of one resource; absent = all */
export function useUptime(scope?: string): { length: UptimeLength; of: (id: string) => DaysRead } {
  const [length] = useUptimeLength()
  const { data, isError } = useEndpoint('uptime', { days: String(length), scope })
  const byId = useMemo(() => data && new Map(data.data.map((one) => [one.id, eachDay(one)])), [data])
  return { length, of: useReadById<readonly Day[]>(byId, isError) }
}
