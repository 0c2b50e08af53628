import { useCallback, useMemo } from 'react'
import { useEndpoint } from '../data/index.ts'
import { useAsOf } from '../links/page-selection-provider.tsx'

/**
 * Returns the effect of the loss of each circuit in its shortest form, by the circuit's ID: `at risk: 9`. Circuits
 * whose loss puts no prefix at risk are left out. The map is empty until the effects are loaded, and if the page shows
 * the past, because the effects are known for the present only.
 */
export function useFailoverRisks(): ReadonlyMap<string, string> {
  const isNow = useAsOf() === null
  const all = useEndpoint('resilience/failovers').data?.data
  return useMemo(
    () => new Map(isNow ? all?.flatMap(({ circuitId, risk }) => (risk === null ? [] : [[circuitId, risk]])) : []),
    [isNow, all],
  )
}

/**
 * Returns a function that returns the effect of a circuit's loss in its shortest form; null = no prefix is at risk, or
 * the effects are not loaded or are of the past.
 */
export function useFailoverRiskLookup(): (id: string) => string | null {
  const risks = useFailoverRisks()
  return useCallback((id) => risks.get(id) ?? null, [risks])
}
