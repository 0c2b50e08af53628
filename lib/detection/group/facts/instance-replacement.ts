import type { TimestampBounds } from '#lib/contract/index.ts'
import { type DetectionContext, listLiveEvents, ensureResourceState } from '../../model/context.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import type { GatewayNode } from '../../model/topology.ts'
import { areNeighborsServedByOthers, mayInstanceHaveBeenScaledIn } from '../../verdict/index.ts'
import { listExpectedSessions } from './gateway-sessions.ts'

/**
 * A gateway that is resized, scaled, upgraded or migrated exchanges its instances: instances with new addresses appear
 * and old instances leave. An instance that leaves is not lost if other instances have sessions with the same
 * neighbors.
 */

/**
 * Reports whether other instances of a gateway have sessions with the neighbors of an instance.
 * @param neighbor null = all neighbors of the instance
 */
export const isServedByOtherInstances = (
  context: DetectionContext,
  gateway: string,
  instance: string,
  neighbor: string | null,
): boolean => areNeighborsServedByOthers(sessionsOf(context, gateway), instance, neighbor)

/**
 * Reports whether an address belongs to a former instance that the gateway no longer has. The other instances then lost
 * their sessions with it because it left.
 */
export function isFormerGatewayInstance(context: DetectionContext, gateway: string, address: string): boolean {
  const { sessions, silent } = ensureResourceState(context, gateway)
  const own = Object.values(sessions).filter(
    ({ localAddress, subresource }) => localAddress === address && subresource === '',
  )
  return own.length > 0 && !silent[address] && own.every(({ level }) => level === 'gone')
}

function sessionsOf(context: DetectionContext, gateway: string) {
  const { silent } = ensureResourceState(context, gateway)
  return listExpectedSessions(context, gateway).map(({ localAddress, neighbor, level }) => ({
    localAddress,
    neighbor,
    isUp: level === 'up',
    isSilent: Boolean(silent[localAddress]),
  }))
}

/**
 * Returns the `gateway_changing` event of a gateway that includes the given time, with a tolerance (setting
 * `burst.slack`); null if the gateway was not being changed then.
 */
export function findGatewayChangeEventAt(
  context: DetectionContext,
  gateway: string,
  since: TimestampBounds,
): LiveEvent | null {
  const slack = context.settings['burst.slack']
  return (
    listLiveEvents(context).find(
      ({ event: { kind, scope, started, ended } }) =>
        kind === 'gateway_changing' &&
        scope === gateway &&
        since.latest >= started.earliest - slack &&
        since.earliest <= (ended?.latest ?? Number.POSITIVE_INFINITY) + slack,
    ) ?? null
  )
}

/**
 * Number of poll intervals after a gateway change during which absent instances do not count as lost yet, because they
 * may be replaced later.
 */
const POLLS_AFTER = 2

/**
 * Reports whether an absent instance left because its gateway was changed, so that it is not lost. Other instances must
 * have sessions with its neighbors. Two poll intervals after the end of the change, an instance that is still absent
 * counts as lost and the result is false.
 * @param since when the instance left
 */
export function hasInstanceLeftByChange(
  context: DetectionContext,
  gateway: string,
  instance: string,
  since: TimestampBounds,
): boolean {
  const change = findGatewayChangeEventAt(context, gateway, since)
  if (!change || !isServedByOtherInstances(context, gateway, instance, null)) return false
  const { ended } = change.event
  return ended === null || !isJudgedAfter(context, gateway, ended.latest)
}

/**
 * Reports whether this poll reads the gateway's own sessions, at least two poll intervals after the change ended. Only
 * such a poll can decide that absent instances are lost.
 */
function isJudgedAfter({ mark, everyMs }: DetectionContext, gateway: string, over: number): boolean {
  return mark.kind === 'peers' && mark.scope === gateway && mark.startedAt - over >= POLLS_AFTER * everyMs
}

/**
 * Reports whether an instance that no longer reports may have been removed on purpose, by scaling in.
 * @param since when the instance stopped reporting
 */
export const isInstancePossiblyScaledIn = (
  context: DetectionContext,
  { scope, scales, addresses = [] }: GatewayNode,
  instance: string,
  since: TimestampBounds,
): boolean =>
  mayInstanceHaveBeenScaledIn(
    instance,
    { scales: scales === true, addresses, sessions: sessionsOf(context, scope), units: context.units?.[scope] ?? [] },
    since,
  )
