import type { DetectedEvent, PollMark, SessionChange } from '#lib/contract/index.ts'
import type { DetectionSettings } from '../settings.ts'
import { countRestart, quieten } from './flapping.ts'
import { watchKeepalives } from './keepalive.ts'
import { introduce, levelAfter } from './level.ts'
import type { SessionReading } from './readings.ts'
import { foldChange, foldStillMissing, type SessionStep } from './session-fold.ts'
import { sessionSubject } from './session-subject.ts'
import type { PrefixesSignal, Signal } from './signal.ts'
import { countSilence } from './silence.ts'
import type { DetectionState } from './state.ts'

interface Folded {
  state: DetectionState
  events: DetectedEvent[]
  signals: Signal[]
}

/** Folds one good answer about sessions: a gateway's peers, or what an MSEE lists on one path. */
export function foldSessions(
  before: DetectionState,
  mark: PollMark,
  changes: readonly SessionChange[],
  readings: readonly SessionReading[] | undefined,
  settings: DetectionSettings,
): Folded {
  const context: Context = { before, mark, changes, readings, settings }
  const steps = stepsOf(context)
  const silentSince = silentAfter(before, mark)
  const { silence, signals: silent } = countSilence(before.silence, before.silentSince, mark, settings)
  const { restarts, events: flaps } = restartsAfter(context, steps)
  const { keepalives, events: stalls } = keepalivesAfter(context)
  const { prefixes, signals: counts } = prefixesAfter(context)
  const met = readings !== undefined && !before.introduced.includes(mark.kind)
  const sessions = sessionsAfter(before.sessions, steps)

  const events = [...steps.values()].flatMap((step) => step.events)
  const flapping = new Map(flaps.map((event) => [event.subject, event.key]))
  const folded = events.map((event) => inFlapping(event, flapping, before.restarts))
  const signals: Signal[] = [
    ...(met ? introduce(readings, mark, before.sessions) : []),
    ...changes.flatMap((change) => levelAfter(change, steps.get(sessionSubject(change)), readings)),
    ...stillMissing(steps, changes, mark),
    ...silent,
    ...counts,
  ]
  const same =
    // a poll that told something has been folded, whatever is left to remember of it
    events.length === 0 &&
    sessions === before.sessions &&
    silentSince === before.silentSince &&
    silence === before.silence &&
    restarts === before.restarts &&
    keepalives === before.keepalives &&
    prefixes === before.prefixes &&
    !met
  const introduced = met ? [...before.introduced, mark.kind] : before.introduced
  const state = same
    ? before
    : { ...before, sessions, silentSince, silence, restarts, keepalives, prefixes, introduced }
  return { state, events: [...folded, ...flaps, ...stalls], signals }
}

interface Context {
  before: DetectionState
  mark: PollMark
  changes: readonly SessionChange[]
  readings: readonly SessionReading[] | undefined
  settings: DetectionSettings
}
type Steps = ReadonlyMap<string, SessionStep>

function stepsOf({ before, mark, changes, readings, settings }: Context): Steps {
  const steps = new Map<string, SessionStep>()
  for (const change of changes) {
    const subject = sessionSubject(change)
    const lastSampleAt = Math.min(
      change.between.lo,
      before.silentSince[change.localAddress] ?? Number.POSITIVE_INFINITY,
    )
    steps.set(subject, foldChange(before.sessions[subject] ?? null, change, { subject, mark, lastSampleAt, settings }))
  }
  const reporting = readings && new Set(readings.map(({ localAddress }) => localAddress))
  for (const [subject, memory] of Object.entries(before.sessions)) {
    const instance = subject.slice(0, subject.indexOf('~'))
    // an instance that has left with all its rows is an instance's matter (detection.md 2.2)
    const away =
      mark.silentInstances.includes(instance) || (mark.kind === 'peers' && reporting && !reporting.has(instance))
    if (steps.has(subject) || !memory.missing || away) continue
    steps.set(subject, foldStillMissing(memory, { subject, mark, settings }))
  }
  return steps
}

function sessionsAfter(before: DetectionState['sessions'], steps: Steps): DetectionState['sessions'] {
  const moved = [...steps].filter(([subject, { memory }]) => memory !== (before[subject] ?? null))
  if (moved.length === 0) return before
  const sessions = { ...before }
  for (const [subject, { memory }] of moved) {
    if (memory) sessions[subject] = memory
    else delete sessions[subject]
  }
  return sessions
}

