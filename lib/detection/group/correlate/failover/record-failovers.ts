import {
  type TimestampBounds,
  type DetectedEvent,
  type EventKind,
  type FailoverTimes,
  parseSubjectNeighbor,
} from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { computeLatestBeginBounds } from '../../../model/event-key.ts'
import { type DetectionContext, listLiveEvents } from '../../../model/context.ts'
import type { DetectionRecheckTime } from '../../../model/recheck.ts'
import { canExplainRouteChange } from '../../facts/loss-explanation.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { doesCircuitEventAffectSession } from '../../../model/topology.ts'
import { compareFailoverWithBudgets, computeForwardingLossBounds } from './failover-expectations.ts'
import { computeLossDetectionLag } from './loss-detection-lag.ts'
import { type FailoverTimeBounds, findEndOfForwarding, findReturnOfForwarding } from './forwarding-bounds.ts'
import {
  groupTrafficPathsByResource,
  type TrafficCarryingPath,
  findTrafficPaths,
  isVpnGatewayNeighbor,
} from '../../facts/traffic/traffic-paths.ts'
import { isInstanceSwitch, canBecomeInstanceSwitch, computeInstanceSwitchTimes } from './instance-switch.ts'
import { sumFlowsFromCounters } from '../../facts/traffic/traffic-flows.ts'
import { findTrafficState } from '../../facts/traffic/traffic-state.ts'
import { areSamplesBeforeStopLost } from './traffic-stop.ts'
import { computeDurationBetweenBounds, narrowFailoverTime, mergeFailoverRevisions } from './failover-revisions.ts'

/**
 * Returns the times before a failover in which some neighbors carried unusual traffic because of another event. Such a
 * time lasts from the start to the end of the other event. If the other event was still ongoing when the failover
 * began, the traffic during it counts as the usual traffic, and the whole time before its start is returned.
 */
function disturbances(context: DetectionContext, { event }: LiveEvent, peers: readonly string[]): TimestampBounds[] {
  return listLiveEvents(context)
    .filter((other) => other.event.key !== event.key && neighborsOf(other).some((peer) => peers.includes(peer)))
    .filter((other) => other.event.started.latest <= event.started.earliest)
    .map(({ event: { started, ended } }) =>
      ended && ended.latest <= event.started.earliest
        ? { earliest: started.earliest, latest: ended.latest }
        : { earliest: Number.NEGATIVE_INFINITY, latest: started.latest },
    )
}

function neighborsOf({ event, peersBefore, peersAfter = [] }: LiveEvent): string[] {
  return peersBefore ? [...peersBefore, ...peersAfter] : [parseSubjectNeighbor(event.subject)]
}

const kinds = new Set<string>(['failover', 'best_path_shift'])

/** Updates the timestamps of every recent failover with the current data. Later samples may still narrow them. */
export function recordFailovers(context: DetectionContext): void {
  for (const live of listLiveEvents(context)) {
    if (kinds.has(live.event.kind) && isFailoverRevisable(context, live.event.started)) {
      live.event = { ...live.event, failover: detailOf(context, live) }
    } else if (isFailoverRevisable(context, live.event.started) && isInstanceSwitch(context, live)) {
      live.event = { ...live.event, failover: computeInstanceSwitchTimes(context, live) }
    }
  }
}

/**
 * Reports whether a failover began recently (at most the setting `failover.revise` ago), so that byte counters or bit
 * rates that arrive later may still narrow its timestamps.
 */
export function isFailoverRevisable(
  { mark, settings }: Pick<DetectionContext, 'mark' | 'settings'>,
  { latest }: TimestampBounds,
): boolean {
  return mark.finishedAt <= latest + settings['failover.revise']
}

/**
 * Minimum time between two evaluations of byte counters for a failover that is some minutes old. Counters that are
 * polled more often are evaluated together.
 */
const BYTES_EVERY_MS = 30 * MS_PER_SECOND

/**
 * Reports whether this poll's byte counters and bit rates of a circuit or connection must be evaluated for a recent
 * failover. Without this, new counters alone would not start an evaluation.
 */
export const areFailoverBytesDue = (context: DetectionContext, scope: string): boolean =>
  (bytesAwaitedAt(context, scope) ?? Number.POSITIVE_INFINITY) <= context.mark.finishedAt

