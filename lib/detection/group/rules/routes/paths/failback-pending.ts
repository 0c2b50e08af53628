import { type TimestampBounds, parsePeeringType } from '#lib/contract/index.ts'
import { computeLatestBeginBounds } from '../../../../model/event-key.ts'
import { updateEventByCondition } from '../../../../model/event-condition.ts'
import { type DetectionContext, isEventOpen, listLiveEvents, ensureResourceState } from '../../../../model/context.ts'
import { findNeighborCarryingPath } from '../../../../model/route.ts'
import { getRecheckTimeIfNeeded, type DetectionRecheckTime } from '../../../../model/recheck.ts'
import type { LiveEvent, ResourceState } from '../../../../model/scope-state.ts'

/**
 * Raises failback_pending if traffic has not returned after a failover. A path that the traffic left (the home path)
 * must have been up again for the setting `failback.pending` while the best paths are still elsewhere. The event ends
 * with the failback, or when the home path falls again.
 */
export function detectPendingFailback(context: DetectionContext): void {
  const { mark, settings } = context
  const later = ({ earliest, latest }: TimestampBounds, ms: number): TimestampBounds => ({
    earliest: earliest + ms,
    latest: latest + ms,
  })
  // In failovers of a hub, the neighbors are named by gateways, so no session shows whether a path is up. Such
  // failovers are left out.
  const failovers = listLiveEvents(context).filter(
    ({ event, table }) => event.kind === 'failover' && table === undefined,
  )
  for (const failover of failovers) {
    const { scope, subject, ended } = failover.event
    const upSince = ended === null ? homeUpSince(context, failover) : null
    const dueAt = upSince && later(upSince, settings['failback.pending'])
    const now = { earliest: mark.previousOkAt ?? mark.startedAt, latest: mark.finishedAt }
    const isAgain = failovers.some((other) => isEventOpen(other) && isSame(other, failover) && other !== failover)
    if (ended !== null && isAgain) continue
    updateEventByCondition(context, {
      kind: 'failback_pending',
      scope,
      subject,
      holds: dueAt !== null && dueAt.latest <= mark.finishedAt,
      since: dueAt ?? ended ?? now,
      severity: 'warning',
      mayBegin: ended === null,
      evidence: [
        {
          field: 'home path',
          before: 'down',
          after: 'up',
          sampledBefore: failover.event.started,
          sampledAfter: upSince,
        },
      ],
    })
  }
}

const isSame = (a: LiveEvent, b: LiveEvent) => a.event.scope === b.event.scope && a.event.subject === b.event.subject

/**
 * Returns the next poll as the time of the next evaluation, if the home path of an open failover is up and
 * failback_pending is not raised yet. The event is raised after some time in which nothing changes, so no changed poll
 * would start the evaluation.
 */
export function findFailbackRecheckTime(context: DetectionContext, { live }: ResourceState): DetectionRecheckTime {
  const lives = Object.values(live)
  const isHomeUp = lives.some(
    (one) =>
      isEventOpen(one) &&
      one.event.kind === 'failover' &&
      !lives.some((other) => other.event.kind === 'failback_pending' && isEventOpen(other) && isSame(other, one)) &&
      homeUpSince(context, one) !== null,
  )
  return getRecheckTimeIfNeeded(isHomeUp)
}

/** Returns the time since when one of the paths from which a failover moved traffic is up again; null if none is up. */
function homeUpSince(
  context: DetectionContext,
  { event, peersBefore = [], peersAfter = [] }: LiveEvent,
): TimestampBounds | null {
  const left = peersBefore.filter((peer) => !peersAfter.includes(peer))
  const ups = context.topology.gateways
    .flatMap(({ scope }) => left.flatMap((peer) => upSince(context, scope, peer) ?? []))
    // A session that has been up since before the failover does not count as up again, because its fall was not polled
    // yet.
    .filter(({ latest }) => latest >= event.started.earliest)
    .toSorted((a, b) => a.latest - b.latest)
  return ups[0] ?? null
}

/**
 * Returns the time since when a path is up; null if it is not up. Both the gateway's session and the customer's session
 * on the circuit path behind it must be up.
 */
function upSince(context: DetectionContext, gateway: string, peer: string): TimestampBounds | null {
  const own = Object.values(ensureResourceState(context, gateway).sessions).filter(
    ({ subresource, neighbor, level }) => subresource === '' && neighbor === peer && level === 'up',
  )
  if (own.length === 0) return null
  const { circuit, path } = findNeighborCarryingPath(context, gateway, peer)
  if (circuit === null) return computeLatestBeginBounds(own.map(({ since }) => since))
  const customers = context.topology.circuits
    .find(({ scope }) => scope === circuit)
    ?.peerings.filter(({ name }) => parsePeeringType(name) === 'private')
    .flatMap(({ name, customers: all }) => (path ? [[`${name}/${path}`, all[path]] as const] : []))
  const behind = Object.values(ensureResourceState(context, circuit).sessions).filter(({ subresource, neighbor }) =>
    customers?.some(([name, customer]) => name === subresource && customer === neighbor),
  )
  if (behind.length === 0 || behind.some(({ level }) => level !== 'up')) return null
  return computeLatestBeginBounds([...own, ...behind].map(({ since }) => since))
}
