/** Compares the events that detection raised with what could be seen. */
import { type Bounds, type DetectedEvent, type EpochMs, overlaps } from '#lib/contract/index.ts'
import { SECOND } from '#lib/contract/time/time.ts'
import type { Run } from './run.ts'
import type { Expectation, Forbidden, Kind } from './scenario.ts'
import { failoverTruth, isKnownPath, failoverFaults } from './failover-truth.ts'
import { collectorFacts } from './collector-facts.ts'
import { sessionFacts } from './session-facts.ts'
import type { Slot } from './schedule.ts'
import { countOwners, type OwnerCount, ownerOf } from './owners.ts'
import { pollsFor, visible, type Visible } from './visibility.ts'
import { WATCHDOG_KINDS, watchdogFacts } from './watchdog-facts.ts'

/** Kinds that follow from every session's truth: a scenario's own expectations are checks on that. */
const SESSION_KINDS: ReadonlySet<Kind> = new Set<Kind>(['session_down', 'session_up', 'session_flap'])

/** Kinds that are scored in every scenario, whatever it is about. */
export const FACT_KINDS: ReadonlySet<Kind> = new Set<Kind>([...SESSION_KINDS, ...WATCHDOG_KINDS, 'collector_error'])

/** One fact that truly happened. */
export interface Item {
  kind: Kind
  subject: string
  at: EpochMs
  until: EpochMs | null
  /** null = this timetable could not have seen it */
  seen: Visible | null
  expected: Partial<Pick<Expectation, 'severity' | 'cause' | 'owner' | 'confidence' | 'pages'>>
}

export interface Judged {
  item: Item
  event: DetectedEvent | null
  /** the truth lies inside every bound that the event gives; null = not found */
  contained: boolean | null
  /** whether it is as grave as the scenario says; null = it says nothing, or not found */
  severity: boolean | null
  /** whether its likeliest cause is the scenario's, as sure as that says; null as above */
  cause: boolean | null
  /** whether the owner of its likeliest cause is the scenario's; null as above */
  owner: boolean | null
  /** of a failover between two circuits: what its record contradicts of the truth; null = not found, or no record */
  contradictions: string[] | null
  /** width of the event's bounds over that of the narrowest that the samples allow; null = not found */
  tightness: number | null
}

export interface Score {
  scenario: string
  judged: Judged[]
  /** root events, and those of them whose owner nothing names */
  roots: OwnerCount
  /** events of which nothing true is known */
  falseAlarms: DetectedEvent[]
  /** what the scenario forbids and detection said all the same */
  broken: { rule: Forbidden | 'adverse'; event: DetectedEvent }[]
}

/** All that truly happened in a run, and what of it could be seen. */
export function itemsOf({ scenario, world, slots, everyMs }: Omit<Run, 'events' | 'incidents'>): Item[] {
  const sessions = sessionFacts(world, slots).map(({ kind, subject, at, until, seen }): Item => {
    const own = scenario.expect.find((e) => e.event === kind && e.subject === subject && [at, until].includes(e.at))
    return { kind, subject, at, until, seen, expected: own ?? {} }
  })
  const expected = scenario.expect
    .filter(({ event }) => !SESSION_KINDS.has(event) && !WATCHDOG_KINDS.has(event))
    .map((expectation): Item => {
      const { event, subject, ends } = expectation
      const at = momentOf(expectation, world, slots)
      const seen = visible({ ...expectation, at }, slots, scenario)
      return { kind: event, subject, at, until: ends?.at ?? null, seen, expected: expectation }
    })
  const failing = collectorFacts(slots, everyMs).map(
    (fact): Item => ({ kind: 'collector_error', expected: {}, ...fact }),
  )
  const watched = watchdogFacts(scenario, slots, everyMs).map((fact): Item => {
    const own = scenario.expect.find(
      ({ event, subject }) => event === fact.kind && [fact.subject, '*'].includes(subject),
    )
    return { ...fact, expected: own ?? {} }
  })
  return [...sessions, ...failing, ...watched, ...expected]
}

/** When it truly begins; what was so before the run is dated by the first poll that shows it. */
function momentOf(expectation: Expectation, world: Run['world'], slots: readonly Slot[]): EpochMs {
  if (expectation.preexisting && !expectation.reportedBy)
    return pollsFor(expectation, slots)[0]?.sampleAt ?? expectation.at
  return expectation.event === 'keepalive_stall' ? lastMessageAt(world, expectation) : expectation.at
}

