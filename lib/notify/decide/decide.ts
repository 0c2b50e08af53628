import type { EpochMs, Severity } from '#lib/contract/index.ts'
import type { NotifySettings } from '../settings.ts'
import type { CaseMemory } from './case-memory.ts'
import { type IncidentFacts, isTellable, type MemberEvent, rank, worstOf } from './incident-facts.ts'
import { repeatDueAt } from './repeat.ts'

export const reasons = ['opened', 'raised', 'repeated', 'acknowledged', 'unverifiable', 'flapping', 'closed'] as const
export type Reason = (typeof reasons)[number]

/** Something that somebody should be told now. */
export interface Notice {
  reason: Reason
  severity: Severity
  /** nobody heard of this opening before */
  first: boolean
}

export interface Decision {
  memory: CaseMemory
  notices: Notice[]
  /** when to decide again although nothing changed; null = when something does */
  dueAt: EpochMs | null
}

/**
 * What is to be told of an incident now, and what is then known to be told. Deciding again from the memory that comes out, at
 * the same time, tells nothing.
 */
export function decide(memory: CaseMemory, incident: IncidentFacts, now: EpochMs, settings: NotifySettings): Decision {
  if (incident.paused && incident.closedAt === null) return { memory, notices: [], dueAt: now + settings['look.again'] }
  const episode = episodeOf(memory, incident, now, settings)
  if (memory.phase === 'open') {
    return incident.closedAt === null
      ? goOn(memory, incident, episode, now, settings)
      : close(memory, incident.closedAt, now, settings)
  }
  if (memory.phase === 'over' && incident.closedAt === memory.closedAt) return calmDown(memory, now, settings)
  if (episode.worst === null) {
    const waits = incident.closedAt === null ? now + settings['look.again'] : null
    return { memory, notices: [], dueAt: earliest([episode.nextSettles, waits, calmAt(memory, settings)]) }
  }
  return open(memory, incident, { ...episode, worst: episode.worst }, now, settings)
}

interface Episode {
  /** worst of what has settled; null = nothing that may be told has */
  worst: Severity | null
  /** when the next event settles; null = all have */
  nextSettles: EpochMs | null
}

/** What has happened since the closing that was told last. */
function episodeOf(memory: CaseMemory, incident: IncidentFacts, now: EpochMs, settings: NotifySettings): Episode {
  const since = memory.closedAt ?? -Infinity
  const fresh = incident.events.filter((event) => isTellable(event) && (event.detectedAt > since || event.open))
  const settlesAt = (event: MemberEvent) => event.detectedAt + settleMs(event.severity, incident.pollMs, settings)
  const settled = fresh.filter((event) => settlesAt(event) <= now)
  return {
    worst: worstOf(settled.map(({ severity }) => severity)),
    nextSettles: earliest(fresh.map(settlesAt).filter((at) => at > now)),
  }
}

/** How long an event waits for what belongs to it before anybody is told. */
export function settleMs(severity: Severity, pollMs: number, settings: NotifySettings): number {
  return severity === 'critical' ? settings['settle.critical'] : settings['settle.polls'] * pollMs
}

function open(
  memory: CaseMemory,
  incident: IncidentFacts,
  episode: Episode & { worst: Severity },
  now: EpochMs,
  settings: NotifySettings,
): Decision {
  const openings = [...memory.openings, now].filter((at) => at > now - settings['flapping.window'])
  const opened: CaseMemory = {
    ...memory,
    phase: 'open',
    severity: episode.worst,
    toldAt: now,
    acknowledgedAt: incident.acknowledgedAt,
    unverifiableSince: null,
    openings,
    turnedAt: now,
  }
  if (memory.flappingSince !== null) return openWhileFlapping(memory, opened, incident, now, settings)
  // it was over before anybody could be told: one notice says both
  if (incident.closedAt !== null) {
    const over: CaseMemory = { ...opened, phase: 'over', closedAt: incident.closedAt }
    return { memory: over, notices: [{ reason: 'closed', severity: episode.worst, first: true }], dueAt: null }
  }
  const flaps = openings.length >= settings['flapping.cycles']
  const notice: Notice = { reason: flaps ? 'flapping' : 'opened', severity: episode.worst, first: true }
  const told = { ...opened, flappingSince: flaps ? now : null }
  return { memory: told, notices: [notice], dueAt: nextLook(told, incident, episode.nextSettles, now, settings) }
}

