import {
  type Bounds,
  type EventKind,
  type Evidence,
  type Severity,
  samplesToConfirm,
  BEFORE_MONITORING,
} from '#lib/contract/index.ts'
import { lengthBetween } from './event-key.ts'
import { newEvent } from './new-event.ts'
import { type FoldContext, openEvent, storeEvent, rankOf, sourceOf } from './context.ts'
import type { LiveEvent } from './scope-state.ts'

/** A condition that currently holds or does not hold. Its event reports the time for which it held. */
export interface Condition {
  kind: EventKind
  scope: string
  subject: string
  /** null = unknown, so that an open event is unchanged */
  holds: boolean | null
  /** begin of the current state: the time since when the condition holds, or no longer holds */
  since: Bounds
  severity: Severity
  /** number of good samples that must agree before notifications are sent; by default the number for the event kind */
  confirm?: 1 | 2 | 3
  evidence?: Evidence[]
  flags?: string[]
  /** false = an open event continues, but no event begins */
  mayBegin?: boolean
  /** whether to report a condition that already held at the first poll */
  atFirstSight?: boolean
  /** kind of the event that reports the end, if there is one */
  paired?: EventKind
}

/** Flag of an event that is recorded but not yet confirmed by the number of samples that its kind needs. */
export const UNCONFIRMED = 'unconfirmed'

/**
 * Flag of a path that fell together with its link. The link may return before the session, which does not change why
 * the path fell.
 */
export const LINK_LOST = 'L2'

/** Begins, ends or raises the severity of an event according to its condition. */
export function reconcile(context: FoldContext, condition: Condition): LiveEvent | null {
  const { kind, scope, subject, holds } = condition
  const open = openEvent(context, kind, scope, subject)
  if (holds === null) return open
  if (holds && open) return raise(open, condition.severity)
  // a condition that already held at the first poll is a baseline and not an event
  const isBaseline = condition.since.earliest === BEFORE_MONITORING && !condition.atFirstSight
  if (holds) return condition.mayBegin === false || isBaseline ? null : begin(context, condition)
  if (!open) return null
  end(open, endOf(context, open, condition.since))
  if (condition.paired) {
    const since = open.event.ended ?? condition.since
    begin(context, { ...condition, kind: condition.paired, severity: 'info', since })
  }
  return open
}

/**
 * Returns the end of a condition, which is after its begin. If the opposite reading is older than the begin, the time
 * of the end is unknown, and the condition has ended by now.
 */
function endOf({ mark }: FoldContext, { event: { started } }: LiveEvent, since: Bounds): Bounds {
  const isOlder = since.earliest <= started.earliest && since.latest <= started.latest
  return isOlder ? { earliest: started.earliest, latest: Math.max(started.latest, mark.finishedAt) } : since
}

function begin(context: FoldContext, condition: Condition): LiveEvent {
  const { mark } = context
  const { kind, scope, subject, since, severity, evidence = [], flags = [] } = condition
  const confirm = condition.confirm ?? samplesToConfirm(kind)
  const raised = { kind, severity, scope, subject, started: since, evidence }
  const event = newEvent(mark, { ...raised, flags: confirm > 1 ? [...flags, UNCONFIRMED] : flags })
  const left = confirm - 1
  const awaited = left > 0 ? { source: sourceOf(mark), lastAt: mark.startedAt, left } : null
  return storeEvent(context, event, { confirm: awaited })
}

function raise(live: LiveEvent, severity: Severity): LiveEvent {
  if (rankOf(severity) > rankOf(live.event.severity)) live.event = { ...live.event, severity }
  return live
}

/** Ends an event. The end is never before the begin, even if two clocks disagree. */
export function end(live: LiveEvent, at: Bounds): void {
  const ended = {
    earliest: Math.max(at.earliest, live.event.started.earliest),
    latest: Math.max(at.latest, live.event.started.earliest),
  }
  const flags = isProvenBy(ended, live.confirm) ? confirmed(live.event.flags) : live.event.flags
  live.event = { ...live.event, flags, ended, duration: lengthBetween(live.event.started, ended) }
  live.confirm = null
}

/** Ends an event about a resource that no longer exists and did not return, with the flag `removed`. */
export function endRemoved(live: LiveEvent, at: Bounds): void {
  end(live, at)
  live.event = { ...live.event, flags: [...live.event.flags, 'removed'] }
}

/**
 * Reports whether an end confirms a fall that only one sample showed. If the resource came back after the start of that
 * sample, by its own age, it had been lost. An end that only lies between two samples confirms nothing.
 */
export const isProvenBy = (ended: Bounds, confirm: LiveEvent['confirm']): boolean =>
  confirm !== null && ended.earliest > confirm.lastAt

const confirmed = (flags: readonly string[]) => flags.filter((flag) => flag !== UNCONFIRMED)

/** Counts a further good sample of the source that proved an event, if the event still holds. */
export function confirmAll(context: FoldContext, lives: readonly LiveEvent[]): void {
  const source = sourceOf(context.mark)
  for (const live of lives) {
    const { confirm } = live
    if (!confirm || confirm.source !== source || context.mark.startedAt <= confirm.lastAt) continue
    const left = confirm.left - 1
    live.confirm = left > 0 ? { ...confirm, left, lastAt: context.mark.startedAt } : null
    if (left === 0) live.event = { ...live.event, flags: confirmed(live.event.flags) }
  }
}
