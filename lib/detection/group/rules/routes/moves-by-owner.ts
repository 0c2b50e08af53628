import type { RouteAttributes, RouteChange } from '#lib/contract/index.ts'
import { type FoldContext, scopeOf } from '../../../model/context.ts'
import { type OwnerName, ownerOfScope } from '../../../model/owner.ts'
import { isInside } from '../../facts/inside.ts'
import { scopeOfPeer } from './peer-routes.ts'

/**
 * A gateway's changes by whose they are. Each other owner whose circuits land on the gateway stands by the first of these circuits, the
 * gateway's own by its scope; who moved nothing has none. Of a gateway of one owner all are its own.
 */
export function movesByOwner(
  context: FoldContext,
  changes: readonly RouteChange[],
): ReadonlyMap<string, readonly RouteChange[]> {
  const { mark } = context
  const others = otherOwners(context)
  if (others.size === 0) return new Map([[mark.scope, changes]])
  const { owners = new Map() } = context.topology
  const moves = new Map<string, RouteChange[]>([mark.scope, ...others.values()].map((scope) => [scope, []]))
  for (const change of changes) {
    if (isCopy(context, change)) continue
    const carrier = change.peer === null ? mark.scope : scopeOfPeer(context, change.peer)
    moves.get(others.get(ownerOfScope(owners, carrier)) ?? mark.scope)?.push(change)
  }
  return moves
}

/** Whose circuits land on the polled gateway beside its owner's, with the first circuit of each. */
function otherOwners({ topology: { owners, gateways }, mark }: FoldContext): ReadonlyMap<OwnerName, string> {
  const gateway = gateways.find(({ scope }) => scope === mark.scope)
  const first = new Map<OwnerName, string>()
  if (!owners || !gateway) return first
  for (const circuit of gateway.circuits.toSorted()) {
    const owner = ownerOfScope(owners, circuit)
    if (owner !== ownerOfScope(owners, mark.scope) && !first.has(owner)) first.set(owner, circuit)
  }
  return first
}

/** What an instance has from its sibling moves with what that one learned, and is counted there. */
function isCopy(context: FoldContext, { peer, before, after }: RouteChange): boolean {
  const isInner = ({ origin }: RouteAttributes) => origin?.toLowerCase() === 'ibgp'
  return (
    [...before, ...after].some(isInner) ||
    Object.values(scopeOf(context, context.mark.scope).sessions).some(
      (fact) => fact.subresource === '' && fact.neighbor === peer && isInside(context, context.mark.scope, fact),
    )
  )
}
