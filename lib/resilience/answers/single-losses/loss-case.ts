import { lostResourceKinds, type N1Case, type PrefixCounts, type WhatIfRow } from '../../api/index.ts'

/**
 * The effects of a single loss, in the form in which they are stored. The time since which prefixes would have no route
 * is not included, because it is stored in a separate column.
 */
export type StoredSingleLossEffects = Omit<N1Case, 'strandsSince'> & {
  /** effects of the loss of a circuit, even if there are none; absent for other kinds of resources */
  failover?: PrefixCountsAfterCircuitLoss
}

/**
 * Numbers of different prefixes by their outcome after the loss of a circuit, and the verdict on whether their traffic
 * moves.
 */
export interface PrefixCountsAfterCircuitLoss extends PrefixCounts {
  /** names of the resources whose route tables were not read and may contain more prefixes of the circuit */
  unread: string[]
}

/**
 * Reports whether a loss certainly or possibly changes a path of a prefix. Losses of circuits are stored even if they
 * change none.
 */
export const doesLossAffectPrefixes = ({
  stranded,
  internet,
  defaultOnly,
  moves,
  unknown,
  reduced,
}: Omit<StoredSingleLossEffects, 'move'>): boolean => stranded + internet + defaultOnly + moves + unknown + reduced > 0

/**
 * MAX_PREFIXES: maximum number of prefixes in a result. MAX_OF_SITE: maximum number of these that belong to the same
 * site.
 */
const MAX_PREFIXES = 20
const MAX_OF_SITE = 5

/**
 * Returns the numbers of rows of a what-if by outcome. A prefix has one row for each route table that contains it. Only
 * `strandedPrefixes` counts each prefix once. `prefixes` lists the prefixes that lose all routes or can only be reached
 * over the Internet.
 */
export function countRowsByOutcome(
  rows: readonly WhatIfRow[],
): Omit<StoredSingleLossEffects, 'term' | 'kind' | 'id' | 'name' | 'paths' | 'saturated' | 'move' | 'failover'> {
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
 * Compares two losses for sorting by the number of affected prefixes. Prefixes without any route are compared first,
 * then prefixes that only the Internet reaches, then prefixes with only a default route, then prefixes with an unknown
 * outcome, then prefixes whose path moves. If all numbers are equal, a circuit comes before its peering location.
 */
export const compareWorstCaseFirst = (a: StoredSingleLossEffects, b: StoredSingleLossEffects) =>
  b.stranded - a.stranded ||
  b.internet - a.internet ||
  b.defaultOnly - a.defaultOnly ||
  b.unknown - a.unknown ||
  b.moves - a.moves ||
  lostResourceKinds.indexOf(a.kind) - lostResourceKinds.indexOf(b.kind) ||
  (a.name < b.name ? -1 : 1)
