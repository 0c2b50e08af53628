/**
 * A scenario of the corpus: what really happens, how the collector fares, and which events detection must raise and must not.
 * Data, validated; nothing in here knows how detection works. `text/` reads it from `scenarios/*.txt`.
 */
import { z } from 'zod'
import { causeOwners, type EventKind, eventKinds, severities } from '#lib/contract/index.ts'
import { type HappeningInput, type ScenarioInput, topologies, TOPOLOGIES } from '../simulator/index.ts'

/** The virtual day: a Monday. Zero of the simulator's timeline, too. */
export const DAY = '2030-03-04T00:00:00Z'
/** Long before the run: for what differs from the topology from the begin. */
export const EARLIER = '2030-02-21T00:00:00Z'

/** `10:00:30` or `10:00:30.5` on the virtual day, epoch milliseconds. */
export function clock(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number)
  return Date.parse(DAY) + Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000)
}

const CLOCK = /^\d\d:\d\d:\d\d(?:\.\d+)?$/
const time = z.string().regex(CLOCK, 'expected hh:mm:ss').transform(clock)
const span = z.tuple([time, time]).transform(([earliest, latest]) => ({ earliest, latest }))
/** `11:38` is 11 minutes and 38 seconds. */
const length = z
  .string()
  .regex(/^\d+:\d\d$/, 'expected m:ss')
  .transform((text) => {
    const [minutes = 0, seconds = 0] = text.split(':').map(Number)
    return (minutes * 60 + seconds) * 1000
  })
const lengths = z.tuple([length, length]).transform(([minMs, maxMs]) => ({ minMs, maxMs }))

/** The polls of a run; the last four are made only where a scenario wants them: they cost more than they show elsewhere. */
const POLLED_KINDS = ['peers', 'learned', 'summary', 'tables', 'arp', 'stats', 'inventory', 'activity'] as const
const FURTHER_KINDS = ['metrics', 'connection', 'probe', 'advertised'] as const
const poll = z.enum([...POLLED_KINDS, ...FURTHER_KINDS])
export type PolledKind = z.output<typeof poll>

/** Every kind that polls, and the watchdog over them, can raise. */
export const KINDS: readonly EventKind[] = eventKinds
export type Kind = EventKind

/** The column that states since when: bounds are then exact to the latency, and to the unit in which an age is printed. */
const reportedBy = z.enum(['duration', 'upDown'])

export const expectation = z.strictObject({
  event: z.enum(eventKinds),
  /** `ckt-lon/primary`, `10.0.4.12~10.0.4.4`, `ckt-lon > ckt-ams`, a prefix. */
  subject: z.string().min(1),
  /** The poll that shows it, and its source unless the subject names it: `ckt-lon/primary`, `ergw-hub`. */
  poll,
  source: z.string().optional(),
  /** When it truly begins, and until when it can be seen; to the end of the run unless given. */
  at: time,
  until: time.optional(),
  /** It lasts since before the run: the first poll that shows it proves it, and no poll saw it begin. */
  preexisting: z.boolean().default(false),
  /** From when on the truth can be known, where it does not show at once. */
  provenAt: time.optional(),
  reportedBy: reportedBy.optional(),
  /** Visible only if a poll was made in this period, too. */
  ifPolled: span.optional(),
  /** Visible only if no poll was made in this period: such a poll would show two events in place of one. */
  unlessPolled: span.optional(),
  /** The lower bound is the last good poll of another kind. */
  after: poll.optional(),
  /** Consecutive good samples that must show it. */
  samples: z.int().min(1).default(1),
  /** A counter must have stood still for this long, over `samples` whole pairs of samples. */
  flat: length.optional(),
  /**
   * Detection compares the mean rate of a pair of samples with a level: the rates before and after, as multiples of it. Both
   * decide which pair shows it first, and how much of the pair before may have been beyond it.
   */
  level: z.strictObject({ before: z.number(), after: z.number() }).optional(),
  /** The catalogue's bounds of the begin, for polls every minute. */
  bounds: span.optional(),
  /** When the catalogue's polls every minute prove it. */
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
  /** Whose fault it is, as far as the evidence goes: `unknown` where nothing that is polled says so. */
  owner: z.enum(causeOwners).optional(),
  /** Pages that it adds where it can be seen; polls every minute miss it. */
  pages: z.int().min(0).default(0),
  confidence: z.number().min(0).max(1).optional(),
})
export type Expectation = z.output<typeof expectation>

