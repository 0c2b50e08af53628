import {
  type TimestampBounds,
  type EventKind,
  type Evidence,
  type Severity,
  countPollsToConfirm,
  INSTANT_BEFORE_MONITORING,
} from '#lib/contract/index.ts'
import { computeDurationBounds } from './event-key.ts'
import { createEventOfGroup } from './create-event.ts'
import { type DetectionContext, findOpenEvent, storeEventInScope, getSeverityRank, formatSourceKey } from './context.ts'
import type { LiveEvent } from './scope-state.ts'

/**
 * A condition that a rule evaluated in this poll, for example "the path is down", with the fields of the event about
 * it. The event lasts as long as the condition holds.
 */
export interface EventCondition {
  kind: EventKind
  scope: string
  subject: string
  /** whether the condition holds; null = unknown (an open event is then not changed) */
  holds: boolean | null
  /** bounds of the time since when `holds` has its value */
  since: TimestampBounds
  severity: Severity
  /** number of good samples that must agree before notifications are sent; absent = the number for the event kind */
  confirm?: 1 | 2 | 3
  evidence?: Evidence[]
  flags?: string[]
  /** false = an open event continues, but a new event must not begin */
  mayBegin?: boolean
  /** true = raise the event even if the condition already held before the first poll */
  atFirstSight?: boolean
  /** kind of a second event that is raised when the condition ends; absent = none */
  paired?: EventKind
}

/**
 * Flag of an event that was recorded, but needs further samples to be confirmed. No notification is sent until then.
 */
export const EVENT_UNCONFIRMED_FLAG = 'unconfirmed'

/**
 * Flag of a `path_down` event whose path fell together with its physical link (layer 2). If the link returns before the
 * session, the flag is kept, because the link was still the reason for the fall.
 */
export const PHYSICAL_LINK_LOST_FLAG = 'L2'

/**
 * Begins or ends an event according to its condition. If the event is open and the condition holds, raises its severity
 * if needed. Returns the event; null if there is none.
 */
export function updateEventByCondition(context: DetectionContext, condition: EventCondition): LiveEvent | null {
  const { kind, scope, subject, holds } = condition
  const open = findOpenEvent(context, kind, scope, subject)
  if (holds === null) return open
  if (holds && open) return raise(open, condition.severity)
  // If the condition already held before the first poll, its begin was not observed, so it raises no event.
  const isBaseline = condition.since.earliest === INSTANT_BEFORE_MONITORING && !condition.atFirstSight
  if (holds) return condition.mayBegin === false || isBaseline ? null : begin(context, condition)
  if (!open) return null
  closeEvent(open, endOf(context, open, condition.since))
  if (condition.paired) {
    const since = open.event.ended ?? condition.since
    begin(context, { ...condition, kind: condition.paired, severity: 'info', since })
  }
  return open
}

/**
 * Returns the bounds of the end of an event. If the given bounds are not later than the start of the event, the time of
 * the end is unknown, so the bounds reach from the start of the event to now.
 */
function endOf({ mark }: DetectionContext, { event: { started } }: LiveEvent, since: TimestampBounds): TimestampBounds {
  const isOlder = since.earliest <= started.earliest && since.latest <= started.latest
  return isOlder ? { earliest: started.earliest, latest: Math.max(started.latest, mark.finishedAt) } : since
}

function begin(context: DetectionContext, condition: EventCondition): LiveEvent {
  const { mark } = context
  const { kind, scope, subject, since, severity, evidence = [], flags = [] } = condition
  const confirm = condition.confirm ?? countPollsToConfirm(kind)
  const raised = { kind, severity, scope, subject, started: since, evidence }
  const event = createEventOfGroup(context, {
    ...raised,
    flags: confirm > 1 ? [...flags, EVENT_UNCONFIRMED_FLAG] : flags,
  })
  const left = confirm - 1
  const awaited = left > 0 ? { source: formatSourceKey(mark), lastAt: mark.startedAt, left } : null
  return storeEventInScope(context, event, { confirm: awaited })
}

function raise(live: LiveEvent, severity: Severity): LiveEvent {
  if (getSeverityRank(severity) > getSeverityRank(live.event.severity)) live.event = { ...live.event, severity }
  return live
}

/** Ends an event. The end is never before the earliest possible start, even if two clocks disagree. */
export function closeEvent(live: LiveEvent, at: TimestampBounds): void {
  const ended = {
    earliest: Math.max(at.earliest, live.event.started.earliest),
    latest: Math.max(at.latest, live.event.started.earliest),
  }
  const flags = isFallConfirmedByReturn(ended, live.confirm) ? confirmed(live.event.flags) : live.event.flags
  live.event = { ...live.event, flags, ended, duration: computeDurationBounds(live.event.started, ended) }
  live.confirm = null
}

/** Ends an event about a resource that was removed, with the flag `removed`. */
export function endEventOfRemovedResource(live: LiveEvent, at: TimestampBounds): void {
  closeEvent(live, at)
  live.event = { ...live.event, flags: [...live.event.flags, 'removed'] }
}

/**
 * Reports whether the end of an event confirms a fall that only one poll showed. If the resource came back after the
 * start of that poll, as its own age shows, it was really lost. If it is only known that it came back between two
 * polls, this confirms nothing.
 */
export const isFallConfirmedByReturn = (ended: TimestampBounds, confirm: LiveEvent['confirm']): boolean =>
  confirm !== null && ended.earliest > confirm.lastAt

const confirmed = (flags: readonly string[]) => flags.filter((flag) => flag !== EVENT_UNCONFIRMED_FLAG)

/**
 * Counts one more good poll for events that wait for confirmation by this source, and confirms the events that have
 * enough such polls.
 * @param lives only events whose condition still holds
 */
export function confirmPendingEvents(context: DetectionContext, lives: readonly LiveEvent[]): void {
  const source = formatSourceKey(context.mark)
  for (const live of lives) {
    const { confirm } = live
    if (!confirm || confirm.source !== source || context.mark.startedAt <= confirm.lastAt) continue
    const left = confirm.left - 1
    if (left === 0) confirmEvent(live)
    else live.confirm = { ...confirm, left, lastAt: context.mark.startedAt }
  }
}

/** Confirms an event, because enough polls or a second source agree with it. */
export function confirmEvent(live: LiveEvent): void {
  live.confirm = null
  live.event = { ...live.event, flags: confirmed(live.event.flags) }
}
