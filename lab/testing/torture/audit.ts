import { monitoringEventKinds } from '#lib/contract/index.ts'
import type { SentApiCommand } from './writes.ts'

export interface LocalClockTimeRange {
  from: number
  /** null = ongoing */
  to: number | null
}

/** A period in which a session was truly down. */
export interface TrueDown extends LocalClockTimeRange {
  /** name of the gateway or circuit */
  scopeName: string
  /** path of a circuit; empty for a session of a gateway */
  path: string
  /** `localAddress~neighbor` */
  subject: string
}

export interface RecordedNetworkEvent {
  kind: string
  scopeName: string
  subject: string
  started: { earliest: number; latest: number }
  ended: { earliest: number; latest: number } | null
}

/** A poll recorded as successful, and the period by the local clock in which its answer was certainly true. */
export interface GoodPoll extends LocalClockTimeRange {
  /** name of the gateway or circuit */
  scopeName: string
  /** `primary` or `secondary` for a circuit; empty for a poll of a whole gateway */
  path: string
  kind: string
}

/** Known facts of a run, from the simulator, the answers to requests, and the database. */
export interface TortureRunFacts {
  /** periods whose data may be missing: between a backup and the start with it */
  unrecorded: readonly LocalClockTimeRange[]
  downs: readonly TrueDown[]
  /** periods in which something happened, with the names of all affected resources */
  touched: readonly (LocalClockTimeRange & { names: readonly string[] })[]
  /** clock offsets in force at some time of the run, in milliseconds; 0 = correct */
  clockSteps: readonly number[]
  events: readonly RecordedNetworkEvent[]
  goodPolls: readonly GoodPoll[]
  /** periods with a wrong clock, in which bounds cannot be compared with polls */
  undated: readonly LocalClockTimeRange[]
  writes: readonly SentApiCommand[]
  /** number of stored copies of each mark */
  stored: ReadonlyMap<string, number>
  /** faults found by the audit of the history tables */
  historyFaults: readonly string[]
  /** resources that the API reports as down and events that are ongoing, although nothing is down any more */
  notAtRest: readonly string[]
  /** queries about a covered past whose answer changed */
  changed: readonly string[]
  /** components that must recover: polls of each source, and the heartbeat of alerting */
  sources: readonly { name: string; inTimeAfterMs: number | null; allowedMs: number }[]
  /** result of {@link compare} of the freezes bench */
  notifications: { lost: readonly string[]; doubled: readonly string[] }
}

/**
 * Faults of two kinds: violations that must never happen (`safety`), and recoveries that must happen in time
 * (`liveness`).
 */
export interface SafetyAndLivenessFaults {
  safety: string[]
  liveness: string[]
}

/**
 * Returns every fault. Empty lists mean that nothing was lost, duplicated, changed or invented, and that everything
 * recovered in time (ADR 0184).
 */
export function findSafetyAndLivenessFaults(facts: TortureRunFacts): SafetyAndLivenessFaults {
  return {
    safety: [
      ...facts.historyFaults.map((fault) => `history: ${fault}`),
      ...lostWrites(facts),
      ...falseEvents(facts),
      ...missedDowns(facts),
      ...facts.changed.map((question) => `the past changed: ${question}`),
      ...notificationFaults(facts.notifications),
    ],
    liveness: [...facts.notAtRest, ...lateSources(facts)],
  }
}

export const listSafetyAndLivenessFaults = ({ safety, liveness }: SafetyAndLivenessFaults): string[] => [
  ...safety,
  ...liveness,
]

export const notificationFaults = ({ lost, doubled }: TortureRunFacts['notifications']): string[] => [
  ...lost.map((line) => `a notification was lost: ${line}`),
  ...doubled.map((line) => `a notification was sent twice: ${line}`),
]

function lostWrites({ writes, stored, unrecorded }: TortureRunFacts): string[] {
  return writes.flatMap(({ mark, isAcknowledged, sentAt, answeredAt }) => {
    const times = stored.get(mark) ?? 0
    if (times > 1) return [`${mark} is stored ${times} times`]
    const isVoid = unrecorded.some((span) => overlap(span, { from: sentAt, to: answeredAt }))
    return times === 0 && isAcknowledged && !isVoid ? [`${mark} was acknowledged and is not stored`] : []
  })
}

const SESSION_KINDS = new Set(['session_down', 'session_up', 'session_flap'])

