import {
  beginIncarnation,
  establishedAt,
  establishedSpan,
  type Incarnation,
  judgeIncarnation,
  type SessionState,
} from '#lib/bgp/index.ts'
import type { Bounds, EpochMs, PeerRow, SessionSample, SummaryRow } from '#lib/contract/index.ts'
import type { Reading } from './reading.ts'

/** One session as one poll shows it, whichever operation told it. */
export interface SampledSession {
  localAddress: string
  neighbor: string
  asn: number | null
  state: SessionState
  azureState: string
  heldBy: 'admin' | 'prefixLimit' | null
  prefixesReceived: number | null
  messagesSent: bigint | null
  messagesReceived: bigint | null
  /** how long it has been up; null = not told, or not up */
  age: { ms: number; unitMs: number } | null
}

/** What is remembered of a session's lives, beside its current row. Plain JSON. */
export interface SessionLife extends Incarnation {
  /** what the last telling sample showed; `unknown` tells nothing */
  shown: 'up' | 'down' | null
  /** start of the last sample that showed it up */
  upAt: EpochMs | null
  /** the age as last told, to know a cached answer again */
  ageMs: number | null
}

export const unborn: SessionLife = { told: [], suspects: [], shown: null, upAt: null, ageMs: null }

export interface LifeStep {
  life: SessionLife
  /** the session went down and came up again since the last sample that showed it up */
  restarted: boolean
  /** it came to be established, or proved that it had been restarted */
  cameUp: boolean
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
    heldBy: null,
    prefixesReceived: row.routesReceived,
    messagesSent,
    messagesReceived,
    age: up ? { ms: row.connectedDurationMs ?? 0, unitMs: row.durationUnitMs ?? 0 } : null,
  }
}

export function sampledNeighbor(row: SummaryRow, localAddress: string): SampledSession {
  const { neighbor, asn, state, azureState, heldBy, prefixesReceived } = row
  return {
    localAddress,
    neighbor,
    asn,
    state,
    azureState,
    heldBy,
    prefixesReceived,
    messagesSent: null,
    messagesReceived: null,
    age: state === 'established' ? row.upDown : null,
  }
}

/** Messages as last read, before this sample. */
export interface Messages {
  sent: bigint | null
  received: bigint | null
}

/** One step of a session's lives (docs/rules/as-of.md, "One life of a session"). */
export function stepLife(life: SessionLife, sample: SampledSession, before: Messages, reading: Reading): LifeStep {
  if (sample.state === 'unknown') return { life, restarted: false, cameUp: false }
  if (sample.state !== 'established') {
    return { life: { ...unborn, shown: 'down' }, restarted: false, cameUp: false }
  }
  const told = sample.age && establishedSpan(reading, sample.age.ms, sample.age.unitMs)
  const now = { shown: 'up' as const, upAt: reading.startedAt, ageMs: sample.age?.ms ?? null }
  if (life.shown !== 'up' || life.upAt === null) {
    return { life: { ...beginIncarnation(told), ...now }, restarted: false, cameUp: life.shown === 'down' }
  }
  if (isCached(life, sample, before)) return { life, restarted: false, cameUp: false }
  const { verdict, incarnation } = judgeIncarnation(life, life.upAt, told, fell(sample, before))
  const restarted = verdict === 'restarted'
  return { life: { ...incarnation, ...now }, restarted, cameUp: restarted }
}

/** After two good polls without its row an established session counts as down (docs/rules/as-of.md). */
export function lifeWithoutRow(life: SessionLife): SessionLife {
  return life.shown === 'up' ? { ...unborn, shown: 'down' } : life
}

export function sessionSample(sample: SampledSession, life: SessionLife): SessionSample {
  return {
    state: sample.state,
    azureState: sample.azureState,
    asn: sample.asn,
    heldBy: sample.heldBy,
    prefixesReceived: sample.prefixesReceived,
    messagesSent: sample.messagesSent?.toString() ?? null,
    messagesReceived: sample.messagesReceived?.toString() ?? null,
    establishedAt: sample.state === 'established' ? lifeBegin(life) : null,
  }
}

export function lifeBegin(life: SessionLife): Bounds | null {
  return establishedAt(life)
}

/** Age and both counters to the last digit as before: an answer from a cache, which is no sample of its own. */
function isCached(
  life: SessionLife,
  { age, messagesSent, messagesReceived }: SampledSession,
  before: Messages,
): boolean {
  return (
    age !== null &&
    age.ms === life.ageMs &&
    messagesSent !== null &&
    messagesSent === before.sent &&
    messagesReceived === before.received
  )
}

function fell({ messagesSent, messagesReceived }: SampledSession, before: Messages): boolean {
  return isLower(messagesSent, before.sent) || isLower(messagesReceived, before.received)
}

const isLower = (now: bigint | null, before: bigint | null) => now !== null && before !== null && now < before
