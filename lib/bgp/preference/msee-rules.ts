import type { Candidate } from './candidate.ts'
import { longestPrefix, sharedValue, shortestAsPath } from './common-rules.ts'
import type { PreferenceRule } from './rank-by-rules.ts'

const DEFAULT_LOCAL_PREFERENCE = 100

/** Returns a rule that prefers the higher value of a number. */
function higher(
  name: 'weight' | 'local_preference',
  label: string,
  read: (candidate: Candidate) => number,
): PreferenceRule {
  return {
    name,
    key: (candidate) => -read(candidate),
    words(better, worse) {
      const high = sharedValue(better, read)
      const low = sharedValue(worse, read)
      return { ahead: `${label} ${high} over ${low}`, behind: `${label} ${low} under ${high}` }
    },
  }
}

const originNames = ['IGP', 'EGP', 'incomplete'] as const

/**
 * Maps ARM's names and the routers' letters to a BGP origin code; null for other values, for example `EBgp`, which is
 * not a BGP origin.
 */
function originCode({ origin }: Candidate): 0 | 1 | 2 | null {
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
 * Prefers the lowest origin. Source: RFC 4271 section 9.1.2.2 b. Skipped unless the origin of every compared route is
 * known.
 */
const lowestOrigin: PreferenceRule = {
  name: 'origin',
  applies: (group) => group.every((candidate) => originCode(candidate) !== null),
  key: (candidate) => originCode(candidate) ?? 0,
  words(better, worse) {
    const name = (group: readonly Candidate[]) => originNames[sharedValue(group, originCode) ?? 0]
    return {
      ahead: `origin ${name(better)} before ${name(worse)}`,
      behind: `origin ${name(worse)} after ${name(better)}`,
    }
  },
}

function learnedBy({ origin }: Candidate): 'ebgp' | 'ibgp' | null {
  const word = origin?.trim().toLowerCase()
  return word === 'ebgp' || word === 'ibgp' ? word : null
}

/**
 * Prefers eBGP over iBGP. Source: RFC 4271 section 9.1.2.2 d. Skipped unless the kind of every compared route is known.
 */
const externalFirst: PreferenceRule = {
  name: 'ebgp',
  applies: (group) => group.every((candidate) => learnedBy(candidate) !== null),
  key: (candidate) => (learnedBy(candidate) === 'ebgp' ? 0 : 1),
  words: () => ({ ahead: 'eBGP before iBGP', behind: 'iBGP after eBGP' }),
}

/**
 * The preference order of an MSEE, towards the CE or towards the gateway: weight and local preference as the routers
 * that print these tables use them, then RFC 4271 section 9.1.2.2. Step c (MED) counts as equal, because the tables do
 * not contain the MED. Steps e to g are not reached, because routes that are equal until then share the load. A local
 * preference that is not printed counts as 100, the routers' default.
 */
export const mseeRules: readonly PreferenceRule[] = [
  longestPrefix,
  higher('weight', 'weight', ({ weight }) => weight ?? 0),
  higher('local_preference', 'local preference', ({ localPref }) => localPref ?? DEFAULT_LOCAL_PREFERENCE),
  shortestAsPath,
  lowestOrigin,
  externalFirst,
]
