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
import { type FoldContext, openEvent, put, rankOf, sourceOf } from './context.ts'
import type { LiveEvent } from './scope-state.ts'

/** Something that holds or does not, as the facts are now; an event reports from when to when it held. */
export interface Condition {
  kind: EventKind
  scope: string
  subject: string
  /** null = the facts do not report: what was said before stands */
  holds: boolean | null
  /** since when it holds, or since when it does not any more */
  since: Bounds
  severity: Severity
  /** good samples that must agree before anybody is notified; by default as many as its kind's proof needs */
  confirm?: 1 | 2 | 3
  evidence?: Evidence[]
  flags?: string[]
  /** false: goes on, but does not begin by itself */
  mayBegin?: boolean
  /** it is reported even if it was so when it was first polled */
  atFirstSight?: boolean
  /** the kind of the event that reports its end, where there is one */
  paired?: EventKind
}

/** Flag of an event that is recorded but not yet confirmed by as many samples as its kind asks for. */
export const UNCONFIRMED = 'unconfirmed'

/** Flag of a path that fell with its link. The link is back before the session: that does not change why it fell. */
export const LINK_LOST = 'L2'

/** Brings an event in line with its condition: begins it, ends it, raises it. */
export function reconcile(context: FoldContext, condition: Condition): LiveEvent | null {
  const { kind, scope, subject, holds } = condition
  const open = openEvent(context, kind, scope, subject)
  if (holds === null) return open
  if (holds && open) return raise(open, condition.severity)
  // what was so when it was first polled is a baseline and no event
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
 * What holds no more ends after it began. A reading that has shown the reverse since before the begin does not say when: it is so by now.
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
  return put(context, event, { confirm: awaited })
}

function raise(live: LiveEvent, severity: Severity): LiveEvent {
  if (rankOf(severity) > rankOf(live.event.severity)) live.event = { ...live.event, severity }
  return live
}

/** An end is never before the begin, whatever two clocks say. */
export function end(live: LiveEvent, at: Bounds): void {
  const ended = {
    earliest: Math.max(at.earliest, live.event.started.earliest),
    latest: Math.max(at.latest, live.event.started.earliest),
  }
  const flags = isProvenBy(ended, live.confirm) ? confirmed(live.event.flags) : live.event.flags
  live.event = { ...live.event, flags, ended, duration: lengthBetween(live.event.started, ended) }
  live.confirm = null
}

/** Ends what is about something that is not there any more, and did not come back: flag `removed`. */
export function endRemoved(live: LiveEvent, at: Bounds): void {
  end(live, at)
  live.event = { ...live.event, flags: [...live.event.flags, 'removed'] }
}

/**
 * Whether an end says that a single sample was right: what came back later than that was asked, by its own age, had been lost. Between two
 * samples nothing says so.
 */
export const isProvenBy = (ended: Bounds, confirm: LiveEvent['confirm']): boolean =>
  confirm !== null && ended.earliest > confirm.lastAt

const confirmed = (flags: readonly string[]) => flags.filter((flag) => flag !== UNCONFIRMED)

/** A further good sample of the source that proved an event, after which it still holds. */
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
