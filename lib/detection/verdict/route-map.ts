import { doesPrefixContainPrefix, parsePrefix, parsePrefixes } from '#lib/bgp/index.ts'
import type { RouteMapRule } from '#lib/contract/index.ts'

/**
 * Reports whether a route map drops a route with this prefix; null if a part of a rule that is not evaluated decides.
 * Rules apply in their order, and a route that no rule drops is kept.
 */
export function doesRouteMapDropPrefix(rules: readonly RouteMapRule[], prefix: string): boolean | null {
  let mayBeDropped = false
  let mayBeKept = false
  for (const { drops, ends, isPartial, conditions } of rules) {
    if (!conditions.every((one) => doesMatch(one, prefix))) continue
    if (drops && !isPartial) return mayBeKept ? null : true
    if (ends && !isPartial) break
    if (drops) mayBeDropped = true
    else if (ends) mayBeKept = true
  }
  return mayBeDropped ? null : false
}

function doesMatch({ exact, prefixes }: RouteMapRule['conditions'][number], prefix: string): boolean {
  const inner = parsePrefix(prefix)
  return (
    inner !== null &&
    parsePrefixes(prefixes).some(
      (outer) => doesPrefixContainPrefix(outer, inner) && (!exact || outer.length === inner.length),
    )
  )
}