function falseEvents(facts: TortureRunFacts): string[] {
  const own = facts.events.filter(({ kind }) => !isOfPolls(kind))
  return own.flatMap((event) => {
    const text = `${event.kind} ${event.scopeName} ${event.subject} [${instant(event.started.earliest)}, ${instant(event.started.latest)}]`
    if (!facts.touched.some((touch) => touch.names.includes(event.scopeName) && meets(event.started, touch, facts)))
      return [`nothing happened to what this is about: ${text}`]
    if (!SESSION_KINDS.has(event.kind)) return []
    const ofSession = facts.downs.filter(
      ({ scopeName, subject }) => scopeName === event.scopeName && subject === event.subject,
    )
    const moments = ofSession.flatMap(({ from, to }) =>
      event.kind === 'session_up' ? (to === null ? [] : [to]) : [from],
    )
    return moments.some((moment) => holds(event.started, moment, facts.clockSteps))
      ? []
      : [`bounds without the truth: ${text}, truly ${moments.map(instant).join(', ') || 'never'}`]
  })
}

const isOfPolls = (kind: string) => (monitoringEventKinds as ReadonlySet<string>).has(kind) || kind === 'initial_state'

/**
 * Reports whether bounds contain a time, if each end may have been measured with any clock offset that was in force.
 */
function holds(
  { earliest, latest }: RecordedNetworkEvent['started'],
  moment: number,
  steps: readonly number[],
): boolean {
  return steps.some((step) => earliest - step <= moment) && steps.some((step) => moment <= latest - step)
}

function meets(
  { earliest, latest }: RecordedNetworkEvent['started'],
  { from, to }: LocalClockTimeRange,
  { clockSteps }: TortureRunFacts,
): boolean {
  const [least, most] = [Math.min(...clockSteps), Math.max(...clockSteps)]
  return earliest - most <= (to ?? Number.POSITIVE_INFINITY) && latest - least >= from
}

/**
 * Finds losses without an event. A successful poll that lies completely within a loss has detected it, so an event must
 * exist. Exception: a loss that follows another loss of the same session without a poll that saw it up in between,
 * because the polls then show a single loss.
 */
function missedDowns({ downs, goodPolls, events, undated, unrecorded, clockSteps }: TortureRunFacts): string[] {
  const left = [...undated, ...unrecorded]
  return downs.flatMap((down) => {
    const { scopeName, subject, from, to } = down
    if (to === null || left.some((span) => overlap(span, down))) return []
    const within = (least: number, most: number) =>
      goodPolls.find(
        (poll) => poll.scopeName === scopeName && sees(poll, down) && poll.from > least && (poll.to ?? 0) < most,
      )
    const seen = within(from, to)
    if (!seen) return []
    const earlier = downs.filter((one) => one.scopeName === scopeName && one.subject === subject && one.from < from)
    const upSince = Math.max(...earlier.map((one) => one.to ?? from))
    if (earlier.length > 0 && !within(upSince, from)) return []
    const isRecorded = events.some(
      ({ kind, scopeName: name, subject: about, started }) =>
        kind === 'session_down' && name === scopeName && about === subject && holds(started, from, clockSteps),
    )
    return isRecorded
      ? []
      : [
          `no session_down of ${scopeName} ${subject}, down from ${instant(from)} to ${instant(to)} and polled from ${instant(seen.from)} on`,
        ]
  })
}

const sees = (poll: GoodPoll, down: TrueDown) =>
  poll.kind === (down.path === '' ? 'peers' : 'summary') && poll.path === down.path

const overlap = (a: LocalClockTimeRange, b: LocalClockTimeRange) =>
  a.from <= (b.to ?? Number.POSITIVE_INFINITY) && b.from <= (a.to ?? Number.POSITIVE_INFINITY)

function lateSources({ sources }: TortureRunFacts): string[] {
  return sources
    .filter(({ inTimeAfterMs, allowedMs }) => inTimeAfterMs === null || inTimeAfterMs > allowedMs)
    .map(({ name, inTimeAfterMs, allowedMs }) =>
      inTimeAfterMs === null
        ? `${name} was not there again`
        : `${name} was there again after ${(inTimeAfterMs / 1_000).toFixed(1)} s, ${(allowedMs / 1_000).toFixed(1)} s are allowed`,
    )
}

const instant = (at: number) => (Number.isFinite(at) ? new Date(at).toISOString().slice(11, 23) : String(at))
