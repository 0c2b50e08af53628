import { doesPrefixContainPrefix, parsePrefix, type IpPrefix } from '#lib/bgp/index.ts'
import type { RouteChange } from '#lib/contract/index.ts'
import type { DetectionContext } from '../../../model/context.ts'
import type { GatewayRouteTableRow } from '../../../model/route.ts'

/**
 * Returns the routes to a site before this poll. They are the current routes with the changes of the poll reverted.
 * @param space ranges of the site
 */
export function revertRouteChanges(
  { mark }: DetectionContext,
  space: readonly IpPrefix[],
  changes: readonly RouteChange[],
  entries: readonly GatewayRouteTableRow[],
): GatewayRouteTableRow[] {
  const keyOf = ({ instance, peer, prefix }: Pick<GatewayRouteTableRow, 'instance' | 'peer' | 'prefix'>) =>
    `${instance} ${peer} ${prefix}`
  const moved = new Set(changes.map(keyOf))
  const still = entries.filter((entry) => entry.gateway !== mark.scope || !moved.has(keyOf(entry)))
  const undone = changes
    .filter(({ prefix }) => overlapsSiteRanges(prefix, space))
    .flatMap(({ instance, peer, prefix, before: was }) =>
      was.map((attributes): GatewayRouteTableRow => ({ ...attributes, gateway: mark.scope, instance, peer, prefix })),
    )
  return [...still, ...undone]
}

/** Reports whether a prefix is inside a site's ranges or contains a part of them. */
export function overlapsSiteRanges(text: string, space: readonly IpPrefix[]): boolean {
  const prefix = parsePrefix(text)
  return (
    prefix !== null && space.some((own) => doesPrefixContainPrefix(own, prefix) || doesPrefixContainPrefix(prefix, own))
  )
}
