import type { Bounds } from '#lib/contract/index.ts'
import { type FoldContext, liveEvents, scopeOf } from '../../model/context.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import type { GatewayNode } from '../../model/topology.ts'
import { hasFewerUnits, USUAL_INSTANCES } from '../../verdict/index.ts'
import { expectedSessions } from './inside.ts'

/**
 * A gateway that is resized, scaled, upgraded or migrated exchanges its instances: new addresses come, old ones leave. Those that leave are a
 * part of that for as long as others have sessions with the same neighbors.
 */

/**
 * Whether every neighbor of an instance has a session that is up with another instance, which reports.
 * @param neighbor null = all that the instance had
 */
export function isCarriedByOthers(
  context: FoldContext,
  gateway: string,
  instance: string,
  neighbor: string | null,
): boolean {
  const { silent } = scopeOf(context, gateway)
  const sessions = expectedSessions(context, gateway)
  const own = sessions.filter(({ localAddress }) => localAddress === instance).map((session) => session.neighbor)
  const neighbors = neighbor === null ? own : [neighbor]
  const isCarried = (one: string) =>
    sessions.some(
      ({ localAddress, neighbor: other, level }) =>
        localAddress !== instance && !silent[localAddress] && other === one && level === 'up',
    )
  return neighbors.length > 0 && neighbors.every(isCarried)
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
  if (!change || !isCarriedByOthers(context, gateway, instance, null)) return false
  const { ended } = change.event
  return ended === null || !isJudgedAfter(context, gateway, ended.latest)
}

/** By polls of the gateway itself: those of another say nothing of its instances. */
function isJudgedAfter({ mark, everyMs }: FoldContext, gateway: string, over: number): boolean {
  return mark.kind === 'peers' && mark.scope === gateway && mark.startedAt - over >= POLLS_AFTER * everyMs
}

/**
 * Whether a silent instance may have gone by scaling in, and is no loss so far: others carry all that it did, two at least, and the scale
 * units have fallen, or are not reported yet (ADR 0276).
 * @param since when it left
 */
export function mayHaveScaledIn(
  context: FoldContext,
  { scope, scales, addresses = [] }: GatewayNode,
  instance: string,
  since: Bounds,
): boolean {
  if (!scales || addresses.includes(instance)) return false
  const { silent } = scopeOf(context, scope)
  const reporting = expectedSessions(context, scope).filter(
    ({ localAddress, level }) => localAddress !== instance && level === 'up' && !silent[localAddress],
  )
  if (new Set(reporting.map(({ localAddress }) => localAddress)).size < USUAL_INSTANCES) return false
  if (!isCarriedByOthers(context, scope, instance, null)) return false
  return hasFewerUnits(context.units?.[scope] ?? [], since) !== false
}
