import type { SessionState } from '#lib/bgp/index.ts'
import { type FreshnessState, isFreshnessUsable } from './freshness.ts'

export type SessionVerdict = 'up' | 'down' | 'disabled' | 'never_established' | 'not_reported' | 'unknown'
type Known = 'observed' | 'stale' | 'indeterminate' | 'unknown'

/**
 * Known facts about a session at the requested time. `presence` tells whether the last good poll before that time had a
 * row of the session.
 * - `present`: the poll had a row of the session
 * - `missing`: the session's instance reported, but without this row, in `missingPolls` consecutive polls
 * - `silent`: the session's instance did not report
 */
export interface SessionVerdictInput {
  /** last state, with Azure's name for it; null = the session was never seen */
  last: { state: SessionState; azureState: string } | null
  presence: 'present' | 'missing' | 'silent'
  missingPolls: number
  /** true if the session was established at any observed time up to the requested time */
  everEstablished: boolean
  /**
   * true if the session was never seen up, but its age or its message counts show that it was up before it was first
   * polled
   */
  fellBefore: boolean
  /** true if the configuration requires that the session is down, because its peering is disabled */
  intendedDown: boolean
  freshness: FreshnessState
}

export interface SessionStateAndVerdict {
  state: SessionState
  azureState: string | null
  verdict: SessionVerdict
  known: Known
}

/**
 * Number of consecutive good polls without a session's row after which the session counts as down. Its instance must
 * report in these polls.
 */
const MISSING_POLLS_TO_DOWN = 2

/**
 * Returns the verdict on a session from the facts, by the state machine of docs/rules/verdicts.md, "Session". A pure
 * function.
 */
export function judgeSession(facts: SessionVerdictInput): SessionStateAndVerdict {
  const { last } = facts
  if (!last) return { state: 'unknown', azureState: null, verdict: 'unknown', known: 'unknown' }
  if (!isFreshnessUsable(facts.freshness)) return judgeUnconfirmed(last, facts)
  if (facts.presence === 'silent') {
    return { state: 'unknown', azureState: last.azureState, verdict: 'not_reported', known: 'stale' }
  }
  return judgeRead(last, facts)
}

/**
 * Returns the verdict on a session without fresh polls. A session that was proved down stays down and is marked as
 * `stale` until a poll reports another state. Any other session becomes unknown.
 */
function judgeUnconfirmed(
  last: NonNullable<SessionVerdictInput['last']>,
  facts: SessionVerdictInput,
): SessionStateAndVerdict {
  const { verdict } = facts.presence === 'silent' ? { verdict: 'unknown' } : judgeRead(last, facts)
  if (verdict === 'down') return { ...last, verdict, known: 'stale' }
  return { state: 'unknown', azureState: last.azureState, verdict: 'unknown', known: 'stale' }
}

/** Returns the verdict on a session from the last good poll. */
function judgeRead(last: NonNullable<SessionVerdictInput['last']>, facts: SessionVerdictInput): SessionStateAndVerdict {
  if (facts.presence === 'missing') return judgeMissing(last, facts)
  return {
    state: last.state,
    azureState: last.azureState,
    verdict: verdictOf(last.state, facts),
    known: 'observed',
  }
}

/**
 * Returns the verdict on a session whose row is missing. A single poll without the row may be an error, so the session
 * counts as down only after two such polls.
 */
function judgeMissing(
  last: NonNullable<SessionVerdictInput['last']>,
  facts: SessionVerdictInput,
): SessionStateAndVerdict {
  if (facts.missingPolls < MISSING_POLLS_TO_DOWN) {
    return { ...last, verdict: verdictOf(last.state, facts), known: 'indeterminate' }
  }
  const verdict =
    facts.everEstablished || facts.fellBefore ? (facts.intendedDown ? 'disabled' : 'down') : 'never_established'
  return { state: 'unknown', azureState: last.azureState, verdict, known: 'observed' }
}

function verdictOf(
  state: SessionState,
  facts: Pick<SessionVerdictInput, 'everEstablished' | 'fellBefore' | 'intendedDown'>,
): SessionVerdict {
  if (state === 'established') return 'up'
  if (state === 'unknown') return 'unknown'
  if (facts.intendedDown) return 'disabled'
  if (!facts.everEstablished && state === 'stopped') return 'disabled'
  if (!facts.everEstablished && !facts.fellBefore) return 'never_established'
  // After a session was established once, only its configuration can justify that it is down.
  return 'down'
}
