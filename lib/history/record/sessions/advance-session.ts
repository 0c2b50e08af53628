import {
  createEstablishmentSamples,
  computeEstablishmentBounds,
  computeEstablishmentSpan,
  type EstablishmentVerdict,
  hasBeenUpBefore,
  judgeEstablishment,
  computeLastProvenUpTime,
  type SessionState,
} from '#lib/bgp/index.ts'
import {
  INSTANT_BEFORE_MONITORING,
  type TimestampBounds,
  type PollMachineClock,
  type EstablishedTimeTrustChange,
  type MseeDownReason,
  type EpochMs,
  type PeerRow,
  type SessionReport,
  type SessionSample,
  computeClockStepMs,
  type SummaryRow,
} from '#lib/contract/index.ts'
import { addSampleToKeepalive } from './keepalive-state.ts'
import type { ProvenAbsenceOfPoll } from '../poll-reading.ts'
import { EMPTY_UPTIME, type RecordedUptime } from './session-uptime.ts'

/** Session in one poll. Rows from the peers of a gateway and from the neighbors of an MSEE have this same form. */
export interface SampledSession
  extends SessionReport,
    Pick<PeerRow, 'localAddress' | 'neighbor' | 'messagesSent' | 'messagesReceived'> {
  downReason: MseeDownReason
  prefixesReceived: number | null
  /** time for which the session has been in its state, up or down; null = not reported */
  age: { ms: number; unitMs: number } | null
  /** true = the session is down and was up before, but its row does not report when it went down */
  fellAnyTime?: boolean
}

export interface SessionAfterSample {
  uptime: RecordedUptime
  /** true = the session went down and came up again after the last sample in which it was up */
  restarted: boolean
  /** true = the session became established, or this sample proves that it was restarted */
  cameUp: boolean
  /**
   * verdict if a doubt about the time at which the session was established begins or ends with this poll; otherwise
   * null. A doubt begins when a poll contradicts earlier polls.
   */
  doubt: Pick<EstablishedTimeTrustChange, 'verdict' | 'before' | 'after'> | null
  /** true = the state began at the same time as the state of the last sample, as far as the samples show */
  isSameStart: boolean
}

export function convertPeerRow(row: PeerRow): SampledSession {
  const { localAddress, neighbor, asn, state, azureState, messagesSent, messagesReceived } = row
  const up = state === 'established' && row.connectedDurationMs !== null
  return {
    localAddress,
    neighbor,
    asn,
    state,
    azureState,
    downReason: null,
    prefixesReceived: row.routesReceived,
    messagesSent,
    messagesReceived,
    age: up ? { ms: row.connectedDurationMs ?? 0, unitMs: row.durationUnitMs ?? 0 } : null,
    fellAnyTime: hasBeenUpBefore(row),
  }
}

export function convertSummaryRow(row: SummaryRow, localAddress: string): SampledSession {
  const { neighbor, asn, state, azureState, downReason, prefixesReceived } = row
  return {
    localAddress,
    neighbor,
    asn,
    state,
    azureState,
    downReason,
    prefixesReceived,
    messagesSent: null,
    messagesReceived: null,
    age: row.upDown === 'never' ? null : row.upDown,
    fellAnyTime: row.upDownText !== undefined,
  }
}

/** Message counters of the previous sample. */
export interface MessageCounts {
  sent: bigint | null
  received: bigint | null
}

/**
 * Adds a sample to a session's uptime, which contains the conclusions about how long the session has been up
 * (docs/rules/as-of.md, "One life of a session").
 */
export function addSampleToSession(
  known: RecordedUptime,
  sample: SampledSession,
  before: MessageCounts,
  reading: ProvenAbsenceOfPoll,
): SessionAfterSample {
  const { clock } = reading
  const uptime = shiftToClock(known, clock)
  const unchanged = { restarted: false, cameUp: false, doubt: null, isSameStart: false }
  // Messages may have arrived while the state was unknown. Therefore the time without messages is counted only from the
  // next poll on.
  if (sample.state === 'unknown') return { uptime: { ...known, keepalive: null }, ...unchanged }
  if (sample.state !== 'established') return { ...unchanged, ...fallen(uptime, sample, reading) }
  const established = sample.age && computeEstablishmentSpan(reading, sample.age.ms, sample.age.unitMs)
  const now = {
    shown: 'up' as const,
    upAt: reading.startedAt,
    ageMs: sample.age?.ms ?? null,
    keepalive: addSampleToKeepalive(uptime.keepalive, before.received, sample.messagesReceived, reading),
    clock,
  }
  if (uptime.shown !== 'up' || uptime.upAt === null) {
    return {
      ...unchanged,
      uptime: { ...createEstablishmentSamples(established), ...now },
      cameUp: uptime.shown === 'down',
    }
  }
  if (isCached(uptime, sample, before)) return { ...unchanged, uptime, isSameStart: true }
  const { verdict, establishment } = judgeEstablishment(uptime, uptime.upAt, reading, established, fell(sample, before))
  const restarted = verdict === 'restarted'
  const isSameLife = verdict === 'same' || verdict === 'inconsistent'
  const upAt =
    isSameLife && sample.age ? computeLastProvenUpTime(uptime, uptime.upAt, reading.startedAt, sample.age) : now.upAt
  const turned = doubtAfter(uptime, verdict)
  const doubt = turned && { verdict: turned, before: computeEstablishmentBounds(uptime), after: established }
  // After a restart the message counter may reach the same number as before, so it is not compared with the previous
  // one.
  const keepalive = restarted
    ? addSampleToKeepalive(uptime.keepalive, null, sample.messagesReceived, reading)
    : now.keepalive
  return {
    uptime: { ...establishment, ...now, upAt, keepalive },
    restarted,
    cameUp: restarted,
    doubt,
    isSameStart: !restarted && verdict !== 'rebaselined',
  }
}

