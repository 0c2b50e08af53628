import { canonicalizeAddress, computeEstablishmentBounds } from '#lib/bgp/index.ts'
import {
  type TimestampBounds,
  type ObservedChange,
  type EstablishedTimeTrustChange,
  type SessionChange,
  type SessionSample,
  type SessionWithoutMessages,
  computeClockStepMs,
} from '#lib/contract/index.ts'
import {
  getIntervalBeginBounds,
  type ClosedInterval,
  endStateInterval,
  getIntervalEndBounds,
  type OpenInterval,
  beginStateInterval,
  openIntervalAfter,
} from '../interval.ts'
import type { ProvenAbsenceOfPoll } from '../poll-reading.ts'
import {
  createSessionBeforeFirstPoll,
  type PastPrefixCountInterval,
  type PastSession,
  type RecordedSession,
} from './session-rows.ts'
import {
  addSampleToSession,
  createStateChangeFields,
  type SampledSession,
  type SessionAfterSample,
  createSessionSample,
} from './advance-session.ts'
import { endUptimeOfMissingRow } from './session-uptime.ts'

export type SessionKind = 'peers' | 'summary'

/** Consecutive polls without a session's row are counted up to this number. */
const COUNTED_MISSING_POLLS = 3
const MISSING_POLLS_TO_DOWN = 2

/** Result of a poll for one session. */
export interface SessionComparison {
  /** the session before this poll; null = new */
  before: RecordedSession | null
  session: RecordedSession
  past: PastSession[]
  pastPrefixes: PastPrefixCountInterval[]
  change: SessionChange | null
  doubt: EstablishedTimeTrustChange | null
}

/** Result of a poll for all sessions of a source. */
interface SessionsComparison {
  /** one for each session that the poll reports or proves absent */
  steps: SessionComparison[]
  /** changes that the poll proves, sorted by session so that the order is always the same */
  changes: ObservedChange[]
  /** sessions that have received no message since an earlier sample, with the time of that sample */
  silentSessions: SessionWithoutMessages[]
  after: RecordedSession[]
}

/**
 * Compares a poll with the known sessions.
 * @param known every session of the source that was ever seen
 */
export function compareSessions(
  known: readonly RecordedSession[],
  reading: ProvenAbsenceOfPoll,
  kind: SessionKind,
  sampled: readonly SampledSession[],
): SessionsComparison {
  const keyOf = kind === 'peers' ? peerKey : neighborKey
  const samples = oneOfEach(sampled.map(withCanonicalAddresses), keyOf)
  const byKey = new Map(known.map((session) => [keyOf(session), session]))
  const steps: SessionComparison[] = []
  for (const [key, sample] of samples) {
    steps.push(present(byKey.get(key) ?? null, sample, reading, kind))
  }
  for (const [key, session] of byKey) {
    const instance = instanceOf(kind, session)
    if (!samples.has(key) && reading.readsAbsence(instance)) steps.push(...absent(session, reading, instance))
  }
  const changes = steps.flatMap(({ change, doubt }) => [change ?? [], doubt ?? []].flat())
  for (const { session } of steps) byKey.set(keyOf(session), session)
  return {
    steps,
    changes: changes.toSorted((a, b) => (peerKey(a) < peerKey(b) ? -1 : 1)),
    silentSessions: steps.flatMap(({ session }) => silentOf(session, reading)),
    after: [...byKey.values()],
  }
}

/**
 * Reports whether a poll changed only the last-read values of a session: the time of the sample, its message counts,
 * and the uptime.
 */
export function hasOnlyLastReadChanges({ before, session, past, pastPrefixes }: SessionComparison): boolean {
  return (
    before !== null &&
    past.length + pastPrefixes.length === 0 &&
    before.open === session.open &&
    before.prefixesOpen === session.prefixesOpen &&
    before.prefixesReceived === session.prefixesReceived &&
    before.closedUntil === session.closedUntil &&
    before.localAddress === session.localAddress &&
    before.transitions === session.transitions &&
    before.everEstablished === session.everEstablished
  )
}

/**
 * Returns the session as silent (a list with one element) if this poll read the same number of received messages as an
 * earlier sample; otherwise an empty list.
 */
function silentOf(
  { localAddress, neighbor, messages, uptime }: RecordedSession,
  { startedAt }: ProvenAbsenceOfPoll,
): SessionWithoutMessages[] {
  const { keepalive } = uptime
  if (!keepalive || messages.received === null || keepalive.lastAt !== startedAt || keepalive.firstAt === startedAt)
    return []
  return [{ localAddress, neighbor, messagesReceived: messages.received.toString(), ...keepalive }]
}

type Ends = { localAddress: string; neighbor: string }
const peerKey = ({ localAddress, neighbor }: Ends) => `${localAddress}~${neighbor}`
const neighborKey = ({ neighbor }: Ends) => neighbor
/** Returns the gateway instance of a session; '' for rows of a path's summary, which belong to no instance. */
const instanceOf = (kind: SessionKind, { localAddress }: Ends) => (kind === 'peers' ? localAddress : '')