/**
 * Returns the time from which the next counters of a circuit or connection must be evaluated for a failover; null if
 * they are due now or not needed.
 */
export function findFailoversRecheckTime(context: DetectionContext, scope: string): DetectionRecheckTime {
  return areFailoverBytesDue(context, scope) ? null : bytesAwaitedAt(context, scope)
}

/**
 * Returns the time from which the next counters of a circuit or connection must be evaluated for a failover; 0 = at
 * each poll, null = never. Counters are no longer needed for a loss of forwarding whose time both counters and bit
 * rates have shown.
 */
function bytesAwaitedAt(context: DetectionContext, scope: string): DetectionRecheckTime {
  const isRecorded = ({ event }: LiveEvent) =>
    kinds.has(event.kind) ||
    canBecomeInstanceSwitch(context, event) ||
    Boolean(event.failover) ||
    (event.forwardingLoss && event.forwardingLoss.basis !== 'metrics')
  const isNarrowed = ({ event, peersBefore = [], peersAfter = [] }: LiveEvent) =>
    event.scope === scope ||
    canBecomeInstanceSwitch(context, event) ||
    findTrafficPaths(context, [...peersBefore, ...peersAfter]).some((own) => own.scope === scope)
  // The age is checked first, because this check is cheap and excludes most events.
  const recent = listLiveEvents(context).filter(
    (live) => isFailoverRevisable(context, live.event.started) && isRecorded(live) && isNarrowed(live),
  )
  if (recent.length === 0) return null
  const { mark, scopes, settings } = context
  const { at, fact } = findTrafficState(scopes[scope], 'own') ?? {}
  const pair = fact?.pairs.primary?.at(-1) ?? fact?.pairs.secondary?.at(-1)
  const isFresh = recent.some(({ event }) => mark.finishedAt <= event.started.latest + settings['burst.span'])
  return isFresh || at === undefined || !pair || pair.lengthMs >= BYTES_EVERY_MS ? 0 : at + BYTES_EVERY_MS
}

function detailOf(context: DetectionContext, live: LiveEvent): FailoverTimes {
  const { settings } = context
  const { event, peersBefore = [], peersAfter = [] } = live
  const known = event.failover ?? null
  const lost = peersBefore.filter((peer) => !peersAfter.includes(peer))
  const gained = peersAfter.filter((peer) => !peersBefore.includes(peer))
  const noRelearning = peersAfter.some((peer) => peersBefore.includes(peer))
  const [former, next] = [findTrafficPaths(context, lost), findTrafficPaths(context, gained)]
  const stopped = known?.forwardingEnds
  if (
    stopped &&
    groupTrafficPathsByResource(former).some((own) =>
      areSamplesBeforeStopLost(sumFlowsFromCounters(context, own), stopped),
    )
  )
    return known
  const at = context.mark.finishedAt
  const ends = findEndOfForwarding(context, former, event.started)
  const session = event.kind === 'failover' ? sessionEnds(context, lost, event.started) : null
  const F = narrowFailoverTime('forwardingEnds', known?.forwardingEnds ?? null, ends, at)
  const S = narrowFailoverTime(
    'sessionEnds',
    known?.sessionEnds ?? null,
    session && { counters: session, rates: null },
    at,
  )
  const R = noRelearning ? (S.bounds ?? event.started) : event.started
  // Traffic moves to another path only after routing has changed. If the new path carries more traffic before that, it
  // is its own traffic.
  const ended = ends && (F.bounds ?? ends.counters).earliest
  const resumes =
    ended === null
      ? null
      : findReturnOfForwarding(
          context,
          { former, next },
          { ended, from: Math.max(ended, R.earliest), disturbed: disturbances(context, live, [...lost, ...gained]) },
        )
  const accounts = resumes === 'unclear' ? null : resumes
  const B = narrowFailoverTime('forwardingResumes', known?.forwardingResumes ?? null, accounts, at)
  const revisions = mergeFailoverRevisions(known?.revisions ?? [], [...F.revisions, ...S.revisions, ...B.revisions])
  const dataPlane = computeDurationBetweenBounds(F.bounds, B.bounds)
  const controlPlane = noRelearning && S.bounds ? { minMs: 0, maxMs: 0 } : computeDurationBetweenBounds(S.bounds, R)
  const mechanism = F.bounds && S.bounds ? computeLossDetectionLag(F.bounds, S.bounds, settings) : null
  const isVpn = lost.length > 0 && lost.every((peer) => isVpnGatewayNeighbor(context, peer))
  const isLoss = event.kind === 'failover'
  const took =
    dataPlane ??
    (F.bounds
      ? computeDurationBetweenBounds(F.bounds, R)
      : isLoss
        ? computeForwardingLossBounds(controlPlane, settings)
        : controlPlane)
  return {
    forwardingEnds: F.bounds,
    sessionEnds: S.bounds,
    rerouted: R,
    forwardingResumes: B.bounds,
    controlPlane,
    dataPlane,
    detection: computeDurationBetweenBounds(F.bounds, S.bounds),
    noRelearning,
    missing: missingOf({ kind: event.kind, former, next, F: F.bounds, B: B.bounds, S: S.bounds, resumes }),
    mechanism,
    expectations: compareFailoverWithBudgets(took, { isVpn, isLoss, mechanism }, settings),
    revisedOutside: (known?.revisedOutside ?? false) || revisions.some(({ isOutside }) => isOutside),
    revisions,
  }
}

