import { isSessionStateDown } from '#lib/bgp/index.ts'
import type {
  TimestampBounds,
  DetectedEvent,
  EpochMs,
  PollRecord,
  SessionChange,
  SessionSample,
} from '#lib/contract/index.ts'
import type { DetectionSettings } from '../model/settings.ts'
import { closeSessionEvent, createSessionEvent } from './session-event.ts'
import type { SessionDetectionState, LastReportedLevel } from '../model/source-state.ts'

/**
 * Result of evaluating one poll of a session: the new state to store (null = nothing needs to be stored), and the
 * events.
 */
export interface SessionUpdateResult {
  memory: SessionDetectionState | null
  events: DetectedEvent[]
  /** bounds of the time when the session came up again after an outage or a restart; absent if it did not come up */
  restart?: TimestampBounds
}

interface Context {
  subject: string
  mark: PollRecord
  /** start of the last good poll in which this session's instance reported */
  lastSampleAt: EpochMs
  settings: DetectionSettings
  /** true if the session is between two instances of the gateway */
  isInside: boolean
}

/** Evaluates one change of a session's row and returns the new state and the events. */
export function applySessionChange(
  memory: SessionDetectionState | null,
  change: SessionChange,
  context: Context,
): SessionUpdateResult {
  const known = memory ?? recalled(change)
  const { after } = change
  if (after === null) return rowMissing(known, change, context)
  if (after.state === 'unknown') {
    const shownAt = known.shownAt ?? context.lastSampleAt
    return { memory: { ...known, sample: known.sample ?? change.before, shownAt, missing: null }, events: [] }
  }
  const reported = relabelled(known, change.steppedMs ?? 0)
  return isSessionStateDown(after.state)
    ? notEstablished(reported, after, context)
    : established(reported, after, context)
}

/**
 * Returns the stored state with its times corrected for a change of the clock. They are moved by the amount by which
 * the clock was set, so that they can be compared with times of the corrected clock.
 */
function relabelled(memory: SessionDetectionState, stepMs: number): SessionDetectionState {
  if (stepMs === 0) return memory
  const { sample, shownAt } = memory
  const reported = sample?.establishedAt ?? null
  return {
    ...memory,
    shownAt: shownAt === null ? null : shownAt + stepMs,
    sample: sample && {
      ...sample,
      establishedAt: reported && { earliest: reported.earliest + stepMs, latest: reported.latest + stepMs },
    },
  }
}

/**
 * Evaluates one more good poll in which the row of a session is missing. After enough polls without the row, raises
 * session_down.
 */
export function applyMissingSession(
  memory: SessionDetectionState,
  { subject, mark, settings, isInside }: Omit<Context, 'lastSampleAt'>,
): SessionUpdateResult {
  const { missing } = memory
  if (!missing || mark.startedAt <= missing.lastAt) return { memory, events: [] }
  const samples = missing.samples + 1
  if (samples < settings['session.missing']) {
    return { memory: { ...memory, missing: { ...missing, samples, lastAt: mark.startedAt } }, events: [] }
  }
  const down = createSessionEvent({
    kind: 'session_down',
    subject,
    mark,
    started: missing.between,
    before: memory.sample,
    after: null,
    sampledBefore: { earliest: missing.between.earliest, latest: Math.max(missing.between.earliest, missing.lastAt) },
    isInside,
    flags: ['row_missing'],
  })
  return {
    // The session counts as down from now on, so later polls without its row need no evaluation.
    memory: { ...memory, shown: 'down', sample: null, shownAt: null, missing: null, open: down },
    events: [down],
  }
}

/**
 * Ends the open outage of a session whose gateway instance no longer exists. The instance and its sessions are no
 * longer expected, so the outage ends although the session did not come up (docs/rules/detection.md 2.5).
 */
