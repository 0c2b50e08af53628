import type { CandidateRoute, RankedCandidate, RoutingPreference } from './candidate.ts'
import { getGatewayPreferenceRules } from './gateway-rules.ts'
import { mseePreferenceRules } from './msee-rules.ts'
import { rankByRules } from './rank-by-rules.ts'

/**
 * Ranks the learned routes of gateways that cover one address, as Azure would use them towards on-premises
 * (docs/rules/best-path.md). The list may contain rows of several gateways, but each gateway forwards by its own table.
 * The caller must remove stale rows, and, in a simulation of a failure, the routes over the failed resource.
 * @param options.preference preference of the Route Server or hub; gateways support only the default, `expressRoute`
 * @returns best first, each with its rank and the reason for it
 * @throws RangeError if the candidates' prefixes have no address in common
 */
export function rankCandidates<C extends CandidateRoute>(
  candidates: readonly C[],
  options: { preference?: RoutingPreference } = {},
): RankedCandidate<C>[] {
  return rankByRules(candidates, getGatewayPreferenceRules(options.preference ?? 'expressRoute'), ({ scope }) => scope)
}

/**
 * Ranks the rows of circuits' path tables that cover one address, as the MSEE of each path would use them.
 * @returns best first; the two paths of a circuit are two routers, so equal routes on both paths do not form an ECMP
 *   group
 * @throws RangeError if the candidates' prefixes have no address in common
 */
export function rankMseeRoutes<C extends CandidateRoute>(candidates: readonly C[]): RankedCandidate<C>[] {
  return rankByRules(candidates, mseePreferenceRules, ({ scope, path }) => `${scope} ${path}`)
}
