import type { SessionState } from '#lib/bgp/index.ts'
import type {
  TimestampBounds,
  ObservedChange,
  EpochMs,
  PollOutcome,
  PollRecord,
  SessionSample,
} from '#lib/contract/index.ts'
import type { DetectedEvent } from '#lib/contract/index.ts'
import type { SourceDetectionState } from '../../model/source-state.ts'
import { applyPollToDetectionState } from '../fold-poll.ts'

export const TEST_SESSION_LOCAL_ADDRESS = '10.0.4.12'
export const TEST_SESSION_NEIGHBOR_ADDRESS = '10.0.4.4'
export const TEST_SESSION_SUBJECT = `${TEST_SESSION_LOCAL_ADDRESS}~${TEST_SESSION_NEIGHBOR_ADDRESS}`

/** The answer of one poll about the session under test. `null` = its row was missing. */
export interface FedPoll {
  startedAt: EpochMs
  finishedAt: EpochMs
  outcome?: PollOutcome
  /** whether the session's instance did not report */
  silent?: boolean
  row: SessionSample | null
}

export function createTestSessionSample(state: SessionState, more: Partial<SessionSample> = {}): SessionSample {
  const words: Partial<Record<SessionState, string>> = { established: 'Connected', connect: 'Connecting', idle: 'Idle' }
  return {
    state,
    azureState: words[state] ?? state,
    asn: 12076,
    downReason: null,
    prefixesReceived: state === 'established' ? 50 : null,
    messagesSent: null,
    messagesReceived: null,
    establishedAt: null,
    ...more,
  }
}

/** Returns the marks and changes that the history produces for a series of polls, according to its contract. */
export function convertTestPollsToRecords(
  polls: readonly FedPoll[],
): { mark: PollRecord; changes: ObservedChange[] }[] {
  let last: SessionSample | null = null
  let seen = false
  let previousOkAt: EpochMs | null = null
  let previousAttemptAt: EpochMs | null = null
  let lastReportAt: EpochMs | null = null
  return polls.map((poll) => {
    const outcome = poll.outcome ?? (poll.silent ? 'incomplete' : 'ok')
    const mark: PollRecord = {
      sourceId: 1,
      scope: 'gw1',
      subresource: '',
      kind: 'peers',
      startedAt: poll.startedAt,
      finishedAt: poll.finishedAt,
      outcome,
      previousOkAt,
      previousAttemptAt,
      silentInstances: poll.silent ? [TEST_SESSION_LOCAL_ADDRESS] : [],
    }
    const changes: ObservedChange[] = []
    const reports = outcome === 'ok' || (outcome === 'incomplete' && !poll.silent)
    if (reports && (poll.row !== null || last !== null) && differs(last, poll.row)) {
      const between: TimestampBounds = { earliest: lastReportAt ?? poll.startedAt, latest: poll.finishedAt }
      changes.push({
        type: 'session',
        localAddress: TEST_SESSION_LOCAL_ADDRESS,
        neighbor: TEST_SESSION_NEIGHBOR_ADDRESS,
        before: last,
        after: poll.row,
        between,
        first: !seen,
      })
    }
    if (reports) {
      last = poll.row
      seen ||= poll.row !== null
      lastReportAt = poll.startedAt
    }
    if (outcome === 'ok' || outcome === 'incomplete') previousOkAt = poll.startedAt
    previousAttemptAt = poll.startedAt
    return { mark, changes }
  })
}

/** Evaluates a whole series. If `restarting` is true, the state is stored as JSON after every poll. */
export function evaluateTestPolls(
  polls: readonly FedPoll[],
  { from = null, restarting = false }: { from?: SourceDetectionState | null; restarting?: boolean } = {},
): { state: SourceDetectionState | null; events: DetectedEvent[] } {
  let state = from
  const events: DetectedEvent[] = []
  for (const { mark, changes } of convertTestPollsToRecords(polls)) {
    const folded = applyPollToDetectionState(state, mark, changes)
    state = restarting ? (JSON.parse(JSON.stringify(folded.state)) as SourceDetectionState) : folded.state
    events.push(...folded.events)
  }
  return { state, events }
}

/** Returns the last version of each event, as a store by `key` would contain them. */
export function listLastEventVersions(events: readonly DetectedEvent[]): DetectedEvent[] {
  return [...new Map(events.map((event) => [event.key, event])).values()]
}

function differs(before: SessionSample | null, after: SessionSample | null): boolean {
  if (before === null || after === null) return before !== after
  if (before.state !== after.state || before.downReason !== after.downReason) return true
  const [was, is] = [before.establishedAt, after.establishedAt]
  return was !== null && is !== null && (is.earliest > was.latest + 2_000 || is.latest < was.earliest - 2_000)
}