/** An instance's last report stays the lower bound for all that it shows when it is back. */
function silentAfter({ silentSince }: DetectionState, mark: PollMark): Record<string, number> {
  const silent = new Set(mark.silentInstances)
  const back = Object.keys(silentSince).filter((instance) => !silent.has(instance))
  const lastGood = mark.previousOkAt
  const gone = lastGood === null ? [] : mark.silentInstances.filter((instance) => silentSince[instance] === undefined)
  if (back.length === 0 && gone.length === 0) return silentSince
  const next = { ...silentSince }
  for (const instance of back) delete next[instance]
  for (const instance of gone) next[instance] = lastGood ?? mark.startedAt
  return next
}

function restartsAfter({ before, mark, changes, settings }: Context, steps: Steps) {
  const restarts = { ...before.restarts }
  const events: DetectedEvent[] = []
  const take = (subject: string, step: ReturnType<typeof quieten>) => {
    if (step.memory) restarts[subject] = step.memory
    else delete restarts[subject]
    events.push(...step.events)
  }
  for (const [subject, memory] of Object.entries(before.restarts)) {
    if (!steps.get(subject)?.restart) take(subject, quieten(memory, mark, settings))
  }
  for (const [subject, { restart }] of steps) {
    if (!restart) continue
    const sample = changes.find((change) => sessionSubject(change) === subject)?.after ?? null
    take(subject, countRestart(before.restarts[subject] ?? null, restart, { subject, mark, sample, settings }))
  }
  const same =
    Object.keys(restarts).length === Object.keys(before.restarts).length &&
    Object.entries(restarts).every(([subject, memory]) => before.restarts[subject] === memory)
  return { restarts: same ? before.restarts : restarts, events }
}

function keepalivesAfter({ before, mark, readings, settings }: Context) {
  if (!readings || mark.kind !== 'peers') return { keepalives: before.keepalives, events: [] }
  const keepalives = { ...before.keepalives }
  const events: DetectedEvent[] = []
  let changed = false
  for (const reading of readings) {
    const subject = sessionSubject(reading)
    const known = before.keepalives[subject] ?? null
    const step = watchKeepalives(known, reading, { subject, mark, settings })
    events.push(...step.events)
    if (step.memory === known) continue
    changed = true
    if (step.memory) keepalives[subject] = step.memory
    else delete keepalives[subject]
  }
  return { keepalives: changed ? keepalives : before.keepalives, events }
}

function prefixesAfter({ before, mark, readings }: Context) {
  const signals: PrefixesSignal[] = []
  const prefixes = { ...before.prefixes }
  for (const { localAddress, neighbor, prefixes: count } of readings ?? []) {
    const subject = sessionSubject({ localAddress, neighbor })
    const known = before.prefixes[subject]
    if (known && known.count === count) continue
    prefixes[subject] = { count, at: mark.startedAt }
    const between = { lo: mark.previousOkAt ?? mark.startedAt, hi: mark.finishedAt }
    signals.push({ type: 'prefixes', localAddress, neighbor, before: known?.count ?? null, after: count, between })
  }
  return { prefixes: signals.length > 0 ? prefixes : before.prefixes, signals }
}

/** From the third restart on a session's single events are listed inside its flapping. */
function inFlapping(
  event: DetectedEvent,
  opened: ReadonlyMap<string, string>,
  before: DetectionState['restarts'],
): DetectedEvent {
  const parent = opened.get(event.subject) ?? before[event.subject]?.flapping?.key
  return parent === undefined ? event : { ...event, partOf: parent }
}

/** Sessions that a second sample without their row proves down. */
function stillMissing(steps: Steps, changes: readonly SessionChange[], _mark: PollMark): Signal[] {
  const told = new Set(changes.map(sessionSubject))
  return [...steps].flatMap(([subject, { events }]): Signal[] => {
    const [down] = events
    if (told.has(subject) || !down) return []
    const [localAddress = '', neighbor = ''] = subject.split('~')
    return [{ type: 'session', localAddress, neighbor, level: 'down', since: down.started, sample: null }]
  })
}
