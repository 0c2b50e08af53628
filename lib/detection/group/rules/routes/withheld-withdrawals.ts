import { type TimestampBounds, formatGatewayNeighbor, type RouteChange } from '#lib/contract/index.ts'
import { closeEvent } from '../../../model/event-condition.ts'
import { type DetectionContext, ensureResourceState } from '../../../model/context.ts'
import type { UnreportedMassWithdrawal } from '../../../model/scope-state.ts'
import { isLastPollLate } from '../../facts/last-answer.ts'
import { isPeerLossUnread, isNeighborPathLost, findSessionRestartsAtGateway } from '../../facts/loss-explanation.ts'
import { computeChangeBounds } from '../../../model/route.ts'
import { putRouteEvent } from './route-event.ts'

/**
 * Reports whether a withdrawal may be the consequence of a lost session. This is the case if the poll of the gateway's
 * sessions is late and some sessions that carried the withdrawn routes were not polled since the withdrawal. When a
 * neighbor is lost, its routes disappear, although no router withdrew them. If the poll is not late, the sessions are
 * polled in the same round.
 */
export const canPeerLossBeUnread = (
  context: DetectionContext,
  peers: readonly string[],
  { latest }: TimestampBounds,
): boolean =>
  isLastPollLate(context, { scope: context.mark.scope, subresource: '', kind: 'peers' }) &&
  peers.some((neighbor) =>
    isPeerLossUnread(context, formatGatewayNeighbor({ gateway: context.mark.scope, neighbor }), latest),
  )

/** Stores a withdrawal ("withheld") that is reported only after the sessions that carried its routes have been read. */
export function storeWithheldWithdrawal(context: DetectionContext, withheld: UnreportedMassWithdrawal): void {
  ;(ensureResourceState(context, context.mark.scope).withheld ??= []).push(withheld)
}

/** Removes prefixes from withheld (stored, unreported) withdrawals when the same peers announce them again. */
export function removeReturnedFromWithheld(context: DetectionContext, back: readonly RouteChange[]): void {
  for (const one of ensureResourceState(context, context.mark.scope).withheld ?? []) {
    const own = back.filter(
      ({ peer, prefix }) => peer !== null && one.peers.includes(peer) && one.left.includes(prefix),
    )
    if (own.length === 0) continue
    one.left = one.left.filter((prefix) => own.every((change) => change.prefix !== prefix))
    if (one.left.length === 0) one.returned = computeChangeBounds(own)
  }
}

/**
 * Reports withheld withdrawals whose sessions have been polled since and were up. If a session fell or restarted, it
 * explains the withdrawal, which is then dropped. If the sessions cannot be polled, the withdrawal is reported after
 * the setting `failback.pending`.
 */
export function resolveWithheldWithdrawals(context: DetectionContext): void {
  const { mark, settings } = context
  for (const { scope: gateway } of context.topology.gateways) {
    const scope = ensureResourceState(context, gateway)
    if (!scope.withheld) continue
    const left = scope.withheld.filter((one) => {
      const members = one.peers.map((neighbor) => formatGatewayNeighbor({ gateway, neighbor }))
      const mayWait = mark.finishedAt <= one.started.latest + settings['failback.pending']
      if (mayWait && members.some((member) => isPeerLossUnread(context, member, one.started.latest))) return true
      const isExplained =
        members.some((member) => isNeighborPathLost(context, member, one.started)) ||
        one.peers.some((peer) => findSessionRestartsAtGateway(context, gateway, peer, one.started).length > 0)
      if (!isExplained) report(context, one)
      return false
    })
    if (left.length > 0) scope.withheld = left
    else delete scope.withheld
  }
}

function report(
  context: DetectionContext,
  { left, returned, proof, passing, ...finding }: UnreportedMassWithdrawal,
): void {
  const live = putRouteEvent(context, { ...finding, kind: 'mass_withdraw', proof })
  live.prefixes = left
  if (passing) live.passing = passing
  if (returned) closeEvent(live, returned)
}
