import type { Bounds } from '#lib/contract/index.ts'
import { type FoldContext, liveEvents, scopeOf } from '../../model/context.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
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
