import type { Candidate, RoutingPreference } from './candidate.ts'
import { gatewayPreferenceRules } from './gateway-rules.ts'
import type { PreferenceRule } from './rank-by-rules.ts'

const preferences = ['expressRoute', 'vpn', 'asPath'] as const satisfies readonly RoutingPreference[]

/** Routes to one prefix differ neither in length nor in being of the network's own space. */
const rulesOf = new Map<RoutingPreference, readonly PreferenceRule[]>(
  preferences.map((preference) => [
    preference,
    gatewayPreferenceRules(preference).filter(({ name }) => name !== 'longest_prefix' && name !== 'own_space'),
  ]),
)

/**
 * What `rankCandidates` gives rank 1, for learned routes that all lead to one prefix, without words and order: quick enough to do it for
 * each prefix of a table.
 * @returns several under ECMP; empty for no candidates
 */
export function bestToPrefix<C extends Candidate>(
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
