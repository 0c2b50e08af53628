import { containsPrefix, parsePrefix, type Prefix } from '#lib/bgp/index.ts'
import type { RouteChange } from '#lib/contract/index.ts'
import type { FoldContext } from '../../../model/context.ts'
import type { RouteEntry } from '../../../model/route.ts'

/** The routes to a site as they were before this poll: its changes are undone. @param space of the site */
export function routesBefore(
  { mark }: FoldContext,
  space: readonly Prefix[],
  changes: readonly RouteChange[],
  entries: readonly RouteEntry[],
): RouteEntry[] {
  const keyOf = ({ instance, peer, prefix }: Pick<RouteEntry, 'instance' | 'peer' | 'prefix'>) =>
    `${instance} ${peer} ${prefix}`
  const moved = new Set(changes.map(keyOf))
  const still = entries.filter((entry) => entry.gateway !== mark.scope || !moved.has(keyOf(entry)))
  const undone = changes
    .filter(({ prefix }) => isNearSpace(prefix, space))
    .flatMap(({ instance, peer, prefix, before: was }) =>
      was.map((attributes): RouteEntry => ({ ...attributes, gateway: mark.scope, instance, peer, prefix })),
    )
  return [...still, ...undone]
}

/** Whether a prefix lies in a site's space, or holds some of it. */
export function isNearSpace(text: string, space: readonly Prefix[]): boolean {
  const prefix = parsePrefix(text)
  return prefix !== null && space.some((own) => containsPrefix(own, prefix) || containsPrefix(prefix, own))
}
