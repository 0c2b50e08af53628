import { parsePrefix, type Prefix } from '#lib/bgp/index.ts'
import type { FoldContext } from '../../../model/context.ts'
import type { LearnedSite, Topology } from '../../../model/topology.ts'

/** A site as it is judged, whether somebody declared it or it was learned. */
export interface JudgedSite {
  name: string
  prefixes: readonly string[]
  /** scopes of the circuits that are meant to carry it; null = any path will do */
  homes: readonly string[] | null
  /** ranges inside its own that are another site's */
  others: readonly string[]
  /** where it is reported: its home circuit, else the group's first gateway */
  scope: string
  /** null = it is declared */
  learned: LearnedSite | null
}

/** Flag of events about a site that nobody declared. */
export const LEARNED = 'learned'

/** The subject of events about one family of a site. IPv4 goes without saying. */
export const siteSubject = (name: string, family: 4 | 6): string => (family === 4 ? name : name + IPV6)
const IPV6 = ' (IPv6)'

/** The site and the family that a subject is about. */
export const siteOfSubject = (subject: string): { name: string; family: 4 | 6 } =>
  subject.endsWith(IPV6) ? { name: subject.slice(0, -IPV6.length), family: 6 } : { name: subject, family: 4 }

/** The declared sites, then the learned ones. */
export function judgedSites(context: FoldContext): JudgedSite[] {
  return [...declaredSites(context), ...learnedOf(context)]
}

function declaredSites({ topology, mark }: FoldContext): JudgedSite[] {
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

/** The learned sites of the group. */
export function learnedOf({ topology, mark }: Pick<FoldContext, 'topology' | 'mark'>): JudgedSite[] {
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

/** Everything that belongs to some site. */
const learnedSpace = ({ sites, learned = [] }: Topology) => [...sites, ...learned].flatMap(({ prefixes }) => prefixes)

export const prefixesOf = (texts: readonly string[], family: 4 | 6): Prefix[] =>
  texts.flatMap((text) => parsePrefix(text) ?? []).filter((prefix) => prefix.family === family)
