import type { N1Case } from '#lib/resilience/api/index.ts'
import { plural } from '../format/quantity.ts'
import { lossWords } from '../resilience/what-if/what-if-words.ts'

/** Sites that are named. */
const SHOWN = 3

/** What is lost: `Losing location London`. */
export const losing = ({ kind, name }: Pick<N1Case, 'kind' | 'name'>): string => `Losing ${lossWords[kind]} ${name}`

/** What that does: `strands 12 prefixes of London and Leeds`. */
export function strands({ strandedPrefixes, sites }: Pick<N1Case, 'strandedPrefixes' | 'sites'>): string {
  const count = `strands ${plural(strandedPrefixes, 'prefix', 'prefixes')}`
  const named = sites.flatMap(({ site, stranded }) => (site !== null && stranded > 0 ? [site] : [])).toSorted()
  if (named.length === 0) return count
  const more = named.length - SHOWN
  return `${count} of ${more > 0 ? `${named.slice(0, SHOWN).join(', ')} and ${more} more` : joined(named)}`
}

const joined = (names: readonly string[]) => [names.slice(0, -1).join(', '), names.at(-1)].filter(Boolean).join(' and ')
