import { type FailoverHindrance, type HindranceKind, hindranceKinds } from '../../../api/index.ts'
import {
  type PrefixFailoverHindrance,
  type TrafficMoveCase,
  type TrafficMoveInput,
  type WhatIfRowWithChangedPaths,
} from './moved-row.ts'
import { findHindrancesByEqualPathLengths, findHindrancesByHubPreference, findWeightsOverAsPath } from './preference.ts'
import { findStayingReturnPaths } from './return-path.ts'
import {
  findHindrancesByFilteredPrefixes,
  findHindrancesByFullCircuits,
  findHindrancesByHalfEcmp,
  findHindrancesByPinnedRoutes,
  findHindrancesByStaticVpnRoutes,
  findHindrancesByLessSpecificRoutes,
  findHindrancesByUnprovisionedCircuits,
} from './takeover.ts'

type OfRow = (
  moved: WhatIfRowWithChangedPaths,
  facts: TrafficMoveInput,
  failure: TrafficMoveCase['failure'],
) => PrefixFailoverHindrance[]
type OfCase = (rows: readonly WhatIfRowWithChangedPaths[], all: TrafficMoveCase) => PrefixFailoverHindrance[]

const eachRow =
  (find: OfRow): OfCase =>
  (rows, { facts, failure }) =>
    rows.flatMap((moved) => find(moved, facts, failure))

/** The rule of each kind of hindrance. */
const rules: Readonly<Record<HindranceKind, OfCase>> = {
  not_provisioned: eachRow(findHindrancesByUnprovisionedCircuits),
  equal_length: eachRow(findHindrancesByEqualPathLengths),
  weight_over_as_path: eachRow(findWeightsOverAsPath),
  pinned_route: eachRow(findHindrancesByPinnedRoutes),
  summary: eachRow(findHindrancesByLessSpecificRoutes),
  hub_preference: eachRow(findHindrancesByHubPreference),
  half_ecmp: eachRow(findHindrancesByHalfEcmp),
  full_circuit: findHindrancesByFullCircuits,
  prefix_filtered: eachRow(findHindrancesByFilteredPrefixes),
  static_vpn: eachRow(findHindrancesByStaticVpnRoutes),
  return_path: findStayingReturnPaths,
}

const MAX_PREFIXES = 5
/**
 * Maximum number of hindrances that are returned for a loss. Without it, a table with many summary prefixes would give
 * one for each of them.
 */
const MAX_HINDRANCES = 20
/** Maximum number of prefixes that a sentence names. The others are only counted. */
const NAMED = 2

/**
 * Returns everything that hinders the move of traffic after a loss. Hindrances because of which a part of the traffic
 * does not move are first.
 */
export function findHindrances(rows: readonly WhatIfRowWithChangedPaths[], all: TrafficMoveCase): FailoverHindrance[] {
  const found = (Object.keys(rules) as HindranceKind[]).flatMap((kind) => rules[kind](rows, all))
  const groups = Map.groupBy(found, ({ kind, scope, formatText }) => `${kind} ${scope} ${formatText('')}`)
  return [...groups.values()]
    .flatMap((own): FailoverHindrance[] => {
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

const rankOf = ({ kind }: FailoverHindrance): number => (hindranceKinds[kind].effect === 'part' ? 0 : 1)

function formatNamed(prefixes: readonly string[]): string {
  const more = prefixes.length - NAMED
  const named = prefixes.slice(0, NAMED).join(', ')
  return more > 0 ? `${named} and ${more} more` : named
}
