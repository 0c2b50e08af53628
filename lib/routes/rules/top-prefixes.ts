import { comparePrefixes, parsePrefix } from '#lib/bgp/index.ts'
import type { RouteChange } from '#lib/contract/index.ts'
import { computePeakFlapPenalty } from '#lib/detection/churn/flap-penalty.ts'

/** Number of changes of one prefix, over all instances and peers. */
interface PrefixChurn {
  prefix: string
  announced: number
  withdrawn: number
  changed: number
  total: number
  /** highest flap penalty among the prefix's routes (one for each instance and peer) */
  penalty: number
}

/**
 * Returns the prefixes with the most changes.
 * @param by `changes`: by the number of changes. `penalty`: by the flap penalty, in which a withdrawal has more weight
 * @returns at most `limit` prefixes; if values are equal, ordered by address
 */
export function findTopPrefixes(
  changes: readonly RouteChange[],
  limit: number,
  by: 'changes' | 'penalty' = 'changes',
): PrefixChurn[] {
  const churn = [...Map.groupBy(changes, ({ prefix }) => prefix)].map(([prefix, own]): PrefixChurn => {
    const count = (op: RouteChange['op']) => own.filter((change) => change.op === op).length
    const routes = Map.groupBy(own, buildRouteKey)
    return {
      prefix,
      announced: count('announce'),
      withdrawn: count('withdraw'),
      changed: count('change'),
      total: own.length,
      penalty: Math.max(...[...routes.values()].map(computePeakFlapPenalty)),
    }
  })
  const size = by === 'changes' ? (entry: PrefixChurn) => entry.total : (entry: PrefixChurn) => entry.penalty
  return churn.sort((a, b) => size(b) - size(a) || comparePrefixStrings(a.prefix, b.prefix)).slice(0, limit)
}

/** Returns a text that identifies a route within one source (polled table). */
export const buildRouteKey = ({ instance, peer, prefix }: Pick<RouteChange, 'instance' | 'peer' | 'prefix'>) =>
  `${instance ?? ''}|${peer ?? ''}|${prefix}`

export function comparePrefixStrings(a: string, b: string): number {
  const [left, right] = [parsePrefix(a), parsePrefix(b)]
  if (!left || !right) throw new RangeError(`no prefix: ${left ? b : a}`)
  return comparePrefixes(left, right)
}