/** Must not be raised, over the whole run. */
export const forbidden = z
  .strictObject({
    event: z.enum(eventKinds).optional(),
    /** A class of causes that must not be claimed (confidence 0.5 or more). */
    cause: z.string().optional(),
    /** Part of the subject's or scope's text. */
    subject: z.string().optional(),
    /** It may be a part of another event, but not one of its own. */
    alone: z.boolean().default(false),
  })
  .refine((f) => f.event !== undefined || f.cause !== undefined, 'forbids nothing')
export type Forbidden = z.output<typeof forbidden>

/** Faults of the collector itself. An `api-fault` among the happenings is ARM's. */
export const collector = z.discriminatedUnion('kind', [
  /** The process makes no polls. */
  z.strictObject({ kind: z.literal('stop'), at: time, until: time }),
  /** An operator paused the polls of one resource, or of everything. */
  z.strictObject({ kind: z.literal('pause'), at: time, until: time, resource: z.string().optional() }),
  /** Restarts with what it stored, and reads its last sample again. */
  z.strictObject({ kind: z.literal('restart'), at: time, until: time }),
  /** No answer came in time. */
  z.strictObject({ kind: z.literal('timeout'), at: time, until: time, poll, source: z.string().optional() }),
  /**
   * The customer's router at the end of a path reports; its end is down for this time, or up all along, or it reports nothing: it hangs or is gone, and has a
   * session with the collector. Or it announces prefixes otherwise for this time.
   */
  z.strictObject({
    kind: z.literal('router'),
    at: time,
    until: time,
    resource: z.string(),
    state: z.enum(['up', 'down', 'silent', 'hung', 'gone', 'withdraws', 'announces', 'prepends']),
    prefixes: z.array(z.string()).default([]),
  }),
  /** Its wall clock jumps, and runs fast by this many parts in a million. */
  z.strictObject({ kind: z.literal('clock'), at: time, stepMs: z.number().default(0), ppm: z.number().default(0) }),
])
export type CollectorEvent = z.output<typeof collector>

/** What an operator declared beforehand. Mappings are inferred from routes. */
export const declared = z.strictObject({
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
  watched: z.array(z.string()).default([]),
  /** Who runs BGP at a circuit. */
  connectivity: z
    .array(z.strictObject({ circuit: z.string(), model: z.enum(['exchange', 'telco', 'direct']) }))
    .default([]),
  /** Customers with their circuits; whatever is on no list is nobody's. */
  customers: z.array(z.strictObject({ name: z.string(), circuits: z.array(z.string()).min(1) })).default([]),
})

export const scenarioSchema = z.strictObject({
  id: z.string().regex(/^S\d\d\d?$/, 'expected an id such as S09'),
  title: z.string().min(1),
  labels: z.array(z.enum(['fault', 'benign', 'collector'])).min(1),
  topology: z.enum(TOPOLOGIES),
  /** Applied to the topology by list and name; adds what is not there. */
  patch: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  start: time,
  end: time,
  /** Everything was polled once, eight days before: what was true then has been true for more than a week. */
  polledBefore: z.boolean().default(false),
  truth: z.array(z.custom<HappeningInput>((value) => typeof value === 'object' && value !== null)).default([]),
  collector: z.array(collector).default([]),
  /** Polls that are made beside those of every run. */
  also: z.array(z.enum(FURTHER_KINDS)).default([]),
  declared: declared.prefault({}),
  expect: z.array(expectation).default([]),
  forbid: z.array(forbidden).default([]),
  /** No event graver than info may be raised beyond those expected. */
  forbidAdverse: z.boolean().default(false),
  /** What must be left of the incidents: one page each. */
  pages: z.int().min(0).default(0),
})
export type CorpusScenario = z.output<typeof scenarioSchema>

/** The scenario as the simulator takes it. */
export function simulated(scenario: CorpusScenario): ScenarioInput {
  const topology: ScenarioInput = { ...topologies[scenario.topology] }
  const lists = topology as unknown as Record<string, { name: string }[]>
  for (const [list, byName] of Object.entries(scenario.patch)) {
    const there = lists[list] ?? []
    const added = Object.entries(byName).filter(([name]) => !there.some((item) => item.name === name))
    lists[list] = [
      ...there.map((item) => ({ ...item, ...byName[item.name] })),
      ...added.map(([name, item]) => ({ ...item, name })),
    ]
  }
  return { ...topology, name: scenario.id, origin: DAY, happenings: scenario.truth.map(dated) }
}

/** Times of day become moments. */
function dated(happening: HappeningInput): HappeningInput {
  const moment = (text: string) => (CLOCK.test(text) ? new Date(clock(text)).toISOString() : text)
  const { at, until } = happening
  return { ...happening, at: moment(at), ...(until === undefined ? {} : { until: moment(until) }) }
}
