/** Compares the events that detection raised with the events that were visible. */
import {
  type TimestampBounds,
  PROVED_BY_METRIC_FLAG,
  type DetectedEvent,
  type EpochMs,
  doTimestampBoundsOverlap,
} from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { ScenarioRunResult } from './run.ts'
import type { ScenarioEventExpectation, ForbiddenScenarioEvent, DetectableEventKind } from './scenario.ts'
import { findFailoverTruth, isKnownPath, findFailoverContradictions } from './failover-truth.ts'
import { listTrueCollectorFailures } from './collector-facts.ts'
import { deriveSessionFacts } from './session-facts.ts'
import type { ScheduledCorpusPoll } from './schedule.ts'
import { countRootEventsWithoutOwner, type OwnerCount, getLikeliestCauseOwner } from './owners.ts'
import { listSuccessfulPollsForExpectation, findVisibleTrueEvent, type VisibleTrueEvent } from './visibility.ts'
import { WATCHDOG_KINDS, deriveWatchdogFacts } from './watchdog-facts.ts'

/**
 * Kinds of events that are derived from the true state of every session. If a scenario also expects such events, the
 * expectation only checks the derivation.
 */
const SESSION_KINDS: ReadonlySet<DetectableEventKind> = new Set<DetectableEventKind>([
  'session_down',
  'session_up',
  'session_flap',
])

/** Kinds that are scored in every scenario, whatever it tests. */
export const FACT_KINDS: ReadonlySet<DetectableEventKind> = new Set<DetectableEventKind>([
  ...SESSION_KINDS,
  ...WATCHDOG_KINDS,
  'collector_error',
])

/** A fact that truly happened. */
export interface TrueScenarioEvent {
  kind: DetectableEventKind
  subject: string
  at: EpochMs
  until: EpochMs | null
  /** event that the polls of this timetable could show; null = they could not show it */
  seen: VisibleTrueEvent | null
  expected: Partial<Pick<ScenarioEventExpectation, 'severity' | 'cause' | 'owner' | 'confidence' | 'pages'>>
}

export interface ScoredTrueEvent {
  item: TrueScenarioEvent
  event: DetectedEvent | null
  /** whether every bound of the event contains the truth; null = not found */
  contained: boolean | null
  /** whether the event's severity is the severity in the scenario; null = not specified, or not found */
  severity: boolean | null
  /** whether the event's likeliest cause has the scenario's class and confidence; null = not specified, or not found */
  cause: boolean | null
  /**
   * whether the owner of the event's likeliest cause is the owner in the scenario; null = not specified, or not found
   */
  owner: boolean | null
  /**
   * contradictions between the record of a failover between two circuits and the truth; null = not found, or no record
   */
  contradictions: string[] | null
  /** width of the event's bounds divided by the narrowest width that the samples allow; null = not found */
  tightness: number | null
}

export interface ScenarioScore {
  scenario: string
  judged: ScoredTrueEvent[]
  /** root events, and how many of them have no owner */
  roots: OwnerCount
  /** events without a corresponding true fact */
  falseAlarms: DetectedEvent[]
  /** events that the scenario forbids */
  broken: { rule: ForbiddenScenarioEvent | 'adverse'; event: DetectedEvent }[]
}

/** Returns all facts that truly happened in a run, and when they were visible. */
export function listTrueScenarioEvents({
  scenario,
  world,
  slots,
  everyMs,
}: Omit<ScenarioRunResult, 'events' | 'incidents'>): TrueScenarioEvent[] {
  const sessions = deriveSessionFacts(world, slots).map(({ kind, subject, at, until, seen }): TrueScenarioEvent => {
    const own = scenario.expect.find((e) => e.event === kind && e.subject === subject && [at, until].includes(e.at))
    return { kind, subject, at, until, seen, expected: own ?? {} }
  })
  const expected = scenario.expect
    .filter(({ event }) => !SESSION_KINDS.has(event) && !WATCHDOG_KINDS.has(event))
    .map((expectation): TrueScenarioEvent => {
      const { event, subject, ends } = expectation
      const at = momentOf(expectation, world, slots)
      const seen = findVisibleTrueEvent({ ...expectation, at }, slots, scenario)
      return { kind: event, subject, at, until: ends?.at ?? null, seen, expected: expectation }
    })
  const failing = listTrueCollectorFailures(slots, everyMs).map(
    (fact): TrueScenarioEvent => ({ kind: 'collector_error', expected: {}, ...fact }),
  )
  const watched = deriveWatchdogFacts(scenario, slots, everyMs).map((fact): TrueScenarioEvent => {
    const own = scenario.expect.find(
      ({ event, subject }) => event === fact.kind && [fact.subject, '*'].includes(subject),
    )
    const severity = own?.severity ?? (fact.isOfMost === undefined ? undefined : fact.isOfMost ? 'major' : 'warning')
    return { ...fact, expected: { ...own, severity } }
  })
  return [...sessions, ...failing, ...watched, ...expected]
}

