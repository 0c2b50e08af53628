import type { PoolClient } from 'pg'
import { addressFor, type ByFamily, canonicalAddress } from '#lib/bgp/index.ts'
import type { Change, PeerRow, SessionChange, SessionSample, SummaryRow } from '#lib/contract/index.ts'
import { beginOf, closed, endOf, opened, openedAfter } from './interval.ts'
import type { Reading } from './reading.ts'
import { stepPrefixes } from './session-prefixes.ts'
import { blankSession, loadSessions, type PastPrefixes, type PastSession, type Session } from './session-rows.ts'
import { appendSessions, saveSessions } from './session-write.ts'
import {
  lifeBegin,
  lifeWithoutRow,
  type SampledSession,
  sampledNeighbor,
  sampledPeer,
  sessionSample,
  stepLife,
} from './session-step.ts'

type SessionKind = 'peers' | 'summary'

/** Beyond this many polls without its row, a session's absence is no news. */
const COUNTED_MISSING_POLLS = 3
const MISSING_POLLS_TO_DOWN = 2

export function recordPeers(client: PoolClient, reading: Reading, rows: readonly PeerRow[]): Promise<Change[]> {
  return recordSessions(client, reading, 'peers', rows.map(sampledPeer))
}

/** A path's summary names no local address: the neighbor alone tells its sessions apart. */
export function recordSummary(
  client: PoolClient,
  reading: Reading,
  rows: readonly SummaryRow[],
  localAddresses: ByFamily,
): Promise<Change[]> {
  return recordSessions(
    client,
    reading,
    'summary',
    rows.map((row) => sampledNeighbor(row, addressFor(row.neighbor, localAddresses))),
  )
}

/** What a poll makes of one session. */
interface Step {
  session: Session
  past: PastSession[]
  pastPrefixes: PastPrefixes[]
  change: SessionChange | null
}

async function recordSessions(
  client: PoolClient,
  reading: Reading,
  kind: SessionKind,
  sampled: readonly SampledSession[],
): Promise<Change[]> {
  const keyOf = kind === 'peers' ? peerKey : neighborKey
  const samples = oneOfEach(sampled.map(withCanonicalAddresses), keyOf)
  const known = new Map((await loadSessions(client, reading.sourceId, kind)).map((s) => [keyOf(s), s]))
  const steps: Step[] = []
  for (const [key, sample] of samples) {
    steps.push(present(known.get(key) ?? null, sample, reading, kind))
  }
  for (const [key, session] of known) {
    const instance = instanceOf(kind, session)
    if (!samples.has(key) && reading.readsAbsence(instance)) steps.push(...absent(session, reading, instance))
  }
  await appendSessions(client, reading.sourceId, steps)
  await saveSessions(
    client,
    reading.sourceId,
    kind,
    steps.map(({ session }) => session),
  )
  const changes = steps.flatMap(({ change }) => (change ? [change] : []))
  return changes.toSorted((a, b) => (peerKey(a) < peerKey(b) ? -1 : 1))
}

type Ends = { localAddress: string; neighbor: string }
const peerKey = ({ localAddress, neighbor }: Ends) => `${localAddress}~${neighbor}`
const neighborKey = ({ neighbor }: Ends) => neighbor
/** Rows of a path's summary belong to no gateway instance. */
const instanceOf = (kind: SessionKind, { localAddress }: Ends) => (kind === 'peers' ? localAddress : '')

function withCanonicalAddresses(sample: SampledSession): SampledSession {
  return { ...sample, localAddress: addressText(sample.localAddress), neighbor: addressText(sample.neighbor) }
}
const addressText = (text: string) => canonicalAddress(text) ?? text.trim()

/** Of several rows for one session the established one counts, then the one that has heard most. */
function oneOfEach(samples: readonly SampledSession[], keyOf: (ends: Ends) => string): Map<string, SampledSession> {
  const weakestFirst = samples.toSorted((a, b) => (strength(a) < strength(b) ? -1 : 1))
  return new Map(weakestFirst.map((sample) => [keyOf(sample), sample]))
}
function strength({ state, messagesReceived, azureState }: SampledSession): string {
  return [state === 'established' ? 1 : 0, (messagesReceived ?? 0n).toString().padStart(40, '0'), azureState].join(' ')
}