/**
 * Adds a sample of a session that is down. The age in the sample tells when the session went down. If this contradicts
 * earlier samples, the session came up and went down again between two polls.
 */
function fallen(
  uptime: RecordedUptime,
  sample: SampledSession,
  reading: ProvenAbsenceOfPoll,
): Pick<SessionAfterSample, 'uptime' | 'isSameStart'> {
  const { clock } = reading
  const fell = fellSpan(sample, reading)
  const known = uptime.shown === 'down' ? uptime : EMPTY_UPTIME
  const isAgain = fell !== null && computeEstablishmentBounds(known) !== null
  const judged = isAgain ? judgeEstablishment(known, reading.startedAt, reading, fell, false) : null
  const isSame = judged?.verdict === 'same'
  const samples = fell === null ? known.samples : isSame ? judged.establishment.samples : [fell]
  const isSameStart = uptime.shown === 'down' && (fell === null || isSame)
  return { uptime: { ...EMPTY_UPTIME, samples, shown: 'down', clock }, isSameStart }
}

/** Returns when a session that is down went down, according to its age; null = not reported. */
function fellSpan({ age, fellAnyTime }: SampledSession, reading: ProvenAbsenceOfPoll): TimestampBounds | null {
  if (age) return computeEstablishmentSpan(reading, age.ms, age.unitMs)
  return fellAnyTime ? { earliest: INSTANT_BEFORE_MONITORING, latest: reading.finishedAt } : null
}

/**
 * Returns the verdict for a doubt about the establishment time that begins or ends with this sample; otherwise null.
 * Only the first of several contradicting samples begins a doubt.
 */
function doubtAfter(
  { suspects }: RecordedUptime,
  verdict: EstablishmentVerdict,
): EstablishedTimeTrustChange['verdict'] | null {
  if (verdict === 'rebaselined') return verdict
  if (verdict === 'inconsistent') return suspects.length === 0 ? verdict : null
  return verdict === 'same' && suspects.length > 0 ? 'settled' : null
}

/**
 * Returns a sample in the form that session changes contain.
 * @param moved time at which the session came up or went down; null = unknown
 */
export function createSessionSample(sample: SampledSession, moved: TimestampBounds | null): SessionSample {
  return {
    state: sample.state,
    azureState: sample.azureState,
    asn: sample.asn,
    downReason: sample.downReason,
    prefixesReceived: sample.prefixesReceived,
    messagesSent: sample.messagesSent?.toString() ?? null,
    messagesReceived: sample.messagesReceived?.toString() ?? null,
    ...createStateChangeFields(sample.state, moved),
  }
}

/**
 * Returns the time of the last state change as fields of a sample: `establishedAt` if the session is up, otherwise
 * `fellAt`.
 */
export function createStateChangeFields(
  state: SessionState | null,
  moved: TimestampBounds | null,
): Pick<SessionSample, 'establishedAt' | 'fellAt'> {
  if (state === 'established') return { establishedAt: moved }
  return { establishedAt: null, ...(moved && { fellAt: moved }) }
}

/**
 * Reports whether a sample is a repeated response from a cache and therefore contains nothing new. This is assumed if
 * its age and both message counters equal those of the previous sample.
 */
function isCached(
  uptime: RecordedUptime,
  { age, messagesSent, messagesReceived }: SampledSession,
  before: MessageCounts,
): boolean {
  return (
    age !== null &&
    age.ms === uptime.ageMs &&
    messagesSent !== null &&
    messagesSent === before.sent &&
    messagesReceived === before.received
  )
}

function fell({ messagesSent, messagesReceived }: SampledSession, before: MessageCounts): boolean {
  return isLower(messagesSent, before.sent) || isLower(messagesReceived, before.received)
}

const isLower = (now: bigint | null, before: bigint | null) => now !== null && before !== null && now < before

/**
 * Returns a session's uptime with all its times corrected for a change of the clock, that is, moved by the amount by
 * which the clock was set since they were stored. The bound {@link INSTANT_BEFORE_MONITORING} is not a measured time and
 * therefore does not change.
 */
function shiftToClock(uptime: RecordedUptime, now: PollMachineClock | null): RecordedUptime {
  const stepMs = computeClockStepMs(uptime.clock, now)
  if (stepMs === 0) return uptime
  const moment = (at: EpochMs) => at + stepMs
  const span = ({ earliest, latest }: TimestampBounds): TimestampBounds => ({
    earliest: earliest === INSTANT_BEFORE_MONITORING ? earliest : moment(earliest),
    latest: moment(latest),
  })
  const { samples, suspects, suspectedSince, upAt, keepalive } = uptime
  return {
    ...uptime,
    samples: samples.map(span),
    suspects: suspects.map(span),
    suspectedSince: suspectedSince === null ? null : moment(suspectedSince),
    upAt: upAt === null ? null : moment(upAt),
    keepalive: keepalive && {
      moved: {
        earliest: keepalive.moved.earliest === null ? null : moment(keepalive.moved.earliest),
        latest: moment(keepalive.moved.latest),
      },
      firstAt: moment(keepalive.firstAt),
      lastAt: moment(keepalive.lastAt),
    },
    clock: now,
  }
}
