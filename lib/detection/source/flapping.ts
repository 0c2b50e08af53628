import { getSampleBounds } from '../model/create-event.ts'
import type { TimestampBounds, DetectedEvent, PollRecord, SessionSample } from '#lib/contract/index.ts'
import type { DetectionSettings } from '../model/settings.ts'
import { closeSessionEvent, createSessionEvent } from './session-event.ts'
import type { SessionRestartDetectionState } from '../model/source-state.ts'

interface Step {
  memory: SessionRestartDetectionState | null
  events: DetectedEvent[]
}

/**
 * Counts a restart of a session. Raises session_flapping if the number of restarts within the window reaches the
 * setting `session.flapping`, or if the penalty exceeds its threshold (docs/rules/detection.md 3.1, 3.7). If the event
 * is open, further restarts are added to its number.
 */
export function countSessionRestart(
  memory: SessionRestartDetectionState | null,
  up: TimestampBounds,
  {
    subject,
    mark,
    sample,
    settings,
  }: { subject: string; mark: PollRecord; sample: SessionSample | null; settings: DetectionSettings },
): Step {
  const from = up.latest - settings['session.flapping.window']
  const ups = [...(memory?.ups ?? []).filter(({ latest }) => latest >= from), up]
  const penalty = penaltyAt(memory, up.latest, settings) + settings['session.penalty.restart']
  const open = memory?.flapping ?? null
  const count = (open ? (memory?.count ?? 0) : ups.length - 1) + 1
  const flaps = ups.length >= settings['session.flapping'] || penalty > settings['session.penalty.open']
  if (!open && !flaps) return { memory: { ups, penalty, count, flapping: null }, events: [] }
  const [first = up] = ups
  const flapping = open
    ? withCount(open, count, mark)
    : withCount(
        createSessionEvent({
          kind: 'session_flapping',
          subject,
          mark,
          started: first,
          before: null,
          after: sample,
          sampledBefore: null,
          flags: [],
        }),
        count,
        mark,
      )
  return { memory: { ups, penalty, count, flapping }, events: [flapping] }
}

/**
 * Ends flapping when the session had no restart for a whole window and its penalty has decayed below the threshold. If
 * the session is not flapping, its stored restarts are deleted when the last of them is older than the window.
 */
export function endSessionFlapping(
  memory: SessionRestartDetectionState,
  mark: PollRecord,
  settings: DetectionSettings,
): Step {
  const last = memory.ups.at(-1)
  const quiet = !last || mark.startedAt >= last.latest + settings['session.flapping.window']
  if (!quiet) return { memory, events: [] }
  if (!memory.flapping) return { memory: null, events: [] }
  if (penaltyAt(memory, mark.startedAt, settings) >= settings['session.penalty.clear']) return { memory, events: [] }
  const ended = { earliest: Math.max(last?.latest ?? 0, mark.previousOkAt ?? mark.startedAt), latest: mark.finishedAt }
  return { memory: null, events: [closeSessionEvent(memory.flapping, ended)] }
}

function penaltyAt(memory: SessionRestartDetectionState | null, at: number, settings: DetectionSettings): number {
  const last = memory?.ups.at(-1)
  if (!memory || !last) return 0
  return memory.penalty * 0.5 ** (Math.max(0, at - last.latest) / settings['session.penalty.halfLife'])
}

const RESTARTS = 'restarts'

function withCount(event: DetectedEvent, count: number, mark: PollRecord): DetectedEvent {
  const sampledAfter = getSampleBounds(mark)
  const rest = event.evidence.filter(({ field }) => field !== RESTARTS)
  return {
    ...event,
    evidence: [
      { field: RESTARTS, before: null, after: count, sampledBefore: null, sampledAfter, restarts: count },
      ...rest,
    ],
  }
}
