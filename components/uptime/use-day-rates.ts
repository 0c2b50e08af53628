import { useMemo } from 'react'
import { useEndpoint } from '../data/index.ts'
import { type ReadById, useReadById } from './read-by-id.ts'
import type { DayTraffic } from './traffic-column.tsx'

/** What was read of the last 24 hours of a resource. */
type DayRates = (id: string) => ReadById<DayTraffic>

/** The rates of circuits, both paths together. */
export function useDayRates(): DayRates {
  const { data, isError } = useEndpoint('circuits/history', { days: '0' })
  const read = useMemo(
    () =>
      data &&
      new Map(
        data.data.map(({ id, traffic }): [string, DayTraffic] => [
          id,
          { above: traffic.toAzureBitsPerSecond, below: traffic.fromAzureBitsPerSecond },
        ]),
      ),
    [data],
  )
  return useReadById(read, isError)
}

/** The rates of gateways, as far as Azure Monitor reports them. */
export function useGatewayDayRates(): DayRates {
  const { data, isError } = useEndpoint('gateways/traffic')
  const read = useMemo(
    () =>
      data && new Map(data.data.map(({ id, bitsPerSecond }): [string, DayTraffic] => [id, { above: bitsPerSecond }])),
    [data],
  )
  return useReadById(read, isError)
}
