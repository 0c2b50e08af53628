import {
  type DetectedEvent,
  type EstablishedTimeTrustChange,
  type EpochMs,
  type PollRecord,
  type SessionChange,
  UNREAD_ROWS_INSTANCE,
} from '#lib/contract/index.ts'
import type { DetectionSettings } from '../model/settings.ts'
import { updateTimeContradictions } from './time-contradictions.ts'
import { countSessionRestart, endSessionFlapping } from './flapping.ts'
import { updateKeepaliveStalls } from './keepalive.ts'
import { createInitialLevels, createLevelSignal } from './level-signals.ts'
import type { ExtraDataOfGoodPoll, ExtraSessionDataOfPoll } from './readings.ts'
import {
  applySessionChange,
  endOutageOfGoneInstance,
  applyMissingSession,
  type SessionUpdateResult,
} from './session-fold.ts'
import { parseSubjectInstance, parseSubjectNeighbor, formatSessionSubject } from '../model/subject.ts'
import type { PrefixCountSignal, PollSignal } from '../model/signal.ts'
import { countSilentPolls, listSilentInstances, createUnreportedSessionTest } from './silent-polls.ts'
import type { SourceDetectionState } from '../model/source-state.ts'
import { createInsideSessionTest } from '../verdict/index.ts'
import { updateUnknownStates } from './unknown-state.ts'

interface Folded {
  state: SourceDetectionState
  events: DetectedEvent[]
  signals: PollSignal[]
}

/** The changes that one poll reports about sessions. */
export interface ReportedSessionChanges {
  changes: readonly SessionChange[]
  doubts: readonly EstablishedTimeTrustChange[]
  /** start of the last good sample before this poll; null = no earlier sample */
  reportedAt: EpochMs | null
}

/**
 * Evaluates one good poll of sessions, which are a gateway's peers, or the sessions that an edge router (MSEE) lists
 * for one path.
 */
export function updateSessionStates(
  before: SourceDetectionState,
  mark: PollRecord,
  { changes, doubts: reported, reportedAt }: ReportedSessionChanges,
  { sessions: readings, silentSessions = [] }: Pick<ExtraDataOfGoodPoll, 'sessions' | 'silentSessions'>,
  settings: DetectionSettings,
): Folded {
  const context: Context = { before, mark, changes, readings, settings }
  const steps = stepsOf(context)
  const silentSince = silentAfter(before, mark, reportedAt)
  const { silence, signals: silent } = countSilentPolls(before, mark, reportedAt, readings ?? [], settings)
  const { restarts, events: flaps } = restartsAfter(context, steps)
  const { stalls, events: stallEvents } = readings
    ? updateKeepaliveStalls(before.stalls, silentSessions, { mark, readings }, settings)
    : { stalls: before.stalls, events: [] }
  const { doubts, events: doubtEvents } = updateTimeContradictions(before.doubts, reported, changes, mark)
  const { unknowns, events: unknownEvents } = readings
    ? updateUnknownStates(before.unknowns, readings, { mark, reportedAt, silentSince: before.silentSince }, settings)
    : { unknowns: before.unknowns, events: [] }
  const { prefixes, signals: counts } = prefixesAfter(context)
  const met = readings !== undefined && !before.introduced.includes(mark.kind)
  const sessions = sessionsAfter(before.sessions, steps)

  const events = [...steps.values()].flatMap((step) => step.events)
  const flapping = new Map(flaps.map((event) => [event.subject, event.key]))
  const folded = events.map((event) => inFlapping(event, flapping, before.restarts))
  const signals: PollSignal[] = [
    ...(met ? createInitialLevels(readings, mark, before.sessions) : []),
    ...changes.flatMap((change) => createLevelSignal(change, steps.get(formatSessionSubject(change)), readings)),
    ...stillMissing(steps, changes),
    ...silent,
    ...counts,
  ]
  const same =
    // A poll with events must be stored as evaluated even if the state does not change, so that its events are not
    // raised again.
    events.length === 0 &&
    sessions === before.sessions &&
    silentSince === before.silentSince &&
    silence === before.silence &&
    restarts === before.restarts &&
    stalls === before.stalls &&
    doubts === before.doubts &&
    unknowns === before.unknowns &&
    prefixes === before.prefixes &&
    !met
  const introduced = met ? [...before.introduced, mark.kind] : before.introduced
  const state = same
    ? before
    : { ...before, sessions, silentSince, silence, restarts, stalls, doubts, unknowns, prefixes, introduced }
  return { state, events: [...folded, ...flaps, ...stallEvents, ...doubtEvents, ...unknownEvents], signals }
}

interface Context {
  before: SourceDetectionState
  mark: PollRecord
  changes: readonly SessionChange[]
  readings: readonly ExtraSessionDataOfPoll[] | undefined
  settings: DetectionSettings
}
type Steps = ReadonlyMap<string, SessionUpdateResult>

