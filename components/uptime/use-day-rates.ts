import { useMemo } from 'react'
import { useEndpointQuery } from '../data/index.ts'
import { type ResourceReadState, useResourceReadState } from './resource-read-state.ts'
import type { DayTraffic } from './traffic-column.tsx'

/** Function that returns the traffic of a resource, by id, in the last 24 hours. */
type DayRates = (id: string) => ResourceReadState<DayTraffic>

/** Loads the rates of circuits. A rate is the sum of both paths. */
export function useDayRates(): DayRates {
  const { data, isError } = useEndpointQuery('circuits/history', { days: '0' })
  const read = useMemo(
    () =>
      data &&
      new Map(
        data.data.map(({ id, traffic }): [string, DayTraffic] => [
          id,
          {
            from: traffic.from,
            stepSeconds: traffic.stepSeconds,
            above: traffic.toAzureBitsPerSecond,
            below: traffic.fromAzureBitsPerSecond,
          },
        ]),
      ),
    [data],
  )
  return useResourceReadState(read, isError)
}

/** Loads the rates of gateways, if Azure Monitor reports them. */
export function useGatewayDayRates(): DayRates {
  const { data, isError } = useEndpointQuery('gateways/traffic')
  const read = useMemo(
    () =>
      data &&
      new Map(
        data.data.map(({ id, bitsPerSecond, ...steps }): [string, DayTraffic] => [
          id,
          { ...steps, above: bitsPerSecond },
        ]),
      ),
    [data],
  )
  return useResourceReadState(read, isError)
}
