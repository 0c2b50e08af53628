import type { PoolClient } from 'pg'
import type { ByFamily } from '#lib/bgp/index.ts'
import type { Change, Observation, PollMark } from '#lib/contract/index.ts'
import type { Recorded, RecordOptions } from '../types.ts'
import { recordActivity } from './activity.ts'
import { recordArp } from './arp.ts'
import { recordConnection } from './connection.ts'
import { recordCounters, statsSamples } from './counters.ts'
import { recordCoverage } from './coverage.ts'
import { recordInventory } from './inventory.ts'
import { recordMetrics } from './metrics.ts'
import { intervalInForceMs, paceAfter } from './pace.ts'
import { lockPollState, type PollState, savePollState, silentSet } from './poll-state.ts'
import { inventoryReading, type ReadMemory, readingOf, remember, rememberInventory } from './reading.ts'
import { recordRoutes } from './routes.ts'
import { type RecordedSessions, recordPeers, recordSummary } from './sessions.ts'
import { msOfSeconds } from '../times.ts'

/** A path whose local addresses nothing names. */
export const NONE_REPORTED: ByFamily = { ipv4: null, ipv6: null }

/**
 * Records one poll in the caller's transaction: compares it with what is current, ends and begins intervals, extends
 * coverage. Idempotent per (source, kind, startedAt); what it refuses writes nothing. Two writers of one (source, kind) take
 * turns; writers of different ones do not wait for each other (ADR 0030).
 * @returns every change that this poll proves, in an order that depends on the poll and the history alone
 * @throws Error when there is no such source, or the poll ends before it began
 */
export async function recordObservation(
  client: PoolClient,
  sourceId: number,
  observation: Observation,
  options: RecordOptions,
): Promise<Recorded> {
  if (!(observation.finishedAt >= observation.startedAt)) throw new RangeError('a poll can not end before it began')
  const state = await lockPollState(client, sourceId, observation.kind)
  const mark = markOf(state, observation)
  const status = statusOf(state, observation)
  if (status !== 'recorded') return { status, mark, changes: [], silentSessions: [] }

  const configuredMs = msOfSeconds(options.intervalSeconds)
  const intervalFrom = await recordCoverage(client, state, observation, configuredMs)
  const { changes, silentSessions } = await recordRows(client, state, observation, options)
  const pace = paceAfter(state, observation.startedAt, observation.finishedAt - observation.startedAt)
  await savePollState(client, sourceId, observation, {
    ...pace,
    ...memoryAfter(state, observation),
    intervalFrom,
    intervalSeconds: intervalInForceMs(pace, configuredMs) / 1000,
  })
  return { status, mark, changes: [...outcomeChange(state, observation), ...changes], silentSessions }
}

export function markOf(state: PollState, observation: Observation): PollMark {
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

/** Samples of two polls that overlap have no known order, so the one that comes second is refused. */
export function statusOf(state: PollState, { startedAt, finishedAt }: Observation): Recorded['status'] {
  if (state.starts.includes(startedAt)) return 'duplicate'
  if (state.lastFinishedAt === null) return 'recorded'
  return startedAt < state.lastFinishedAt || finishedAt <= state.lastFinishedAt ? 'stale' : 'recorded'
}

function outcomeChange({ lastOutcome }: PollState, { outcome }: Observation): Change[] {
  return lastOutcome === outcome ? [] : [{ type: 'outcome', before: lastOutcome, after: outcome }]
}

function memoryAfter(state: PollState, observation: Observation): ReadMemory {
  const before: ReadMemory = { readAt: state.readAt, silentReadAt: state.silentReadAt }
  if (observation.outcome !== 'ok' && observation.outcome !== 'incomplete') return before
  return observation.kind === 'inventory'
    ? rememberInventory(before, observation, observation.rows.listedTypes)
    : remember(before, observation)
}

/** Outcomes other than `ok` and `incomplete` say nothing about the network. */
async function recordRows(
  client: PoolClient,
  state: PollState,
  observation: Observation,
  options: RecordOptions,
): Promise<RecordedSessions> {
  const nothing = { changes: [], silentSessions: [] }
  if (observation.outcome !== 'ok' && observation.outcome !== 'incomplete') return nothing
  const only = async (changes: Promise<Change[]>) => ({ changes: await changes, silentSessions: [] })
  const { sourceId } = state
  const reading = readingOf(sourceId, observation, state)
  switch (observation.kind) {
    case 'peers':
      return recordPeers(client, reading, observation.rows)
    case 'summary':
      return recordSummary(client, reading, observation.rows, options.localAddresses ?? NONE_REPORTED)
    case 'learned':
    case 'advertised':
    case 'tables':
    case 'effective':
      return only(recordRoutes(client, reading, observation.kind, observation.rows))
    case 'arp':
      return only(recordArp(client, reading, observation.rows))
    case 'stats':
      return only(recordCounters(client, reading, statsSamples(observation.rows)))
    case 'connection':
      return only(recordConnection(client, reading, state.resourceId, observation.rows))
    case 'inventory': {
      const { resources, listedTypes } = observation.rows
      const reading = inventoryReading(sourceId, observation, state, listedTypes)
      return only(recordInventory(client, reading, resources, listedTypes))
    }
    case 'metrics':
    case 'probe':
      await recordMetrics(client, sourceId, observation.rows)
      return nothing
    case 'activity':
      await recordActivity(client, reading, observation.rows)
      return nothing
  }
}
