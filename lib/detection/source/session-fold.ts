import { isDownState } from '#lib/bgp/index.ts'
import type { Bounds, DetectedEvent, EpochMs, PollMark, SessionChange, SessionSample } from '#lib/contract/index.ts'
import type { DetectionSettings } from '../model/settings.ts'
import { closedEvent, sessionEvent } from './session-event.ts'
import type { SessionMemory, Shown } from '../model/source-state.ts'

/** One step of a session: the new stored state (null = none is needed), and the events. */
export interface SessionStep {
  memory: SessionMemory | null
  events: DetectedEvent[]
  /** bounds of the time when it came up again after having been up before; absent if it did not */
  restart?: Bounds
}

interface Context {
  subject: string
  mark: PollMark
  /** startedAt of the last good sample in which this session's instance reported */
  lastSampleAt: EpochMs
  settings: DetectionSettings
  /** whether it is the gateway's session with itself */
  isInside: boolean
}

/** Evaluates one change of a session. */
export function foldChange(memory: SessionMemory | null, change: SessionChange, context: Context): SessionStep {
  const known = memory ?? recalled(change)
  const { after } = change
  if (after === null) return rowMissing(known, change, context)
  if (after.state === 'unknown') {
    const shownAt = known.shownAt ?? context.lastSampleAt
    return { memory: { ...known, sample: known.sample ?? change.before, shownAt, missing: null }, events: [] }
  }
  const reported = relabelled(known, change.steppedMs ?? 0)
  return isDownState(after.state) ? notEstablished(reported, after, context) : established(reported, after, context)
}

/**
 * Returns the stored state with its times moved by a step of the clock, as if the clock had always been set this way.
 */
