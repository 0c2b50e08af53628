import { isDownState } from '#lib/bgp/index.ts'
import type { Bounds, DetectedEvent, EpochMs, PollMark, SessionChange, SessionSample } from '#lib/contract/index.ts'
import type { DetectionSettings } from '../model/settings.ts'
import { closedEvent, sessionEvent } from './session-event.ts'
import type { SessionMemory, Shown } from '../model/source-state.ts'

/** One step of a session: what is remembered now (null = nothing need be), and what happened. */
export interface SessionStep {
  memory: SessionMemory | null
  events: DetectedEvent[]
  /** it came up after having been up before: when */
  restart?: Bounds
}

interface Context {
  subject: string
  mark: PollMark
  /** startedAt of the last good sample in which this session's instance reported */
  lastSampleAt: EpochMs
  settings: DetectionSettings
  /** it is the gateway's session with itself */
  isInside: boolean
}

/** Folds one change of a session. */
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

/** What is remembered, as the clock would have dated it had it been set before. */
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

/** Folds a good sample that changed nothing about a session whose row is still missing. */
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
    // from now on each sample without the row reports that it is not up
    memory: { ...memory, shown: 'down', sample: null, shownAt: null, missing: null, open: down },
    events: [down],
  }
}

/**
 * An instance that was given up, because another took its place, is waited for no more, and nor are its sessions: an outage that
 * was open ends without anybody having seen the session up (docs/rules/detection.md 2.5).
 */
export function foldLeft(memory: SessionMemory | null, between: Bounds): SessionStep {
  if (!memory?.open) return { memory: null, events: [] }
  const left = closedEvent(memory.open, {
    earliest: Math.max(between.earliest, memory.open.started.earliest),
    latest: between.latest,
  })
  return { memory: null, events: [{ ...left, flags: [...left.flags, REPLACED] }] }
}

/** Flag of an outage that ended with its gateway instance. */
const REPLACED = 'replaced'

/** What a change's own `before` reports, where nothing is remembered. */
function recalled({ before, first }: SessionChange): SessionMemory {
  const shown =
    first || before === null || before.state === 'unknown' ? null : before.state === 'established' ? 'up' : 'never'
  return { shown, sample: shown && before, shownAt: null, missing: null, open: null }
}

function rowMissing(known: SessionMemory, change: SessionChange, { mark, lastSampleAt }: Context): SessionStep {
  // what is not up is not shown to be by a missing row
  const shownAt = known.shown === 'up' ? (known.shownAt ?? lastSampleAt) : null
  // a row that reported `unknown` before it went does not make the absence older
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
  // the first sight of a session is a baseline, whatever it shows
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
 * When a session came up: the time that ARM's own duration reports, as far as it agrees with the samples around it
 * (docs/rules/detection.md 1.4); the samples alone where it reports none or contradicts them.
 */
function cameUp(reported: Bounds | null, samples: Bounds, from: EpochMs): { started: Bounds; flags: string[] } {
  if (!reported) return { started: samples, flags: [] }
  if (reported.latest < from || reported.earliest > samples.latest) return { started: samples, flags: ['inconsistent'] }
  return {
    started: { earliest: Math.max(reported.earliest, from), latest: Math.min(reported.latest, samples.latest) },
    flags: [],
  }
}

/** A missing row does not show a session down: after nothing but missing rows it may have come up before the last of them. */
function possiblyUpFrom({ sample, open }: SessionMemory, lastSampleAt: EpochMs): EpochMs {
  return open && sample === null ? Math.min(open.started.earliest, lastSampleAt) : lastSampleAt
}

/** The sample before ended before this poll began; its own end is not reported. */
function sampledBefore(earliest: EpochMs, { startedAt }: PollMark): Bounds {
  return { earliest, latest: Math.max(earliest, startedAt) }
}

function heldByAdministrator(sample: SessionSample): boolean {
  return sample.state === 'stopped' || sample.downReason === 'admin'
}

/** Two samples in a row showed it up: the same life, or a restart between them that its age or its counters prove. */
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
 * When a session that is up in both samples came up again between them; null = nothing proves that it did. An establishment
 * from before the last sample that showed the old one can't be: such an answer proves nothing (docs/rules/detection.md 1.3).
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

/** Drops a memory that the next change's `before` would report as well. */
function kept(memory: SessionMemory): SessionMemory | null {
  return memory.shown === 'down' || memory.open ? memory : null
}
