import type { RouteAttributes, RouteChange } from '#lib/contract/index.ts'
import { type DetectionContext, ensureResourceState } from '../../../model/context.ts'
import { type OwningCustomerName, findResourceOwner } from '../../../model/event-owner.ts'
import { isSessionInsideGateway } from '../../facts/gateway-sessions.ts'
import { getPeerEventResourceId } from './peer-routes.ts'

/**
 * Groups a gateway's route changes by the resource at which they are counted. Routes of the gateway's own owner
 * (customer) are counted at the gateway. Routes of another owner with circuits on the gateway are counted at the first
 * of these circuits.
 * A resource without changes has an empty list. If the gateway has a single owner, all changes are counted at the
 * gateway.
 */
export function groupChangesByOwner(
  context: DetectionContext,
  changes: readonly RouteChange[],
): ReadonlyMap<string, readonly RouteChange[]> {
  const { mark } = context
  const others = otherOwners(context)
  if (others.size === 0) return new Map([[mark.scope, changes]])
  const { owners = new Map() } = context.topology
  const moves = new Map<string, RouteChange[]>([mark.scope, ...others.values()].map((scope) => [scope, []]))
  for (const change of changes) {
    if (isCopy(context, change)) continue
    const carrier = change.peer === null ? mark.scope : getPeerEventResourceId(context, change.peer)
    moves.get(others.get(findResourceOwner(owners, carrier)) ?? mark.scope)?.push(change)
  }
  return moves
}

/**
 * Returns the owners (customers) of circuits on the polled gateway, except the owner of the gateway itself, each with
 * the first of its circuits.
 */
function otherOwners({
  topology: { owners, gateways },
  mark,
}: DetectionContext): ReadonlyMap<OwningCustomerName, string> {
  const gateway = gateways.find(({ scope }) => scope === mark.scope)
  const first = new Map<OwningCustomerName, string>()
  if (!owners || !gateway) return first
  for (const circuit of gateway.circuits.toSorted()) {
    const owner = findResourceOwner(owners, circuit)
    if (owner !== findResourceOwner(owners, mark.scope) && !first.has(owner)) first.set(owner, circuit)
  }
  return first
}

/**
 * Reports whether an instance received a route from another instance of the same gateway. Such a route is a copy that
 * is already counted at the other instance.
 */
function isCopy(context: DetectionContext, { peer, before, after }: RouteChange): boolean {
  const isInner = ({ origin }: RouteAttributes) => origin?.toLowerCase() === 'ibgp'
  return (
    [...before, ...after].some(isInner) ||
    Object.values(ensureResourceState(context, context.mark.scope).sessions).some(
      (fact) =>
        fact.subresource === '' && fact.neighbor === peer && isSessionInsideGateway(context, context.mark.scope, fact),
    )
  )
}
