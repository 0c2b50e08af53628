import type { CandidateRoute, RoutingPreference } from './candidate.ts'
import { getGatewayPreferenceRules } from './gateway-rules.ts'
import type { RoutePreferenceRule } from './rank-by-rules.ts'

const preferences = ['expressRoute', 'vpn', 'asPath'] as const satisfies readonly RoutingPreference[]

/**
 * Rules that can separate routes to the same prefix, by routing preference. The rules for prefix length and for the
 * virtual network's own address space are left out, because all learned routes to one prefix are equal in them.
 */
const rulesOf = new Map<RoutingPreference, readonly RoutePreferenceRule[]>(
  preferences.map((preference) => [
    preference,
    getGatewayPreferenceRules(preference).filter(({ name }) => name !== 'longest_prefix' && name !== 'own_space'),
  ]),
)

/**
 * Returns the routes to one prefix that `rankCandidates` would give rank 1. Computes neither reasons nor the order of
 * the other routes, so that it is fast enough for every prefix of a table.
 * @param candidates learned routes to the same prefix
 * @returns several routes under ECMP; empty if there are no candidates
 */
export function findBestCandidates<C extends CandidateRoute>(
  candidates: readonly C[],
  preference: RoutingPreference = 'expressRoute',
): readonly C[] {
  let left = candidates
  for (const rule of rulesOf.get(preference) ?? []) {
    if (left.length < 2) return left
    if (rule.applies && !rule.applies(left)) continue
    const keys = left.map((candidate) => rule.key(candidate))
    const least = Math.min(...keys)
    left = left.filter((_, index) => keys[index] === least)
  }
  return left
}
