import {
  beginEstablishment,
  establishedAt,
  establishedSpan,
  type EstablishmentVerdict,
  judgeEstablishment,
  type SessionState,
} from '#lib/bgp/index.ts'
import type { DoubtChange, PeerRow, SessionSample, SummaryRow } from '#lib/contract/index.ts'
import { redated } from './clock-step.ts'
import { advanceKeepalive } from './keepalive-state.ts'
import type { Reading } from './reading.ts'
import { NO_SESSION, type SessionUptime } from './session-uptime.ts'

/** One session as one poll shows it, whichever operation reported it. */
export interface SampledSession {
  localAddress: string
  neighbor: string
  asn: number | null
  state: SessionState
  azureState: string
  downReason: 'admin' | 'prefixLimit' | null
  prefixesReceived: number | null
  messagesSent: bigint | null
  messagesReceived: bigint | null
  /** how long it has been up; null = not reported, or not up */
  age: { ms: number; unitMs: number } | null
}

export interface AdvancedSession {
  uptime: SessionUptime
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
    age: state === 'established' && row.upDown !== 'never' ? row.upDown : null,
  }
}

/** Messages as last read, before this sample. */
export interface Messages {
  sent: bigint | null
  received: bigint | null
}

/** Adds one sample to a session's uptime (docs/rules/as-of.md, "One life of a session"). */
export function advanceSession(
  known: SessionUptime,
  sample: SampledSession,
  before: Messages,
  reading: Reading,
): AdvancedSession {
  const { clock } = reading
  const uptime = redated(known, clock)
  const unchanged = { restarted: false, cameUp: false, doubt: null }
  // messages may have arrived while its state was unknown: the keepalive state starts again
  if (sample.state === 'unknown') return { uptime: { ...known, keepalive: null }, ...unchanged }
  if (sample.state !== 'established') return { uptime: { ...NO_SESSION, shown: 'down', clock }, ...unchanged }
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
  const turned = doubtAfter(uptime, verdict)
  const doubt = turned && { verdict: turned, before: establishedAt(uptime), after: established }
  // after a restart it may have counted to the very number of before
  const keepalive = restarted
    ? advanceKeepalive(uptime.keepalive, null, sample.messagesReceived, reading)
    : now.keepalive
  return { uptime: { ...establishment, ...now, keepalive }, restarted, cameUp: restarted, doubt }
}

/** Only the first of several contradictions begins a doubt. */
function doubtAfter({ suspects }: SessionUptime, verdict: EstablishmentVerdict): DoubtChange['verdict'] | null {
  if (verdict === 'rebaselined') return verdict
  if (verdict === 'inconsistent') return suspects.length === 0 ? verdict : null
  return verdict === 'same' && suspects.length > 0 ? 'settled' : null
}

/** A sample as changes report it, with the bounds of when the session came up. */
export function sessionSample(sample: SampledSession, uptime: SessionUptime): SessionSample {
  return {
    state: sample.state,
    azureState: sample.azureState,
    asn: sample.asn,
    downReason: sample.downReason,
    prefixesReceived: sample.prefixesReceived,
    messagesSent: sample.messagesSent?.toString() ?? null,
    messagesReceived: sample.messagesReceived?.toString() ?? null,
    establishedAt: sample.state === 'established' ? establishedAt(uptime) : null,
  }
}

/** Age and both counters to the last digit as before: an answer from a cache, which is no sample of its own. */
function isCached(
  uptime: SessionUptime,
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
