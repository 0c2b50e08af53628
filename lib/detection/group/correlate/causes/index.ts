import { type Cause, type DetectedEvent, kindsOfRecovery } from '#lib/contract/index.ts'
import { recordRemovals } from '../../facts/neighbor-claims.ts'
import { samePlain } from '../../../model/plain.ts'
import { sessionCauses, waitsForArp } from './circuit-causes.ts'
import { configurationCause } from './configuration.ts'
import { isAvailabilityDue, withAvailability } from './core-availability.ts'
import { LINK_LOST } from '../../../model/condition.ts'
import { type FoldContext, isOpen, liveEvents, scopeOf } from '../../../model/context.ts'
import { earliestRecheck, nextPollIf, type RecheckAt } from '../../../model/recheck.ts'
import type { LiveEvent, ScopeState } from '../../../model/scope-state.ts'
import { edgeSessionCauses, waitsForEdge } from './edge-session.ts'
import { withInherited } from './inherited.ts'
import { faultyFrom } from './instance-causes.ts'
import { SESSION_FALLS } from '../../../model/subject.ts'
import { routerReason } from './router-reason.ts'
import { ofWhoRunsRouters } from './router-owner.ts'
import { withServiceHealth } from './service-health.ts'
import { lateChange, tableCauses, wentWithSessions } from './table.ts'
import { waitsForTunnels } from './vpn-causes.ts'
import { NAMED, UNKNOWN_CAUSE } from './wording.ts'

/**
 * Gives every event at hand its candidate causes, the likeliest first (docs/rules/detection.md 3.6). What the layers say is taken while
 * the event goes on and stays with it when it ends; what the Activity Log and Service Health say may arrive later. What follows from
 * another event has the causes of that one.
 */
export function attachCauses(context: FoldContext): void {
  const own = new Map(liveEvents(context).map((live) => [live, causesOf(context, live)]))
  for (const [live, causes] of withInherited(context, own))
    if (!samePlain(causes, live.event.causes)) live.event = { ...live.event, causes }
  recordRemovals(context)
}

/** When what is known may give another cause: late minutes of Azure Monitor, or an instance that stays away for too long. */
export function recheckCauses(context: FoldContext, { live }: ScopeState): RecheckAt {
  return earliestRecheck(
    Object.values(live).flatMap((one) => [
      nextPollIf(
        isAvailabilityDue(context, one) ||
          waitsForTunnels(context, one) ||
          waitsForArp(context, one) ||
          waitsForEdge(context, one),
      ),
      faultyFrom(context, one),
    ]),
  )
}

function causesOf(context: FoldContext, live: LiveEvent): Cause[] {
  const { event } = live
  const isFresh = event.detectedAt === context.mark.finishedAt
  // that its sessions restarted is read after it ended, where tables are read before sessions
  const isUndecided = (isOpen(live) || isFresh || wentWithSessions(context, live)) && !isLinkBack(context, event)
  const byLayers = isUndecided
    ? tableCauses(context, live)
    : (lateChange(context, event) ?? edgeSessionCauses(context, event) ?? lateReport(context, event))
  const confirmed = withAvailability(context, event, byLayers)
  // what is healthy again needs no cause but its own
  const isWellAgain = kindsOfRecovery.has(event.kind)
  const byTable = isWellAgain ? byLayers : withServiceHealth(context, event, confirmed)
  const logged = isWellAgain ? null : configurationCause(context, event)
  const reported = isWellAgain ? [] : routerReason(context, event)
  const said = logged ? [logged] : event.causes.filter(isLogged)
  const others = byTable.filter(({ class: name }) => !reported.some((one) => one.class === name))
  const found = ofWhoRunsRouters(context, live, [...said, ...reported, ...others])
  if (found.length === 0) {
    // what the layers said before they were all known is not said any more
    const left = event.causes.filter((cause) => !isLogged(cause) && !(isUndecided && isOfTable(cause)))
    return left.length > 0 ? left : [UNKNOWN_CAUSE]
  }
  const likeliestFirst = found.toSorted((a, b) => b.confidence - a.confidence)
  // what somebody did nearby is shown, and never given as the reason
  return likeliestFirst.every((cause) => isLogged(cause) && cause.confidence < NAMED)
    ? [UNKNOWN_CAUSE, ...likeliestFirst]
    : likeliestFirst
}

/** What was found while it went on; where nothing was, what a router reported of a session since then. */
function lateReport(context: FoldContext, event: DetectedEvent): Cause[] {
  const found = event.causes.filter(isOfTable)
  const isOfSession = SESSION_FALLS.has(event.kind)
  return found.length > 0 || !isOfSession ? found : (sessionCauses(context, event) ?? found)
}

/** The layers show a path whose link is back, and not any more why it fell. */
function isLinkBack(context: FoldContext, { kind, scope, subject, flags }: DetectedEvent): boolean {
  return kind === 'path_down' && flags.includes(LINK_LOST) && scopeOf(context, scope).arp[subject]?.state === 'complete'
}

const LOGGED = 'configuration_change'
const isLogged = ({ class: name }: DetectedEvent['causes'][number]) => name === LOGGED
const isOfTable = (cause: Cause) => !isLogged(cause) && cause.confidence > 0
