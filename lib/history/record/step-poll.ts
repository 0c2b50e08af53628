import { addressFor, type ByFamily } from '#lib/bgp/index.ts'
import type { Change, EpochMs, Observation, Outcome, PollMark, SilentSession } from '#lib/contract/index.ts'
import { msOfSeconds } from '../times.ts'
import type { Recorded, RecordOptions } from '../types.ts'
import { sampledNeighbor, sampledPeer } from './sessions/advance-session.ts'
import { type SteppedArp, stepArp } from './arp.ts'
import { type ConnectionStep, samplesOf, stepConnection } from './connection.ts'
import { type CounterStep, statsSamples, stepCounters } from './counters.ts'
import type { KnownPoll } from './known.ts'
import { type SteppedMetrics, stepMetrics } from './metric-series.ts'
import { gapAfterMs, goesOnWith, intervalInForceMs, paceAfter } from './pace.ts'
import { type PollState, silentSet } from './poll-state.ts'
import { inventoryReading, type ReadMemory, readingOf, remember, rememberInventory } from './reading.ts'
import { type SteppedInventory, stepInventory } from './inventory/step-inventory.ts'
import { type RouteStep, stepRouteTable } from './routes/step-route-table.ts'
import { type SessionKind, type SteppedSession, stepSessions } from './sessions/step-sessions.ts'

/** A path whose local addresses nothing names. */
const NONE_REPORTED: ByFamily = { ipv4: null, ipv6: null }

/** What a poll makes of the rows of its (source, kind). */
interface RowSteps {
  /** all that it proves but of routes, which `routeChanges` says with what the store has of their sets */
  changes: Change[]
  silentSessions: SilentSession[]
  sessions: readonly SteppedSession[]
  arp: Pick<SteppedArp, 'ends' | 'changed' | 'readAgain'> | null
  counters: readonly CounterStep[]
  connection: ConnectionStep | null
  metrics: Pick<SteppedMetrics, 'buckets' | 'newest'> | null
  routes: readonly RouteStep[]
  inventory: SteppedInventory | null
}

/** What one poll makes of what is known: what is to be written, and what is known after it. */
export interface ComparedPoll extends RowSteps {
  status: Recorded['status']
  mark: PollMark
  observation: Observation
  /** {@link Recorded.evaluated} */
  evaluated: Observation
  before: KnownPoll
  /** of route tables and inventories as before: their stores take the steps over */
  after: KnownPoll
  /** begin of the coverage that it extends; null = it begins one */
  intervalFrom: EpochMs | null
  /** the interval in force after it */
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
 * Compares a poll with what is known. Pure: the one text of what a poll records, whoever keeps what is known.
 * @throws RangeError when the poll ends before it began
 */
export function stepPoll(known: KnownPoll, observation: Observation, options: RecordOptions): ComparedPoll {
  const { startedAt, finishedAt, outcome } = observation
  if (!(finishedAt >= startedAt)) throw new RangeError('a poll can not end before it began')
  const { state } = known
  const configuredMs = msOfSeconds(options.intervalSeconds)
  const beforeMs = intervalInForceMs(state, configuredMs)
  const step = {
    status: statusOf(state, observation),
    mark: markOf(state, observation),
    observation,
    evaluated: observation,
    before: known,
    intervalFrom: continued(state, observation, configuredMs, beforeMs),
  }
  if (step.status !== 'recorded') return { ...NO_ROWS, ...step, after: known, intervalMs: beforeMs }
  const { after, ...rows } = isRead(outcome) ? stepRows(known, observation, options) : { ...NO_ROWS, after: {} }
  const pace = paceAfter(state, startedAt, finishedAt - startedAt)
  const changes: Change[] =
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
        silentInstances: silentSet(observation),
        intervalFrom: step.intervalFrom ?? startedAt,
        intervalBeganWith: (step.intervalFrom === null ? null : state.intervalBeganWith) ?? beforeMs / 1_000,
        ...(outcome === 'ok' && { okStartedAt: startedAt, okFinishedAt: finishedAt }),
      },
    },
    intervalMs: intervalInForceMs(pace, configuredMs),
  }
}

function markOf(state: PollState, observation: Observation): PollMark {
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
    silentInstances: silentSet(observation),
  }
}

