import { selectAddressForNeighbor, type ValueByAddressFamily } from '#lib/bgp/index.ts'
import {
  type ObservedChange,
  type EpochMs,
  type PollObservation,
  type ObservationOfShape,
  type PollOutcome,
  type PollRecord,
  type PollRowShape,
  getPollRowShape,
  type SessionWithoutMessages,
} from '#lib/contract/index.ts'
import { convertSecondsToMs } from '../times.ts'
import type { RecordingResult, RecordOptions } from '../types.ts'
import { convertSummaryRow, convertPeerRow } from './sessions/advance-session.ts'
import { type ArpComparison, compareArp } from './arp.ts'
import { type ConnectionStatusComparison, listConnectionCounters, compareConnection } from './connection.ts'
import { type CounterPairComparison, listCircuitCounters, compareCounters } from './counters.ts'
import type { StoredPollStateAndRows } from './known-poll.ts'
import { type MetricsComparison, compareMetrics } from './metric-series.ts'
import { computeMaxGapFreeMs, canExtendCoverage, computeGapIntervalMs, computePaceAfter } from './poll-pace.ts'
import { type PollState, sortSilentInstances } from './poll-state.ts'
import {
  createProvenAbsenceOfInventory,
  type ProvenAbsenceOfPoll,
  type LastReadTimes,
  createProvenAbsence,
  updateLastReadTimes,
  updateInventoryLastReadTimes,
} from './poll-reading.ts'
import { type InventoryComparison, compareInventory } from './inventory/compare-inventory.ts'
import { type RouteComparison, compareRouteTable } from './routes/compare-route-table.ts'
import { type SessionComparison, compareSessions } from './sessions/compare-sessions.ts'

/** Local addresses of a circuit path if the peering reports none. */
const NONE_REPORTED: ValueByAddressFamily = { ipv4: null, ipv6: null }

/** Changes of the stored rows that follow from a poll of a (source, kind). */
interface RowSteps {
  /**
   * all changes that the poll proves, except changes of routes. Changes of routes are derived when the routes are
   * saved, because only the store knows the previous attribute sets.
   */
  changes: ObservedChange[]
  silentSessions: SessionWithoutMessages[]
  sessions: readonly SessionComparison[]
  arp: Pick<ArpComparison, 'ends' | 'changed' | 'readAgain'> | null
  counters: readonly CounterPairComparison[]
  connection: ConnectionStatusComparison | null
  metrics: Pick<MetricsComparison, 'buckets' | 'newest'> | null
  routes: readonly RouteComparison[]
  inventory: InventoryComparison | null
}

/** Result of comparing a poll with the known state: the changes to write, and the state after the poll. */
export interface ComparedPoll extends RowSteps {
  status: RecordingResult['status']
  mark: PollRecord
  observation: PollObservation
  /** poll as detection evaluates it, without metric buckets that are too young: {@link RecordingResult.evaluated} */
  evaluated: PollObservation
  before: StoredPollStateAndRows
  /**
   * known state after the poll. Route tables and inventories in it are unchanged, because their stores apply the steps
   * themselves.
   */
  after: StoredPollStateAndRows
  /** start of the coverage interval (polls with the same outcome) that the poll extends; null = it begins a new one */
  intervalFrom: EpochMs | null
  /** poll interval after this poll, milliseconds */
  intervalMs: number
}

const NO_ROWS: RowSteps = {
  changes: [],
  silentSessions: [],
  sessions: [],
  arp: null,
  counters: [],
  connection: null,
  metrics: null,
  routes: [],
  inventory: null,
}

/**
 * Compares a poll with the known state. A pure function. Every kind of store (database or memory) uses it, so that all
 * record the same changes.
 * @throws RangeError if the poll ends before it began
 */