function present(known: Session | null, sample: SampledSession, reading: Reading, kind: SessionKind): Step {
  const before = known ?? blankSession(sample)
  const instance = instanceOf(kind, sample)
  const { life, restarted, cameUp } = stepLife(before.life, sample, before.messages, reading)
  const past = before.open && (restarted || differs(before, sample)) ? closed(before.open, reading, instance) : null
  const open = past ? openedAfter(reading, past.lastPresent) : (before.open ?? opened(reading, instance))
  const prefixes = stepPrefixes(before, sample.prefixesReceived, reading, instance)
  const session: Session = {
    ...before,
    localAddress: sample.localAddress || before.localAddress,
    state: sample.state,
    azureState: sample.azureState,
    asn: sample.asn,
    heldBy: sample.heldBy,
    established: sample.state === 'established' ? lifeBegin(life) : null,
    transitions: before.transitions + (cameUp ? 1 : 0),
    everEstablished: before.everEstablished || sample.state === 'established',
    open,
    closedUntil: past?.firstAbsent ?? before.closedUntil,
    missingPolls: 0,
    seen: { startedAt: reading.startedAt, finishedAt: reading.finishedAt },
    prefixesReceived: prefixes.value,
    prefixesOpen: prefixes.open,
    messages: { sent: sample.messagesSent, received: sample.messagesReceived },
    life,
  }
  const change: SessionChange | null =
    past || !before.open
      ? {
          type: 'session',
          localAddress: session.localAddress,
          neighbor: session.neighbor,
          before: before.open && sampleBefore(before),
          after: sessionSample(sample, life),
          between: past ? endOf(past) : beginOf(open),
          first: known === null,
        }
      : null
  return {
    session,
    past: past ? [{ session: before, interval: past }] : [],
    pastPrefixes: prefixes.past ? [{ session: before, interval: prefixes.past }] : [],
    change,
  }
}

function absent(before: Session, reading: Reading, instance: string): Step[] {
  if (!before.open) {
    if (before.missingPolls >= COUNTED_MISSING_POLLS) return []
    const missingPolls = before.missingPolls + 1
    const life = missingPolls === MISSING_POLLS_TO_DOWN ? lifeWithoutRow(before.life) : before.life
    return [{ session: { ...before, missingPolls, life }, past: [], pastPrefixes: [], change: null }]
  }
  const past = closed(before.open, reading, instance)
  const prefixes = stepPrefixes(before, null, reading, instance)
  return [
    {
      session: {
        ...before,
        state: null,
        azureState: null,
        established: null,
        open: null,
        closedUntil: past.firstAbsent,
        missingPolls: 1,
        prefixesReceived: null,
        prefixesOpen: null,
      },
      past: [{ session: before, interval: past }],
      pastPrefixes: prefixes.past ? [{ session: before, interval: prefixes.past }] : [],
      change: {
        type: 'session',
        localAddress: before.localAddress,
        neighbor: before.neighbor,
        before: sampleBefore(before),
        after: null,
        between: endOf(past),
        first: false,
      },
    },
  ]
}

function differs(before: Session, sample: SampledSession): boolean {
  return (
    before.state !== sample.state ||
    before.azureState !== sample.azureState ||
    before.asn !== sample.asn ||
    before.heldBy !== sample.heldBy
  )
}

function sampleBefore(session: Session): SessionSample | null {
  if (session.state === null) return null
  return {
    state: session.state,
    azureState: session.azureState ?? '',
    asn: session.asn,
    heldBy: session.heldBy,
    prefixesReceived: session.prefixesReceived,
    messagesSent: session.messages.sent?.toString() ?? null,
    messagesReceived: session.messages.received?.toString() ?? null,
    establishedAt: session.established,
  }
}