/** Silence begins with the last message before it, which is when the counter moved last. */
function lastMessageAt({ topology, sessions }: Run['world'], { subject, at }: Expectation): EpochMs {
  const [instance, neighbor] = subject.split('~')
  const session = topology.domains
    .flatMap(({ peers }) => peers)
    .find((peer) => peer.instance === instance && peer.neighbor === neighbor)
  if (!session) throw new Error(`there is no session ${subject}`)
  const received = (moment: EpochMs) => sessions.messages(session.key, moment).received
  let last = at
  while (received(last - SECOND) === received(at)) last -= SECOND
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

/** The tolerance of an age and the second that it may be printed to: so much before its request a sample may prove a session up. */
const AGE_SLACK_MS = 3 * SECOND

function withoutSlack({ earliest, latest }: Bounds, seen: Bounds): Bounds {
  const early = seen.earliest - earliest
  return { earliest: early > 0 && early <= AGE_SLACK_MS ? seen.earliest : earliest, latest }
}

export function score(run: Run): Score {
  const items = itemsOf(run)
  const left = new Set(run.events)
  const judged = items.map((item): Judged => {
    const event = item.seen ? bestOf(item, item.seen, left) : null
    if (!event || !item.seen) return { item, ...NOT_FOUND }
    left.delete(event)
    const { severity, owner } = item.expected
    return {
      item,
      event,
      contained: contains(event, item),
      tightness: width(withoutSlack(event.started, item.seen.started)) / width(item.seen.started),
      severity: severity === undefined ? null : severity === event.severity,
      cause: isCausedSo(item, event),
      owner: owner === undefined ? null : owner === ownerOf(event),
      contradictions: contradictionsOf(run, item, event),
    }
  })
  return {
    scenario: run.scenario.id,
    judged,
    roots: countOwners(run.events),
    falseAlarms: [...left].filter(
      (event) =>
        (!event.partOf || (SESSION_KINDS.has(event.kind) && !isRemoval(run, event))) && !isOfCachedAnswer(run, event),
    ),
    broken: brokenRules(run, new Set(judged.flatMap(({ event }) => event ?? []))),
  }
}

/**
 * An earlier answer that was not seen before contradicts those that were: the ages in it have not moved with the clock. That is said, and
 * said rightly, wherever a poll fell between; of an answer that was seen there is nothing to say.
 */
function isOfCachedAnswer({ slots }: Run, { kind, scope, started }: DetectedEvent): boolean {
  return (
    kind === 'duration_inconsistent' &&
    slots.some(
      ({ source, result, startedAt, finishedAt }) =>
        result.cached && source.resource === scope && overlaps(started, { earliest: startedAt, latest: finishedAt }),
    )
  )
}

/** Whether the likeliest cause is the scenario's, and as likely as it says; null = it says nothing. */
function isCausedSo({ expected: { cause, confidence } }: Item, { causes }: DetectedEvent): boolean | null {
  if (cause === undefined) return null
  const [likeliest] = causes
  return cause === likeliest?.class && (confidence === undefined || confidence === likeliest.confidence)
}

/** Held where a circuit, or a VPN gateway's neighbor, takes over from another; between the paths of one, nothing has to be learned again. */
function contradictionsOf({ world }: Run, { kind, subject, at }: Item, event: DetectedEvent): string[] | null {
  if (kind !== 'failover' && kind !== 'best_path_shift') return null
  const [from = '', to = ''] = subject.split(' > ')
  return isKnownPath(world, from) && isKnownPath(world, to)
    ? failoverFaults(event, failoverTruth(world, from, to, at))
    : null
}

/**
 * What goes with a resource that was removed is no fall (docs/rules/detection.md 2.2); said as a part of the removal, it is not
 * one either.
 */
function isRemoval({ events }: Run, { partOf }: DetectedEvent): boolean {
  let parent = events.find(({ key }) => key === partOf)
  while (parent?.partOf) parent = events.find(({ key }) => key === parent?.partOf)
  return parent?.kind === 'resource_removed'
}

/** Of the events that may be this item, the one that was recorded nearest to its proof. */
function bestOf({ kind, subject }: Item, seen: Visible, events: ReadonlySet<DetectedEvent>): DetectedEvent | null {
  const like = [...events].filter(
    (event) => event.kind === kind && isAbout(event, subject) && overlaps(event.started, seen.started),
  )
  const distance = (event: DetectedEvent) => Math.abs(event.detectedAt - seen.detectedAt)
  return like.toSorted((a, b) => distance(a) - distance(b))[0] ?? null
}

/** How a scenario may name what an event is about. */
function isAbout({ scope, subject }: DetectedEvent, name: string): boolean {
  const own = subject.replace(/^AzurePrivatePeering\/?/, '')
  return name === '*' || [subject, own, scope, `${scope}/${own}`, `${scope}/${subject}`].includes(name)
}

const width = ({ earliest, latest }: Bounds) => Math.max(1, latest - earliest)
const inside = (at: EpochMs, { earliest, latest }: Bounds) => earliest <= at && at <= latest

/** Whether the truth lies inside every bound that the event gives. */
export function contains({ started, ended, duration }: DetectedEvent, { at, until }: Item): boolean {
  if (!inside(at, started)) return false
  if (until === null || !ended) return true
  const length = until - at
  return inside(until, ended) && (!duration || (duration.minMs <= length && length <= duration.maxMs))
}

function brokenRules({ scenario, events }: Run, expected: ReadonlySet<DetectedEvent>): Score['broken'] {
  return events.flatMap((event) => {
    // what truly happens may be seen by those who poll often, although the catalogue's minute hides it
    const broken: Score['broken'] = scenario.forbid
      .filter((rule) => breaks(event, rule) && (rule.event === undefined || !expected.has(event)))
      .map((rule) => ({ rule, event }))
    if (scenario.forbidAdverse && event.severity !== 'info' && !expected.has(event))
      broken.push({ rule: 'adverse', event })
    return broken
  })
}

const CLAIMED = 0.5

function breaks(event: DetectedEvent, { event: kind, cause, subject, alone }: Forbidden): boolean {
  if (kind !== undefined && event.kind !== kind) return false
  if (cause !== undefined && !event.causes.some((c) => c.class === cause && c.confidence >= CLAIMED)) return false
  if (subject !== undefined && !`${event.scope} ${event.subject}`.includes(subject)) return false
  return !(alone && event.partOf)
}

/** The catalogue's expectations of sessions, to check what was worked out for all sessions against them. */
export function sessionExpectations(expect: readonly Expectation[]): Expectation[] {
  return expect.filter(({ event }) => SESSION_KINDS.has(event))
}
