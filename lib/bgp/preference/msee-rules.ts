import type { CandidateRoute } from './candidate.ts'
import { longestPrefixRule, getSharedValueOfCandidates, shortestAsPathRule } from './common-rules.ts'
import type { RoutePreferenceRule } from './rank-by-rules.ts'

const DEFAULT_LOCAL_PREFERENCE = 100

/** Returns a rule that prefers the route with the higher weight or local preference. */
function higher(
  name: 'weight' | 'local_preference',
  label: string,
  read: (candidate: CandidateRoute) => number,
): RoutePreferenceRule {
  return {
    name,
    key: (candidate) => -read(candidate),
    words(better, worse) {
      const high = getSharedValueOfCandidates(better, read)
      const low = getSharedValueOfCandidates(worse, read)
      return { ahead: `${label} ${high} over ${low}`, behind: `${label} ${low} under ${high}` }
    },
  }
}

const originNames = ['IGP', 'EGP', 'incomplete'] as const

/**
 * Returns the BGP origin code for a name of ARM or a letter of a router; null for other values, for example `EBgp`,
 * which is not a BGP origin.
 */
function originCode({ origin }: CandidateRoute): 0 | 1 | 2 | null {
  switch (origin?.trim().toLowerCase()) {
    case 'i':
    case 'igp':
      return 0
    case 'e':
    case 'egp':
      return 1
    case '?':
    case 'incomplete':
      return 2
    default:
      return null
  }
}

/**
 * Rule that prefers the lowest origin. It is skipped unless the origin of every compared route is known. Source:
 * RFC 4271 section 9.1.2.2 b.
 */
const lowestOrigin: RoutePreferenceRule = {
  name: 'origin',
  applies: (group) => group.every((candidate) => originCode(candidate) !== null),
  key: (candidate) => originCode(candidate) ?? 0,
  words(better, worse) {
    const name = (group: readonly CandidateRoute[]) => originNames[getSharedValueOfCandidates(group, originCode) ?? 0]
    return {
      ahead: `origin ${name(better)} before ${name(worse)}`,
      behind: `origin ${name(worse)} after ${name(better)}`,
    }
  },
}

function learnedBy({ origin }: CandidateRoute): 'ebgp' | 'ibgp' | null {
  const word = origin?.trim().toLowerCase()
  return word === 'ebgp' || word === 'ibgp' ? word : null
}

/**
 * Rule that prefers eBGP over iBGP. It is skipped unless each compared route is known to be one of the two. Source:
 * RFC 4271 section 9.1.2.2 d.
 */
const externalFirst: RoutePreferenceRule = {
  name: 'ebgp',
  applies: (group) => group.every((candidate) => learnedBy(candidate) !== null),
  key: (candidate) => (learnedBy(candidate) === 'ebgp' ? 0 : 1),
  words: () => ({ ahead: 'eBGP before iBGP', behind: 'iBGP after eBGP' }),
}

/**
 * Rules of an MSEE in their order, for traffic towards the customer's router or the gateway. First weight and local
 * preference, as the routers that print these tables use them; then RFC 4271 section 9.1.2.2.
 * Step c (MED) is left out, because the tables do not contain the MED. Steps e to g are left out, because routes that
 * are equal until then share the load. A local preference that is not printed counts as 100, the routers' default.
 */
export const mseePreferenceRules: readonly RoutePreferenceRule[] = [
  longestPrefixRule,
  higher('weight', 'weight', ({ weight }) => weight ?? 0),
  higher('local_preference', 'local preference', ({ localPref }) => localPref ?? DEFAULT_LOCAL_PREFERENCE),
  shortestAsPathRule,
  lowestOrigin,
  externalFirst,
]
