import { containsPrefix, parsePrefix, type Prefix } from '#lib/bgp/index.ts'
import type { RouteChange } from '#lib/contract/index.ts'
import type { DetectionContext } from '../../../model/context.ts'
import type { RouteEntry } from '../../../model/route.ts'

/**
 * Returns the routes to a site before this poll. They are the current routes with the changes of the poll reverted.
 * @param space ranges of the site
 */
export function revertRouteChanges(
  { mark }: DetectionContext,
  space: readonly Prefix[],
  changes: readonly RouteChange[],
  entries: readonly RouteEntry[],
): RouteEntry[] {
  const keyOf = ({ instance, peer, prefix }: Pick<RouteEntry, 'instance' | 'peer' | 'prefix'>) =>
    `${instance} ${peer} ${prefix}`
  const moved = new Set(changes.map(keyOf))
  const still = entries.filter((entry) => entry.gateway !== mark.scope || !moved.has(keyOf(entry)))
  const undone = changes
    .filter(({ prefix }) => overlapsSiteRanges(prefix, space))
    .flatMap(({ instance, peer, prefix, before: was }) =>
      was.map((attributes): RouteEntry => ({ ...attributes, gateway: mark.scope, instance, peer, prefix })),
    )
  return [...still, ...undone]
}

/** Reports whether a prefix is inside a site's ranges or contains a part of them. */
export function overlapsSiteRanges(text: string, space: readonly Prefix[]): boolean {
  const prefix = parsePrefix(text)
  return prefix !== null && space.some((own) => containsPrefix(own, prefix) || containsPrefix(prefix, own))
}
