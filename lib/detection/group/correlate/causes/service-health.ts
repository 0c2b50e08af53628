import type { Cause, DetectedEvent } from '#lib/contract/index.ts'
import { parseSubjectNeighbor } from '../../../model/subject.ts'
import { type DetectionContext, isEventOpen, listLiveEvents } from '../../../model/context.ts'
import type { ReportedServiceHealthNotice } from '../../../model/scope-state.ts'

/**
 * Confidence of a cause that a Service Health notice confirms (docs/rules/detection.md 3.6: "+ Service Health 0.97").
 */
const ANNOUNCED = 0.97

/**
 * Classes of causes on Microsoft's side. They become almost certain if a Service Health notice reports the same
 * resource and time.
 */
const OF_MICROSOFT = new Set([
  'gateway_instance_maintenance',
  'msee_maintenance',
  'msee_core_maintenance',
  'gateway_edge_session',
  'msee_device',
  'peering_location_loss',
  'gateway_fault',
])

/**
 * Adds notices of Azure Service Health to the causes of an event. A notice whose time of impact is near the start of
 * the event makes a cause on Microsoft's side almost certain. If a single path of a circuit fell and no cause is on
 * Microsoft's side, maintenance of the edge router is added as a cause.
 * A notice often arrives after the event has ended. Therefore ended events are evaluated for one more hour.
 */
export function adjustCausesByServiceHealth(
  context: DetectionContext,
  event: DetectedEvent,
  causes: readonly Cause[],
): Cause[] {
  const notice = noticeOn(context, event)
  if (!notice) return [...causes]
  const announced = causes.map((cause) => {
    // ARP and session states cannot distinguish maintenance of an edge router from a fault of it, but the notice can.
    if (cause.class === 'msee_device' && notice.type === 'maintenance') return edgeMaintenance(notice)
    return OF_MICROSOFT.has(cause.class) ? raised(cause, notice) : cause
  })
  const isThere = announced.some((cause) => OF_MICROSOFT.has(cause.class))
  return isThere || !isOnePath(context, event) ? announced : [...announced, edgeMaintenance(notice)]
}

const raised = (cause: Cause, notice: ReportedServiceHealthNotice): Cause => ({
  ...cause,
  confidence: Math.max(cause.confidence, ANNOUNCED),
  evidence: [...cause.evidence.filter(({ field }) => field !== FIELD), evidenceOf(notice)],
})

const edgeMaintenance = (notice: ReportedServiceHealthNotice): Cause => ({
  class: 'msee_maintenance',
  owner: 'microsoft',
  confidence: ANNOUNCED,
  evidence: [evidenceOf(notice)],
  nextStep: `Wait for the end of the work that Microsoft announced (${notice.id}); if the path is not back after it, ask Microsoft.`,
})

const FIELD = 'Service Health'

const evidenceOf = ({ id, title, reportedAt, from, to }: ReportedServiceHealthNotice): Cause['evidence'][number] => ({
  field: FIELD,
  before: null,
  after: `${id}: ${title}`,
  sampledBefore: to === null ? null : { earliest: from, latest: Math.max(from, to) },
  sampledAfter: { earliest: reportedAt, latest: reportedAt },
})

/**
 * Returns the latest notice about the event's resource or about the circuit behind a gateway's neighbor, if the event
 * began within the time for which the notice announces an impact. The announced time is extended by the setting
 * `config.before` at both ends. Null if there is no such notice.
 */
function noticeOn(
  { scopes, topology, settings }: DetectionContext,
  event: DetectedEvent,
): ReportedServiceHealthNotice | null {
  const neighbor = parseSubjectNeighbor(event.subject)
  const behind = topology.mappings
    .filter((known) => known.gateway === event.scope && known.neighbor === neighbor)
    .map(({ circuit }) => circuit)
  const slack = settings['config.before']
  const notices = [event.scope, ...behind].flatMap((scope) => scopes[scope]?.health ?? [])
  const near = notices.filter(
    ({ from, to }) => event.started.latest >= from - slack && (to === null || event.started.earliest <= to + slack),
  )
  return near.toSorted((a, b) => b.reportedAt - a.reportedAt)[0] ?? null
}

/**
 * Reports whether only one path of a circuit is down. Work on edge routers affects one path at a time, so such work
 * does not explain the loss of both paths.
 */
function isOnePath(context: DetectionContext, event: DetectedEvent): boolean {
  if (event.kind !== 'path_down') return false
  return !listLiveEvents(context).some(
    (live) =>
      live.event.kind === 'path_down' &&
      live.event.scope === event.scope &&
      live.event.subject !== event.subject &&
      isEventOpen(live),
  )
}
