'use client'

import { useCostPrices } from '../data/index.ts'

/** Which price list is in force, how old it is, and why a newer one is not. */
export function PricesNote() {
  const prices = useCostPrices().data?.data
  if (!prices) return null
  const { sheet, lastCheck } = prices
  const from = sheet.source === 'snapshot' ? 'the list that came with Peerwatch' : 'Azure’s Retail Prices API'
  const age = sheet.ageDays === 0 ? 'read today' : `${sheet.ageDays} days old`
  const failed = lastCheck && (lastCheck.outcome === 'refused' || lastCheck.outcome === 'unreachable')
  return (
    <>
      Prices are {from}, {age}.
      {failed && (
        <>
          {' '}
          The last list was {lastCheck.outcome === 'refused' ? 'refused' : 'not to be had'}:{' '}
          {lastCheck.faults[0]?.detail ?? 'no reason was told'}.
        </>
      )}
    </>
  )
}
