import type { PoolClient } from 'pg'
import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import {
  computeMaxGapFreeMs,
  canExtendCoverage,
  computeGapIntervalMs,
  MAX_PACE_POLLS,
  type PollPaceHistory,
  computePaceAfter,
} from '../record/poll-pace.ts'
import type { StoredPollStateAndRows } from '../record/known-poll.ts'
import { loadPollStates, type PollState } from '../record/poll-state.ts'
import { type LastReadTimes, updateLastReadTimes, updateInventoryLastReadTimes } from '../record/poll-reading.ts'
import { type WrittenColumnDefinitions, selectUnnestedRows } from '../record/write-rows.ts'
import { hasReadRows } from '../record/compare-poll.ts'
import { formatIsoTime, convertSecondsToMs } from '../times.ts'

/** Time at which a poll sent its request, and time at which it had read the response. */
export interface CoveredPollTimes {
  startedAt: EpochMs
  finishedAt: EpochMs
}

/**
 * Polls of one source and kind, in order, that all read the same rows as the last recorded poll, with the same outcome.
 */
export interface UnchangedPollRun<Poll extends CoveredPollTimes = CoveredPollTimes> {
  sourceId: number
  kind: PollKind
  polls: readonly Poll[]
  /** configured poll interval */
  intervalSeconds: number
}

/**
 * State of each source after its last recorded poll, by source and kind (key `1 peers`). The caller keeps the map, and
 * must be the only process that records these sources.
 */
export type StoredPollStatesByKey = Map<string, StoredPollStateAndRows>

/**
 * Extends coverage by runs of polls in one statement; each run has another source and kind. Coverage intervals are
 * times with polls of the same outcome. If a run cannot extend the last coverage interval, it begins a new one. The
 * times of the last readings and the pace (recent starts and durations of polls) are updated, too. Counters and session
 * ages keep the values of the last recorded poll. The caller guarantees that the polls read the same rows as the last
 * recorded poll. The function is meant for a generated past and not for responses of Azure.
 * @param kept state of each source after its last recorded poll. With it, the state need not be read from the database,
 *   and the function updates it. The sessions in it are written when the source is recorded next
 * @throws RangeError if no poll was recorded before, if polls are out of order, or if there is a gap between two of
 *   them, because the poll after a gap begins its own interval and has to be recorded
 */
export async function extendCoverageByUnchangedPolls(
  client: PoolClient,
  runs: readonly UnchangedPollRun[],
  kept: StoredPollStatesByKey = new Map(),
): Promise<void> {
  const asked = runs.filter(({ polls }) => polls.length > 0)
  if (asked.length === 0) return
  const unknown = asked.filter((run) => !kept.has(buildStoredPollKey(run)))
  const states = unknown.length > 0 ? await loadPollStates(client, unknown, { lock: true }) : null
  const rows = asked.map((run) => {
    const known = kept.get(buildStoredPollKey(run))
    return { ...extended(run, known?.state ?? states?.get(buildStoredPollKey(run))), known }
  })
  const { names, from, values } = selectUnnestedRows(COLUMNS, rows)
  // `upAt` of a session that is up becomes the start of the last poll, because the session was up at each of these
  // polls.
  await client.query({
    name: 'extend_coverage_of_runs',
    text: `WITH n AS MATERIALIZED (SELECT ${names.join(', ')} FROM ${from}), covered AS (
       UPDATE coverage c SET last_started_at = n.started_at, to_at = n.finished_at, polls = c.polls + n.polls
       FROM n WHERE NOT n.begins AND c.source_id = n.source_id AND c.kind = n.kind AND c.from_at = n.from_at
     ), begun AS (
       INSERT INTO coverage (source_id, kind, from_at, last_started_at, to_at, outcome, silent_instances, interval_seconds, polls, detail)
       SELECT n.source_id, n.kind, n.from_at, n.started_at, n.finished_at, p.last_outcome, p.silent_instances, n.began_with, n.polls,
         coalesce(nullif(p.error ->> 'detail', ''), p.error ->> 'code')
       FROM n JOIN poll_state p ON p.source_id = n.source_id AND p.kind = n.kind WHERE n.begins
     ), polled AS (
       UPDATE poll_state p
       SET last_started_at = n.started_at, last_finished_at = n.finished_at,
         ok_started_at = CASE p.last_outcome WHEN 'ok' THEN n.started_at ELSE p.ok_started_at END,
         ok_finished_at = CASE p.last_outcome WHEN 'ok' THEN n.finished_at ELSE p.ok_finished_at END,
         read_at = n.read_at, silent_read_at = n.silent_read_at, interval_from = n.from_at, interval_seconds = n.interval_seconds,
         recent_starts = n.starts::timestamptz[], recent_durations = n.durations::int[], polls = p.polls + n.polls
       FROM n WHERE p.source_id = n.source_id AND p.kind = n.kind
     )
     UPDATE session s SET life = jsonb_set(s.life, '{upAt}', to_jsonb((extract(epoch FROM n.started_at) * 1000)::bigint))
     FROM n WHERE n.is_answer AND s.source_id = n.source_id AND s.kind = n.kind AND s.state = 'established'
       AND s.missing_polls = 0 AND s.life ->> 'upAt' IS NOT NULL AND NOT n.silent ? s.local_address`,
    values,
  })
  for (const { known, ...row } of rows) if (known) kept.set(buildStoredPollKey(row.run), goneOn(known, row))
}

