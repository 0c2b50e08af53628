import type { CircuitPathParity } from '#lib/usage/api/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import type { StatusText } from '../ui/status.tsx'

/**
 * Returns a status for the difference between the route tables of a circuit's two paths. A prefix on only one path is
 * worse than AS paths of different length, which may be intended.
 */
export function getPathParityStatus(parity: CircuitPathParity | null): StatusText {
  if (parity === null) return { tone: 'unknown', word: 'UNKNOWN' }
  if (parity.onlyPrimary + parity.onlySecondary > 0) return { tone: 'degraded', word: 'DIFFERENT' }
  if (parity.unequal > 0) return { tone: 'notice', word: 'UNEQUAL' }
  return { tone: 'up', word: 'EQUAL' }
}

export function formatPathParity(parity: CircuitPathParity | null): string {
  if (parity === null) return 'One of the two tables has not been polled yet.'
  const { shared, unequal, onlyPrimary, onlySecondary } = parity
  const said = [
    onlyPrimary > 0 && `${formatCountWithPlural(onlyPrimary, 'prefix', 'prefixes')} on the primary path only`,
    onlySecondary > 0 && `${formatCountWithPlural(onlySecondary, 'prefix', 'prefixes')} on the secondary path only`,
    unequal > 0 && `${formatCountWithPlural(unequal, 'prefix', 'prefixes')} with AS paths of different length`,
  ].filter((words) => words !== false)
  const same = `${formatCountWithPlural(shared - unequal, 'prefix', 'prefixes')} equal on both paths`
  return `${[...said, same].join('; ')}.`
}
