import { GATEWAY_ASN } from '#lib/bgp/index.ts'
import {
  type ActivityRow,
  INSTANT_BEFORE_MONITORING,
  type ObservedChange,
  buildChangeKey,
  type DetectedEvent,
  type EpochMs,
  isCompletedChange,
  isForwardingTablePollKind,
  type MetricRow,
  type PollOutcome,
  type PollKind,
  type PollRecord,
  RESOURCE_CHANGE_CATEGORY,
} from '#lib/contract/index.ts'
import { defaultSettings, type DetectionSettings } from '../model/settings.ts'
import { judgeArpState, findCustomerMac } from '../verdict/index.ts'
import { updateFailingPolls } from './failing-polls.ts'
import { createAvailabilitySignals } from './availability.ts'
import { updateLightLevels } from './light-fold.ts'
import { updateGlobalReachStates } from './reach-fold.ts'
import { updateProbeStates } from './probe.ts'
import type { ExtraDataOfGoodPoll } from './readings.ts'
import { updateSessionStates, type ReportedSessionChanges } from './sessions-fold.ts'
import type { LastArpState, ArpSignal, PollSignal } from '../model/signal.ts'
import { getLastReportStart } from './silent-polls.ts'
import { type SourceDetectionState, createSourceDetectionState } from '../model/source-state.ts'
import { updateTunnelStates } from './tunnel-fold.ts'
import { applyCounterReadings, applyMetricRates } from './traffic/traffic-fold.ts'
import { createBoundedChangeEvidence, createEvent } from '../model/create-event.ts'

/**
 * Returns one event for each path whose byte counters fell, which means that they were reset. The event has no
 * duration, because the reset is over when it is found (docs/rules/detection.md 3.4).
 */
function counterResets(mark: PollRecord, changes: readonly ObservedChange[]): DetectedEvent[] {
  const resets = changes.filter((change) => change.type === 'counterReset')
  return [...Map.groupBy(resets, ({ path }) => path ?? '')].map(([path, own]): DetectedEvent => {
    const started = { earliest: Math.min(...own.map(({ between }) => between.earliest)), latest: mark.finishedAt }
    const subject = path === '' ? 'counters' : path
    return createEvent(mark, {
      kind: 'counter_reset',
      severity: 'info',
      scope: mark.scope,
      subject,
      started,
      evidence: own.map(({ counter, before, after, between }) =>
        createBoundedChangeEvidence(mark, between, counter, before, after),
      ),
    })
  })
}

/** Consecutive empty ARP tables are counted up to this number, because a higher count makes no difference. */
const COUNTED_EMPTY_POLLS = 3

/**
 * The state of a source after a poll, and the events that the poll proved. An event with a known key is a later version
 * of that event.
 */
interface Folded {
  /** the same object as before if the poll changed nothing; the caller then need not store it */
  state: SourceDetectionState
  events: DetectedEvent[]
  /** signals: changes that the evaluation of the source's group needs */
  signals: PollSignal[]
}

/**
 * Evaluates one poll of a source and returns the new state of the source. The polls of a source are evaluated in the
 * order of their start, and a poll that was already evaluated changes nothing. Only facts that a poll shows change the
 * state. The last known facts are kept after a failed poll, for an instance that did not report, and for a state that
 * Azure reports as unknown (docs/rules/detection.md 1.5, 2.2).
 * @param readings data that the poll read in addition to its changes; without it, only falls and rises of sessions are
 *   found
 */
