import type { Overview } from '#lib/contract/index.ts'
import { plural } from '../format/quantity.ts'
import type { Count } from '../ui/counts.tsx'
import type { StatusWords } from '../ui/status.tsx'
import {
  circuitsWorstFirst,
  freshnessStatus,
  gatewayStatus,
  gatewaysWorstFirst,
  redundancyStatus,
  verdictStatus,
} from '../ui/words.ts'

type Counts = Overview['counts']

/** States with their words, in the order given: worst first. */
const inOrder = <State extends string>(
  counts: Partial<Record<State, number>>,
  order: State[],
  words: (state: State) => StatusWords,
): Count[] => order.map((state) => ({ ...words(state), count: counts[state] ?? 0 }))

export const circuitCounts = (counts: Counts['circuits']) => inOrder(counts, circuitsWorstFirst, redundancyStatus)

export const gatewayCounts = (counts: Counts['gateways']) => inOrder(counts, gatewaysWorstFirst, gatewayStatus)

/** Sessions that never connected are normal for siblings and not counted. */
export const sessionCounts = (counts: Counts['sessions']) =>
  inOrder(counts, ['down', 'unknown', 'not_reported', 'up', 'disabled'], verdictStatus)

export const sourceCounts = (counts: Counts['sources']) =>
  inOrder(counts, ['never', 'stale', 'late', 'fresh'], freshnessStatus)

/** The estate's status in one sentence. */
export function headline({ counts }: Overview): string {
  const { circuits, gateways, sessions, sources } = counts
  const wrong = [
    [circuits.no_path, 'circuit without a path', 'circuits without a path'],
    [circuits.reduced, 'circuit on one path', 'circuits on one path'],
    [gateways.isolated, 'gateway isolated', 'gateways isolated'],
    [sessions.down, 'session down', 'sessions down'],
    [(sources.stale ?? 0) + (sources.never ?? 0), 'stale data source', 'stale data sources'],
  ] as const
  const parts = wrong.flatMap(([count, one, many]) => (count ? [plural(count, one, many)] : []))
  if (parts.length > 0) return `${parts.join(', ')}.`
  const watched = Object.values(sources).reduce((sum, count) => sum + count, 0)
  return watched === 0 ? 'Nothing is polled yet.' : 'All circuits, gateways and sessions are up.'
}
