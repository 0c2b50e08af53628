/**
 * A scenario of the corpus: the true course of events, faults of the collector, and the events that detection must or
 * must not raise. It is validated data and independent of detection. `text/` reads it from `scenarios/*.txt`, which
 * comments call the catalogue.
 */
import { z } from 'zod'
import { causeOwners, type EventKind, eventKinds, severities } from '#lib/contract/index.ts'
import {
  type HappeningInput,
  type ScenarioInput,
  scenariosByTopology,
  SCENARIO_TOPOLOGY_NAMES,
} from '../simulator/index.ts'

/** The virtual day, which is a Monday. Its begin is also zero of the simulator's timeline. */
export const CORPUS_DAY_START = '2030-03-04T00:00:00Z'
/** A moment long before the run, for differences from the topology that exist from the begin. */
export const EARLIER_TOPOLOGY_CHANGE_TIME = '2030-02-21T00:00:00Z'

/** Converts `10:00:30` or `10:00:30.5` on the virtual day to epoch milliseconds. */
export function parseCorpusTime(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number)
  return Date.parse(CORPUS_DAY_START) + Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000)
}

const CLOCK = /^\d\d:\d\d:\d\d(?:\.\d+)?$/
const time = z.string().regex(CLOCK, 'expected hh:mm:ss').transform(parseCorpusTime)
const span = z.tuple([time, time]).transform(([earliest, latest]) => ({ earliest, latest }))
/** Parses a length: `11:38` is 11 minutes and 38 seconds. */
const length = z
  .string()
  .regex(/^\d+:\d\d$/, 'expected m:ss')
  .transform((text) => {
    const [minutes = 0, seconds = 0] = text.split(':').map(Number)
    return (minutes * 60 + seconds) * 1000
  })
const lengths = z.tuple([length, length]).transform(([minMs, maxMs]) => ({ minMs, maxMs }))

/**
 * Kinds of polls that are made in every run. Kinds in `FURTHER_KINDS` are polled only if a scenario requests them,
 * because in other scenarios they only take time.
 */
const POLLED_KINDS = ['peers', 'learned', 'summary', 'tables', 'arp', 'stats', 'inventory', 'activity'] as const
const FURTHER_KINDS = ['metrics', 'connection', 'probe', 'advertised'] as const
const poll = z.enum([...POLLED_KINDS, ...FURTHER_KINDS])
export type PolledKind = z.output<typeof poll>

/** Every kind of event that polls, or the watchdog over them, can raise. */
export const DETECTABLE_EVENT_KINDS: readonly EventKind[] = eventKinds
export type DetectableEventKind = EventKind

/**
 * The column from which a response reports the begin of a state. The bounds then depend only on the latency and on the
 * unit in which an age is printed.
 */
const reportedBy = z.enum(['duration', 'upDown'])