export function endOutageOfGoneInstance(
  memory: SessionDetectionState | null,
  between: TimestampBounds,
): SessionUpdateResult {
  if (!memory?.open) return { memory: null, events: [] }
  const left = closeSessionEvent(memory.open, {
    earliest: Math.max(between.earliest, memory.open.started.earliest),
    latest: between.latest,
  })
  return { memory: null, events: [{ ...left, flags: [...left.flags, REPLACED] }] }
}

/** Flag of an outage that ended because its gateway instance was replaced and no longer exists. */
const REPLACED = 'replaced'

/** Returns the state of a session as its row before a change shows it. This is used if no state is stored. */
function recalled({ before, first }: SessionChange): SessionDetectionState {
  const shown =
    first || before === null || before.state === 'unknown' ? null : before.state === 'established' ? 'up' : 'never'
  return { shown, sample: shown && before, shownAt: null, missing: null, open: null }
}

function rowMissing(
  known: SessionDetectionState,
  change: SessionChange,
  { mark, lastSampleAt }: Context,
): SessionUpdateResult {
  // A missing row means a fall only if the session was up before.
  const shownAt = known.shown === 'up' ? (known.shownAt ?? lastSampleAt) : null
  // If the row had the state `unknown` before it disappeared, the session may have fallen at any time after its last
  // known state.
  const missing =
    shownAt === null
      ? null
      : { between: { earliest: shownAt, latest: mark.finishedAt }, samples: 1, lastAt: mark.startedAt }
  const sample = known.sample ?? (change.before?.state === 'unknown' ? null : change.before)
  return { memory: { ...known, sample, shownAt, missing: known.missing ?? missing }, events: [] }
}

function notEstablished(known: SessionDetectionState, after: SessionSample, context: Context): SessionUpdateResult {
  if (known.shown !== 'up') {
    const shown: LastReportedLevel = known.shown ?? 'never'
    return { memory: kept({ ...known, shown, sample: after, shownAt: null, missing: null }), events: [] }
  }
  const earliest = known.shownAt ?? context.lastSampleAt
  const down = createSessionEvent({
    kind: 'session_down',
    subject: context.subject,
    mark: context.mark,
    started: { earliest, latest: context.mark.finishedAt },
    before: known.sample,
    after,
    sampledBefore: sampledBefore(earliest, context.mark),
    isInside: context.isInside,
    flags: heldByAdministrator(after) ? ['administrative'] : [],
  })
  return {
    memory: { ...known, shown: 'down', sample: after, shownAt: null, missing: null, open: down },
    events: [down],
  }
}

function established(known: SessionDetectionState, after: SessionSample, context: Context): SessionUpdateResult {
  const now: SessionDetectionState = { ...known, shown: 'up', sample: after, shownAt: null, missing: null, open: null }
  const earliest = known.shownAt ?? context.lastSampleAt
  // The first state of a session raises no event, because it is only the reference for later polls.
  if (known.shown === null) return { memory: kept(now), events: [] }
  if (known.shown === 'up') return evaluateStayedUp(now, known.sample, after, earliest, context)
  const { started, flags } = cameUp(
    after.establishedAt,
    { earliest, latest: context.mark.finishedAt },
    possiblyUpFrom(known, earliest),
  )
  const up = createSessionEvent({
    kind: 'session_up',
    subject: context.subject,
    mark: context.mark,
    started,
    before: known.sample,
    after,
    sampledBefore: sampledBefore(earliest, context.mark),
    isInside: context.isInside,
    flags: known.shown === 'never' ? [...flags, 'first'] : flags,
  })
  const step: SessionUpdateResult = {
    memory: kept(now),
    events: known.open ? [closeSessionEvent(known.open, started), up] : [up],
  }
  return known.shown === 'down' ? { ...step, restart: started } : step
}

/**
 * Returns the bounds of the time when a session came up. They follow from the duration that ARM reports, and are
 * limited by the polls before and after (docs/rules/detection.md 1.4). If ARM reports no duration, or one that
 * contradicts the polls, only the polls are used.
 */
