import {
  beginEstablishment,
  establishedAt,
  establishedSpan,
  type EstablishmentVerdict,
  hadLife,
  judgeEstablishment,
  provenUpAt,
  type SessionState,
} from '#lib/bgp/index.ts'
import {
  BEFORE_MONITORING,
  type Bounds,
  type DatingClock,
  type DoubtChange,
  type DownReason,
  type EpochMs,
  type PeerRow,
  type SessionReport,
  type SessionSample,
  steppedMs,
  type SummaryRow,
} from '#lib/contract/index.ts'
import { advanceKeepalive } from './keepalive-state.ts'
import type { Reading } from '../reading.ts'
import { NO_SESSION, type RecordedUptime } from './session-uptime.ts'

/** One session as one poll shows it, whichever operation reported it. */
export interface SampledSession
  extends SessionReport,
    Pick<PeerRow, 'localAddress' | 'neighbor' | 'messagesSent' | 'messagesReceived'> {
  downReason: DownReason
  prefixesReceived: number | null
  /** how long it has been up, or down; null = not reported */
  age: { ms: number; unitMs: number } | null
  /** the session is down and was up before, and its row does not report when the session fell: the age is missing or unreadable */
  fellAnyTime?: boolean
}

export interface AdvancedSession {
  uptime: RecordedUptime
  /** the session went down and came up again since the last sample that showed it up */
  restarted: boolean
  /** it came to be established, or proved that it had been restarted */
  cameUp: boolean
  /** a doubt about when it came up begins or ends with this sample */
  doubt: Pick<DoubtChange, 'verdict' | 'before' | 'after'> | null
}

export function sampledPeer(row: PeerRow): SampledSession {
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
    fellAnyTime: hadLife(row),
  }
}

export function sampledNeighbor(row: SummaryRow, localAddress: string): SampledSession {
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

/** Messages as last read, before this sample. */
export interface Messages {
  sent: bigint | null
  received: bigint | null
}

/** Adds one sample to a session's uptime (docs/rules/as-of.md, "One life of a session"). */
export function advanceSession(
  known: RecordedUptime,
  sample: SampledSession,
  before: Messages,
  reading: Reading,
): AdvancedSession {
  const { clock } = reading
  const uptime = redated(known, clock)
  const unchanged = { restarted: false, cameUp: false, doubt: null }
  // messages may have arrived while its state was unknown: the keepalive state starts again
  if (sample.state === 'unknown') return { uptime: { ...known, keepalive: null }, ...unchanged }
  if (sample.state !== 'established') return { uptime: fallen(uptime, sample, reading), ...unchanged }
  const established = sample.age && establishedSpan(reading, sample.age.ms, sample.age.unitMs)
  const now = {
    shown: 'up' as const,
    upAt: reading.startedAt,
    ageMs: sample.age?.ms ?? null,
    keepalive: advanceKeepalive(uptime.keepalive, before.received, sample.messagesReceived, reading),
    clock,
  }
  if (uptime.shown !== 'up' || uptime.upAt === null) {
    return { ...unchanged, uptime: { ...beginEstablishment(established), ...now }, cameUp: uptime.shown === 'down' }
  }
  if (isCached(uptime, sample, before)) return { uptime, ...unchanged }
  const { verdict, establishment } = judgeEstablishment(uptime, uptime.upAt, reading, established, fell(sample, before))
  const restarted = verdict === 'restarted'
  const isSameLife = verdict === 'same' || verdict === 'inconsistent'
  const upAt = isSameLife && sample.age ? provenUpAt(uptime, uptime.upAt, reading.startedAt, sample.age) : now.upAt
  const turned = doubtAfter(uptime, verdict)
  const doubt = turned && { verdict: turned, before: establishedAt(uptime), after: established }
  // after a restart it may have counted to the very number of before
  const keepalive = restarted
    ? advanceKeepalive(uptime.keepalive, null, sample.messagesReceived, reading)
    : now.keepalive
  return { uptime: { ...establishment, ...now, upAt, keepalive }, restarted, cameUp: restarted, doubt }
}

/** While a session is down its age says when it fell. One that disagrees with those before is another fall. */
function fallen(uptime: RecordedUptime, sample: SampledSession, reading: Reading): RecordedUptime {
  const { clock } = reading
  const fell = fellSpan(sample, reading)
  const known = uptime.shown === 'down' ? uptime : NO_SESSION
  const isAgain = fell !== null && establishedAt(known) !== null
  const judged = isAgain ? judgeEstablishment(known, reading.startedAt, reading, fell, false) : null
  const samples = fell === null ? known.samples : judged?.verdict === 'same' ? judged.establishment.samples : [fell]
  return { ...NO_SESSION, samples, shown: 'down', clock }
}

/** When a session that is down fell, by its age; null = none is printed. */
function fellSpan({ age, fellAnyTime }: SampledSession, reading: Reading): Bounds | null {
  if (age) return establishedSpan(reading, age.ms, age.unitMs)
  return fellAnyTime ? { earliest: BEFORE_MONITORING, latest: reading.finishedAt } : null
}

/** Only the first of several contradictions begins a doubt. */
function doubtAfter({ suspects }: RecordedUptime, verdict: EstablishmentVerdict): DoubtChange['verdict'] | null {
  if (verdict === 'rebaselined') return verdict
  if (verdict === 'inconsistent') return suspects.length === 0 ? verdict : null
  return verdict === 'same' && suspects.length > 0 ? 'settled' : null
}

/** A sample as changes report it. @param moved when the session came up, or fell; null = not known */
export function sessionSample(sample: SampledSession, moved: Bounds | null): SessionSample {
  return {
    state: sample.state,
    azureState: sample.azureState,
    asn: sample.asn,
    downReason: sample.downReason,
    prefixesReceived: sample.prefixesReceived,
    messagesSent: sample.messagesSent?.toString() ?? null,
    messagesReceived: sample.messagesReceived?.toString() ?? null,
    ...turnBounds(sample.state, moved),
  }
}

/** When a session moved into the state that it is in, as samples report it: into being up, or out of it. */
export function turnBounds(
  state: SessionState | null,
  moved: Bounds | null,
): Pick<SessionSample, 'establishedAt' | 'fellAt'> {
  if (state === 'established') return { establishedAt: moved }
  return { establishedAt: null, ...(moved && { fellAt: moved }) }
}

/** Age and both counters to the last digit as before: an answer from a cache, which is no sample of its own. */
function isCached(
  uptime: RecordedUptime,
  { age, messagesSent, messagesReceived }: SampledSession,
  before: Messages,
): boolean {
  return (
    age !== null &&
    age.ms === uptime.ageMs &&
    messagesSent !== null &&
    messagesSent === before.sent &&
    messagesReceived === before.received
  )
}

function fell({ messagesSent, messagesReceived }: SampledSession, before: Messages): boolean {
  return isLower(messagesSent, before.sent) || isLower(messagesReceived, before.received)
}

const isLower = (now: bigint | null, before: bigint | null) => now !== null && before !== null && now < before

/** A session's uptime with its times as the clock would have dated them, had it been set before. */
function redated(uptime: RecordedUptime, now: DatingClock | null): RecordedUptime {
  const stepMs = steppedMs(uptime.clock, now)
  if (stepMs === 0) return uptime
  const moment = (at: EpochMs) => at + stepMs
  const span = ({ earliest, latest }: Bounds): Bounds => ({ earliest: moment(earliest), latest: moment(latest) })
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
