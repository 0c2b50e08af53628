import type { Candidate, Ranked, RoutingPreference } from './candidate.ts'
import { gatewayPreferenceRules } from './gateway-rules.ts'
import { mseeRules } from './msee-rules.ts'
import { rankByRules } from './rank-by-rules.ts'

/**
 * Ranks the learned routes of gateways that cover one address, as Azure would use them towards on-premises
 * (docs/rules/best-path.md). Rows of several gateways stand in one list, but each gateway forwards by its own table.
 * Stale rows must not be among the candidates, nor routes over a resource that is assumed lost.
 * @param options.preference of the Route Server or hub; gateways know only the default, `expressRoute`
 * @returns best first, each with its rank and the reason for it
 * @throws RangeError if no address lies in all of the candidates' prefixes
 */
export function rankCandidates<C extends Candidate>(
  candidates: readonly C[],
  options: { preference?: RoutingPreference } = {},
): Ranked<C>[] {
  return rankByRules(candidates, gatewayPreferenceRules(options.preference ?? 'expressRoute'), ({ scope }) => scope)
}

/**
 * Ranks the rows of circuits' path tables that cover one address, as the MSEE of each path would use them.
 * @returns best first; the two paths of a circuit are two routers, so equals on both are not shared by ECMP
 * @throws RangeError if no address lies in all of the candidates' prefixes
 */
export function rankMseeRoutes<C extends Candidate>(candidates: readonly C[]): Ranked<C>[] {
  return rankByRules(candidates, mseeRules, ({ scope, path }) => `${scope} ${path}`)
}