/** Begin of the interval that a poll extends; null = it begins one. */
function continued(state: PollState, poll: Observation, configuredMs: number, inForceMs: number): EpochMs | null {
  if (state.lastStartedAt === null || state.lastOutcome !== poll.outcome) return null
  const longest = { apartMs: poll.startedAt - state.lastStartedAt, callMs: state.durations.at(-1) ?? 0 }
  if (longest.apartMs > gapAfterMs(inForceMs)) return null
  if (isRead(poll.outcome) && !goesOnWith(state, longest, configuredMs)) return null
  return state.silentInstances.join() === silentSet(poll).join() ? state.intervalFrom : null
}

/** Samples of two polls that overlap have no known order, so the one that comes second is refused. */
export function statusOf(
  state: Pick<PollState, 'starts' | 'lastFinishedAt'>,
  { startedAt, finishedAt }: Observation,
): Recorded['status'] {
  if (state.starts.includes(startedAt)) return 'duplicate'
  if (state.lastFinishedAt === null) return 'recorded'
  return startedAt < state.lastFinishedAt || finishedAt <= state.lastFinishedAt ? 'stale' : 'recorded'
}

/** Outcomes other than `ok` and `incomplete` say nothing about the network. */
export const isRead = (outcome: Outcome | null) => outcome === 'ok' || outcome === 'incomplete'

function memoryAfter(state: PollState, observation: Observation): ReadMemory {
  const before: ReadMemory = { readAt: state.readAt, silentReadAt: state.silentReadAt }
  if (!isRead(observation.outcome)) return before
  return observation.kind === 'inventory'
    ? rememberInventory(before, observation, observation.rows.listedTypes)
    : remember(before, observation)
}

type SteppedRows = RowSteps & { after: Partial<KnownPoll>; evaluated?: Observation }

function stepRows(known: KnownPoll, observation: Observation, options: RecordOptions): SteppedRows {
  const { state } = known
  const reading = readingOf(state.sourceId, observation, state)
  const none: SteppedRows = { ...NO_ROWS, after: {} }
  switch (observation.kind) {
    case 'peers':
    case 'summary': {
      const sampled = sampledOf(observation, options.localAddresses ?? NONE_REPORTED)
      const { steps, after, ...proved } = stepSessions(known.sessions, reading, observation.kind, sampled)
      return { ...none, ...proved, sessions: steps, after: { sessions: after } }
    }
    case 'learned':
    case 'advertised':
    case 'tables':
    case 'effective':
      return known.table ? { ...none, routes: stepRouteTable(known.table, reading, observation) } : none
    case 'arp': {
      const { changes, after, ...arp } = stepArp(known.arp, reading, observation.rows)
      return { ...none, changes, arp, after: { arp: after } }
    }
    case 'stats': {
      const { changes, steps, after } = stepCounters(known.counters, reading, statsSamples(observation.rows))
      return { ...none, changes, counters: steps, after: { counters: after } }
    }
    case 'connection': {
      const [row] = observation.rows
      if (!row) return none
      const live = stepConnection(known.connection, reading, state.resourceId, row)
      const counted = stepCounters(known.counters, reading, samplesOf(row))
      return {
        ...none,
        changes: [...live.changes, ...counted.changes],
        connection: live.step,
        counters: counted.steps,
        after: { connection: live.step?.after ?? known.connection, counters: counted.after },
      }
    }
    case 'inventory': {
      if (!known.inventory) return none
      const listed = inventoryReading(state.sourceId, observation, state, observation.rows)
      const inventory = stepInventory(known.inventory, listed, observation.rows)
      return { ...none, changes: inventory.changes, inventory }
    }
    case 'metrics':
    case 'probe': {
      const { startedAt, rows } = observation
      const readAt = state.lastOutcome === 'ok' ? state.lastStartedAt : null
      const { after, evaluated, ...metrics } = stepMetrics(known.series, rows, { startedAt, readAt })
      return { ...none, metrics, evaluated: { ...observation, rows: evaluated }, after: { series: after } }
    }
    case 'activity':
      return none
  }
}

/** A gateway's peers name both ends of a session; a path's summary names its neighbor alone. */
const sampledOf = (observation: Extract<Observation, { kind: SessionKind }>, localAddresses: ByFamily) =>
  observation.kind === 'peers'
    ? observation.rows.map(sampledPeer)
    : observation.rows.map((row) => sampledNeighbor(row, addressFor(row.neighbor, localAddresses)))
