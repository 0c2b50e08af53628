import {
  type DetectedEvent,
  type EpochMs,
  type Outcome,
  formatOutcome,
  type PollMark,
  pollSubject,
} from '#lib/contract/index.ts'
import { lengthBetween } from '../model/event-key.ts'
import { newEvent, sampledBy } from '../model/new-event.ts'
import type { DetectionSettings } from '../model/settings.ts'
import { collectorCause } from './failure-cause.ts'
import type { FailingKind, FailingKinds, PolledHow } from '../model/source-state.ts'

/** Nothing becomes better by waiting for the next poll (docs/rules/detection.md 2.1). */
export const AT_ONCE: ReadonlySet<Outcome> = new Set(['unauthorized', 'forbidden', 'not_found'])
/** No fault of the collector: nobody polled, or Azure answered that the resource is busy with something else. */
export const NOT_POLLED: ReadonlySet<Outcome> = new Set(['not_polled', 'superseded', 'paused', 'locked'])
/** A probe is never required, and what was not polled did not fail. */
const isExempt = ({ kind, outcome }: PollMark) => kind === 'probe' || NOT_POLLED.has(outcome)

/**
 * Whether the polls of a kind go on failing: `collector_error`, at once where access or the resource is missing, for any other
 * reason when what is known has become stale. It ends with the next poll that reports anything. It says nothing of the network.
 * @param polled null = only what needs no interval is reported
 * @returns the very record that was passed in when nothing of it changed
 */
export function foldFailing(
  failing: FailingKinds,
  mark: PollMark,
  before: Outcome | null,
  polled: PolledHow | null,
  settings: DetectionSettings,
): { failing: FailingKinds; events: DetectedEvent[] } {
  const known = failing[mark.kind] ?? null
  // nobody asks any more: whether it would still fail is seen when somebody does
  if (mark.outcome === 'paused' && known) return recovered(failing, known, mark)
  if (isExempt(mark)) return { failing, events: [] }
  if (isReporting(mark.outcome)) return known ? recovered(failing, known, mark) : { failing, events: [] }
  const now = known ?? firstFailure(mark, before)
  const event = now.event ? reworded(now.event, now, mark, polled) : errorEvent(now, mark, polled, settings)
  const isSame = known !== null && event === now.event && known.outcome === mark.outcome
  if (isSame) return { failing, events: [] }
  const next = { ...failing, [mark.kind]: { ...now, outcome: mark.outcome, event } }
  return { failing: next, events: event && event !== now.event ? [event] : [] }
}

/** A part of the rows is better than none: what lacks is another matter. */
const isReporting = (outcome: Outcome) => outcome === 'ok' || outcome === 'incomplete'

function firstFailure(mark: PollMark, before: Outcome | null): FailingKind {
  const lastGoodAt = before !== null && isReporting(before) ? mark.previousAttemptAt : mark.previousOkAt
  return {
    lastGoodAt,
    first: sampledBy(mark),
    outcome: mark.outcome,
    event: null,
  }
}

function recovered(failing: FailingKinds, { event }: FailingKind, mark: PollMark) {
  const { [mark.kind]: _, ...rest } = failing
  if (!event) return { failing: rest, events: [] }
  const earliest = Math.max(event.started.earliest, mark.previousAttemptAt ?? mark.startedAt)
  const ended = { earliest, latest: Math.max(earliest, mark.finishedAt) }
  return { failing: rest, events: [{ ...event, ended, duration: lengthBetween(event.started, ended) }] }
}

function errorEvent(
  { lastGoodAt, first }: FailingKind,
  mark: PollMark,
  polled: PolledHow | null,
  settings: DetectionSettings,
): DetectedEvent | null {
  const isStale =
    polled !== null && mark.finishedAt - (lastGoodAt ?? first.earliest) > staleAfterMs(polled.everyMs, settings)
  if (!AT_ONCE.has(mark.outcome) && !isStale) return null
  const subject = pollSubject(mark.kind, mark.subresource)
  return newEvent(mark, {
    kind: 'collector_error',
    severity: AT_ONCE.has(mark.outcome) ? 'minor' : 'warning',
    scope: mark.scope,
    subject,
    started: { earliest: lastGoodAt ?? first.earliest, latest: first.latest },
    evidence: [evidenceOf(lastGoodAt, mark, polled)],
    causes: [collectorCause(mark.outcome, polled?.error)],
  })
}

/** The same trouble under another name: what to do follows the newest answer. */
function reworded(
  event: DetectedEvent,
  { outcome, lastGoodAt }: FailingKind,
  mark: PollMark,
  polled: PolledHow | null,
): DetectedEvent {
  if (outcome === mark.outcome) return event
  const causes = [collectorCause(mark.outcome, polled?.error)]
  return { ...event, evidence: [evidenceOf(lastGoodAt, mark, polled)], causes }
}

function evidenceOf(lastGoodAt: EpochMs | null, mark: PollMark, polled: PolledHow | null) {
  const detail = polled?.error ? `: ${polled.error.detail}` : ''
  return {
    field: 'outcome',
    before: lastGoodAt === null ? null : 'ok',
    after: `${formatOutcome(mark.outcome)}${detail}`,
    sampledBefore: lastGoodAt === null ? null : { earliest: lastGoodAt, latest: lastGoodAt },
    sampledAfter: sampledBy(mark),
  }
}

/** Age from which what a kind reported is too old to rest on (docs/rules/detection.md 2.1). */
export function staleAfterMs(everyMs: number, settings: DetectionSettings): number {
  return Math.max(settings['fresh.stale'] * everyMs, settings['fresh.stale.least'])
}
