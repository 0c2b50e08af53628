import type { EpochMs } from '#lib/contract/index.ts'
import { neighborOf } from '../../fold/session-subject.ts'
import { type Estate, liveEvents } from '../estate.ts'
import type { LiveEvent } from '../state.ts'

/**
 * Since when nothing else is known to have moved to or from some neighbors before a failover: an earlier one, its end, or a session
 * that fell and rose changed what they carry. Without any such event, forever.
 */
export function calmSince(estate: Estate, { event }: LiveEvent, peers: readonly string[]): EpochMs {
  const moves = liveEvents(estate)
    .filter((other) => other.event.key !== event.key && neighborsOf(other).some((peer) => peers.includes(peer)))
    .flatMap(({ event: { started, ended } }) => [started.hi, ended?.hi ?? started.hi])
  return Math.max(...moves.filter((moment) => moment <= event.started.lo), Number.NEGATIVE_INFINITY)
}

function neighborsOf({ event, peersBefore, peersAfter = [] }: LiveEvent): string[] {
  return peersBefore ? [...peersBefore, ...peersAfter] : [neighborOf(event.subject)]
}