export function applyPollToDetectionState(
  state: SourceDetectionState | null,
  mark: PollRecord,
  changes: readonly ObservedChange[],
  readings: ExtraDataOfGoodPoll = {},
  settings: DetectionSettings = defaultSettings,
): Folded {
  const before = state ?? createSourceDetectionState()
  const foldedAt = before.foldedAt[mark.kind]
  if (foldedAt !== undefined && mark.startedAt <= foldedAt) return { state: before, events: [], signals: [] }
  const rows = stateUpdatersByPollKind[mark.kind]?.(before, mark, changes, readings, settings) ?? unchanged(before)
  const folded = withFailing(rows, mark, changes, readings, settings)
  const signals = [...folded.signals, ...outcomeSignals(mark, changes), ...tableSignals(mark, changes, readings)]
  if (folded.state === before) return { state: before, events: folded.events, signals }
  const next = { ...folded.state, foldedAt: { ...before.foldedAt, [mark.kind]: mark.startedAt } }
  return { state: next, events: folded.events, signals }
}

/** Adds the events about failing polls of this kind to the events about the network. */
function withFailing(
  rows: Folded,
  mark: PollRecord,
  changes: readonly ObservedChange[],
  { polled }: ExtraDataOfGoodPoll,
  settings: DetectionSettings,
): Folded {
  const { failing, events } = updateFailingPolls(
    rows.state.failing,
    mark,
    outcomeBefore(mark, changes),
    polled ?? null,
    settings,
  )
  if (failing === rows.state.failing) return rows
  return { ...rows, state: { ...rows.state, failing }, events: [...rows.events, ...events] }
}

/** Returns the outcome of the previous poll of the same source and kind; null if there was none. */
function outcomeBefore(mark: PollRecord, changes: readonly ObservedChange[]): PollOutcome | null {
  const turn = changes.find((change) => change.type === 'outcome')
  return turn ? turn.before : mark.outcome
}

type FoldOfKind = (
  before: SourceDetectionState,
  mark: PollRecord,
  changes: readonly ObservedChange[],
  readings: ExtraDataOfGoodPoll,
  settings: DetectionSettings,
) => Folded

const unchanged = (before: SourceDetectionState): Folded => ({ state: before, events: [], signals: [] })

const foldSessionsOf: FoldOfKind = (before, mark, changes, readings, settings) => {
  if (!reportsSessions(mark)) return unchanged(before)
  return updateSessionStates(before, mark, sessionChanges(mark, changes), readings, settings)
}

/**
 * Functions that evaluate the rows of a poll, by poll kind. Only these kinds have a state that is kept from poll to
 * poll.
 */
export const stateUpdatersByPollKind: Readonly<Partial<Record<PollKind, FoldOfKind>>> = {
  peers: foldSessionsOf,
  summary: foldSessionsOf,
  arp: (before, mark, _changes, readings) => {
    if (!readings.arp || mark.outcome !== 'ok') return unchanged(before)
    const { memory, signal } = foldArp(before.arp, readings.arp, mark)
    if (!signal) return unchanged(before)
    return { state: { ...before, arp: memory }, events: [], signals: [signal] }
  },
  activity: (before, mark, _changes, readings) => {
    const { activity, rows } = newEntries(before.activity, readings.activity ?? [], mark)
    if (rows.length === 0) return unchanged(before)
    return { state: { ...before, activity }, events: [], signals: [{ type: 'activity', rows }] }
  },
  stats: (before, mark, changes, readings, settings) => {
    // The source without subresource has the circuit's total counters. These also show a reset of one peering's
    // counters, so resets are reported only from them.
    const events = mark.subresource === '' ? counterResets(mark, changes) : []
    if (!readings.counters || mark.outcome !== 'ok') return { state: before, events, signals: [] }
    const options = { baseline: readings.baseline, settings }
    const { memory, signal } = applyCounterReadings(before.traffic, readings.counters, mark, options)
    return { state: { ...before, traffic: memory }, events, signals: [signal] }
  },
  metrics: (before, mark, _changes, readings, settings) => {
    if (readings.light && readings.light.length > 0) return foldLights(before, mark, readings.light)
    const available = createAvailabilitySignals(readings.availability ?? [], settings)
    if (!readings.rates || readings.rates.length === 0) return { state: before, events: [], signals: available }
    const options = { baseline: readings.baseline, settings }
    const { memory, signal } = applyMetricRates(before.traffic, readings.rates, mark, options)
    return { state: { ...before, traffic: memory }, events: [], signals: [signal, ...available] }
  },
  probe: (before, mark, _changes, readings, settings) => {
    const { probes, signals } = updateProbeStates(before.probes, readings.probes ?? [], mark, settings)
    return { state: probes === before.probes ? before : { ...before, probes }, events: [], signals }
  },
  connection: (before, mark, changes, readings, settings) => {
    if (mark.subresource !== '') return foldReaches(before, mark, readings)
    return foldConnection(before, mark, changes, readings, settings)
  },
}