/** Returns the key of a source and kind in {@link StoredPollStatesByKey}, in the format of {@link loadPollStates}. */
export const buildStoredPollKey = ({ sourceId, kind }: Pick<UnchangedPollRun, 'sourceId' | 'kind'>) =>
  `${sourceId} ${kind}`

/** Returns the state that {@link extendCoverageByUnchangedPolls} leaves in the database after these polls. */
function goneOn(
  known: StoredPollStateAndRows,
  { run: _run, intervalMs: _ms, begins: _begins, last, state, ...memory }: ReturnType<typeof extended>,
): StoredPollStateAndRows {
  const { startedAt: lastStartedAt, finishedAt: lastFinishedAt } = last
  const wasOk = state.lastOutcome === 'ok' && { okStartedAt: lastStartedAt, okFinishedAt: lastFinishedAt }
  const sessions = known.sessions.map((one) => {
    const isUp = one.state === 'established' && one.missingPolls === 0 && one.uptime.upAt !== null
    const wasRead = hasReadRows(state.lastOutcome) && !state.silentInstances.includes(one.localAddress)
    return isUp && wasRead ? { ...one, uptime: { ...one.uptime, upAt: lastStartedAt } } : one
  })
  return { ...known, sessions, state: { ...state, ...memory, lastStartedAt, lastFinishedAt, ...wasOk } }
}

function extended(run: UnchangedPollRun, state: PollState | undefined) {
  const last = run.polls.at(-1)
  if (!last || !state || state.lastOutcome === null || state.intervalFrom === null)
    throw new RangeError('there is no poll to go on from')
  const configuredMs = convertSecondsToMs(run.intervalSeconds)
  const beforeMs = computeGapIntervalMs(state, configuredMs)
  const { pace, ...longest } = paceOf(state, run, beforeMs)
  const intervalMs = computeGapIntervalMs(pace, configuredMs)
  const begins = hasReadRows(state.lastOutcome) && !canExtendCoverage(state, longest, configuredMs)
  const interval = begins
    ? { intervalFrom: run.polls[0]?.startedAt ?? null, intervalBeganWith: beforeMs / 1_000 }
    : { intervalFrom: state.intervalFrom, intervalBeganWith: state.intervalBeganWith }
  return { run, last, state, intervalMs, begins, ...interval, ...memoryAfter(state, last), ...pace }
}

const COLUMNS: WrittenColumnDefinitions<ReturnType<typeof extended> & { known: StoredPollStateAndRows | undefined }> = {
  source_id: ['int', ({ run }) => run.sourceId],
  kind: ['text', ({ run }) => run.kind],
  from_at: ['timestamptz', ({ intervalFrom }) => intervalFrom],
  began_with: ['float8', ({ intervalBeganWith }) => intervalBeganWith],
  begins: ['boolean', ({ begins }) => begins],
  started_at: ['timestamptz', ({ last }) => last.startedAt],
  finished_at: ['timestamptz', ({ last }) => last.finishedAt],
  polls: ['int', ({ run }) => run.polls.length],
  read_at: ['timestamptz', ({ readAt }) => readAt],
  silent_read_at: ['jsonb', ({ silentReadAt }) => silentReadAt],
  interval_seconds: ['float8', ({ intervalMs }) => intervalMs / 1_000],
  starts: ['text', ({ starts }) => `{${starts.map((start) => formatIsoTime(start)).join()}}`],
  durations: ['text', ({ durations }) => `{${durations.join()}}`],
  is_answer: ['boolean', ({ state, known }) => !known && hasReadRows(state.lastOutcome)],
  silent: ['jsonb', ({ state }) => state.silentInstances],
}

/**
 * Returns values about the polls of a run: `pace` = starts and durations after these polls, `apartMs` = longest time
 * between two consecutive starts, `callMs` = longest duration of a poll except the last one.
 */
function paceOf(state: PollState, { polls }: UnchangedPollRun, inForceMs: number) {
  let before = { startedAt: state.lastStartedAt ?? 0, finishedAt: state.lastFinishedAt ?? 0 }
  let [apartMs, callMs] = [0, 0]
  for (const poll of polls) {
    if (poll.startedAt < before.finishedAt || poll.finishedAt <= poll.startedAt)
      throw new RangeError('polls out of order')
    apartMs = Math.max(apartMs, poll.startedAt - before.startedAt)
    callMs = Math.max(callMs, before.finishedAt - before.startedAt)
    if (apartMs > computeMaxGapFreeMs(inForceMs))
      throw new RangeError(`a gap lies before the poll of ${formatIsoTime(poll.startedAt)}`)
    before = poll
  }
  // `pace` contains only the last polls, so older polls are skipped
  const pace = polls
    .slice(-MAX_PACE_POLLS - 1)
    .reduce<PollPaceHistory>(
      (pace, poll) => computePaceAfter(pace, poll.startedAt, poll.finishedAt - poll.startedAt),
      state,
    )
  return { pace, apartMs, callMs }
}

function memoryAfter(state: PollState, last: CoveredPollTimes): LastReadTimes {
  const { lastOutcome: outcome, silentInstances, kind } = state
  if (outcome === null || !hasReadRows(outcome)) return state
  const poll = { ...last, outcome, silentInstances }
  if (kind !== 'inventory') return updateLastReadTimes(state, poll)
  const listed = Object.keys(state.silentReadAt).filter((type) => state.silentReadAt[type] === state.lastStartedAt)
  return updateInventoryLastReadTimes(state, poll, listed)
}