function stepsOf({ before, mark, changes, readings, settings }: Context): Steps {
  const steps = new Map<string, SessionUpdateResult>()
  const reporting = readings && new Set(readings.map(({ localAddress }) => localAddress))
  const isUnreported = createUnreportedSessionTest(mark, readings)
  const isOwn = createInsideSessionTest(readings ?? changes.flatMap(endsOf), instancesSilent(before, mark))
  const hasLeft = (instance: string) =>
    mark.kind === 'peers' &&
    reporting !== undefined &&
    !reporting.has(instance) &&
    !mark.silentInstances.includes(UNREAD_ROWS_INSTANCE) &&
    !mark.silentInstances.includes(instance)
  for (const change of changes) {
    const subject = formatSessionSubject(change)
    const known = before.sessions[subject] ?? null
    if (change.after === null && hasLeft(change.localAddress)) {
      steps.set(subject, endOutageOfGoneInstance(known, change.between))
      continue
    }
    const lastSampleAt = Math.min(
      change.between.earliest,
      before.silentSince[change.localAddress] ?? Number.POSITIVE_INFINITY,
    )
    const isInside = endsOf(change).some(isOwn)
    steps.set(subject, applySessionChange(known, change, { subject, mark, lastSampleAt, settings, isInside }))
  }
  for (const [subject, memory] of Object.entries(before.sessions)) {
    const instance = parseSubjectInstance(subject)
    if (steps.has(subject) || isUnreported(subject)) continue
    if (hasLeft(instance)) {
      steps.set(
        subject,
        endOutageOfGoneInstance(memory, { earliest: mark.previousOkAt ?? mark.startedAt, latest: mark.finishedAt }),
      )
      continue
    }
    if (!memory.missing) continue
    const asn = memory.sample?.asn ?? null
    const isInside = isOwn({ localAddress: instance, neighbor: parseSubjectNeighbor(subject), asn })
    steps.set(subject, applyMissingSession(memory, { subject, mark, settings, isInside }))
  }
  return steps
}

/** Returns the two ends of a changed session, with the neighbor's ASN; empty if neither sample exists. */
const endsOf = ({ localAddress, neighbor, before, after }: SessionChange) =>
  [after ?? before].flatMap((sample) => (sample ? [{ localAddress, neighbor, asn: sample.asn }] : []))

const instancesSilent = ({ silentSince }: SourceDetectionState, mark: PollRecord) => [
  ...Object.keys(silentSince),
  ...listSilentInstances(mark),
]

function sessionsAfter(before: SourceDetectionState['sessions'], steps: Steps): SourceDetectionState['sessions'] {
  const moved = [...steps].filter(([subject, { memory }]) => memory !== (before[subject] ?? null))
  if (moved.length === 0) return before
  const sessions = { ...before }
  for (const [subject, { memory }] of moved) {
    if (memory) sessions[subject] = memory
    else delete sessions[subject]
  }
  return sessions
}

/**
 * Updates, for each silent instance, the time at which it last reported. When the instance reports again, all changes
 * that it shows happened after this time.
 */
function silentAfter(
  { silentSince }: SourceDetectionState,
  mark: PollRecord,
  reportedAt: EpochMs | null,
): Record<string, number> {
  const names = listSilentInstances(mark)
  const silent = new Set(names)
  const back = Object.keys(silentSince).filter((instance) => !silent.has(instance))
  const gone = reportedAt === null ? [] : names.filter((instance) => silentSince[instance] === undefined)
  if (back.length === 0 && gone.length === 0) return silentSince
  const next = { ...silentSince }
  for (const instance of back) delete next[instance]
  for (const instance of gone) next[instance] = reportedAt ?? mark.startedAt
  return next
}

function restartsAfter({ before, mark, changes, settings }: Context, steps: Steps) {
  const restarts = { ...before.restarts }
  const events: DetectedEvent[] = []
  const take = (subject: string, step: ReturnType<typeof endSessionFlapping>) => {
    if (step.memory) restarts[subject] = step.memory
    else delete restarts[subject]
    events.push(...step.events)
  }
  for (const [subject, memory] of Object.entries(before.restarts)) {
    if (!steps.get(subject)?.restart) take(subject, endSessionFlapping(memory, mark, settings))
  }
  for (const [subject, { restart }] of steps) {
    if (!restart) continue
    const sample = changes.find((change) => formatSessionSubject(change) === subject)?.after ?? null
    take(subject, countSessionRestart(before.restarts[subject] ?? null, restart, { subject, mark, sample, settings }))
  }
  const same =
    Object.keys(restarts).length === Object.keys(before.restarts).length &&
    Object.entries(restarts).every(([subject, memory]) => before.restarts[subject] === memory)
  return { restarts: same ? before.restarts : restarts, events }
}

function prefixesAfter({ before, mark, readings }: Context) {
  const signals: PrefixCountSignal[] = []
  const prefixes = { ...before.prefixes }
  for (const { localAddress, neighbor, prefixes: count } of readings ?? []) {
    const subject = formatSessionSubject({ localAddress, neighbor })
    const known = before.prefixes[subject]
    if (known && known.count === count) continue
    prefixes[subject] = { count, at: mark.startedAt }
    const between = { earliest: mark.previousOkAt ?? mark.startedAt, latest: mark.finishedAt }
    signals.push({ type: 'prefixes', localAddress, neighbor, before: known?.count ?? null, after: count, between })
  }
  return { prefixes: signals.length > 0 ? prefixes : before.prefixes, signals }
}

/** Makes an event of a session a part of the open session_flapping event of that session, if there is one. */
function inFlapping(
  event: DetectedEvent,
  opened: ReadonlyMap<string, string>,
  before: SourceDetectionState['restarts'],
): DetectedEvent {
  const parent = opened.get(event.subject) ?? before[event.subject]?.flapping?.key
  return parent === undefined ? event : { ...event, partOf: parent }
}

/**
 * Returns signals for sessions whose rows were already missing before this poll, and which this poll proves to be down
 * or to have left with their instance.
 */
function stillMissing(steps: Steps, changes: readonly SessionChange[]): PollSignal[] {
  const reported = new Set(changes.map(formatSessionSubject))
  return [...steps].flatMap(([subject, { events, memory }]): PollSignal[] => {
    const [event] = events
    if (reported.has(subject) || !event) return []
    const localAddress = parseSubjectInstance(subject)
    const neighbor = parseSubjectNeighbor(subject)
    const [level, since] = memory
      ? (['down', event.started] as const)
      : (['gone', event.ended ?? event.started] as const)
    return [{ type: 'session', localAddress, neighbor, level, since, sample: null }]
  })
}