export function comparePollWithStoredState(
  known: StoredPollStateAndRows,
  observation: PollObservation,
  options: RecordOptions,
): ComparedPoll {
  const { startedAt, finishedAt, outcome } = observation
  if (!(finishedAt >= startedAt)) throw new RangeError('a poll can not end before it began')
  const { state } = known
  const configuredMs = convertSecondsToMs(options.intervalSeconds)
  const beforeMs = computeGapIntervalMs(state, configuredMs)
  const step = {
    status: judgeRecordingStatus(state, observation),
    mark: markOf(state, observation),
    observation,
    evaluated: observation,
    before: known,
    intervalFrom: continued(state, observation, configuredMs, beforeMs),
  }
  if (step.status !== 'recorded') return { ...NO_ROWS, ...step, after: known, intervalMs: beforeMs }
  const { after, ...rows } = hasReadRows(outcome) ? compareRows(known, observation, options) : { ...NO_ROWS, after: {} }
  const pace = computePaceAfter(state, startedAt, finishedAt - startedAt)
  const changes: ObservedChange[] =
    state.lastOutcome === outcome ? [] : [{ type: 'outcome', before: state.lastOutcome, after: outcome }]
  return {
    ...step,
    ...rows,
    changes: [...changes, ...rows.changes],
    after: {
      ...known,
      ...after,
      state: {
        ...state,
        ...pace,
        ...memoryAfter(state, observation),
        lastStartedAt: startedAt,
        lastFinishedAt: finishedAt,
        lastOutcome: outcome,
        silentInstances: sortSilentInstances(observation),
        intervalFrom: step.intervalFrom ?? startedAt,
        intervalBeganWith: (step.intervalFrom === null ? null : state.intervalBeganWith) ?? beforeMs / 1_000,
        ...(outcome === 'ok' && { okStartedAt: startedAt, okFinishedAt: finishedAt }),
      },
    },
    intervalMs: computeGapIntervalMs(pace, configuredMs),
  }
}

function markOf(state: PollState, observation: PollObservation): PollRecord {
  return {
    sourceId: state.sourceId,
    scope: state.scope,
    subresource: state.subresource,
    kind: observation.kind,
    startedAt: observation.startedAt,
    finishedAt: observation.finishedAt,
    outcome: observation.outcome,
    previousOkAt: state.okStartedAt,
    previousAttemptAt: state.lastStartedAt,
    silentInstances: sortSilentInstances(observation),
  }
}

/** Returns the start of the coverage interval that a poll extends; null = it begins a new one. */
function continued(state: PollState, poll: PollObservation, configuredMs: number, inForceMs: number): EpochMs | null {
  if (state.lastStartedAt === null || state.lastOutcome !== poll.outcome) return null
  const longest = { apartMs: poll.startedAt - state.lastStartedAt, callMs: state.durations.at(-1) ?? 0 }
  if (longest.apartMs > computeMaxGapFreeMs(inForceMs)) return null
  if (hasReadRows(poll.outcome) && !canExtendCoverage(state, longest, configuredMs)) return null
  return state.silentInstances.join() === sortSilentInstances(poll).join() ? state.intervalFrom : null
}

/**
 * Returns `duplicate` if a recent poll began at the same time, `stale` if the poll overlaps the last poll or precedes
 * it, otherwise `recorded`. Only `recorded` polls are stored, because it is unknown which of two overlapping polls read
 * its data first.
 */
export function judgeRecordingStatus(
  state: Pick<PollState, 'starts' | 'lastFinishedAt'>,
  { startedAt, finishedAt }: PollObservation,
): RecordingResult['status'] {
  if (state.starts.includes(startedAt)) return 'duplicate'
  if (state.lastFinishedAt === null) return 'recorded'
  return startedAt < state.lastFinishedAt || finishedAt <= state.lastFinishedAt ? 'stale' : 'recorded'
}

/**
 * Reports whether a poll read rows. Outcomes other than `ok` and `incomplete` contain no information about the network.
 */
export const hasReadRows = (outcome: PollOutcome | null) => outcome === 'ok' || outcome === 'incomplete'

