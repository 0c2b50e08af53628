'use client'

import { useEndpoint } from '../data/index.ts'
import { plural } from '../format/quantity.ts'

/** The price list in force, its age, and why a newer one was not applied. */
export function PricesNote() {
  const prices = useEndpoint('cost/prices').data?.data
  if (!prices) return null
  const { sheet, lastCheck } = prices
  const from = sheet.source === 'snapshot' ? 'the list shipped with Peerwatch' : 'Azure’s Retail Prices API'
  const age = sheet.ageDays === 0 ? 'read today' : `${sheet.ageDays} days old`
  const failed = lastCheck && (lastCheck.outcome === 'refused' || lastCheck.outcome === 'unreachable')
  return (
    <>
      Prices are {from}, {age}.
      {failed && (
        <>
          {' '}
          The last update was {lastCheck.outcome === 'refused' ? 'rejected' : 'unreachable'}:{' '}
          {lastCheck.faults[0]?.detail ?? 'no reason given'}.
        </>
      )}
      {lastCheck && !failed && lastCheck.faults.length > 0 && (
        <>
          {' '}
          {plural(lastCheck.faults.length, 'row')} of it could not be used: {lastCheck.faults[0]?.detail}.
        </>
      )}
    </>
  )
}
