import { CEASE_ERROR_CODE, CEASE_MAXIMUM_PREFIXES, HOLD_TIMER_EXPIRED, isBfdDownNotification } from '#lib/bgp/index.ts'
import {
  type Cause,
  type DetectedEvent,
  unwrapHardReset,
  type LoggedSessionDownCause,
  parsePathSubject,
  type RouterDownReason,
} from '#lib/contract/index.ts'
import { formatRouterDownReason } from '#lib/contract/words/router-reasons.ts'
import { type DetectionContext, ensureResourceState } from '../../../model/context.ts'
import { SESSION_FALL_KINDS } from '../../../model/subject.ts'
import {
  findRouterSideOfEvent,
  findSessionFact,
  findMatchingRouterOutage,
  findRouterOutageOfEvent,
} from '../../facts/router-side-sessions.ts'
import { getRouterSideResourceId } from '../../../model/router-side-session.ts'
import { getRouterOperator } from './router-owner.ts'
import { createCause } from './create-cause.ts'

/** Event 10 of the BGP state machine, HoldTimer_Expires (RFC 4271 section 8.1.3). */
const HOLD_TIMER_EVENT = 10
const SILENCES: ReadonlySet<LoggedSessionDownCause> = new Set(['bfd', 'holdTimer', 'interface'])
/**
 * Subcodes of Cease that mean that an operator ended the session (RFC 4486), and a Hard Reset without an inner code
 * (RFC 8538).
 */
const BY_OPERATOR: ReadonlySet<number> = new Set([2, 3, 4, 6, 9])
/**
 * Subcodes Connection Rejected and Out of Resources of Cease (RFC 4486). The reason is at the end of the session that
 * sends them.
 */
const BY_ITS_END: ReadonlySet<number> = new Set([5, 8])
/** Events 2 and 8 of the BGP state machine: ManualStop, AutomaticStop (RFC 4271 section 8.1) */
const STOPS: ReadonlySet<number> = new Set([2, 8])

/**
 * Returns the causes of a fall that the customer's router reports: a NOTIFICATION that names the reason, or a stop of
 * the session by the router itself. The list is empty for an expired hold timer, BFD or a lost connection, because
 * these only show that nothing was received. In this case other evidence, such as ARP and link states, must show the
 * cause.
 */
export function findRouterReportedCause(context: DetectionContext, event: DetectedEvent): Cause[] {
  const reports = reportsOf(context, event)
  const [reported] = reports
  if (!reported) return []
  const circuit = context.topology.circuits.find(({ scope }) => scope === event.scope)
  // On a VPN connection, the customer runs the device at the far end.
  const owner = circuit ? getRouterOperator(circuit) : 'onprem'
  const by = new Set(reports.map(({ reason }) => closedBy(reason)))
  const { reason, words } = reported
  switch (by.size > 1 ? null : closedBy(reason)) {
    case 'customer':
      return [
        createCause('closed_by_customer', owner, 0.95, `${words} Ask the operator of that router what they changed.`),
      ]
    case 'microsoft':
      return [
        createCause(
          'closed_by_microsoft',
          'microsoft',
          0.95,
          `${words} Check Service Health, and ask Microsoft with these bounds.`,
        ),
      ]
    case 'limit':
      return [createCause('prefix_limit_exceeded', owner, 0.95, `${words} Announce fewer prefixes, or summarise them.`)]
    case null:
      return []
  }
}

interface Reported {
  reason: RouterDownReason
  /** the router's report as a complete sentence for people */
  words: string
}

/**
 * Returns the reports of the customer's routers about a fall. For a lost circuit, the list contains a report for every
 * session that is down; if one of these sessions has no report, the list is empty.
 */
function reportsOf(context: DetectionContext, event: DetectedEvent): Reported[] {
  if (event.kind === 'circuit_down') return reportsOfCircuit(context, event)
  const reported = SESSION_FALL_KINDS.has(event.kind) || event.kind === 'path_down' ? reportOf(context, event) : null
  return reported ? [reported] : []
}

/** Returns the reason that the customer's router reports for a fall; null if it reports no reason. */
function reportOf(context: DetectionContext, event: DetectedEvent): Reported | null {
  const end = findRouterSideOfEvent(event, context.routerEnds ?? [])
  return end && reportedBy(end.router, findRouterOutageOfEvent(end, event)?.reason)
}