/** Evaluates the optical light levels of an ExpressRoute Direct port. Other metrics of a port are not evaluated. */
function foldLights(before: SourceDetectionState, mark: PollRecord, rows: readonly MetricRow[]): Folded {
  const { memory, events } = updateLightLevels(before.light, rows, mark)
  return { state: memory === before.light ? before : { ...before, light: memory }, events, signals: [] }
}

/**
 * Evaluates the Global Reach connections that were created at this circuit, and not at the circuit at the other end.
 */
function foldReaches(before: SourceDetectionState, mark: PollRecord, { reach }: ExtraDataOfGoodPoll): Folded {
  if (!reach || !mark.subresource.endsWith('/connections')) return unchanged(before)
  const { memory, events } = updateGlobalReachStates(before.reach, reach, mark)
  return { state: memory === before.reach ? before : { ...before, reach: memory }, events, signals: [] }
}

/**
 * Evaluates a VPN connection and its tunnels. Missing traffic is never a fault here, because no traffic is expected on
 * a connection. Changed states of its tunnels are reported.
 */
function foldConnection(
  before: SourceDetectionState,
  mark: PollRecord,
  changes: readonly ObservedChange[],
  { counters, tunnels = [] }: ExtraDataOfGoodPoll,
  settings: DetectionSettings,
): Folded {
  const events = counterResets(mark, changes)
  if (!counters || mark.outcome !== 'ok') return { state: before, events, signals: [] }
  const { memory, signal } = applyCounterReadings(before.traffic, counters, mark, { settings })
  const states = updateTunnelStates(before.tunnels, tunnels, mark)
  return {
    state: { ...before, traffic: memory, tunnels: states.memory },
    events,
    signals: [{ ...signal, isNews: false }, ...states.signals],
  }
}

/**
 * Reports whether a poll has all session rows of every instance that reported. Only in such a poll, a missing row shows
 * that a session is missing.
 */
function reportsSessions({ outcome, silentInstances }: PollRecord): boolean {
  return outcome === 'ok' || (outcome === 'incomplete' && silentInstances.length > 0)
}

/**
 * Returns the session changes of a poll for which events are raised. The summary of an edge router (MSEE) also lists
 * its sessions with gateways. These are left out, because polls of the gateway report the same sessions with more
 * details.
 */
function sessionChanges(mark: PollRecord, changes: readonly ObservedChange[]): ReportedSessionChanges {
  const isOwn = (asn: number | null | undefined) => mark.kind !== 'summary' || asn !== GATEWAY_ASN
  return {
    changes: changes
      .filter((change) => change.type === 'session')
      .filter(({ before, after }) => isOwn((after ?? before)?.asn)),
    doubts: changes.filter((change) => change.type === 'doubt').filter(({ asn }) => isOwn(asn)),
    reportedAt: getLastReportStart(mark, outcomeBefore(mark, changes)),
  }
}

function outcomeSignals(mark: PollRecord, changes: readonly ObservedChange[]): PollSignal[] {
  return (
    changes
      .filter((change) => change.type === 'outcome')
      .map(({ after }): PollSignal => {
        const good = after === 'ok' || after === 'incomplete'
        return { type: 'outcome', good, outcome: after, lastGoodAt: mark.previousOkAt }
      })
      // A good poll that is the first of its source is not a change.
      .filter((signal) => signal.type !== 'outcome' || mark.previousAttemptAt !== null || !signal.good)
  )
}