function memoryAfter(state: PollState, observation: PollObservation): LastReadTimes {
  const before: LastReadTimes = { readAt: state.readAt, silentReadAt: state.silentReadAt }
  if (!hasReadRows(observation.outcome)) return before
  return observation.kind === 'inventory'
    ? updateInventoryLastReadTimes(before, observation, observation.rows.listedTypes)
    : updateLastReadTimes(before, observation)
}

type SessionObservation = ObservationOfShape<'peers' | 'neighbors'>
type RowsComparison = RowSteps & { after: Partial<StoredPollStateAndRows>; evaluated?: PollObservation }

interface Stepping {
  known: StoredPollStateAndRows
  reading: ProvenAbsenceOfPoll
  options: RecordOptions
}

/**
 * Functions that compare the rows of a poll with the known state, one for each shape of rows. Log entries are stored
 * without a comparison.
 */
const steps: {
  readonly [Shape in PollRowShape]: (of: Stepping, poll: ObservationOfShape<Shape>) => Partial<RowsComparison>
} = {
  peers: stepSessionRows,
  neighbors: stepSessionRows,
  routes: ({ known, reading }, poll) => (known.table ? { routes: compareRouteTable(known.table, reading, poll) } : {}),
  arp: ({ known, reading }, { rows }) => {
    const { changes, after, ...arp } = compareArp(known.arp, reading, rows)
    return { changes, arp, after: { arp: after } }
  },
  counters: ({ known, reading }, { rows }) => {
    const { changes, steps: counters, after } = compareCounters(known.counters, reading, listCircuitCounters(rows))
    return { changes, counters, after: { counters: after } }
  },
  connection: ({ known, reading }, { rows: [row] }) => {
    if (!row) return {}
    const live = compareConnection(known.connection, reading, known.state.resourceId, row)
    const counted = compareCounters(known.counters, reading, listConnectionCounters(row))
    return {
      changes: [...live.changes, ...counted.changes],
      connection: live.step,
      counters: counted.steps,
      after: { connection: live.step?.after ?? known.connection, counters: counted.after },
    }
  },
  inventory: ({ known: { inventory: before, state } }, poll) => {
    if (!before) return {}
    const inventory = compareInventory(
      before,
      createProvenAbsenceOfInventory(state.sourceId, poll, state, poll.rows),
      poll.rows,
    )
    return { changes: inventory.changes, inventory }
  },
  buckets: ({ known: { series, state } }, poll) => {
    const readAt = state.lastOutcome === 'ok' ? state.lastStartedAt : null
    const { after, evaluated, ...metrics } = compareMetrics(series, poll.rows, { startedAt: poll.startedAt, readAt })
    return { metrics, evaluated: { ...poll, rows: evaluated }, after: { series: after } }
  },
  entries: () => ({}),
}

function compareRows(
  known: StoredPollStateAndRows,
  observation: PollObservation,
  options: RecordOptions,
): RowsComparison {
  const reading = createProvenAbsence(known.state.sourceId, observation, known.state)
  // A poll of a kind always has rows of this kind's shape, but TypeScript cannot follow this through a union of kinds.
  const step = steps[getPollRowShape(observation.kind)] as (
    of: Stepping,
    poll: PollObservation,
  ) => Partial<RowsComparison>
  return { ...NO_ROWS, after: {}, ...step({ known, reading, options }, observation) }
}

function stepSessionRows({ known, reading, options }: Stepping, poll: SessionObservation): Partial<RowsComparison> {
  const sampled = sampledOf(poll, options.localAddresses ?? NONE_REPORTED)
  const { steps: sessions, after, ...proved } = compareSessions(known.sessions, reading, poll.kind, sampled)
  return { ...proved, sessions, after: { sessions: after } }
}

/**
 * Returns the sessions of a poll. The rows of a gateway's peers contain both addresses of a session. The summary of a
 * circuit path contains only the neighbor, so the local address is added.
 */
const sampledOf = (observation: SessionObservation, localAddresses: ValueByAddressFamily) =>
  observation.kind === 'peers'
    ? observation.rows.map(convertPeerRow)
    : observation.rows.map((row) => convertSummaryRow(row, selectAddressForNeighbor(row.neighbor, localAddresses)))