function reportsOfCircuit(context: DetectionContext, { scope, subject }: DetectedEvent): Reported[] {
  const ends = (context.routerEnds ?? []).filter((end) => getRouterSideResourceId(end) === scope)
  const down = Object.values(ensureResourceState(context, scope).sessions).filter(
    ({ subresource, level }) =>
      parsePathSubject(subresource).peering === subject && (level === 'down' || level === 'gone'),
  )
  const reported = down.map((fact) => {
    const end = ends.find((one) => findSessionFact(context, one) === fact)
    return end ? reportedBy(end.router, findMatchingRouterOutage(end, fact.since)?.reason) : null
  })
  return reported.some((one) => one === null) ? [] : reported.filter((one) => one !== null)
}

const reportedBy = (router: string, reason: RouterDownReason | null | undefined): Reported | null =>
  reason ? { reason, words: `${router} reports that ${formatRouterDownReason(reason)}.` } : null

/**
 * Returns the customer's router's report that it received nothing more from Azure or lost its port. Such a report shows
 * that BGP itself has not failed.
 * @returns a sentence; null if the router reports another reason or does not report, or if there are several reports
 */
export function formatSilentRouterReport(context: DetectionContext, event: DetectedEvent): string | null {
  const [reported, ...others] = reportsOf(context, event)
  return reported && others.length === 0 && isSilence(reported.reason) ? reported.words : null
}

/**
 * Returns the customer's router's report that Azure's end closed the session with an error, for example because Azure's
 * end received an invalid message or no message. The customer's router must then be checked.
 * @returns a sentence; null if the router reports another reason or does not report
 */
export function formatRefusedSessionReport(context: DetectionContext, event: DetectedEvent): string | null {
  const reported = reportOf(context, event)
  if (reported?.reason.by !== 'remote') return null
  const code = unwrapHardReset(reported.reason.notification)?.code
  return code !== undefined && code !== CEASE_ERROR_CODE ? reported.words : null
}

/**
 * Returns the customer's router's report if it does not name the reason, because a NOTIFICATION is missing or the log
 * entry names no cause.
 * @returns a sentence; null if the router names a reason or does not report
 */
export function formatUnexplainedFallReport(context: DetectionContext, event: DetectedEvent): string | null {
  const reported = reportOf(context, event)
  return reported && isUnexplained(reported.reason) ? reported.words : null
}

function isUnexplained(reason: RouterDownReason): boolean {
  if (isSilence(reason) || closedBy(reason) !== null) return false
  if (reason.by === 'local' || reason.by === 'remote') return reason.notification === null
  return ENDINGS_WITHOUT_REASON.has(reason.by)
}

const ENDINGS_WITHOUT_REASON: ReadonlySet<RouterDownReason['by']> = new Set([
  'localWithoutNotification',
  'remoteWithoutNotification',
  'log',
])

function isSilence(reason: RouterDownReason): boolean {
  if (reason.by === 'log') return SILENCES.has(reason.cause)
  if (reason.by === 'localWithoutNotification') return reason.fsmEvent === HOLD_TIMER_EVENT
  if (reason.by !== 'local' && reason.by !== 'remote') return false
  const notification = unwrapHardReset(reason.notification)
  // BFD runs in both directions, so a loss of the path looks the same whichever end detects it
  // (RFC 5880 section 6.8.4).
  return isBfdDownNotification(notification) || (notification?.code === HOLD_TIMER_EXPIRED && reason.by === 'local')
}

function closedBy(reason: RouterDownReason): 'customer' | 'microsoft' | 'limit' | null {
  if (reason.by === 'log') return reason.cause === 'operator' || reason.cause === 'prefixLimit' ? 'customer' : null
  if (reason.by === 'localWithoutNotification') return STOPS.has(reason.fsmEvent) ? 'customer' : null
  if (reason.by !== 'local' && reason.by !== 'remote') return null
  const notification = unwrapHardReset(reason.notification)
  if (notification?.code !== CEASE_ERROR_CODE) return null
  if (notification.subcode === CEASE_MAXIMUM_PREFIXES) return reason.by === 'remote' ? 'limit' : 'customer'
  const isSaid =
    BY_OPERATOR.has(notification.subcode) || (reason.by === 'remote' && BY_ITS_END.has(notification.subcode))
  if (!isSaid) return null
  return reason.by === 'remote' ? 'microsoft' : 'customer'
}