export const scenarioEventExpectationSchema = z.strictObject({
  event: z.enum(eventKinds),
  /** `ckt-lon/primary`, `10.0.4.12~10.0.4.4`, `ckt-lon > ckt-ams`, or a prefix. */
  subject: z.string().min(1),
  /**
   * Kind of poll that shows the event. `source` names the polled resource, for example `ckt-lon/primary` or `ergw-hub`.
   * It is omitted if the subject already names the resource.
   */
  poll,
  source: z.string().optional(),
  /**
   * True begin of the event, and end of the time in which polls can show it. Without `until`, polls can show it until
   * the end of the run.
   */
  at: time,
  until: time.optional(),
  /** The event began before the run: the first poll proves it, and no poll saw its begin. */
  preexisting: z.boolean().default(false),
  /** The moment from which the event can be known, if it is not visible immediately. */
  provenAt: time.optional(),
  reportedBy: reportedBy.optional(),
  /** Visible only if a poll was also made in this period. */
  ifPolled: span.optional(),
  /** Visible only if no poll was made in this period, because such a poll would show two events in place of one. */
  unlessPolled: span.optional(),
  /** Other kind of poll whose last good poll is the lower bound of the begin. */
  after: poll.optional(),
  /** Consecutive good samples that must show it. */
  samples: z.int().min(1).default(1),
  /** Minimum time for which a counter must be unchanged, over `samples` whole pairs of samples. */
  flat: length.optional(),
  /**
   * Rates before and after the event, as multiples of the level with which detection compares the mean rate between two
   * samples. The rates determine which pair of samples shows the event first, and for how much of the previous pair the
   * rate may already have been beyond the level.
   */
  level: z.strictObject({ before: z.number(), after: z.number() }).optional(),
  /** Bounds of the begin that the catalogue expects with polls every minute. */
  bounds: span.optional(),
  /** Moment at which the event is proven if polls are made every minute, as in the catalogue. */
  detectedAt: time.optional(),
  ends: z
    .strictObject({
      at: time,
      bounds: span.optional(),
      reportedBy: reportedBy.optional(),
    })
    .optional(),
  outage: lengths.optional(),
  severity: z.enum(severities).optional(),
  cause: z.string().optional(),
  /** The owner of the fault, as far as the polled data prove it; otherwise `unknown`. */
  owner: z.enum(causeOwners).optional(),
  /**
   * Number of additional notifications if the polls of this timetable show the event. Polls every minute do not show
   * it.
   */
  pages: z.int().min(0).default(0),
  confidence: z.number().min(0).max(1).optional(),
})
export type ScenarioEventExpectation = z.output<typeof scenarioEventExpectationSchema>

/** An event or cause that must not be raised during the whole run. */
export const forbiddenScenarioEventSchema = z
  .strictObject({
    event: z.enum(eventKinds).optional(),
    /** A class of causes that must not be claimed (confidence 0.5 or more). */
    cause: z.string().optional(),
    /** Part of the text of the subject or scope. */
    subject: z.string().optional(),
    /** Whether only a root event is forbidden; an event that is part of another event is allowed. */
    alone: z.boolean().default(false),
  })
  .refine((f) => f.event !== undefined || f.cause !== undefined, 'forbids nothing')
export type ForbiddenScenarioEvent = z.output<typeof forbiddenScenarioEventSchema>

/** Faults of the collector itself. An `api-fault` among the happenings is a fault of ARM. */
export const collectorEventSchema = z.discriminatedUnion('kind', [
  /** The process makes no polls. */
  z.strictObject({ kind: z.literal('stop'), at: time, until: time }),
  /** An operator paused the polls of one resource, or all polls. */
  z.strictObject({ kind: z.literal('pause'), at: time, until: time, resource: z.string().optional() }),
  /** The collector restarts with its stored data. It first evaluates the last sample of each source again. */
  z.strictObject({ kind: z.literal('restart'), at: time, until: time }),
  /** No response arrived in time. */
  z.strictObject({ kind: z.literal('timeout'), at: time, until: time, poll, source: z.string().optional() }),
  /**
   * The customer's router at the end of a path, which reports to the collector, is in a state for some time: its end of
   * the session is down or up, it sends no reports (silent, hung or gone), or it withdraws, announces or prepends
   * prefixes.
   */
  z.strictObject({
    kind: z.literal('router'),
    at: time,
    until: time,
    resource: z.string(),
    state: z.enum(['up', 'down', 'silent', 'hung', 'gone', 'withdraws', 'announces', 'prepends']),
    prefixes: z.array(z.string()).default([]),
  }),
  /** The collector's wall clock jumps by `stepMs`, and runs fast by `ppm` parts per million. */
  z.strictObject({ kind: z.literal('clock'), at: time, stepMs: z.number().default(0), ppm: z.number().default(0) }),
])
export type CollectorEvent = z.output<typeof collectorEventSchema>