function withCanonicalAddresses(sample: SampledSession): SampledSession {
  return { ...sample, localAddress: addressText(sample.localAddress), neighbor: addressText(sample.neighbor) }
}
const addressText = (text: string) => canonicalizeAddress(text) ?? text.trim()

/**
 * Returns one row per session. If a session has several rows, an established one is preferred, then the row with the
 * most received messages.
 */
function oneOfEach(samples: readonly SampledSession[], keyOf: (ends: Ends) => string): Map<string, SampledSession> {
  const weakestFirst = samples.toSorted((a, b) => (strength(a) < strength(b) ? -1 : 1))
  return new Map(weakestFirst.map((sample) => [keyOf(sample), sample]))
}
function strength({ state, messagesReceived, azureState }: SampledSession): string {
  return [state === 'established' ? 1 : 0, (messagesReceived ?? 0n).toString().padStart(40, '0'), azureState].join(' ')
}

function present(
  known: RecordedSession | null,
  row: SampledSession,
  reading: ProvenAbsenceOfPoll,
  kind: SessionKind,
): SessionComparison {
  const before = known ?? createSessionBeforeFirstPoll(row)
  // The session was seen up, so it went down after that poll. Therefore the information that it went down at an unknown
  // time adds nothing.
  const sample = before.everEstablished ? { ...row, fellAnyTime: false } : row
  const instance = instanceOf(kind, sample)
  const own = readingOfOne(before, reading)
  const stepMs = computeClockStepMs(before.uptime.clock, reading.clock)
  const advanced = addSampleToSession(before.uptime, sample, before.messages, reading)
  const { uptime, restarted, cameUp, doubt } = advanced
  const moved = wasUp(before, sample, reading, instance) ? boundsOf(before, sample, advanced, stepMs) : null
  const movedBeforeGap = sample.state === 'unknown' ? getLastKnownMove(before) : null
  const past =
    before.open && (restarted || differs(before, sample)) ? endStateInterval(before.open, own, instance) : null
  const open = past
    ? openIntervalAfter(reading, past.lastPresent)
    : (before.open ?? beginStateInterval(reading, instance))
  const prefixes = comparePrefixes(before, sample.prefixesReceived, own, instance)
  const session: RecordedSession = {
    ...before,
    localAddress: sample.localAddress || before.localAddress,
    state: sample.state,
    azureState: sample.azureState,
    asn: sample.asn,
    downReason: sample.downReason,
    moved,
    transitions: before.transitions + (cameUp ? 1 : 0),
    everEstablished: before.everEstablished || sample.state === 'established',
    open,
    closedUntil: past?.firstAbsent ?? before.closedUntil,
    missingPolls: 0,
    seen: { startedAt: reading.startedAt, finishedAt: reading.finishedAt },
    prefixesReceived: prefixes.value,
    prefixesOpen: prefixes.open,
    messages: { sent: sample.messagesSent, received: sample.messagesReceived },
    uptime: {
      ...uptime,
      atBegin: past || !before.open ? { moved } : getMoveAtIntervalBegin(before),
      ...((movedBeforeGap ?? uptime.movedBeforeGap) && { movedBeforeGap }),
    },
  }
  const change: SessionChange | null =
    past || !before.open
      ? {
          type: 'session',
          localAddress: session.localAddress,
          neighbor: session.neighbor,
          before: before.open && sampleBefore(before),
          after: createSessionSample(sample, moved),
          between: past ? redatedFrom(getIntervalEndBounds(past), stepMs) : getIntervalBeginBounds(open),
          first: known === null,
          ...(stepMs !== 0 && { steppedMs: stepMs }),
        }
      : null
  return {
    before: known,
    session,
    past: past ? [{ session: before, interval: past }] : [],
    pastPrefixes: prefixes.past ? [{ session: before, interval: prefixes.past }] : [],
    change,
    doubt: doubt && {
      type: 'doubt',
      localAddress: session.localAddress,
      neighbor: session.neighbor,
      asn: sample.asn,
      between: redatedFrom({ earliest: before.uptime.upAt ?? reading.startedAt, latest: reading.finishedAt }, stepMs),
      ...doubt,
    },
  }
}

/**
 * Returns the time of the state change that began the current interval, as it was known at the begin of the interval.
 * For an interval that an earlier version of Peerwatch began, returns the time as known now.
 */
export const getMoveAtIntervalBegin = ({ uptime, moved }: RecordedSession) => uptime.atBegin ?? { moved }

/**
 * Returns the bounds of the last state change, by the clock of the uptime. If the last polls did not read the state,
 * returns the bounds as known before these polls. Null = not reported.
 */
const getLastKnownMove = ({ moved, uptime }: RecordedSession): TimestampBounds | null =>
  moved ?? uptime.movedBeforeGap ?? null

/** Maximum unit in milliseconds of an age whose bounds are computed only from the latest samples. */
const FINE_UNIT_MS = 1_000

