import type { SessionState } from '#lib/bgp/index.ts'
import { type FreshnessState, isUsable } from './freshness.ts'

export type SessionVerdict = 'up' | 'down' | 'disabled' | 'never_established' | 'not_reported' | 'unknown'
type Known = 'observed' | 'stale' | 'indeterminate' | 'unknown'

/**
 * What is known of a session at the asked moment.
 *
 * `presence` says how the last good poll before that moment saw it: `present`; `missing` = its instance answered
 * without this row, `missingPolls` times in a row; `silent` = its instance did not answer at all.
 */
export interface SessionFacts {
  /** the last state seen, and Azure's word for it; null = the session was never seen by then */
  last: { state: SessionState; azureState: string } | null
  presence: 'present' | 'missing' | 'silent'
  missingPolls: number
  /** whether it was established at any moment that we saw, up to and including the asked one */
  everEstablished: boolean
  /** its age, or its messages, say of a session that was never seen up that it was: it fell before it was first polled */
  fellBefore: boolean
  /** configuration says that this session should not work: its peering is disabled */
  intendedDown: boolean
  freshness: FreshnessState
}

export interface JudgedSession {
  state: SessionState
  azureState: string | null
  verdict: SessionVerdict
  known: Known
}

/** Rows that are gone from a reporting instance count as down from the second good poll on. */
const MISSING_POLLS_TO_DOWN = 2

/** The state machine of docs/rules/verdicts.md, "Session", as a pure function of the facts (ADR 0213). */
export function judgeSession(facts: SessionFacts): JudgedSession {
  const { last } = facts
  if (!last) return { state: 'unknown', azureState: null, verdict: 'unknown', known: 'unknown' }
  if (!isUsable(facts.freshness)) return judgeUnconfirmed(last, facts)
  if (facts.presence === 'silent') {
    return { state: 'unknown', azureState: last.azureState, verdict: 'not_reported', known: 'stale' }
  }
  return judgeRead(last, facts)
}

/** Without polls nobody vouches for an up; what was proved to be down stays so until a poll says otherwise, and `stale` says that none has. */
function judgeUnconfirmed(last: NonNullable<SessionFacts['last']>, facts: SessionFacts): JudgedSession {
  const { verdict } = facts.presence === 'silent' ? { verdict: 'unknown' } : judgeRead(last, facts)
  if (verdict === 'down') return { ...last, verdict, known: 'stale' }
  return { state: 'unknown', azureState: last.azureState, verdict: 'unknown', known: 'stale' }
}

/** As the last good poll read it. */
function judgeRead(last: NonNullable<SessionFacts['last']>, facts: SessionFacts): JudgedSession {
  if (facts.presence === 'missing') return judgeMissing(last, facts)
  return {
    state: last.state,
    azureState: last.azureState,
    verdict: verdictOf(last.state, facts),
    known: 'observed',
  }
}

/** One answer without the row may be a slip of the view: it takes two before the session counts as gone. */
function judgeMissing(last: NonNullable<SessionFacts['last']>, facts: SessionFacts): JudgedSession {
  if (facts.missingPolls < MISSING_POLLS_TO_DOWN) {
    return { ...last, verdict: verdictOf(last.state, facts), known: 'indeterminate' }
  }
  const verdict =
    facts.everEstablished || facts.fellBefore ? (facts.intendedDown ? 'disabled' : 'down') : 'never_established'
  return { state: 'unknown', azureState: last.azureState, verdict, known: 'observed' }
}

function verdictOf(
  state: SessionState,
  facts: Pick<SessionFacts, 'everEstablished' | 'fellBefore' | 'intendedDown'>,
): SessionVerdict {
  if (state === 'established') return 'up'
  if (state === 'unknown') return 'unknown'
  if (facts.intendedDown) return 'disabled'
  if (!facts.everEstablished && state === 'stopped') return 'disabled'
  if (!facts.everEstablished && !facts.fellBefore) return 'never_established'
  // once it worked, only configuration can say that it is meant to be down
  return 'down'
}