/** Declarations that an operator made before the run. Mappings are not declared; detection infers them from routes. */
export const scenarioDeclarationsSchema = z.strictObject({
  /** Whether the topology's sites are declared, with their prefixes and home circuits. */
  sites: z.boolean().default(true),
  routers: z.array(z.strictObject({ site: z.string(), name: z.string(), addresses: z.array(z.string()) })).default([]),
  policies: z
    .array(
      z.strictObject({
        kind: z.enum(['active_standby', 'active_active', 'symmetric']),
        circuits: z.array(z.string()).min(1),
        prefixes: z.array(z.string()),
      }),
    )
    .default([]),
  maintenance: z
    .array(z.strictObject({ title: z.string(), scopes: z.array(z.string()), at: time, until: time }))
    .default([]),
  /** Failover tests of circuits at a gateway, as Azure reports them. A test of a circuit is known from its begin. */
  tests: z
    .array(z.strictObject({ gateway: z.string(), circuits: z.array(z.string()).min(1), at: time, until: time }))
    .default([]),
  watched: z.array(z.string()).default([]),
  /** The model of a circuit, which decides which party runs BGP. */
  connectivity: z
    .array(z.strictObject({ circuit: z.string(), model: z.enum(['exchange', 'telco', 'direct']) }))
    .default([]),
  /** Customers with their circuits. A circuit on no list has no customer. */
  customers: z.array(z.strictObject({ name: z.string(), circuits: z.array(z.string()).min(1) })).default([]),
})

export const corpusScenarioSchema = z.strictObject({
  id: z.string().regex(/^S\d\d\d?$/, 'expected an id such as S09'),
  title: z.string().min(1),
  labels: z.array(z.enum(['fault', 'benign', 'collector'])).min(1),
  topology: z.enum(SCENARIO_TOPOLOGY_NAMES),
  /** Changes of the topology's items, by list and name. Missing items are added. */
  patch: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  start: time,
  end: time,
  /**
   * Everything was polled once, eight days before the run, so that the state of that time has been known for more than
   * a week.
   */
  polledBefore: z.boolean().default(false),
  truth: z.array(z.custom<HappeningInput>((value) => typeof value === 'object' && value !== null)).default([]),
  collector: z.array(collectorEventSchema).default([]),
  /** Kinds of polls that are made in addition to those of every run. */
  also: z.array(z.enum(FURTHER_KINDS)).default([]),
  declared: scenarioDeclarationsSchema.prefault({}),
  expect: z.array(scenarioEventExpectationSchema).default([]),
  forbid: z.array(forbiddenScenarioEventSchema).default([]),
  /** Whether all events of a severity above `info` are forbidden, except the expected ones. */
  forbidAdverse: z.boolean().default(false),
  /** Number of pages that the incidents must cause, one for each incident. */
  pages: z.int().min(0).default(0),
})
export type CorpusScenario = z.output<typeof corpusScenarioSchema>

/** Returns the scenario as the simulator's input. */
export function toSimulatorScenario(scenario: CorpusScenario): ScenarioInput {
  const topology: ScenarioInput = { ...scenariosByTopology[scenario.topology] }
  const lists = topology as unknown as Record<string, { name: string }[]>
  for (const [list, byName] of Object.entries(scenario.patch)) {
    const there = lists[list] ?? []
    const added = Object.entries(byName).filter(([name]) => !there.some((item) => item.name === name))
    lists[list] = [
      ...there.map((item) => ({ ...item, ...byName[item.name] })),
      ...added.map(([name, item]) => ({ ...item, name })),
    ]
  }
  return { ...topology, name: scenario.id, origin: CORPUS_DAY_START, happenings: scenario.truth.map(dated) }
}

/** Converts times of day to moments. */
function dated(happening: HappeningInput): HappeningInput {
  const moment = (text: string) => (CLOCK.test(text) ? new Date(parseCorpusTime(text)).toISOString() : text)
  const { at, until } = happening
  return { ...happening, at: moment(at), ...(until === undefined ? {} : { until: moment(until) }) }
}