/**
 * Returns the bounds of the last state change. If ages are printed in units such as days, a single sample gives bounds
 * of a day, and the uptime contains only the latest samples. The upper bound that earlier samples of the same state gave
 * is therefore kept, so that the minimum duration of the state never decreases. The lower bound is not kept, because an
 * answer that Azure repeats from a cache has a lower bound that is too late.
 * @param stepMs amount by which the clock was set since the last sample, milliseconds
 */
function boundsOf(
  before: RecordedSession,
  { age }: SampledSession,
  { uptime, isSameStart }: Pick<SessionAfterSample, 'uptime' | 'isSameStart'>,
  stepMs: number,
): TimestampBounds | null {
  const own = computeEstablishmentBounds(uptime)
  const moved = getLastKnownMove(before)
  if (!own || !moved || !isSameStart || (age !== null && age.unitMs <= FINE_UNIT_MS)) return own
  const latest = Math.min(moved.latest + stepMs, own.latest)
  return { earliest: Math.min(own.earliest, latest), latest }
}

/**
 * Reports whether the age of a sample tells when the session's state changed. It does if the session is up, or was up
 * before. A session that was never seen up counts as up before only at the first poll of its instance. If its row
 * appears later in a table that was already polled, the age only tells how old the row is.
 */
function wasUp(
  before: RecordedSession,
  { state }: SampledSession,
  reading: ProvenAbsenceOfPoll,
  instance: string,
): boolean {
  if (state === 'established') return true
  if (state === 'unknown') return false
  if (before.everEstablished || (before.open && before.moved)) return true
  return !before.open && before.closedUntil === null && reading.lastRead(instance) === null
}

function absent(before: RecordedSession, reading: ProvenAbsenceOfPoll, instance: string): SessionComparison[] {
  if (!before.open) {
    if (before.missingPolls >= COUNTED_MISSING_POLLS) return []
    const missingPolls = before.missingPolls + 1
    const uptime = missingPolls === MISSING_POLLS_TO_DOWN ? endUptimeOfMissingRow(before.uptime) : before.uptime
    const session = { ...before, missingPolls, uptime }
    return [{ before, session, past: [], pastPrefixes: [], change: null, doubt: null }]
  }
  const own = readingOfOne(before, reading)
  const past = endStateInterval(before.open, own, instance)
  const prefixes = comparePrefixes(before, null, own, instance)
  return [
    {
      before,
      session: {
        ...before,
        state: null,
        azureState: null,
        moved: null,
        uptime: { ...before.uptime, ...(before.moved && { movedBeforeGap: before.moved }) },
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
        between: redatedFrom(getIntervalEndBounds(past), computeClockStepMs(before.uptime.clock, reading.clock)),
        first: false,
      },
      doubt: null,
    },
  ]
}

/**
 * Returns the reading of a poll as it applies to one session. If the session was up, its last reading is not later than
 * the time up to which its age proves it up (`upAt`), because a cached response proves nothing about later times.
 */
function readingOfOne({ state, uptime: { upAt } }: RecordedSession, reading: ProvenAbsenceOfPoll): ProvenAbsenceOfPoll {
  if (state !== 'established' || upAt === null) return reading
  const lastRead = (instance: string) => {
    const at = reading.lastRead(instance)
    return at === null ? null : Math.min(at, upAt)
  }
  return { ...reading, lastRead }
}

/**
 * Adds a sample to a session's prefix count. The count is stored in its own intervals, because it changes more often
 * than the state.
 * @param value null = not reported, for example while the session is down
 */
function comparePrefixes(
  before: { prefixesReceived: number | null; prefixesOpen: OpenInterval | null },
  value: number | null,
  reading: ProvenAbsenceOfPoll,
  instance: string,
): { value: number | null; open: OpenInterval | null; past: ClosedInterval | null } {
  const { prefixesReceived, prefixesOpen } = before
  if (prefixesOpen && value === prefixesReceived) return { value, open: prefixesOpen, past: null }
  const past = prefixesOpen && endStateInterval(prefixesOpen, reading, instance)
  if (value === null) return { value, open: null, past }
  return {
    value,
    open: past ? openIntervalAfter(reading, past.lastPresent) : beginStateInterval(reading, instance),
    past,
  }
}

/**
 * Returns the bounds from the previous poll to this one by the current clock. `earliest` is corrected by the amount by
 * which the clock was set between the polls.
 */
const redatedFrom = ({ earliest, latest }: TimestampBounds, stepMs: number): TimestampBounds => ({
  earliest: Math.min(earliest + stepMs, latest),
  latest,
})

function differs(before: RecordedSession, sample: SampledSession): boolean {
  return (
    before.state !== sample.state ||
    before.azureState !== sample.azureState ||
    before.asn !== sample.asn ||
    before.downReason !== sample.downReason
  )
}

function sampleBefore(session: RecordedSession): SessionSample | null {
  if (session.state === null) return null
  return {
    state: session.state,
    azureState: session.azureState ?? '',
    asn: session.asn,
    downReason: session.downReason,
    prefixesReceived: session.prefixesReceived,
    messagesSent: session.messages.sent?.toString() ?? null,
    messagesReceived: session.messages.received?.toString() ?? null,
    ...createStateChangeFields(session.state, session.moved),
  }
}
