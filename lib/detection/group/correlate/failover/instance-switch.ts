import type { TimestampBounds, DetectedEvent, EpochMs, EventKind, FailoverTimes } from '#lib/contract/index.ts'
import { parseSubjectNeighbor } from '../../../model/subject.ts'
import { trafficDirections } from '../../../model/traffic-baseline.ts'
import { type DetectionContext, listLiveEvents } from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { listExpectedSessions } from '../../facts/gateway-sessions.ts'
import { findEndOfForwarding } from './forwarding-bounds.ts'
import {
  groupTrafficPathsByResource,
  type TrafficCarryingPath,
  findTrafficPaths,
} from '../../facts/traffic/traffic-paths.ts'
import { compareFailoverWithBudgets, computeForwardingLossBounds } from './failover-expectations.ts'
import { sumMaxRatesWithoutTraffic, areSamplesBeforeStopLost } from './traffic-stop.ts'
import { sumFlowsFromCounters } from '../../facts/traffic/traffic-flows.ts'
import { computeDurationBetweenBounds, narrowFailoverTime, mergeFailoverRevisions } from './failover-revisions.ts'

/**
 * Kinds of events that may show that the other instance of an active-standby gateway took over: sessions restarted
 * between two polls, or a poll found the gateway isolated.
 */
const kinds = new Set<EventKind>(['session_flap', 'gateway_isolated'])
const falls = new Set<EventKind>(['session_flap', 'session_down'])

/**
 * Reports whether an event may later turn out to be a switch to the standby instance. Byte counters around its time are
 * then kept, because they show when forwarding ended.
 */
export const canBecomeInstanceSwitch = (
  { topology }: Pick<DetectionContext, 'topology'>,
  { kind, scope }: DetectedEvent,
): boolean => kinds.has(kind) && topology.gateways.some((known) => known.scope === scope && known.activeStandby)

/**
 * Reports whether an event was a switch to the standby instance of an active-standby VPN gateway: all sessions fell and
 * soon came up again. The standby instance takes over with the same address and new sessions (docs/rules/detection.md
 * 4). The result is false while the event is ongoing.
 */
export function isInstanceSwitch(context: DetectionContext, { event }: LiveEvent): boolean {
  const { kind, scope, ended, started, flags, partOf } = event
  if (!canBecomeInstanceSwitch(context, event) || !ended || partOf || flags.includes('administrative')) return false
  if (ended.latest - started.earliest > context.settings['failover.revise']) return false
  return kind === 'gateway_isolated' || neighborsIn(context, scope).every((one) => fellWith(context, event, ended, one))
}

/**
 * Returns the timestamps of a switch to the standby instance. The path is the same before and after the switch, so
 * rerouting is complete when a session is up again.
 */
export function computeInstanceSwitchTimes(context: DetectionContext, { event }: LiveEvent): FailoverTimes {
  const known = event.failover ?? null
  const { settings, mark } = context
  const again = event.ended ?? event.started
  const neighbors = neighborsIn(context, event.scope)
  const carrying = findTrafficPaths(context, neighbors)
  const stopped = known?.forwardingEnds
  if (
    stopped &&
    groupTrafficPathsByResource(carrying).some((own) =>
      areSamplesBeforeStopLost(sumFlowsFromCounters(context, own), stopped),
    )
  )
    return known
  const F = narrowFailoverTime(
    'forwardingEnds',
    stopped ?? null,
    findEndOfForwarding(context, carrying, again),
    mark.finishedAt,
  )
  const resumed = F.bounds && returnOn(context, carrying, F.bounds.latest)
  const counters = resumed && { counters: resumed, rates: null }
  const B = narrowFailoverTime('forwardingResumes', known?.forwardingResumes ?? null, counters, mark.finishedAt)
  const revisions = mergeFailoverRevisions(known?.revisions ?? [], [...F.revisions, ...B.revisions])
  const controlPlane = computeDurationBetweenBounds(event.started, again)
  const dataPlane = computeDurationBetweenBounds(F.bounds, B.bounds)
  const took = dataPlane ?? computeForwardingLossBounds(controlPlane, settings)
  return {
    forwardingEnds: F.bounds,
    sessionEnds: event.started,
    rerouted: again,
    forwardingResumes: B.bounds,
    controlPlane,
    dataPlane,
    detection: computeDurationBetweenBounds(F.bounds, event.started),
    noRelearning: false,
    missing: missingOf(carrying, F.bounds, B.bounds, neighbors.length),
    mechanism: null,
    expectations: compareFailoverWithBudgets(took, { isVpn: true, isLoss: true, mechanism: null }, settings),
    revisedOutside: (known?.revisedOutside ?? false) || revisions.some(({ isOutside }) => isOutside),
    revisions,
  }
}

/** Returns the neighbors whose sessions are expected to be up. */
function neighborsIn(context: DetectionContext, gateway: string): string[] {
  return [...new Set(listExpectedSessions(context, gateway).map(({ neighbor }) => neighbor))]
}

/** Reports whether a session with this neighbor fell or restarted during the event. */
function fellWith(
  context: DetectionContext,
  { scope, started }: DetectedEvent,
  ended: TimestampBounds,
  neighbor: string,
): boolean {
  return listLiveEvents(context).some(
    ({ event }) =>
      falls.has(event.kind) &&
      event.scope === scope &&
      parseSubjectNeighbor(event.subject) === neighbor &&
      event.started.earliest <= ended.latest &&
      (event.ended?.latest ?? Infinity) >= started.earliest,
  )
}

/**
 * Returns the bounds of the time at which traffic returned after it had stopped, on the path on which it returned
 * first; null if no path shows it. The bounds begin with the pair of samples before the one that shows traffic again,
 * because traffic may have returned so late in that earlier pair that its rate still counts as no traffic.
 */
function returnOn(
  context: DetectionContext,
  carrying: readonly TrafficCarryingPath[],
  stopped: EpochMs,
): TimestampBounds | null {
  const returns = groupTrafficPathsByResource(carrying).flatMap((own) => {
    const flows = sumFlowsFromCounters(context, own)
    const { deadBps } = sumMaxRatesWithoutTraffic(context, own)
    const first = flows.findIndex(
      (flow) => flow.latest > stopped && trafficDirections.some((direction) => flow[direction] > deadBps[direction]),
    )
    const [dead, moving] = [flows[first - 1], flows[first]]
    return dead && moving ? [{ earliest: dead.earliest, latest: moving.latest }] : []
  })
  const [earliest = null] = returns.toSorted((a, b) => a.latest - b.latest)
  return earliest
}

function missingOf(
  carrying: readonly TrafficCarryingPath[],
  F: TimestampBounds | null,
  B: TimestampBounds | null,
  neighbors: number,
): string[] {
  const reported: string[] = []
  if (neighbors < 2) {
    reported.push(
      'Whether the standby took over: with one neighbor, a restart of the session by its own side is alike.',
    )
  }
  if (!F) {
    reported.push(
      carrying.length === 0
        ? 'When forwarding ended: no byte counters belong to the gateway.'
        : 'When forwarding ended: its byte counters show no end; it was shorter than they report, or other traffic went on.',
    )
  }
  if (!B) reported.push('When bytes moved again: no sample after an end shows it.')
  return reported
}
