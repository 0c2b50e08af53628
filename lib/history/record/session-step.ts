import {
  beginIncarnation,
  establishedAt,
  establishedSpan,
  type Incarnation,
  type IncarnationVerdict,
  judgeIncarnation,
  type SessionState,
} from '#lib/bgp/index.ts'
import type {
  Bounds,
  DatingClock,
  DoubtChange,
  EpochMs,
  PeerRow,
  SessionSample,
  SummaryRow,
} from '#lib/contract/index.ts'
import { relabelled } from './clock-step.ts'
import { type Heard, stepHeard } from './heard.ts'
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
  /** since when it has received nothing; null = it tells no count, or is not up */
  heard: Heard | null
  /** the clock that dated all of that; null = not told */
  clock: DatingClock | null
}

export const unborn: SessionLife = {
  told: [],
  suspects: [],
  suspectedSince: null,
  shown: null,
  upAt: null,
  ageMs: null,
  heard: null,
  clock: null,
}

export interface LifeStep {
  life: SessionLife
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
export function stepLife(known: SessionLife, sample: SampledSession, before: Messages, reading: Reading): LifeStep {
  const { clock } = reading
  const life = relabelled(known, clock)
  const nothing = { restarted: false, cameUp: false, doubt: null }
  // what it heard while nothing was told of it is not known: silence is counted anew
  if (sample.state === 'unknown') return { life: { ...known, heard: null }, ...nothing }
  if (sample.state !== 'established') return { life: { ...unborn, shown: 'down', clock }, ...nothing }
  const told = sample.age && establishedSpan(reading, sample.age.ms, sample.age.unitMs)
  const now = {
    shown: 'up' as const,
    upAt: reading.startedAt,
    ageMs: sample.age?.ms ?? null,
    heard: stepHeard(life.heard, before.received, sample.messagesReceived, reading),
    clock,
  }
  if (life.shown !== 'up' || life.upAt === null) {
    return { ...nothing, life: { ...beginIncarnation(told), ...now }, cameUp: life.shown === 'down' }
  }
  if (isCached(life, sample, before)) return { life, ...nothing }
  const { verdict, incarnation } = judgeIncarnation(life, life.upAt, reading, told, fell(sample, before))
  const restarted = verdict === 'restarted'
  const turned = doubtAfter(life, verdict)
  const doubt = turned && { verdict: turned, before: establishedAt(life), after: told }
  // a new life may have counted to the very number of the one before
  const heard = restarted ? stepHeard(life.heard, null, sample.messagesReceived, reading) : now.heard
  return { life: { ...incarnation, ...now, heard }, restarted, cameUp: restarted, doubt }
}

/** Only the first of several contradictions begins a doubt. */
function doubtAfter({ suspects }: SessionLife, verdict: IncarnationVerdict): DoubtChange['verdict'] | null {
  if (verdict === 'rebaselined') return verdict
  if (verdict === 'inconsistent') return suspects.length === 0 ? verdict : null
  return verdict === 'same' && suspects.length > 0 ? 'settled' : null
}

/** After two good polls without its row an established session counts as down (docs/rules/as-of.md). */
export function lifeWithoutRow(life: SessionLife): SessionLife {
  return life.shown === 'up' ? { ...unborn, shown: 'down', clock: life.clock } : life
}

/** A sample as changes tell it, with the begin of the life that it is of. */
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
