import { type Cause, type DetectedEvent, recoveryEventKinds } from '#lib/contract/index.ts'
import { storeRemovalCauses } from '../../facts/neighbor-claims.ts'
import { isEqualPlainJson } from '../../../model/plain-json.ts'
import { findCustomerSessionCauses, isAwaitingArpPoll } from './circuit-causes.ts'
import { findConfigurationCause } from './configuration-cause.ts'
import { findFailoverTestCause } from './failover-test.ts'
import { isAwaitingAvailabilityMetric, adjustCausesByAvailability } from './core-availability.ts'
import { PHYSICAL_LINK_LOST_FLAG } from '../../../model/event-condition.ts'
import { type DetectionContext, isEventOpen, listLiveEvents, ensureResourceState } from '../../../model/context.ts'
import { findEarliestRecheck, getRecheckTimeIfNeeded, type DetectionRecheckTime } from '../../../model/recheck.ts'
import type { LiveEvent, ResourceState } from '../../../model/scope-state.ts'
import { findEdgeSessionCauses, isAwaitingCustomerSession } from './edge-session.ts'
import { addInheritedCauses } from './inherited-causes.ts'
import { getInstanceFaultTime } from './instance-causes.ts'
import { SESSION_FALL_KINDS } from '../../../model/subject.ts'
import { findRouterReportedCause } from './router-reason.ts'
import { assignRouterOperatorToCauses } from './router-owner.ts'
import { adjustCausesByServiceHealth } from './service-health.ts'
import {
  findLateGatewayChange,
  findDecisionTableCauses,
  isAwaitingCarryingResources,
  mayFollowSessionRestart,
} from './decision-table.ts'
import { isAwaitingConfiguration } from './unread-configuration.ts'
import { isAwaitingTunnelPoll } from './vpn-causes.ts'
import { MIN_NAMED_CONFIDENCE, UNKNOWN_CAUSE } from './create-cause.ts'

/**
 * Sets the candidate causes of every event that is still evaluated, most likely first (docs/rules/detection.md 3.6).
 * Some causes follow from the states of network layers such as ARP and sessions. They are determined while an event is
 * ongoing, and are kept when it ends. Causes from the Activity Log and Service Health may be added after the end. An
 * event that follows from another event inherits its causes.
 */
export function assignCandidateCauses(context: DetectionContext): void {
  const own = new Map(listLiveEvents(context).map((live) => [live, causesOf(context, live)]))
  for (const [live, causes] of addInheritedCauses(context, own))
    if (!isEqualPlainJson(causes, live.event.causes)) live.event = { ...live.event, causes }
  storeRemovalCauses(context)
}

/**
 * Returns the time at which the causes of events must be evaluated again although no new event occurs. It is the next
 * poll if data is still missing that may decide the cause: values from Azure Monitor, tunnels, ARP, the customer's
 * session, the configuration, or the sessions that carried lost routes. For a lost gateway instance, it is the
 * time at which the instance has been absent for longer than maintenance takes.
 */
export function findCausesRecheckTime(context: DetectionContext, { live }: ResourceState): DetectionRecheckTime {
  return findEarliestRecheck(
    Object.values(live).flatMap((one) => [
      getRecheckTimeIfNeeded(
        isAwaitingAvailabilityMetric(context, one) ||
          isAwaitingTunnelPoll(context, one) ||
          isAwaitingArpPoll(context, one) ||
          isAwaitingCustomerSession(context, one) ||
          isAwaitingConfiguration(one) ||
          (isEventOpen(one) && !one.event.partOf && isAwaitingCarryingResources(context, one)),
      ),
      getInstanceFaultTime(context, one),
    ]),
  )
}

function causesOf(context: DetectionContext, live: LiveEvent): Cause[] {
  const { event, peersBefore = [], peersAfter = [] } = live
  const isFresh = event.detectedAt === context.mark.finishedAt
  // Route tables may be polled before sessions. A poll may then show the restart of the sessions only after the event
  // about the table has ended.
  const isUndecided =
    (isEventOpen(live) || isFresh || mayFollowSessionRestart(context, live)) && !isLinkBack(context, event)
  const byLayers = isUndecided
    ? findDecisionTableCauses(context, live)
    : (findLateGatewayChange(context, event) ?? findEdgeSessionCauses(context, event) ?? lateReport(context, event))
  const confirmed = adjustCausesByAvailability(context, event, byLayers)
  // A recovery gets only the causes of the loss that it ends.
  const isWellAgain = recoveryEventKinds.has(event.kind)
  const byTable = isWellAgain ? byLayers : adjustCausesByServiceHealth(context, event, confirmed)
  const logged = isWellAgain ? null : findConfigurationCause(context, event, [...peersBefore, ...peersAfter])
  const reported = isWellAgain ? [] : findRouterReportedCause(context, event)
  const tested = isWellAgain ? null : findFailoverTestCause(context, event, [...peersBefore, ...peersAfter])
  const said = logged ? [logged] : tested ? [] : event.causes.filter(isLogged)
  const firstHand = tested ? [tested, ...reported] : reported
  const others = byTable.filter(({ class: name }) => !firstHand.some((one) => one.class === name))
  const found = assignRouterOperatorToCauses(context, live, [...firstHand, ...said, ...others])
  if (found.length === 0) {
    // Remove the causes that were found before the states of all layers were known.
    const left = event.causes.filter((cause) => !isLogged(cause) && !(isUndecided && isOfTable(cause)))
    return left.length > 0 ? left : [UNKNOWN_CAUSE]
  }
  const likeliestFirst = found.toSorted((a, b) => b.confidence - a.confidence)
  // A logged change of another resource in the resource group is shown, but it never becomes the named cause.
  return likeliestFirst.every((cause) => isLogged(cause) && cause.confidence < MIN_NAMED_CONFIDENCE)
    ? [UNKNOWN_CAUSE, ...likeliestFirst]
    : likeliestFirst
}

/**
 * Returns the causes that were found while the event was ongoing. If there are none and the event is a fallen session,
 * returns the causes that a later report of the customer's router gives.
 */
function lateReport(context: DetectionContext, event: DetectedEvent): Cause[] {
  const found = event.causes.filter(isOfTable)
  const isOfSession = SESSION_FALL_KINDS.has(event.kind)
  return found.length > 0 || !isOfSession ? found : (findCustomerSessionCauses(context, event) ?? found)
}

/**
 * Reports whether the ARP entry of a path that fell together with its link is complete again. Current ARP and session
 * states can then no longer show why the path fell.
 */
function isLinkBack(context: DetectionContext, { kind, scope, subject, flags }: DetectedEvent): boolean {
  return (
    kind === 'path_down' &&
    flags.includes(PHYSICAL_LINK_LOST_FLAG) &&
    ensureResourceState(context, scope).arp[subject]?.state === 'complete'
  )
}

const LOGGED = 'configuration_change'
const isLogged = ({ class: name }: DetectedEvent['causes'][number]) => name === LOGGED
const isOfTable = (cause: Cause) => !isLogged(cause) && cause.confidence > 0
