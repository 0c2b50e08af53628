/** Holds what detection said against what could be seen. */
import type { Bounds, DetectedEvent, EpochMs } from '#lib/contract/index.ts'
import type { Run } from './run.ts'
import type { Expectation, Forbidden, Kind } from './scenario.ts'
import { sessionFacts } from './session-facts.ts'
import { visible, type Visible } from './visibility.ts'

/** Kinds of which every session's truth tells all that there is: a scenario's own are checks on that. */
export const SESSION_KINDS: ReadonlySet<Kind> = new Set<Kind>(['session_down', 'session_up', 'session_flap'])

/** One thing that truly happened. */
export interface Item {
  kind: Kind
  subject: string
  at: EpochMs
  until: EpochMs | null
  /** null = nobody polling like this could have seen it */
  seen: Visible | null
}

export interface Judged {
  item: Item
  event: DetectedEvent | null
  /** the truth lies inside every bound that the event gives; null = not found */
  contained: boolean | null
  /** width of the event's bounds over that of the narrowest that the samples allow; null = not found */
  tightness: number | null
}

export interface Score {
  scenario: string
  judged: Judged[]
  /** events of which nothing true is known */
  falseAlarms: DetectedEvent[]
  /** what the scenario forbids and detection said all the same */
  broken: { rule: Forbidden | 'silent'; event: DetectedEvent }[]
}

/** All that truly happened in a run, and what of it could be seen. */
export function itemsOf({ scenario, world, slots }: Pick<Run, 'scenario' | 'world' | 'slots'>): Item[] {
  const facts = sessionFacts(world, slots).map(
    ({ kind, subject, at, until, seen }): Item => ({ kind, subject, at, until, seen }),
  )
  const told = scenario.expect
    .filter(({ event }) => !SESSION_KINDS.has(event))
    .map((expectation): Item => {
      const { event, subject, at, ends } = expectation
      return { kind: event, subject, at, until: ends?.at ?? null, seen: visible(expectation, slots, scenario) }
    })
  return [...facts, ...told]
}

export function score(run: Run): Score {
  const items = itemsOf(run)
  const left = new Set(run.events)
  const judged = items.map((item): Judged => {
    const event = item.seen ? bestOf(item, item.seen, left) : null
    if (!event || !item.seen) return { item, event: null, contained: null, tightness: null }
    left.delete(event)
    return { item, event, contained: contains(event, item), tightness: width(event.started) / width(item.seen.started) }
  })
  return {
    scenario: run.scenario.id,
    judged,
    falseAlarms: [...left].filter(({ kind, partOf }) => SESSION_KINDS.has(kind) || !partOf),
    broken: brokenRules(run, new Set(judged.flatMap(({ event }) => event ?? []))),
  }
}

/** Of the events that may be this item, the one that was recorded nearest to its proof. */
function bestOf({ kind, subject }: Item, seen: Visible, events: ReadonlySet<DetectedEvent>): DetectedEvent | null {
  const like = [...events].filter(
    (event) => event.kind === kind && isAbout(event, subject) && overlap(event.started, seen.started),
  )
  const distance = (event: DetectedEvent) => Math.abs(event.detectedAt - seen.detectedAt)
  return like.toSorted((a, b) => distance(a) - distance(b))[0] ?? null
}

/** How a scenario may name what an event is about. */
export function isAbout({ scope, subject }: DetectedEvent, name: string): boolean {
  const own = subject.replace(/^AzurePrivatePeering\/?/, '')
  return name === '*' || [subject, own, scope, `${scope}/${own}`, `${scope}/${subject}`].includes(name)
}

const overlap = (a: Bounds, b: Bounds) => a.lo <= b.hi && b.lo <= a.hi
const width = ({ lo, hi }: Bounds) => Math.max(1, hi - lo)
const inside = (at: EpochMs, { lo, hi }: Bounds) => lo <= at && at <= hi

function contains({ started, ended, duration }: DetectedEvent, { at, until }: Item): boolean {
  if (!inside(at, started)) return false
  if (until === null || !ended) return true
  const length = until - at
  return inside(until, ended) && (!duration || (duration.minMs <= length && length <= duration.maxMs))
}

function brokenRules({ scenario, events }: Run, expected: ReadonlySet<DetectedEvent>): Score['broken'] {
  return events.flatMap((event) => {
    const broken: Score['broken'] = scenario.forbid
      .filter((rule) => breaks(event, rule))
      .map((rule) => ({ rule, event }))
    if (scenario.silent && event.severity !== 'info' && !expected.has(event)) broken.push({ rule: 'silent', event })
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
