import { type Hindrance, type HindranceKind, hindranceKinds } from '../../../api/index.ts'
import { type Finding, type MoveCase, type MoveFacts, type MovedRow } from './moved-row.ts'
import { findEqualLengths, findHubPreferences, findWeightsOverAsPath } from './preference.ts'
import { findStayingReturnPaths } from './return-path.ts'
import {
  findFilteredPrefixes,
  findFullCircuits,
  findHalfEcmp,
  findPinnedRoutes,
  findStaticVpns,
  findSummaries,
  findUnprovisioned,
} from './takeover.ts'

type OfRow = (moved: MovedRow, facts: MoveFacts, failure: MoveCase['failure']) => Finding[]
type OfCase = (rows: readonly MovedRow[], all: MoveCase) => Finding[]

const eachRow =
  (find: OfRow): OfCase =>
  (rows, { facts, failure }) =>
    rows.flatMap((moved) => find(moved, facts, failure))

/** The rule of each kind of hindrance. */
const rules: Readonly<Record<HindranceKind, OfCase>> = {
  not_provisioned: eachRow(findUnprovisioned),
  equal_length: eachRow(findEqualLengths),
  weight_over_as_path: eachRow(findWeightsOverAsPath),
  pinned_route: eachRow(findPinnedRoutes),
  summary: eachRow(findSummaries),
  hub_preference: eachRow(findHubPreferences),
  half_ecmp: eachRow(findHalfEcmp),
  full_circuit: findFullCircuits,
  prefix_filtered: eachRow(findFilteredPrefixes),
  static_vpn: eachRow(findStaticVpns),
  return_path: findStayingReturnPaths,
}

const MAX_PREFIXES = 5
/** Maximum number of hindrances of a loss. A table with many summaries would otherwise give one for each summary. */
const MAX_HINDRANCES = 20
/** Number of prefixes that a sentence names. The others are counted. */
const NAMED = 2

/** Returns everything that hinders the move of traffic, first the hindrances that leave a part of it behind. */
export function findHindrances(rows: readonly MovedRow[], all: MoveCase): Hindrance[] {
  const found = (Object.keys(rules) as HindranceKind[]).flatMap((kind) => rules[kind](rows, all))
  const groups = Map.groupBy(found, ({ kind, scope, formatText }) => `${kind} ${scope} ${formatText('')}`)
  return [...groups.values()]
    .flatMap((own): Hindrance[] => {
      const [first] = own
      if (!first) return []
      const { kind, scope, formatText, scopeName = scope === null ? '' : all.facts.nameOf(scope) } = first
      const prefixes = [...new Set(own.map(({ prefix }) => prefix))]
      return [
        {
          kind,
          scope,
          scopeName,
          prefixes: prefixes.slice(0, MAX_PREFIXES),
          count: prefixes.length,
          text: formatText(formatNamed(prefixes)),
        },
      ]
    })
    .toSorted((a, b) => rankOf(a) - rankOf(b) || b.count - a.count)
    .slice(0, MAX_HINDRANCES)
}

const rankOf = ({ kind }: Hindrance): number => (hindranceKinds[kind].effect === 'part' ? 0 : 1)

function formatNamed(prefixes: readonly string[]): string {
  const more = prefixes.length - NAMED
  const named = prefixes.slice(0, NAMED).join(', ')
  return more > 0 ? `${named} and ${more} more` : named
}
