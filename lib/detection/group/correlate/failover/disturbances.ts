import type { Bounds } from '#lib/contract/index.ts'
import { neighborOf } from '../../../model/subject.ts'
import { type FoldContext, liveEvents } from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'

/**
 * Intervals before a failover in which some neighbors carried something else than usual, as far as is known: an earlier failover
 * until its end, a session that fell and rose. What has not ended changed what is usual: then all the time before it is another's.
 */
export function disturbances(context: FoldContext, { event }: LiveEvent, peers: readonly string[]): Bounds[] {
  return liveEvents(context)
    .filter((other) => other.event.key !== event.key && neighborsOf(other).some((peer) => peers.includes(peer)))
    .filter((other) => other.event.started.latest <= event.started.earliest)
    .map(({ event: { started, ended } }) =>
      ended && ended.latest <= event.started.earliest
        ? { earliest: started.earliest, latest: ended.latest }
        : { earliest: Number.NEGATIVE_INFINITY, latest: started.latest },
    )
}

function neighborsOf({ event, peersBefore, peersAfter = [] }: LiveEvent): string[] {
  return peersBefore ? [...peersBefore, ...peersAfter] : [neighborOf(event.subject)]
}
