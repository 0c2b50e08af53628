import { useCallback, useMemo } from 'react'
import { useEndpointQuery } from '../data/index.ts'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'

/**
 * Returns a short text about the effect of each circuit's loss, for example `9 prefixes at risk`, by the circuit's ID.
 * Circuits whose loss puts no prefix at risk are left out, except while their effect is only last known. The map is
 * empty until the effects are loaded. It is also empty if the page shows a past time, because the effects are known
 * only for the present.
 */
export function useFailoverRisks(): ReadonlyMap<string, string> {
  const isNow = useSelectedPastMoment() === null
  const all = useEndpointQuery('resilience/failovers').data?.data
  return useMemo(
    () => new Map(isNow ? all?.flatMap(({ circuitId, risk }) => (risk === null ? [] : [[circuitId, risk]])) : []),
    [isNow, all],
  )
}

/**
 * Returns a function that looks up the short text about the effect of a circuit's loss. Its result is null if no prefix
 * is at risk, if the effects are not loaded, or if the page shows a past time.
 */
export function useFailoverRiskLookup(): (id: string) => string | null {
  const risks = useFailoverRisks()
  return useCallback((id) => risks.get(id) ?? null, [risks])
}
