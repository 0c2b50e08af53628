import type { Declarations, LearnedSiteView } from '#lib/contract/index.ts'
import { learnedSites } from '#lib/detection/index.ts'
import { learnedPrefixes } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { readTopology } from './topology.ts'

/** The sites that were learned where none is declared, by name. */
export async function getLearnedSites(
  q: Queryable,
  { sites }: Pick<Declarations, 'sites'>,
): Promise<LearnedSiteView[]> {
  const known = await learnedPrefixes(q)
  if (known.length === 0) return []
  const { circuits } = await readTopology(q)
  const homes = circuits.map(({ resource, config }) => ({
    scope: resource.id,
    name: resource.name,
    provider: config.provider,
    location: config.peeringLocation,
  }))
  const declared = sites.flatMap(({ prefixes }) => prefixes)
  return learnedSites({ known }, homes, declared)
    .map(({ prefixes, ...site }) => ({ ...site, prefixes: prefixes.length }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
