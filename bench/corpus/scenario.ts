/**
 * A scenario of the corpus: what really happens, how the collector fared, and what detection must say and must not. Data,
 * validated; nothing in here knows how detection works.
 */
import { z } from 'zod'
import { type EventKind, eventKinds, severities } from '#lib/contract/index.ts'
import { type HappeningInput, type ScenarioInput, topologies, TOPOLOGIES } from '#lib/simulator/index.ts'

/** The virtual day: a Monday. Zero of the simulator's timeline, too. */
export const DAY = '2030-03-04T00:00:00Z'
/** Since long before the run: for what a scenario has otherwise than its topology. */
export const LONG_AGO = '2030-02-21T00:00:00Z'

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

/** The polls of the catalogue by its own short names; the last ones are made only where a scenario asks for them. */
export const POLLS = {
  ps: 'peers',
  lr: 'learned',
  cs: 'summary',
  ct: 'tables',
  ar: 'arp',
  st: 'stats',
  rg: 'inventory',
  al: 'activity',
  mx: 'metrics',
  cn: 'connection',
  pr: 'probe',
  ad: 'advertised',
} as const
export type PollName = keyof typeof POLLS
export type PolledKind = (typeof POLLS)[PollName]
const poll = z.enum(Object.keys(POLLS) as [PollName, ...PollName[]])
/** What a scenario may have polled beside the rest: it costs more than it tells where nothing depends on it. */
const FURTHER = ['mx', 'pr', 'ad', 'cn'] as const

/** Told by a look at the money once a day, over months of usage: no poll tells them, and lib/detection/cost has tests of its own. */
const OF_MONEY: ReadonlySet<EventKind> = new Set<EventKind>([
  'forecast_over_budget',
  'break_even_crossing',
  'egress_surge',
])
/** Every kind that polls, and looks at how they go, can raise. */
export const KINDS: readonly EventKind[] = eventKinds.filter((kind) => !OF_MONEY.has(kind))
export type Kind = EventKind

/** Bounds are exact to the latency, and to the unit in which an age is printed. */
const told = z.enum(['duration', 'upDown'])

const expectation = z.strictObject({
  event: z.enum(eventKinds),
  /** `ckt-lon/primary`, `10.0.4.12~10.0.4.4`, `ckt-lon > ckt-ams`, a prefix. */
  subject: z.string().min(1),
  /** Which poll shows it, and of which source unless the subject tells: `ckt-lon/primary`, `ergw-hub`. */
  sees: poll,
  source: z.string().optional(),
  /** When it truly begins, and until when it can be seen; to the end of the run unless given. */
  at: time,
  until: time.optional(),
  /** It was so long before the run: the first poll that shows it proves it, and nobody saw it begin. */
  standing: z.boolean().default(false),
  /** From when on the truth can be known, where it does not show at once. */
  proved: time.optional(),
  /** The answer itself tells since when. */
  told: told.optional(),
  /** To be seen only by who polled in here, too. */
  between: span.optional(),
  /** To be seen only by who did not poll in here: it hides what was in between. */
  unless: span.optional(),
  /** The lower bound is the last good poll of another kind. */
  after: poll.optional(),
  /** Consecutive good samples that must show it. */
  samples: z.int().min(1).default(1),
  /** Something must have stood still for so long, over `samples` whole pairs of samples. */
  flat: length.optional(),
  /**
   * The mean rate of a pair of samples is held against a level: the rates before and after, as multiples of it. Which pair shows
   * it first, and how much of the one before may have been beyond it, follows from both.
   */
  level: z.strictObject({ was: z.number(), is: z.number() }).optional(),
  /** The catalogue's bounds, for polls every minute. */
  t: span.optional(),
  /** The catalogue's detection, for polls every minute. */
  det: time.optional(),
  ends: z
    .strictObject({
      at: time,
      t: span.optional(),
      told: told.optional(),
    })
    .optional(),
  outage: lengths.optional(),
  severity: z.enum(severities).optional(),
  cause: z.string().optional(),
  /** Pages that it adds where it can be seen, and the catalogue's minute hides it. */
  pages: z.int().min(0).default(0),
  confidence: z.number().min(0).max(1).optional(),
})
export type Expectation = z.output<typeof expectation>

