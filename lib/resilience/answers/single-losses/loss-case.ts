import { lossKinds, type N1Case, type WhatIfRow } from '../../api/index.ts'

/**
 * A computed single loss without the time since which it strands prefixes, because that time is stored in a column of
 * the table.
 */
export type ComputedCase = Omit<N1Case, 'strandsSince'>

/**
 * MAX_PREFIXES: maximum number of prefixes that a case lists. MAX_OF_SITE: maximum number of prefixes that each site in
 * the case lists.
 */
const MAX_PREFIXES = 20
const MAX_OF_SITE = 5

/** Counts the effects of a loss in the rows of its what-if. */
export function countsOf(
  rows: readonly WhatIfRow[],
): Omit<ComputedCase, 'term' | 'kind' | 'id' | 'name' | 'paths' | 'saturated'> {
  const of = (own: readonly WhatIfRow[], ...outcomes: WhatIfRow['outcome'][]) =>
    own.filter(({ outcome }) => outcomes.includes(outcome))
  const count = (...asked: Parameters<typeof of>) => of(...asked).length
  return {
    stranded: count(rows, 'stranded'),
    strandedPrefixes: distinct(of(rows, 'stranded')).length,
    internet: count(rows, 'internet'),
    defaultOnly: count(rows, 'default_only'),
    moves: count(rows, 'moves', 'covered'),
    unknown: count(rows, 'unknown'),
    reduced: rows.filter(({ outcome, reduced }) => outcome === 'stays' && reduced).length,
    prefixes: distinct([...of(rows, 'stranded'), ...of(rows, 'internet')]).slice(0, MAX_PREFIXES),
    sites: [...Map.groupBy(rows, ({ site }) => site)].map(([site, own]) => ({
      site,
      stranded: count(own, 'stranded'),
      internet: count(own, 'internet'),
      unknown: count(own, 'unknown'),
      changed: own.length,
      prefixes: distinct(of(own, 'stranded')).slice(0, MAX_OF_SITE),
    })),
  }
}

const distinct = (rows: readonly WhatIfRow[]) => [...new Set(rows.map(({ prefix }) => prefix))]

/**
 * Compares computed losses by the numbers of stranded prefixes, then of prefixes left to the Internet or a default
 * route, then of unknown and moved prefixes. At equal effects, a circuit comes before its peering location.
 */
export const worstCaseFirst = (a: ComputedCase, b: ComputedCase) =>
  b.stranded - a.stranded ||
  b.internet - a.internet ||
  b.defaultOnly - a.defaultOnly ||
  b.unknown - a.unknown ||
  b.moves - a.moves ||
  lossKinds.indexOf(a.kind) - lossKinds.indexOf(b.kind) ||
  (a.name < b.name ? -1 : 1)
