import { GATEWAY_ASN } from '#lib/bgp/index.ts'
import type { ActivityRow, Change, DetectedEvent, PollMark, SessionChange } from '#lib/contract/index.ts'
import { type DetectionSettings, defaultSettings } from '../settings.ts'
import { foldArp } from './arp-fold.ts'
import { counterResets } from './counter-reset.ts'
import type { Readings } from './readings.ts'
import { foldSessions } from './sessions-fold.ts'
import type { Signal } from './signal.ts'
import { type DetectionState, initialState } from './state.ts'

/** What a poll made of the state, and the events it proved. An event with a known key replaces the earlier version. */
export interface Folded {
  /** the very object that was passed in when the poll changed nothing, so that a caller need not store it */
  state: DetectionState
  events: DetectedEvent[]
  /** what the estate must know of it */
  signals: Signal[]
}

/**
 * Folds one poll of a source into its state. Polls of one source are folded in the order of their startedAt; one that
 * was folded already changes nothing. Only what a sample positively shows counts: a poll that failed, an instance
 * that did not report and a state that Azure calls unknown carry the last known facts on (detection.md 1.5, 2.2).
 * @param readings what the poll read beside its changes; without them sessions' ups and downs are found all the same
 */
export function foldPoll(
  state: DetectionState | null,
  mark: PollMark,
  changes: readonly Change[],
  readings: Readings = {},
  settings: DetectionSettings = defaultSettings,
): Folded {
  const before = state ?? initialState()
  const foldedAt = before.foldedAt[mark.kind]
  if (foldedAt !== undefined && mark.startedAt <= foldedAt) return { state: before, events: [], signals: [] }
  const folded = foldRows(before, mark, changes, readings, settings)
  const signals = [...folded.signals, ...outcomeSignals(mark, changes), ...tableSignals(mark, changes, readings)]
  if (folded.state === before && signals.length === 0) return { state: before, events: [], signals: [] }
  if (!remembers(folded.state, before)) return { state: before, events: folded.events, signals }
  const next = { ...folded.state, foldedAt: { ...before.foldedAt, [mark.kind]: mark.startedAt } }
  return { state: next, events: folded.events, signals }
}

const remembers = (after: DetectionState, before: DetectionState) => after !== before

function foldRows(
  before: DetectionState,
  mark: PollMark,
  changes: readonly Change[],
  readings: Readings,
  settings: DetectionSettings,
): Folded {
  switch (mark.kind) {
    case 'peers':
    case 'summary':
      if (!tellsOfSessions(mark)) return { state: before, events: [], signals: [] }
      return foldSessions(before, mark, sessionChanges(mark, changes), readings.sessions, settings)
    case 'arp': {
      if (!readings.arp || mark.outcome !== 'ok') return { state: before, events: [], signals: [] }
      const { memory, signal } = foldArp(before.arp, readings.arp, mark)
      if (!signal) return { state: before, events: [], signals: [] }
      return { state: { ...before, arp: memory }, events: [], signals: [signal] }
    }
    case 'activity': {
      const { activity, rows } = newEntries(before.activity, readings.activity ?? [], mark)
      if (rows.length === 0) return { state: before, events: [], signals: [] }
      return { state: { ...before, activity }, events: [], signals: [{ type: 'activity', rows }] }
    }
    case 'stats':
    case 'connection':
      return { state: before, events: counterResets(mark, changes), signals: [] }
    default:
      return { state: before, events: [], signals: [] }
  }
}

/** Whether a poll holds session rows whose absence can be read, at least for the instances that reported. */
function tellsOfSessions({ outcome, silentInstances }: PollMark): boolean {
  return outcome === 'ok' || (outcome === 'incomplete' && silentInstances.length > 0)
}

/**
 * An MSEE's summary lists the gateways as well. The gateway reports the same session from its own end, with more about
 * it, and one session makes one event.
 */
function sessionChanges({ kind }: PollMark, changes: readonly Change[]): SessionChange[] {
  return changes
    .filter((change) => change.type === 'session')
    .filter(({ before, after }) => kind !== 'summary' || (after ?? before)?.asn !== GATEWAY_ASN)
}

function outcomeSignals(mark: PollMark, changes: readonly Change[]): Signal[] {
  return (
    changes
      .filter((change) => change.type === 'outcome')
      .map(({ after }): Signal => {
        const good = after === 'ok' || after === 'incomplete'
        return { type: 'outcome', good, outcome: after, lastGoodAt: mark.previousOkAt }
      })
      // the first poll of all is no news
      .filter((signal) => signal.type !== 'outcome' || mark.previousAttemptAt !== null || !signal.good)
  )
}

function tableSignals(mark: PollMark, changes: readonly Change[], { tableSizes }: Readings): Signal[] {
  const { kind } = mark
  if (kind === 'learned' || kind === 'tables') {
    const own = changes.filter((change) => change.type === 'route')
    return own.length > 0 ? [{ type: 'routes', kind, changes: own, sizes: tableSizes ?? {} }] : []
  }
  if (kind === 'inventory') {
    const own = changes.filter((change) => change.type === 'config')
    return own.length > 0 ? [{ type: 'config', changes: own }] : []
  }
  return []
}

const LOG_MEMORY_MS = 60 * 60_000

/** The log is read again and again over the same minutes, because entries arrive late: each one is told once. */
function newEntries(known: Record<string, number>, entries: readonly ActivityRow[], mark: PollMark) {
  const rows = entries.filter(({ eventDataId }) => known[eventDataId] === undefined)
  const kept = Object.entries(known).filter(([, at]) => at >= mark.startedAt - LOG_MEMORY_MS)
  const activity = Object.fromEntries([...kept, ...rows.map(({ eventDataId, at }) => [eventDataId, at] as const)])
  return { activity, rows }
}