function relabelled(memory: SessionMemory, stepMs: number): SessionMemory {
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

/** Evaluates a good sample without a change of a session whose row is still missing. */
export function foldStillMissing(
  memory: SessionMemory,
  { subject, mark, settings, isInside }: Omit<Context, 'lastSampleAt'>,
): SessionStep {
  const { missing } = memory
  if (!missing || mark.startedAt <= missing.lastAt) return { memory, events: [] }
  const samples = missing.samples + 1
  if (samples < settings['session.missing']) {
    return { memory: { ...memory, missing: { ...missing, samples, lastAt: mark.startedAt } }, events: [] }
  }
  const down = sessionEvent({
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
    // from now on each sample without the row counts as down
    memory: { ...memory, shown: 'down', sample: null, shownAt: null, missing: null, open: down },
    events: [down],
  }
}

/**
 * Ends the open outage of a session whose instance was replaced. The instance and its sessions are no longer expected,
 * so that the outage ends although the session was not seen up (docs/rules/detection.md 2.5).
 */
export function foldLeft(memory: SessionMemory | null, between: Bounds): SessionStep {
  if (!memory?.open) return { memory: null, events: [] }
  const left = closedEvent(memory.open, {
    earliest: Math.max(between.earliest, memory.open.started.earliest),
    latest: between.latest,
  })
  return { memory: null, events: [{ ...left, flags: [...left.flags, REPLACED] }] }
}

/** Flag of an outage that ended because its gateway instance was replaced. */
const REPLACED = 'replaced'

/** Returns the state from a change's own `before`, if no state is stored. */
function recalled({ before, first }: SessionChange): SessionMemory {
  const shown =
    first || before === null || before.state === 'unknown' ? null : before.state === 'established' ? 'up' : 'never'
  return { shown, sample: shown && before, shownAt: null, missing: null, open: null }
}

function rowMissing(known: SessionMemory, change: SessionChange, { mark, lastSampleAt }: Context): SessionStep {
  // a missing row only shows a fall if the session was up before
  const shownAt = known.shown === 'up' ? (known.shownAt ?? lastSampleAt) : null
  // if the row reported `unknown` before it went missing, its absence still begins only when it is missing
  const missing =
    shownAt === null
      ? null
      : { between: { earliest: shownAt, latest: mark.finishedAt }, samples: 1, lastAt: mark.startedAt }
  const sample = known.sample ?? (change.before?.state === 'unknown' ? null : change.before)
  return { memory: { ...known, sample, shownAt, missing: known.missing ?? missing }, events: [] }
}

function notEstablished(known: SessionMemory, after: SessionSample, context: Context): SessionStep {
  if (known.shown !== 'up') {
    const shown: Shown = known.shown ?? 'never'
    return { memory: kept({ ...known, shown, sample: after, shownAt: null, missing: null }), events: [] }
  }
  const earliest = known.shownAt ?? context.lastSampleAt
  const down = sessionEvent({
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

function established(known: SessionMemory, after: SessionSample, context: Context): SessionStep {
  const now: SessionMemory = { ...known, shown: 'up', sample: after, shownAt: null, missing: null, open: null }
  const earliest = known.shownAt ?? context.lastSampleAt
  // the first sample of a session is a baseline, whatever it shows
  if (known.shown === null) return { memory: kept(now), events: [] }
  if (known.shown === 'up') return goesOn(now, known.sample, after, earliest, context)
  const { started, flags } = cameUp(
    after.establishedAt,
    { earliest, latest: context.mark.finishedAt },
    possiblyUpFrom(known, earliest),
  )
  const up = sessionEvent({
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
  const step: SessionStep = { memory: kept(now), events: known.open ? [closedEvent(known.open, started), up] : [up] }
  return known.shown === 'down' ? { ...step, restart: started } : step
}

/**
 * Returns the bounds in which a session came up: the time that follows from ARM's duration, as far as it agrees with
 * the samples around it (docs/rules/detection.md 1.4). If ARM reports no duration or contradicts the samples, only the
 * samples are used.
 */
function cameUp(reported: Bounds | null, samples: Bounds, from: EpochMs): { started: Bounds; flags: string[] } {
  if (!reported) return { started: samples, flags: [] }
  if (reported.latest < from || reported.earliest > samples.latest) return { started: samples, flags: ['inconsistent'] }
  return {
    started: { earliest: Math.max(reported.earliest, from), latest: Math.min(reported.latest, samples.latest) },
    flags: [],
  }
}

/**
 * Returns the earliest time at which a session can have come up. A missing row does not show that a session is down, so
 * that after missing rows only it may have come up before the last of them.
 */
function possiblyUpFrom({ sample, open }: SessionMemory, lastSampleAt: EpochMs): EpochMs {
  return open && sample === null ? Math.min(open.started.earliest, lastSampleAt) : lastSampleAt
}

/** Returns the time span of the previous sample. It ended before this poll began, but its own end is not known. */
function sampledBefore(earliest: EpochMs, { startedAt }: PollMark): Bounds {
  return { earliest, latest: Math.max(earliest, startedAt) }
}

function heldByAdministrator(sample: SessionSample): boolean {
  return sample.state === 'stopped' || sample.downReason === 'admin'
}

/**
 * Evaluates two consecutive samples that show the session up: the same establishment, or a restart between them that
 * the age or the counters prove.
 */
function goesOn(
  memory: SessionMemory,
  before: SessionSample | null,
  after: SessionSample,
  earliest: EpochMs,
  { subject, mark, settings, isInside }: Context,
): SessionStep {
  const up = restartedAt(before, after, { earliest, latest: mark.finishedAt }, settings['session.delta'])
  if (!up) return { memory: kept(memory), events: [] }
  const flap = sessionEvent({
    kind: 'session_flap',
    subject,
    mark,
    // it fell after the last sample that showed it up, and before it was up again
    started: { earliest, latest: up.latest },
    before,
    after,
    sampledBefore: sampledBefore(earliest, mark),
    isInside,
    flags: [...(after.establishedAt ? [] : ['by_counters']), ...(isInside ? ['internal'] : [])],
  })
  return { memory: kept(memory), events: [closedEvent(flap, up)], restart: up }
}

/**
 * Returns the bounds in which a session that is up in both samples came up again between them; null = no restart is
 * proven. An establishment from before the last sample that showed the old one is impossible, so that such an answer
 * proves nothing (docs/rules/detection.md 1.3).
 */
function restartedAt(
  before: SessionSample | null,
  after: SessionSample,
  samples: Bounds,
  deltaMs: number,
): Bounds | null {
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

/** Returns null for a state that the `before` of the next change also contains. */
function kept(memory: SessionMemory): SessionMemory | null {
  return memory.shown === 'down' || memory.open ? memory : null
}