/**
 * Returns the true begin of an expected event. If the state existed before the run and its response has no age, the
 * time of the first poll that shows it is used.
 */
function momentOf(
  expectation: ScenarioEventExpectation,
  world: ScenarioRunResult['world'],
  slots: readonly ScheduledCorpusPoll[],
): EpochMs {
  if (expectation.preexisting && !expectation.reportedBy)
    return listSuccessfulPollsForExpectation(expectation, slots)[0]?.sampleAt ?? expectation.at
  return expectation.event === 'keepalive_stall' ? lastMessageAt(world, expectation) : expectation.at
}

/**
 * Returns the time of the last message of a session, at which its counter increased last. A stall of keepalives begins
 * at this time.
 */
function lastMessageAt(
  { topology, sessions }: ScenarioRunResult['world'],
  { subject, at }: ScenarioEventExpectation,
): EpochMs {
  const [instance, neighbor] = subject.split('~')
  const session = topology.domains
    .flatMap(({ peers }) => peers)
    .find((peer) => peer.instance === instance && peer.neighbor === neighbor)
  if (!session) throw new Error(`there is no session ${subject}`)
  const received = (moment: EpochMs) => sessions.messages(session.key, moment).received
  let last = at
  while (received(last - MS_PER_SECOND) === received(at)) last -= MS_PER_SECOND
  return last
}

const NOT_FOUND = {
  event: null,
  contained: null,
  severity: null,
  cause: null,
  owner: null,
  tightness: null,
  contradictions: null,
} as const

/**
 * Tolerance in milliseconds for the begin of a state that is derived from an age. It covers the inaccuracy of the age,
 * and the second to which the age may be printed. A sample may therefore prove that a session was up this long before
 * the request.
 */
const AGE_SLACK_MS = 3 * MS_PER_SECOND

function withoutSlack({ earliest, latest }: TimestampBounds, seen: TimestampBounds): TimestampBounds {
  const early = seen.earliest - earliest
  return { earliest: early > 0 && early <= AGE_SLACK_MS ? seen.earliest : earliest, latest }
}

export function scoreScenarioRun(run: ScenarioRunResult): ScenarioScore {
  const items = listTrueScenarioEvents(run)
  const left = new Set(run.events)
  const judged = items.map((item): ScoredTrueEvent => {
    const event = item.seen ? bestOf(item, item.seen, left) : null
    if (!event || !item.seen) return { item, ...NOT_FOUND }
    left.delete(event)
    const { severity, owner } = item.expected
    return {
      item,
      event,
      contained: doEventBoundsContainTruth(event, item),
      tightness: width(withoutSlack(event.started, item.seen.started)) / width(item.seen.started),
      severity: severity === undefined ? null : severity === event.severity,
      cause: isCausedSo(item, event),
      owner: owner === undefined ? null : owner === getLikeliestCauseOwner(event),
      contradictions: contradictionsOf(run, item, event),
    }
  })
  return {
    scenario: run.scenario.id,
    judged,
    roots: countRootEventsWithoutOwner(run.events),
    falseAlarms: [...left].filter(
      (event) =>
        (!event.partOf || (SESSION_KINDS.has(event.kind) && !isRemoval(run, event))) &&
        !isOfCachedAnswer(run, event) &&
        !isMeasuredFall(run, event),
    ),
    broken: brokenRules(run, new Set(judged.flatMap(({ event }) => event ?? []))),
  }
}

/**
 * Reports whether an event is a correct consequence of a cached response. If Azure returns an earlier response that no
 * poll had received before, its ages contradict the responses that were received, and detection raises
 * `duration_inconsistent`. A cached response that a poll had already received raises no event.
 */
function isOfCachedAnswer({ slots }: ScenarioRunResult, { kind, scope, started }: DetectedEvent): boolean {
  return (
    kind === 'duration_inconsistent' &&
    slots.some(
      ({ source, result, startedAt, finishedAt }) =>
        result.cached &&
        source.resource === scope &&
        doTimestampBoundsOverlap(started, { earliest: startedAt, latest: finishedAt }),
    )
  )
}

/**
 * Reports whether an event about a session was derived from metrics, and a session with this neighbor truly went down
 * within the event's bounds. Such events are not false alarms, although no scenario lists them. Azure Monitor names the
 * gateway instance by its number and not by its address.
 */
function isMeasuredFall(
  { world: { topology, sessions } }: ScenarioRunResult,
  { flags, subject, started }: DetectedEvent,
): boolean {
  if (!flags.includes(PROVED_BY_METRIC_FLAG)) return false
  const [, place, neighbor] = /^GatewayTenantWorker_IN_(\d+)~(.+)$/.exec(subject) ?? []
  return topology.domains.some(({ peers }) =>
    peers.some(
      (peer) =>
        peer.neighbor === neighbor &&
        peer.gateway.instances.findIndex(({ address }) => address === peer.instance) === Number(place) &&
        sessions
          .downs(peer.key, started.earliest, started.latest)
          .some(({ from }) => started.earliest <= from && from <= started.latest),
    ),
  )
}

