import { lossKinds, type N1Case, type PrefixCounts, type WhatIfRow } from '../../api/index.ts'

/**
 * The effects of a single loss, as they are stored. The time since when prefixes lose all routes is not included,
 * because it has its own column.
 */
export type ComputedCase = Omit<N1Case, 'strandsSince'> & {
  /** Effects of the loss of a circuit, also if there are none; absent for other kinds of resources. */
  failover?: FailoverEffect
}

/** Numbers of different prefixes by their outcome after the loss of a circuit, and the verdict on the move. */
export interface FailoverEffect extends PrefixCounts {
  /** Names of the resources whose route tables may hold more prefixes of the circuit but were not read. */
  unread: string[]
}

/** Reports whether a loss changes, or may change, a path of a prefix. Losses of circuits are stored in any case. */
export const hasEffect = ({
  stranded,
  internet,
  defaultOnly,
  moves,
  unknown,
  reduced,
}: Omit<ComputedCase, 'move'>): boolean => stranded + internet + defaultOnly + moves + unknown + reduced > 0

/** MAX_PREFIXES: maximum number of prefixes in a result. MAX_OF_SITE: maximum number of prefixes of the same site. */
const MAX_PREFIXES = 20
const MAX_OF_SITE = 5

/**
 * Returns the numbers of rows of a what-if by outcome. A prefix has a row for each route table that contains it. Only
 * `strandedPrefixes` counts different prefixes. `prefixes` lists prefixes that lose all routes or keep only the route
 * to the Internet.
 */
export function countRowsByOutcome(
  rows: readonly WhatIfRow[],
): Omit<ComputedCase, 'term' | 'kind' | 'id' | 'name' | 'paths' | 'saturated' | 'move' | 'failover'> {
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
 * Sorts losses by the number of prefixes: without any route, then reachable over the Internet only, then over a default
 * route only, then with an unknown outcome, then moved. If all are equal, a circuit comes before its peering location.
 */
export const compareWorstCaseFirst = (a: ComputedCase, b: ComputedCase) =>
  b.stranded - a.stranded ||
  b.internet - a.internet ||
  b.defaultOnly - a.defaultOnly ||
  b.unknown - a.unknown ||
  b.moves - a.moves ||
  lossKinds.indexOf(a.kind) - lossKinds.indexOf(b.kind) ||
  (a.name < b.name ? -1 : 1)
