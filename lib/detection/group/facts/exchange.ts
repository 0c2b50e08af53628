import type { Bounds } from '#lib/contract/index.ts'
import { type FoldContext, liveEvents, scopeOf } from '../../model/context.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import type { GatewayNode } from '../../model/topology.ts'
import { isCarriedByOthers, mayHaveScaledIn } from '../../verdict/index.ts'
import { expectedSessions } from './inside.ts'

/**
 * A gateway that is resized, scaled, upgraded or migrated exchanges its instances: new addresses appear and old
 * addresses leave. The instances that leave are a part of that change as long as other instances have sessions with the
 * same neighbors.
 */

/**
 * Reports whether other instances carry the neighbors of an instance.
 * @param neighbor null = all neighbors of the instance
 */
export const isCarried = (context: FoldContext, gateway: string, instance: string, neighbor: string | null): boolean =>
  isCarriedByOthers(sessionsOf(context, gateway), instance, neighbor)

/**
 * Reports whether an address belongs to an instance that a gateway had and no longer lists, so that its siblings lost
 * their sessions with it.
 */
export function hasLeft(context: FoldContext, gateway: string, address: string): boolean {
  const { sessions, silent } = scopeOf(context, gateway)
  const own = Object.values(sessions).filter(
    ({ localAddress, subresource }) => localAddress === address && subresource === '',
  )
  return own.length > 0 && !silent[address] && own.every(({ level }) => level === 'gone')
}

function sessionsOf(context: FoldContext, gateway: string) {
  const { silent } = scopeOf(context, gateway)
  return expectedSessions(context, gateway).map(({ localAddress, neighbor, level }) => ({
    localAddress,
    neighbor,
    isUp: level === 'up',
    isSilent: Boolean(silent[localAddress]),
  }))
}

/** Returns the change of a gateway during which the given time lies; null if the gateway was not being changed. */
export function changeAround(context: FoldContext, gateway: string, since: Bounds): LiveEvent | null {
  const slack = context.settings['burst.slack']
  return (
    liveEvents(context).find(
      ({ event: { kind, scope, started, ended } }) =>
        kind === 'gateway_changing' &&
        scope === gateway &&
        since.latest >= started.earliest - slack &&
        since.earliest <= (ended?.latest ?? Number.POSITIVE_INFINITY) + slack,
    ) ?? null
  )
}

/** Number of session polls after a change during which instances that left in it do not yet count as lost. */
const POLLS_AFTER = 2

/**
 * Reports whether an absent instance left because of a change of its gateway, and is therefore not lost. Some polls
 * after the change it counts as lost unless other instances have replaced it.
 * @param since when it left
 */
export function isExchanged(context: FoldContext, gateway: string, instance: string, since: Bounds): boolean {
  const change = changeAround(context, gateway, since)
  if (!change || !isCarried(context, gateway, instance, null)) return false
  const { ended } = change.event
  return ended === null || !isJudgedAfter(context, gateway, ended.latest)
}

/**
 * Reports whether the gateway itself was polled late enough after its change. Polls of other gateways do not show its
 * instances.
 */
function isJudgedAfter({ mark, everyMs }: FoldContext, gateway: string, over: number): boolean {
  return mark.kind === 'peers' && mark.scope === gateway && mark.startedAt - over >= POLLS_AFTER * everyMs
}

/**
 * Reports whether a silent instance may have been removed by scaling in.
 * @param since when it left
 */
export const isPossiblyScaledIn = (
  context: FoldContext,
  { scope, scales, addresses = [] }: GatewayNode,
  instance: string,
  since: Bounds,
): boolean =>
  mayHaveScaledIn(
    instance,
    { scales: scales === true, addresses, sessions: sessionsOf(context, scope), units: context.units?.[scope] ?? [] },
    since,
  )
