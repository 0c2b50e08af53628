import { useCallback, useMemo } from 'react'
import { useEndpoint } from '../data/index.ts'
import { useAsOf } from '../links/range-search.tsx'

/**
 * Returns the effect of the loss of each circuit in its shortest form, by its ID: `at risk: 9`. It is empty if the page
 * shows the past, because the effect is known for the present only.
 */
export function useFailoverRisks(): ReadonlyMap<string, string> {
  const isNow = useAsOf() === null
  const all = useEndpoint('resilience/failovers').data?.data
  return useMemo(
    () => new Map(isNow ? all?.flatMap(({ circuitId, risk }) => (risk === null ? [] : [[circuitId, risk]])) : []),
    [isNow, all],
  )
}

/** Returns a function that gives the effect of a circuit's loss in its shortest form; null = no effect, or unknown. */
export function useFailoverRisk(): (id: string) => string | null {
  const risks = useFailoverRisks()
  return useCallback((id) => risks.get(id) ?? null, [risks])
}