/**
 * Returns timestamp S of a failover, the time when the last session of the former path was lost. Null if no loss is
 * known for one of the neighbors that are no longer used.
 */
function sessionEnds(
  context: DetectionContext,
  lost: readonly string[],
  rerouted: TimestampBounds,
): TimestampBounds | null {
  const slack = context.settings['timers.hold'] + context.settings['burst.slack']
  const losses = listLiveEvents(context)
    .map(({ event }) => event)
    .filter((event) => event.started.latest >= rerouted.earliest - slack && canExplainRouteChange(event, rerouted))
  const ends = lost.map((peer) => lossOfPeer(context, peer, losses))
  const known = ends.flatMap((end) => end ?? [])
  return known.length > 0 && known.length === ends.length ? computeLatestBeginBounds(known) : null
}

/**
 * Returns the bounds of the time at which a neighbor was lost; null if no loss is known. The loss of the circuit path
 * behind it is used first, then the loss of the neighbor or the circuit, then the loss of all its sessions.
 */
function lossOfPeer(context: DetectionContext, peer: string, losses: readonly DetectedEvent[]): TimestampBounds | null {
  const carrying = findTrafficPaths(context, [peer])
  const carried = losses.filter((loss) =>
    carrying.some((one) => one.scope === loss.scope && doesCircuitEventAffectSession(loss, one.path)),
  )
  const path = carried.find(({ kind }) => kind === 'path_down')
  const circuit = carried.find(({ kind }) => kind === 'circuit_down')
  const own = losses.find(({ kind, subject }) => kind === 'peer_lost' && subject === peer)
  const sessions = losses.filter(
    ({ kind, subject }) => kind === 'session_down' && parseSubjectNeighbor(subject) === peer,
  )
  const lost = path ?? own ?? circuit
  if (lost) return lost.started
  return sessions.length > 0 ? computeLatestBeginBounds(sessions.map(({ started }) => started)) : null
}

interface Reported {
  kind: EventKind
  former: readonly TrafficCarryingPath[]
  next: readonly TrafficCarryingPath[]
  F: TimestampBounds | null
  B: TimestampBounds | null
  S: TimestampBounds | null
  resumes: FailoverTimeBounds | 'unclear' | null
}

function missingOf({ kind, former, next, F, B, S, resumes }: Reported): string[] {
  const missing: string[] = []
  if (!F) {
    missing.push(
      former.length === 0
        ? 'When forwarding ended: no byte counters belong to the former path.'
        : 'When forwarding ended: its byte counters show no end; it may carry other traffic, or none.',
    )
  }
  if (!S) {
    missing.push(
      kind === 'best_path_shift'
        ? 'When a session ended: none did.'
        : 'When the session ended: not every path that was lost reports that.',
    )
  }
  if (!B) {
    missing.push(
      next.length === 0
        ? 'When bytes moved again: no byte counters belong to the new path.'
        : resumes === 'unclear'
          ? "When bytes moved again: the new way's own traffic varies by more than a fifth of what moved."
          : 'When bytes moved again: no sample of the new path shows it.',
    )
  }
  return missing
}
