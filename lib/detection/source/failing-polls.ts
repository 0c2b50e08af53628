import {
  type DetectedEvent,
  type EpochMs,
  type PollOutcome,
  formatPollOutcome,
  type PollRecord,
  formatPollSubject,
} from '#lib/contract/index.ts'
import { computeDurationBounds } from '../model/event-key.ts'
import { createEvent, getSampleBounds } from '../model/create-event.ts'
import type { DetectionSettings } from '../model/settings.ts'
import { createCollectorCause } from './failure-cause.ts'
import type { FailingPollKind, FailingPollKinds, PollIntervalAndError } from '../model/source-state.ts'

/**
 * Outcomes that will not improve by the next poll, because the permission or the resource is missing. They are reported
 * immediately (docs/rules/detection.md 2.1).
 */
export const IMMEDIATELY_REPORTED_OUTCOMES: ReadonlySet<PollOutcome> = new Set([
  'unauthorized',
  'forbidden',
  'not_found',
])
/**
 * Outcomes that are not failures of a poll: the source was not polled, Azure answered that the resource is busy with
 * another operation, or that it gives no routes for a connection (ADR 0355).
 */
export const NON_FAILURE_OUTCOMES: ReadonlySet<PollOutcome> = new Set([
  'not_polled',
  'superseded',
  'paused',
  'locked',
  'not_given',
])
/**
 * Reports whether a poll is ignored here: it is a connectivity probe, which is never required, or its outcome is not a
 * failure.
 */
const isExempt = ({ kind, outcome }: PollRecord) => kind === 'probe' || NON_FAILURE_OUTCOMES.has(outcome)

/**
 * Evaluates whether the polls of a kind keep failing. Raises `collector_error` immediately if the permission or the
 * resource is missing, otherwise when the data has become stale. The event is about Peerwatch's polling and not about
 * the network. It ends with the next poll that reads data, or when an operator pauses the polls.
 * @param polled interval and error of the poll; null = not known (then only outcomes that are reported immediately
 *   raise an event)
 * @returns the given `failing` if it did not change
 */
export function updateFailingPolls(
  failing: FailingPollKinds,
  mark: PollRecord,
  before: PollOutcome | null,
  polled: PollIntervalAndError | null,
  settings: DetectionSettings,
): { failing: FailingPollKinds; events: DetectedEvent[] } {
  const known = failing[mark.kind] ?? null
  // The event ends while polls are paused. The next poll after the pause shows whether the source still fails. The
  // event also ends if Azure replies that it gives no routes, because this is not a failure.
  if ((mark.outcome === 'paused' || mark.outcome === 'not_given') && known) return recovered(failing, known, mark)
  if (isExempt(mark)) return { failing, events: [] }
  if (isReporting(mark.outcome)) return known ? recovered(failing, known, mark) : { failing, events: [] }
  const now = known ?? firstFailure(mark, before)
  const event = now.event ? reworded(now.event, now, mark, polled) : errorEvent(now, mark, polled, settings)
  const isSame = known !== null && event === now.event && known.outcome === mark.outcome
  if (isSame) return { failing, events: [] }
  const next = { ...failing, [mark.kind]: { ...now, outcome: mark.outcome, event } }
  return { failing: next, events: event && event !== now.event ? [event] : [] }
}

/** Reports whether a poll read data. An incomplete poll also counts, because other rules handle its missing rows. */
const isReporting = (outcome: PollOutcome) => outcome === 'ok' || outcome === 'incomplete'

function firstFailure(mark: PollRecord, before: PollOutcome | null): FailingPollKind {
  const lastGoodAt = before !== null && isReporting(before) ? mark.previousAttemptAt : mark.previousOkAt
  return {
    lastGoodAt,
    first: getSampleBounds(mark),
    outcome: mark.outcome,
    event: null,
  }
}

function recovered(failing: FailingPollKinds, { event }: FailingPollKind, mark: PollRecord) {
  const { [mark.kind]: _, ...rest } = failing
  if (!event) return { failing: rest, events: [] }
  const earliest = Math.max(event.started.earliest, mark.previousAttemptAt ?? mark.startedAt)
  const ended = { earliest, latest: Math.max(earliest, mark.finishedAt) }
  return { failing: rest, events: [{ ...event, ended, duration: computeDurationBounds(event.started, ended) }] }
}

function errorEvent(
  { lastGoodAt, first }: FailingPollKind,
  mark: PollRecord,
  polled: PollIntervalAndError | null,
  settings: DetectionSettings,
): DetectedEvent | null {
  const isStale =
    polled !== null && mark.finishedAt - (lastGoodAt ?? first.earliest) > computeStaleAgeMs(polled.everyMs, settings)
  if (!IMMEDIATELY_REPORTED_OUTCOMES.has(mark.outcome) && !isStale) return null
  const subject = formatPollSubject(mark.kind, mark.subresource)
  return createEvent(mark, {
    kind: 'collector_error',
    severity: IMMEDIATELY_REPORTED_OUTCOMES.has(mark.outcome) ? 'minor' : 'warning',
    scope: mark.scope,
    subject,
    started: { earliest: lastGoodAt ?? first.earliest, latest: first.latest },
    evidence: [evidenceOf(lastGoodAt, mark, polled)],
    causes: [createCollectorCause(mark.outcome, polled?.error)],
  })
}

/**
 * Returns the event with the cause of the current failure. The event changes only if polls of this kind now fail for
 * another reason than before.
 */
function reworded(
  event: DetectedEvent,
  { outcome, lastGoodAt }: FailingPollKind,
  mark: PollRecord,
  polled: PollIntervalAndError | null,
): DetectedEvent {
  if (outcome === mark.outcome) return event
  const causes = [createCollectorCause(mark.outcome, polled?.error)]
  return { ...event, evidence: [evidenceOf(lastGoodAt, mark, polled)], causes }
}

function evidenceOf(lastGoodAt: EpochMs | null, mark: PollRecord, polled: PollIntervalAndError | null) {
  const detail = polled?.error ? `: ${polled.error.detail}` : ''
  return {
    field: 'outcome',
    before: lastGoodAt === null ? null : 'ok',
    after: `${formatPollOutcome(mark.outcome)}${detail}`,
    sampledBefore: lastGoodAt === null ? null : { earliest: lastGoodAt, latest: lastGoodAt },
    sampledAfter: getSampleBounds(mark),
  }
}

/** Returns the age in ms above which the data of a kind is too old to be used (docs/rules/detection.md 2.1). */
export function computeStaleAgeMs(everyMs: number, settings: DetectionSettings): number {
  return Math.max(settings['fresh.stale'] * everyMs, settings['fresh.stale.least'])
}
