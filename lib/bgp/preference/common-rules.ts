import { computeAsPathLength as lengthOfPath } from '../as-path.ts'
import { parsePrefix } from '../prefix.ts'
import type { CandidateRoute } from './candidate.ts'
import type { RoutePreferenceRule } from './rank-by-rules.ts'

/**
 * Returns a value that all candidates of a group have in common, read from the first candidate. For the value that the
 * deciding rule compares, this is correct, because the rule puts candidates with different values into different
 * groups.
 * @throws RangeError if the group is empty
 */
export function getSharedValueOfCandidates<T>(
  group: readonly CandidateRoute[],
  read: (candidate: CandidateRoute) => T,
): T {
  const [first] = group
  if (!first) throw new RangeError('an empty class has no value')
  return read(first)
}

const prefixLength = ({ prefix }: CandidateRoute) => parsePrefix(prefix)?.length ?? 0
const countedLength = (candidate: CandidateRoute) => candidate.asPathLength ?? lengthOfPath(candidate)

/**
 * Rule that prefers the longest prefix, as a forwarding table does, before any rule compares routes to one prefix.
 * Source: RFC 4632 section 5.1; Azure documentation, "Virtual network traffic routing" (how Azure selects a route).
 */
export const longestPrefixRule: RoutePreferenceRule = {
  name: 'longest_prefix',
  key: (candidate) => -prefixLength(candidate),
  words(better, worse) {
    const long = getSharedValueOfCandidates(better, prefixLength)
    const short = getSharedValueOfCandidates(worse, prefixLength)
    return { ahead: `longest prefix /${long} beats /${short}`, behind: `prefix /${short} is shorter than /${long}` }
  },
}

/**
 * Rule that prefers the shorter AS path. Every ASN counts, including prepends; a set counts 1, a confederation 0.
 * Source: RFC 4271 section 9.1.2.2 a; RFC 5065 section 5.3; Azure documentation, "Optimize ExpressRoute routing"
 * (AS-path prepending).
 */
export const shortestAsPathRule: RoutePreferenceRule = {
  name: 'as_path',
  key: countedLength,
  words(better, worse) {
    const short = getSharedValueOfCandidates(better, countedLength)
    const long = getSharedValueOfCandidates(worse, countedLength)
    return {
      ahead: `shorter AS path: ${short} hops against ${long}`,
      behind: `longer AS path: ${long} hops against ${short}`,
    }
  },
}