/** Must not be there, over the whole run. */
const forbidden = z
  .strictObject({
    event: z.enum(eventKinds).optional(),
    /** A class of causes that must not be claimed (confidence 0.5 or more). */
    cause: z.string().optional(),
    /** Part of the subject's or scope's text. */
    subject: z.string().optional(),
    /** It may be there as a part of another event, but must not stand for itself. */
    alone: z.boolean().default(false),
  })
  .refine((f) => f.event !== undefined || f.cause !== undefined, 'forbids nothing')
export type Forbidden = z.output<typeof forbidden>

/** How the collector itself fared. What ARM did wrong is an `api-fault` among the happenings. */
const collector = z.discriminatedUnion('kind', [
  /** No poll is made. */
  z.strictObject({ kind: z.literal('pause'), at: time, until: time }),
  /** An operator wants it not to be asked: one resource, or everything. */
  z.strictObject({ kind: z.literal('paused'), at: time, until: time, resource: z.string().optional() }),
  /** Restarts with what it stored, and reads its last sample again. */
  z.strictObject({ kind: z.literal('restart'), at: time, until: time }),
  /** No answer came in time. */
  z.strictObject({ kind: z.literal('timeout'), at: time, until: time, poll, source: z.string().optional() }),
  /** Its wall clock jumps, and runs fast by so many parts in a million. */
  z.strictObject({ kind: z.literal('clock'), at: time, stepMs: z.number().default(0), ppm: z.number().default(0) }),
])
export type CollectorEvent = z.output<typeof collector>

const pathName = z.enum(['primary', 'secondary'])
const declared = z.strictObject({
  /** Whether the estate's sites are declared, with their prefixes and the circuit that is meant to carry them. */
  sites: z.boolean().default(true),
  routers: z.array(z.strictObject({ site: z.string(), name: z.string(), addresses: z.array(z.string()) })).default([]),
  /** What is not declared here is inferred from routes. */
  mappings: z
    .array(z.strictObject({ gateway: z.string(), neighbor: z.string(), circuit: z.string(), path: pathName }))
    .default([]),
  policies: z
    .array(
      z.strictObject({
        kind: z.enum(['active_standby', 'active_active', 'symmetric']),
        circuits: z.array(z.string()).min(1),
        prefixes: z.array(z.string()).default([]),
      }),
    )
    .default([]),
  maintenance: z
    .array(
      z.strictObject({
        title: z.string(),
        scopes: z.array(z.string()).default([]),
        paths: z.array(pathName).default([]),
        at: time,
        until: time,
      }),
    )
    .default([]),
  watched: z.array(z.string()).default([]),
})

const scenarioInput = z.strictObject({
  id: z.string().regex(/^S\d\d\d?$/),
  title: z.string(),
  labels: z.array(z.enum(['fault', 'benign', 'collector'])).min(1),
  topology: z.enum(TOPOLOGIES),
  /** Laid over the topology: by list and name; what is not there is added. */
  patch: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  start: time,
  end: time,
  /** Everything was polled once, eight days before: what was so then has been so for more than a week. */
  known: z.boolean().default(false),
  truth: z.array(z.custom<HappeningInput>((value) => typeof value === 'object' && value !== null)).default([]),
  collector: z.array(collector).default([]),
  /** Polls that are made beside those of every run. */
  also: z.array(z.enum(FURTHER)).default([]),
  /** What an operator declared beforehand. */
  declared: declared.prefault({}),
  expect: z.array(expectation).default([]),
  forbid: z.array(forbidden).default([]),
  /** Nothing adverse at all may be raised. */
  silent: z.boolean().default(false),
  /** What must be left of the incidents: one page each. */
  pages: z.int().min(0),
  /** What of the catalogue's text this form does not hold. */
  beyond: z.array(z.string()).default([]),
})
export type ScenarioData = z.input<typeof scenarioInput>
export type CorpusScenario = z.output<typeof scenarioInput>

/** @throws ZodError for data that does not read as a scenario */
export function readScenario(data: ScenarioData): CorpusScenario {
  return scenarioInput.parse(data)
}

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
