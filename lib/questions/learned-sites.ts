import type { Declarations } from '#lib/contract/index.ts'
import { findLearnedSites, type LearnedSite } from '#lib/detection/index.ts'
import { readLearnedPrefixes } from './store/index.ts'
import { getReaderVisibility } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readTopology } from './topology.ts'

/** Returns the sites that detection learned from prefixes, sorted by name. Prefixes of declared sites are left out. */
export async function readLearnedSites(q: SqlExecutor, { sites }: Pick<Declarations, 'sites'>): Promise<LearnedSite[]> {
  const known = await readLearnedPrefixes(q)
  if (known.length === 0) return []
  const { circuits } = await readTopology(q)
  const seen = new Set(circuits.map(({ resource }) => resource.id))
  const isSeen = ({ circuits: own }: { circuits: readonly string[] }) => own.every((id) => seen.has(id))
  const homes = circuits.map(({ resource, config }) => ({
    scope: resource.id,
    name: resource.name,
    provider: config.provider,
    location: config.peeringLocation,
  }))
  const declared = sites.flatMap(({ prefixes }) => prefixes)
  // A caller with limited access sees a prefix only if all its circuits are visible to the caller. A shared gateway
  // also has prefixes of other customers' circuits.
  const shown = getReaderVisibility(q) === null ? known : known.filter(isSeen)
  return findLearnedSites({ known: shown }, homes, declared).toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
