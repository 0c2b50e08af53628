import type { CandidateRoute, RankedCandidate } from '#lib/bgp/index.ts'
import { OTHER_CUSTOMERS_PATH_LABEL } from '#lib/contract/index.ts'

/** A ranked route. If `anotherCustomer` is true, only its table, prefix and rank may be shown. */
export type VisibleRankedRoute<C extends CandidateRoute> = RankedCandidate<C> & { anotherCustomer: boolean }

/**
 * Removes details of other customers' routes from ranked routes. These routes become a single row for each resource,
 * prefix and rank. If the reason for a rank compares a route with one of them, the reason is replaced, so that it
 * reveals no details.
 */
export function hideOtherCustomersPaths<C extends CandidateRoute>(
  ranked: readonly RankedCandidate<C>[],
  isAnothers: (candidate: C) => boolean,
): VisibleRankedRoute<C>[] {
  const all = ranked.map((candidate) => ({ ...candidate, anotherCustomer: isAnothers(candidate) }))
  const othersAt = new Set(all.flatMap(({ rank, anotherCustomer }) => (anotherCustomer ? [rank] : [])))
  if (othersAt.size === 0) return all
  const shown = new Set<string>()
  return all.flatMap((candidate) => {
    const { scope, prefix, rank, anotherCustomer } = candidate
    if (!anotherCustomer) return [{ ...candidate, reason: reasonOf(candidate, othersAt) }]
    const key = `${scope} ${prefix} ${rank}`
    if (shown.has(key)) return []
    shown.add(key)
    return [candidate]
  })
}

/**
 * Returns the reason for the rank of a route. If the route is compared or tied with another customer's route, the
 * reason contains only the rank. Rank 1 is compared with rank 2. Every other rank is compared with the rank before it.
 */
function reasonOf({ rank, reason }: RankedCandidate<CandidateRoute>, othersAt: ReadonlySet<number>): string {
  const isTied = othersAt.has(rank)
  const isCompared = othersAt.has(rank === 1 ? 2 : rank - 1)
  if (!isTied && !isCompared) return reason
  const decided =
    rank === 1 ? `preferred to ${OTHER_CUSTOMERS_PATH_LABEL}` : `after rank ${rank - 1}, ${OTHER_CUSTOMERS_PATH_LABEL}`
  return [isCompared && decided, isTied && `equal to ${OTHER_CUSTOMERS_PATH_LABEL}`].filter(Boolean).join('; ')
}
