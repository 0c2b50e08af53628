/** Sessions from poll to poll: their states and their lives. */
import {
  addressFor,
  beginIncarnation,
  type ByFamily,
  canonicalAddress,
  establishedAt,
  establishedSpan,
  type Incarnation,
  judgeIncarnation,
} from '#lib/bgp/index.ts'
import type {
  EpochMs,
  PeersObservation,
  SessionChange,
  SessionSample,
  SummaryObservation,
} from '#lib/contract/index.ts'
import type { Reading } from './reading.ts'

type Facts = Omit<SessionSample, 'establishedAt'>
interface Sampled extends Facts {
  localAddress: string
  neighbor: string
  age: { ms: number; unitMs: number } | null
}
interface Life {
  incarnation: Incarnation
  shown: 'up' | 'down' | null
  upAt: EpochMs | null
  ageMs: number | null
}
interface Known {
  localAddress: string
  neighbor: string
  /** null = its row is missing */
  sample: SessionSample | null
  /** messages as last read, whatever the sample told */
  messages: [string | null, string | null]
  /** start of the poll that began its present state */
  since: EpochMs
  missing: number
  life: Life
}

const UNBORN: Life = { incarnation: beginIncarnation(null), shown: null, upAt: null, ageMs: null }
const MISSING_TO_BE_DOWN = 2

export class Sessions {
  private readonly known = new Map<string, Known>()

  record(reading: Reading, observation: PeersObservation | SummaryObservation, local: ByFamily): SessionChange[] {
    const sampled = observation.kind === 'peers' ? peersIn(observation) : neighborsIn(observation, local)
    const keyOf = (ends: { localAddress: string; neighbor: string }) =>
      observation.kind === 'peers' ? `${ends.localAddress}~${ends.neighbor}` : ends.neighbor
    const instanceOf = (address: string) => (observation.kind === 'peers' ? address : '')
    const changes: SessionChange[] = []
    const seen = new Set<string>()
    for (const sample of sampled.toSorted((a, b) => (strength(a) < strength(b) ? 1 : -1))) {
      const key = keyOf(sample)
      if (seen.has(key)) continue
      seen.add(key)
      changes.push(...this.present(key, sample, reading, instanceOf(sample.localAddress)))
    }
    for (const [key, known] of this.known) {
      const instance = instanceOf(known.localAddress)
      if (!seen.has(key) && reading.readsAbsence(instance)) changes.push(...absent(known, reading, instance))
    }
    const name = (change: SessionChange) => `${change.localAddress}~${change.neighbor}`
    return changes.toSorted((a, b) => (name(a) < name(b) ? -1 : 1))
  }

  private present(key: string, sampled: Sampled, reading: Reading, instance: string): SessionChange[] {
    const { localAddress, neighbor, age: _age, ...facts } = sampled
    const known = this.known.get(key) ?? null
    const { life, restarted } = step(known, sampled, reading)
    const since = sampled.state === 'established' ? establishedAt(life.incarnation) : null
    const sample: SessionSample = { ...facts, establishedAt: since }
    const before = known?.sample ?? null
    const isSame = before !== null && !restarted && sameState(before, facts)
    const address = localAddress || (known?.localAddress ?? '')
    this.known.set(key, {
      localAddress: address,
      neighbor,
      sample,
      messages: [facts.messagesSent, facts.messagesReceived],
      since: isSame && known ? known.since : reading.startedAt,
      missing: 0,
      life,
    })
    if (isSame) return []
    const between = known && before ? reading.ends(instance, known.since) : reading.begins(instance)
    return [{ type: 'session', localAddress: address, neighbor, before, after: sample, between, first: known === null }]
  }
}

function absent(known: Known, reading: Reading, instance: string): SessionChange[] {
  const { sample, localAddress, neighbor } = known
  known.missing += 1
  if (!sample) {
    if (known.missing === MISSING_TO_BE_DOWN && known.life.shown === 'up') known.life = { ...UNBORN, shown: 'down' }
    return []
  }
  known.sample = null
  const between = reading.ends(instance, known.since)
  return [{ type: 'session', localAddress, neighbor, before: sample, after: null, between, first: false }]
}

/** One sample in the life of a session (docs/rules/as-of.md, "One life of a session"). */
function step(known: Known | null, sampled: Sampled, reading: Reading): { life: Life; restarted: boolean } {
  const life = known?.life ?? UNBORN
  if (sampled.state === 'unknown') return { life, restarted: false }
  if (sampled.state !== 'established') return { life: { ...UNBORN, shown: 'down' }, restarted: false }
  const told = sampled.age && establishedSpan(reading, sampled.age.ms, sampled.age.unitMs)
  const now = { shown: 'up' as const, upAt: reading.startedAt, ageMs: sampled.age?.ms ?? null }
  if (life.shown !== 'up' || life.upAt === null) {
    return { life: { incarnation: beginIncarnation(told), ...now }, restarted: false }
  }
  const [sent, received] = known?.messages ?? [null, null]
  const isCached =
    sampled.age !== null &&
    sampled.age.ms === life.ageMs &&
    sampled.messagesSent !== null &&
    sampled.messagesSent === sent &&
    sampled.messagesReceived === received
  if (isCached) return { life, restarted: false }
  const fell = isLower(sampled.messagesSent, sent) || isLower(sampled.messagesReceived, received)
  const { verdict, incarnation } = judgeIncarnation(life.incarnation, life.upAt, told, fell)
  return { life: { incarnation, ...now }, restarted: verdict === 'restarted' }
}

const isLower = (now: string | null, before: string | null) =>
  now !== null && before !== null && BigInt(now) < BigInt(before)

const sameState = (a: Facts, b: Facts) =>
  a.state === b.state && a.azureState === b.azureState && a.asn === b.asn && a.heldBy === b.heldBy

/** Of several rows for one session the established one counts, then the one that has heard most. */
function strength({ state, messagesReceived, azureState }: Sampled): string {
  return [state === 'established' ? 1 : 0, (messagesReceived ?? '0').padStart(40, '0'), azureState].join(' ')
}

const addressText = (text: string) => canonicalAddress(text) ?? text.trim()

function peersIn({ rows }: PeersObservation): Sampled[] {
  return rows.map((row) => ({
    localAddress: addressText(row.localAddress),
    neighbor: addressText(row.neighbor),
    state: row.state,
    azureState: row.azureState,
    asn: row.asn,
    heldBy: null,
    prefixesReceived: row.routesReceived,
    messagesSent: row.messagesSent?.toString() ?? null,
    messagesReceived: row.messagesReceived?.toString() ?? null,
    age:
      row.state === 'established' && row.connectedDurationMs !== null
        ? { ms: row.connectedDurationMs, unitMs: 0 }
        : null,
  }))
}

function neighborsIn({ rows }: SummaryObservation, local: ByFamily): Sampled[] {
  return rows.map((row) => ({
    localAddress: addressText(addressFor(row.neighbor, local)),
    neighbor: addressText(row.neighbor),
    state: row.state,
    azureState: row.azureState,
    asn: row.asn,
    heldBy: row.heldBy,
    prefixesReceived: row.prefixesReceived,
    messagesSent: null,
    messagesReceived: null,
    age: row.state === 'established' ? row.upDown : null,
  }))
}