function tableSignals(
  { kind, subresource }: PollRecord,
  changes: readonly ObservedChange[],
  readings: ExtraDataOfGoodPoll,
): PollSignal[] {
  if (isForwardingTablePollKind(kind)) {
    const own = changes.filter((change) => change.type === 'route')
    if (own.length === 0) return []
    const { tableSizes: sizes = {}, fromMicrosoft } = readings
    const digests = kind === 'learned' ? readings.tableDigests : undefined
    return [{ type: 'routes', kind, changes: own, sizes, digests, fromMicrosoft }]
  }
  if (kind === 'advertised') {
    const counts = changes.some(({ type }) => type === 'route') && readings.advertised
    return counts ? [{ type: 'advertised', neighbor: subresource, counts }] : []
  }
  if (kind === 'inventory') {
    const own = changes.filter((change) => change.type === 'config')
    return own.length > 0 ? [{ type: 'config', changes: own }] : []
  }
  return []
}

/**
 * Time in ms for which log entries are remembered. It is longer than the overlap of two consecutive polls of the log.
 */
const LOG_MEMORY_MS = 2 * 60 * 60_000

/**
 * Returns the Activity Log entries that are new. The same minutes are read repeatedly, because entries arrive late.
 * Each entry is reported once, and again if its status changes. If both Resource Graph and the log contain a change, it
 * is reported only from the source that was read first.
 */
function newEntries(known: Record<string, number>, entries: readonly ActivityRow[], mark: PollRecord) {
  const seen: Record<string, number> = Object.fromEntries(
    Object.entries(known).filter(([, at]) => at >= mark.startedAt - LOG_MEMORY_MS),
  )
  const rows = entries.filter((entry) => {
    if (known[entryKey(entry)] !== undefined) return false
    const [own, other] = isCompletedChange(entry) ? changeMarks(entry) : []
    if (other !== undefined && seen[other] !== undefined) return false
    seen[entryKey(entry)] = entry.at
    if (own !== undefined) seen[own] = entry.at
    return true
  })
  return { activity: seen, rows }
}

/**
 * Returns the two keys under which a change is remembered: first the key for the source of this entry (log or Resource
 * Graph), then the key for the other source. Empty = the entry cannot be matched with an entry of the other source.
 */
function changeMarks(entry: ActivityRow): string[] {
  const key = buildChangeKey(entry)
  if (key === null) return []
  const marks = [`changed ${key}`, `logged ${key}`]
  return entry.category === RESOURCE_CHANGE_CATEGORY ? marks : marks.toReversed()
}

const entryKey = ({ eventDataId, status }: ActivityRow) => `${eventDataId} ${status}`

/** Evaluates one good poll of a path's ARP table. */
function foldArp(
  memory: LastArpState | null,
  rows: NonNullable<ExtraDataOfGoodPoll['arp']>,
  mark: PollRecord,
): { memory: LastArpState; signal: ArpSignal | null } {
  const state = judgeArpState(rows)
  const empty = rows.length === 0
  const emptyPolls = empty ? Math.min(COUNTED_EMPTY_POLLS, (memory?.emptyPolls ?? 0) + 1) : 0
  // The last MAC address is kept after its entry is gone.
  const mac = findCustomerMac(rows) ?? memory?.mac ?? null
  const isSame = memory?.state === state && memory.empty === empty && memory.emptyPolls === emptyPolls
  if (memory && isSame && mac === (memory.mac ?? null)) return { memory, signal: null }
  const same = memory?.state === state && memory.empty === empty
  const earliest: EpochMs = memory ? (mark.previousOkAt ?? mark.startedAt) : INSTANT_BEFORE_MONITORING
  const since = same && memory ? memory.since : { earliest, latest: mark.finishedAt }
  const next = { state, empty, emptyPolls, since, mac }
  return { memory: next, signal: { type: 'arp', ...next } }
}