/** Reports whether the likeliest cause has the scenario's class and confidence; null = the scenario names no cause. */
function isCausedSo({ expected: { cause, confidence } }: TrueScenarioEvent, { causes }: DetectedEvent): boolean | null {
  if (cause === undefined) return null
  const [likeliest] = causes
  return cause === likeliest?.class && (confidence === undefined || confidence === likeliest.confidence)
}

/**
 * Returns the contradictions between a failover event and the truth. Returns null for other events, and for failovers
 * between the paths of one circuit, because no routes are learned again there.
 */
function contradictionsOf(
  { world }: ScenarioRunResult,
  { kind, subject, at }: TrueScenarioEvent,
  event: DetectedEvent,
): string[] | null {
  if (kind !== 'failover' && kind !== 'best_path_shift') return null
  const [from = '', to = ''] = subject.split(' > ')
  return isKnownPath(world, from) && isKnownPath(world, to)
    ? findFailoverContradictions(event, findFailoverTruth(world, from, to, at))
    : null
}

/**
 * Reports whether an event belongs to the removal of a resource. Sessions that disappear with a removed resource did
 * not fall (docs/rules/detection.md 2.2), also if they are reported as part of the removal.
 */
function isRemoval({ events }: ScenarioRunResult, { partOf }: DetectedEvent): boolean {
  let parent = events.find(({ key }) => key === partOf)
  while (parent?.partOf) parent = events.find(({ key }) => key === parent?.partOf)
  return parent?.kind === 'resource_removed'
}

/**
 * Returns the event that matches an expected fact. If there are several, the event is returned whose detection time is
 * closest to the time at which the fact can be proven.
 */
function bestOf(
  { kind, subject }: TrueScenarioEvent,
  seen: VisibleTrueEvent,
  events: ReadonlySet<DetectedEvent>,
): DetectedEvent | null {
  const like = [...events].filter(
    (event) => event.kind === kind && isAbout(event, subject) && doTimestampBoundsOverlap(event.started, seen.started),
  )
  const distance = (event: DetectedEvent) => Math.abs(event.detectedAt - seen.detectedAt)
  return like.toSorted((a, b) => distance(a) - distance(b))[0] ?? null
}

/** Reports whether an event is about the subject or scope that a scenario names. */
function isAbout({ scope, subject }: DetectedEvent, name: string): boolean {
  const own = subject.replace(/^AzurePrivatePeering\/?/, '')
  return name === '*' || [subject, own, scope, `${scope}/${own}`, `${scope}/${subject}`].includes(name)
}

const width = ({ earliest, latest }: TimestampBounds) => Math.max(1, latest - earliest)
const inside = (at: EpochMs, { earliest, latest }: TimestampBounds) => earliest <= at && at <= latest

/** Reports whether every bound of the event contains the truth. */
export function doEventBoundsContainTruth(
  { started, ended, duration }: DetectedEvent,
  { at, until }: TrueScenarioEvent,
): boolean {
  if (!inside(at, started)) return false
  if (until === null || !ended) return true
  const length = until - at
  return inside(until, ended) && (!duration || (duration.minMs <= length && length <= duration.maxMs))
}

function brokenRules(
  { scenario, events }: ScenarioRunResult,
  expected: ReadonlySet<DetectedEvent>,
): ScenarioScore['broken'] {
  return events.flatMap((event) => {
    // an expected event never breaks a rule about its kind, because polls more often than every minute may show true
    // events that the catalogue does not list
    const broken: ScenarioScore['broken'] = scenario.forbid
      .filter((rule) => breaks(event, rule) && (rule.event === undefined || !expected.has(event)))
      .map((rule) => ({ rule, event }))
    if (scenario.forbidAdverse && event.severity !== 'info' && !expected.has(event))
      broken.push({ rule: 'adverse', event })
    return broken
  })
}

const CLAIMED = 0.5

function breaks(event: DetectedEvent, { event: kind, cause, subject, alone }: ForbiddenScenarioEvent): boolean {
  if (kind !== undefined && event.kind !== kind) return false
  if (cause !== undefined && !event.causes.some((c) => c.class === cause && c.confidence >= CLAIMED)) return false
  if (subject !== undefined && !`${event.scope} ${event.subject}`.includes(subject)) return false
  return !(alone && event.partOf)
}

/** Returns the catalogue's expectations of sessions, to check the facts derived for all sessions. */
export function sessionExpectations(expect: readonly ScenarioEventExpectation[]): ScenarioEventExpectation[] {
  return expect.filter(({ event }) => SESSION_KINDS.has(event))
}
