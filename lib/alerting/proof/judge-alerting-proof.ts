import { MISSING_PROOF_URL_MESSAGE } from '#lib/notify/index.ts'
import { CLOCK_TOLERANCE_MS, type EpochMs } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { AlertingProofTestResult, AlertingProofStep } from '../api/index.ts'
import { NO_ALERT_RECEIVER_TEXT } from '../api/unreceived.ts'
import type { AlertingProofRound } from '../store/proof.ts'

interface ProofFacts {
  now: EpochMs
  /** time in milliseconds from the start of one proof round to the next; null = the proof is turned off */
  everyMs: number | null
  /** the last two proof rounds or more, newest first */
  rounds: readonly AlertingProofRound[]
  proved: AlertingProofRound | null
  /** true = the database has just accepted a test write */
  writes: boolean
  /** true = a process currently evaluates alerts */
  evaluates: boolean
  /** true = an incident would be sent to at least one channel */
  isReceived: boolean
  /**
   * time in epoch milliseconds since which this process has been watching; a round that is missing before this time is
   * not reported
   */
  watchingSince: EpochMs
}

/**
 * Maximum duration of a proof round in ms. A round that has no end after this time was aborted, because its worker
 * stopped.
 */
const LONGEST_ROUND_MS = 2 * MS_PER_MINUTE

type Verdict = Omit<AlertingProofTestResult, 'words'>

/**
 * Returns whether alerting is proved to work, or which step is broken. A step counts as broken as soon as a round fails
 * at this step. A missing new round is reported after two intervals. Until a round has succeeded for the first time,
 * one failed round is ignored (two in a row count), because the receiver may still be starting.
 */
export function judgeAlertingProof(facts: ProofFacts): AlertingProofTestResult {
  const { proved, everyMs, now } = facts
  const broken = everyMs === null ? null : brokenLink(facts, everyMs)
  const provedAt = proved?.endedAt ?? null
  const isFresh = provedAt !== null && everyMs !== null && now - provedAt <= 2 * everyMs + LONGEST_ROUND_MS
  const isUnset = everyMs !== null && facts.rounds[0]?.error === MISSING_PROOF_URL_MESSAGE
  const isBroken = broken !== null && broken.error !== MISSING_PROOF_URL_MESSAGE
  const state = everyMs === null ? 'off' : isBroken ? 'broken' : isUnset ? 'unset' : isFresh ? 'proved' : 'pending'
  const verdict: Verdict = {
    state,
    provedAt,
    tookSeconds: proved?.endedAt == null ? null : (proved.endedAt - proved.startedAt) / 1_000,
    everySeconds: everyMs === null ? null : everyMs / 1_000,
    step: isBroken ? broken.step : null,
    error: isBroken ? broken.error : isUnset ? MISSING_PROOF_URL_MESSAGE : null,
    isReceived: facts.isReceived,
  }
  return { ...verdict, words: wordsOf(verdict, now) }
}

interface BrokenLink {
  step: AlertingProofStep
  error: string
}

function brokenLink(facts: ProofFacts, everyMs: number): BrokenLink | null {
  const { now, rounds, proved, writes, evaluates, watchingSince } = facts
  if (!writes) return { step: 'database', error: 'The database takes no writes.' }
  const [newest, before] = rounds
  const begun = Math.max(newest?.startedAt ?? watchingSince, watchingSince)
  if (newest && newest.startedAt > now + CLOCK_TOLERANCE_MS)
    return { step: 'clock', error: 'The last round is dated ahead of the database’s clock: it was set back.' }
  if (now - begun > 2 * everyMs) return { step: 'worker', error: 'No worker began a round: check that one runs.' }
  if (newest && isOver(newest, now)) {
    if (failureOf(newest) !== null && (proved !== null || (before && failureOf(before) !== null)))
      return { step: newest.step, error: failureOf(newest) ?? '' }
    if (!evaluates) return { step: 'decide', error: 'No process evaluates alerts: its lease is not renewed.' }
  }
  return null
}

const isOver = ({ endedAt, startedAt }: AlertingProofRound, now: EpochMs) =>
  endedAt !== null || now - startedAt > LONGEST_ROUND_MS

/** Returns the reason why a proof round failed; null = it has not failed. */
const failureOf = ({ endedAt, error }: AlertingProofRound): string | null =>
  error ??
  (endedAt === null ? 'The round stopped in the middle: its worker froze, or the database refused a write.' : null)

/** Texts for broken steps on screens. */
const STEP_WORDS: Record<AlertingProofStep, string> = {
  clock: 'clocks differ',
  decode: 'answers are not read',
  record: 'polls are not recorded',
  detect: 'no incident is raised',
  decide: 'incidents are not notified',
  queue: 'the outbox takes nothing',
  deliver: 'nothing is delivered',
  receive: 'nothing is received',
  worker: 'no worker runs',
  database: 'the database takes no writes',
}

function wordsOf({ state, provedAt, step, isReceived }: Verdict, now: EpochMs): string {
  if (!isReceived && state !== 'broken') return NO_ALERT_RECEIVER_TEXT
  if (state === 'off') return 'Alerting is not proved'
  if (state === 'unset') return 'Alerting not proved: PROOF_URL is not set'
  if (state === 'broken') return `ALERTING BROKEN: ${step ? STEP_WORDS[step] : ''}`
  if (state === 'pending' || provedAt === null) return 'Alerting not proved yet'
  const minutes = Math.max(0, Math.floor((now - provedAt) / MS_PER_MINUTE))
  return minutes === 0 ? 'Alerting proved just now' : `Alerting proved ${minutes} min ago`
}
