/**
 * A scenario of the corpus: what really happens, how the collector fared, and what detection must say and must not. Data,
 * validated; nothing in here knows how detection works.
 */
import { z } from 'zod'
import { severities } from '#lib/contract/index.ts'
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
const span = z.tuple([time, time]).transform(([lo, hi]) => ({ lo, hi }))
/** `11:38` is 11 minutes and 38 seconds. */
const length = z
  .string()
  .regex(/^\d+:\d\d$/, 'expected m:ss')
  .transform((text) => {
    const [minutes = 0, seconds = 0] = text.split(':').map(Number)
    return (minutes * 60 + seconds) * 1000
  })
const lengths = z.tuple([length, length]).transform(([minMs, maxMs]) => ({ minMs, maxMs }))

/** The polls of the catalogue by its own short names. Metrics (`mx`) are not polled in a run: see docs/detection.md. */
export const POLLS = {
  ps: 'peers',
  lr: 'learned',
  cs: 'summary',
  ct: 'tables',
  ar: 'arp',
  st: 'stats',
  rg: 'inventory',
  al: 'activity',
} as const
export type PollName = keyof typeof POLLS
export type PolledKind = (typeof POLLS)[PollName]
const poll = z.enum(Object.keys(POLLS) as [PollName, ...PollName[]])

/** The events of docs/rules/events.md and detection's own of collectors; a kind that no detector raises yet is listed as such. */
export const KINDS = [
  'session_down', 'session_up', 'session_flap', 'session_flapping', 'keepalive_stall', 'path_down', 'redundancy_lost',
  'redundancy_restored', 'circuit_down', 'peer_lost', 'gateway_instance_lost', 'gateway_isolated', 'gateway_changing',
  'provider_state_changed', 'peering_disabled', 'peering_enabled', 'resource_removed', 'failover', 'failback',
  'best_path_shift', 'ecmp_reduced', 'ecmp_restored', 'no_path', 'unintended_active_passive', 'parity_mismatch',
  'mass_withdraw', 'mass_announce', 'origin_change', 'unexpected_transit', 'more_specific', 'own_space_heard',
  'default_route_appeared', 'default_route_disappeared', 'prefix_headroom', 'prefix_limit_exceeded', 'green_but_dead',
  'one_way_traffic', 'asymmetric_forwarding', 'traffic_shift', 'bandwidth_high', 'n1_capacity_risk', 'counter_reset',
  'traffic_low_everywhere', 'route_churn', 'collector_degraded', 'nothing_polled',
] as const // biome-ignore format: a list
export type Kind = (typeof KINDS)[number]

const expectation = z.strictObject({
  event: z.enum(KINDS),
  /** `ckt-lon/primary`, `10.0.4.12~10.0.4.4`, `ckt-lon > ckt-ams`, a prefix. */
  subject: z.string().min(1),
  /** Which poll shows it, and of which source unless the subject tells: `ckt-lon/primary`, `ergw-hub`. */
  sees: poll,
  source: z.string().optional(),
  /** When it truly begins, and until when it can be seen; to the end of the run unless given. */
  at: time,
  until: time.optional(),
  /** Consecutive good samples that must show it. */
  samples: z.int().min(1).default(1),
  /** Something must have stood still for so long, over `samples` whole pairs of samples. */
  flat: length.optional(),
  /** The catalogue's bounds, for polls every minute. */
  t: span.optional(),
  /** The catalogue's detection, for polls every minute. */
  det: time.optional(),
  ends: z
    .strictObject({
      at: time,
      t: span.optional(),
      /** The answer itself tells since when: bounds are exact to the latency. */
      told: z.enum(['duration', 'upDown']).optional(),
    })
    .optional(),
  outage: lengths.optional(),
  severity: z.enum(severities).optional(),
  cause: z.string().optional(),
  confidence: z.number().min(0).max(1).optional(),
})
export type Expectation = z.output<typeof expectation>

/** Must not be there, over the whole run. */
const forbidden = z
  .strictObject({
    event: z.enum(KINDS).optional(),
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
  /** Restarts with what it stored, and reads its last sample again. */
  z.strictObject({ kind: z.literal('restart'), at: time, until: time }),
  /** No answer came in time. */
  z.strictObject({ kind: z.literal('timeout'), at: time, until: time, poll, source: z.string().optional() }),
  /** Its wall clock jumps, and runs fast by so many parts in a million. */
  z.strictObject({ kind: z.literal('clock'), at: time, stepMs: z.number().default(0), ppm: z.number().default(0) }),
])
export type CollectorEvent = z.output<typeof collector>

const scenarioInput = z.strictObject({
  id: z.string().regex(/^S\d\d$/),
  title: z.string(),
  labels: z.array(z.enum(['fault', 'benign', 'collector'])).min(1),
  topology: z.enum(TOPOLOGIES),
  /** Laid over the topology: by list and name. */
  patch: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  start: time,
  end: time,
  truth: z.array(z.custom<HappeningInput>((value) => typeof value === 'object' && value !== null)).default([]),
  collector: z.array(collector).default([]),
  /** What an operator declared beforehand. */
  declared: z
    .strictObject({
      maintenance: z.array(z.strictObject({ site: z.string(), at: time, until: time })).default([]),
      routers: z.record(z.string(), z.array(z.string())).default({}),
    })
    .prefault({}),
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
    lists[list] = (lists[list] ?? []).map((item) => ({ ...item, ...byName[item.name] }))
  }
  return { ...topology, name: scenario.id, origin: DAY, happenings: scenario.truth.map(dated) }
}

/** Times of day become moments. */
function dated(happening: HappeningInput): HappeningInput {
  const moment = (text: string) => (CLOCK.test(text) ? new Date(clock(text)).toISOString() : text)
  const { at, until } = happening
  return { ...happening, at: moment(at), ...(until === undefined ? {} : { until: moment(until) }) }
}
