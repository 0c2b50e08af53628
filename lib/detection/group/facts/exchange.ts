import type { Bounds } from '#lib/contract/index.ts'
import { type FoldContext, liveEvents, scopeOf } from '../../model/context.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import type { GatewayNode } from '../../model/topology.ts'
import { isCarriedByOthers, mayHaveScaledIn } from '../../verdict/index.ts'
import { expectedSessions } from './inside.ts'

/**
 * A gateway that is resized, scaled, upgraded or migrated exchanges its instances: new addresses come, old ones leave. Those that leave are a
 * part of that for as long as others have sessions with the same neighbors.
 */

/** Reports whether other instances carry the neighbors of an instance. @param neighbor null = all that the instance had */
export const isCarried = (context: FoldContext, gateway: string, instance: string, neighbor: string | null): boolean =>
  isCarriedByOthers(sessionsOf(context, gateway), instance, neighbor)

/** Reports whether an address is of an instance that a gateway had and does not list any more, so that its siblings lost their sessions with it. */
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

/** The change of a gateway in which something may have happened to it; null = it was not being changed. */
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

/** Polls of sessions after a change, until when instances that it took may still be counted among those that are missed. */
const POLLS_AFTER = 2

/**
 * Whether an instance that is not there leaves in a change of its gateway, and is no loss. Once the change is over it is one, unless others have
 * replaced it.
 * @param since when it left
 */
export function isExchanged(context: FoldContext, gateway: string, instance: string, since: Bounds): boolean {
  const change = changeAround(context, gateway, since)
  if (!change || !isCarried(context, gateway, instance, null)) return false
  const { ended } = change.event
  return ended === null || !isJudgedAfter(context, gateway, ended.latest)
}

/** By polls of the gateway itself: those of another say nothing of its instances. */
function isJudgedAfter({ mark, everyMs }: FoldContext, gateway: string, over: number): boolean {
  return mark.kind === 'peers' && mark.scope === gateway && mark.startedAt - over >= POLLS_AFTER * everyMs
}

/** Reports whether a silent instance may have gone by scaling in. @param since when it left */
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