function cameUp(
  reported: TimestampBounds | null,
  samples: TimestampBounds,
  from: EpochMs,
): { started: TimestampBounds; flags: string[] } {
  if (!reported) return { started: samples, flags: [] }
  if (reported.latest < from || reported.earliest > samples.latest) return { started: samples, flags: ['inconsistent'] }
  return {
    started: { earliest: Math.max(reported.earliest, from), latest: Math.min(reported.latest, samples.latest) },
    flags: [],
  }
}

/**
 * Returns the earliest time at which a session can have come up. Usually this is the last poll before. If the session
 * counted as down only because its row was missing, it is the start of the outage, because a missing row does not prove
 * that the session was down.
 */
function possiblyUpFrom({ sample, open }: SessionDetectionState, lastSampleAt: EpochMs): EpochMs {
  return open && sample === null ? Math.min(open.started.earliest, lastSampleAt) : lastSampleAt
}

/**
 * Returns the time span in which the previous poll read the session. The end of that poll is not known, so the start of
 * this poll is used.
 */
function sampledBefore(earliest: EpochMs, { startedAt }: PollRecord): TimestampBounds {
  return { earliest, latest: Math.max(earliest, startedAt) }
}

function heldByAdministrator(sample: SessionSample): boolean {
  return sample.state === 'stopped' || sample.downReason === 'admin'
}

/**
 * Evaluates two consecutive polls that show the session up. Between them the session either stayed up or was restarted,
 * which its age or its message counters prove.
 */
function evaluateStayedUp(
  memory: SessionDetectionState,
  before: SessionSample | null,
  after: SessionSample,
  earliest: EpochMs,
  { subject, mark, settings, isInside }: Context,
): SessionUpdateResult {
  const up = restartedAt(before, after, { earliest, latest: mark.finishedAt }, settings['session.delta'])
  if (!up) return { memory: kept(memory), events: [] }
  const flap = createSessionEvent({
    kind: 'session_flap',
    subject,
    mark,
    // The outage began after the last poll that showed the session up, and ended before the session was up again.
    started: { earliest, latest: up.latest },
    before,
    after,
    sampledBefore: sampledBefore(earliest, mark),
    isInside,
    flags: [...(after.establishedAt ? [] : ['by_counters']), ...(isInside ? ['internal'] : [])],
  })
  return { memory: kept(memory), events: [closeSessionEvent(flap, up)], restart: up }
}

/**
 * Returns the bounds of the time at which a session restarted between two polls that both show it up; null = no restart
 * is proved. If both polls report when the session was established, the later poll proves a restart if its time is
 * later and can be between the two polls. A later time that is before the earlier poll contradicts that poll and proves
 * nothing (docs/rules/detection.md 1.3). If one of the polls does not report when the session was established, a
 * message count that fell proves a restart.
 */
function restartedAt(
  before: SessionSample | null,
  after: SessionSample,
  samples: TimestampBounds,
  deltaMs: number,
): TimestampBounds | null {
  const was = before?.establishedAt
  const is = after.establishedAt
  if (was && is) {
    if (is.earliest <= was.latest + deltaMs || is.latest < samples.earliest) return null
    return { earliest: Math.max(is.earliest, samples.earliest), latest: Math.min(is.latest, samples.latest) }
  }
  const fell =
    isLower(after.messagesReceived, before?.messagesReceived) || isLower(after.messagesSent, before?.messagesSent)
  return fell ? samples : null
}

function isLower(now: string | null, before: string | null | undefined): boolean {
  return now !== null && before != null && BigInt(now) < BigInt(before)
}

/**
 * Returns the state if it must be stored, otherwise null. It need not be stored if the session does not count as down
 * and has no open event, because the next change contains the row before the change.
 */
function kept(memory: SessionDetectionState): SessionDetectionState | null {
  return memory.shown === 'down' || memory.open ? memory : null
}
