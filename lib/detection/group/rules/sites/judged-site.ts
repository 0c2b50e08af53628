import { parsePrefix, type IpPrefix } from '#lib/bgp/index.ts'
import type { DetectionContext } from '../../../model/context.ts'
import type { LearnedSite, GroupTopology } from '../../../model/topology.ts'

/**
 * A declared or learned site in the form that the rules evaluate. A learned site is a set of prefixes that Peerwatch
 * found to be reached over the same circuits.
 */
export interface EvaluatedSite {
  name: string
  prefixes: readonly string[]
  /** scopes of the circuits that should carry the site; null = any path is sufficient */
  homes: readonly string[] | null
  /** ranges inside this site's ranges that belong to another site */
  others: readonly string[]
  /** resource that stores the site's events: its home circuit, or otherwise the group's first gateway */
  scope: string
  /** data of the learned site; null = the site is declared */
  learned: LearnedSite | null
}

/** Flag of events about a learned site. */
export const LEARNED_SITE_FLAG = 'learned'

/**
 * Returns the subject of events about one address family of a site: the site's name, with ` (IPv6)` appended for IPv6.
 */
export const formatSiteSubject = (name: string, family: 4 | 6): string => (family === 4 ? name : name + IPV6)
const IPV6 = ' (IPv6)'

/** Returns the site and the address family that a subject is about. */
export const parseSiteSubject = (subject: string): { name: string; family: 4 | 6 } =>
  subject.endsWith(IPV6) ? { name: subject.slice(0, -IPV6.length), family: 6 } : { name: subject, family: 4 }

/** Returns the declared sites, followed by the learned sites. */
export function listEvaluatedSites(context: DetectionContext): EvaluatedSite[] {
  return [...declaredSites(context), ...listLearnedSites(context)]
}

function declaredSites({ topology, mark }: DetectionContext): EvaluatedSite[] {
  const gateway = topology.gateways.map(({ scope }) => scope).toSorted()[0] ?? mark.scope
  return topology.sites.map(({ name, prefixes, home }) => ({
    name,
    prefixes,
    homes: home === null ? null : [home],
    others: [],
    scope: home ?? gateway,
    learned: null,
  }))
}

/** Returns the learned sites of the group. */
export function listLearnedSites({ topology, mark }: Pick<DetectionContext, 'topology' | 'mark'>): EvaluatedSite[] {
  const all = learnedSpace(topology)
  return (topology.learned ?? []).map((site) => {
    const own = new Set(site.prefixes)
    return {
      name: site.name,
      prefixes: site.prefixes,
      homes: site.circuits,
      others: all.filter((prefix) => !own.has(prefix)),
      scope: site.circuits[0] ?? mark.scope,
      learned: site,
    }
  })
}

/** Returns the prefixes of all declared and learned sites. */
const learnedSpace = ({ sites, learned = [] }: GroupTopology) =>
  [...sites, ...learned].flatMap(({ prefixes }) => prefixes)

export const parsePrefixesOfFamily = (texts: readonly string[], family: 4 | 6): IpPrefix[] =>
  texts.flatMap((text) => parsePrefix(text) ?? []).filter((prefix) => prefix.family === family)