/** A further opening of what is known to flap is told only when it is worse than what was told. */
function openWhileFlapping(
  memory: CaseMemory,
  opened: CaseMemory,
  incident: IncidentFacts,
  now: EpochMs,
  settings: NotifySettings,
): Decision {
  const severity = worstOf([memory.severity, opened.severity].filter((one) => one !== null)) ?? 'minor'
  const raised = memory.severity === null || rank(severity) > rank(memory.severity)
  const notices: Notice[] = raised ? [{ reason: 'raised', severity, first: false }] : []
  const told = { ...opened, severity, toldAt: raised ? now : memory.toldAt }
  return { memory: told, notices, dueAt: nextLook(told, incident, null, now, settings) }
}

function goOn(
  memory: CaseMemory,
  incident: IncidentFacts,
  episode: Episode,
  now: EpochMs,
  settings: NotifySettings,
): Decision {
  let next = quietWhileOpen(memory, now, settings)
  const notices: Notice[] = []
  const tell = (reason: Reason) => notices.push({ reason, severity: next.severity ?? 'minor', first: false })
  if (episode.worst !== null && rank(episode.worst) > rank(next.severity ?? 'info')) {
    next = { ...next, severity: episode.worst, toldAt: now }
    tell('raised')
  }
  const muted = next.flappingSince !== null
  if (incident.acknowledgedAt !== null && incident.acknowledgedAt !== next.acknowledgedAt) {
    next = { ...next, acknowledgedAt: incident.acknowledgedAt }
    if (!muted) tell('acknowledged')
  }
  const unverifiableSince = lostSightAt(incident, now, settings) === null ? null : incident.lastSeenAt
  if (unverifiableSince !== null && next.unverifiableSince === null && isRepeated(next.severity) && !muted) {
    tell('unverifiable')
  }
  if ((unverifiableSince === null) !== (next.unverifiableSince === null)) next = { ...next, unverifiableSince }
  const repeatAt = episode.worst === null ? null : repeatDueAt(next, settings)
  if (repeatAt !== null && repeatAt <= now) {
    next = { ...next, toldAt: now }
    tell('repeated')
  }
  return { memory: next, notices, dueAt: nextLook(next, incident, episode.nextSettles, now, settings) }
}

const isRepeated = (severity: Severity | null) => severity === 'critical' || severity === 'major'

/** When the newest good sample became too old to say that it is still so; null while it is not. */
function lostSightAt({ lastSeenAt, pollMs }: IncidentFacts, now: EpochMs, settings: NotifySettings): EpochMs | null {
  if (lastSeenAt === null) return null
  const at = lastSeenAt + settings['unverifiable.polls'] * pollMs
  return at <= now ? at : null
}

function close(memory: CaseMemory, closedAt: EpochMs, now: EpochMs, settings: NotifySettings): Decision {
  const over: CaseMemory = { ...memory, phase: 'over', closedAt, unverifiableSince: null, turnedAt: now }
  if (memory.flappingSince !== null) return { memory: over, notices: [], dueAt: calmAt(over, settings) }
  return {
    memory: over,
    notices: [{ reason: 'closed', severity: memory.severity ?? 'minor', first: false }],
    dueAt: null,
  }
}

/** Something that flapped and is closed is told to be over once it has been quiet for the window. */
function calmDown(memory: CaseMemory, now: EpochMs, settings: NotifySettings): Decision {
  const at = calmAt(memory, settings)
  if (at === null || at > now) return { memory, notices: [], dueAt: at }
  return {
    memory: { ...memory, flappingSince: null, openings: [] },
    notices: [{ reason: 'closed', severity: memory.severity ?? 'minor', first: false }],
    dueAt: null,
  }
}

/** What flapped and then stays open goes on as one that is open. */
function quietWhileOpen(memory: CaseMemory, now: EpochMs, settings: NotifySettings): CaseMemory {
  const at = calmAt(memory, settings)
  return at === null || at > now ? memory : { ...memory, flappingSince: null, openings: [] }
}

function calmAt({ flappingSince, turnedAt }: CaseMemory, settings: NotifySettings): EpochMs | null {
  return flappingSince === null ? null : (turnedAt ?? flappingSince) + settings['flapping.window']
}

function nextLook(
  memory: CaseMemory,
  incident: IncidentFacts,
  nextSettles: EpochMs | null,
  now: EpochMs,
  settings: NotifySettings,
): EpochMs | null {
  const waits = [nextSettles, repeatDueAt(memory, settings), calmAt(memory, settings), now + settings['look.again']]
  return earliest(waits.filter((at) => at !== null && at > now))
}

function earliest(times: readonly (EpochMs | null)[]): EpochMs | null {
  const known = times.filter((at) => at !== null)
  return known.length === 0 ? null : Math.min(...known)
}
