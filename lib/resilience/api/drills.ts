import { z } from 'zod'
import { bounds, positiveSeconds, declaredMaintenance, instant, sentInstant } from '#lib/contract/index.ts'
import { whatIfOutcomes } from './what-if.ts'

const drillMarkKinds = [
  'applied',
  'path_lost',
  'session_lost',
  'prefixes',
  'within',
  'nothing_else',
  'returned',
] as const

const carriers = z.object({ circuits: z.array(z.string()), hasOther: z.boolean() })

/**
 * An effect that a drill (announced failover exercise) is expected to have. It was predicted when the drill was
 * announced.
 */
export const drillMark = z.object({
  id: z.string(),
  kind: z.enum(drillMarkKinds),
  scope: z.string().nullable().describe('short id of the circuit, gateway or hub; null = of the whole drill'),
  subject: z
    .string()
    .describe(
      'a path `AzurePrivatePeering/primary`, a session `localAddress~neighbor`, what a setting becomes (`weight 100`, `bandwidth 2000` in Mbit/s), or empty',
    ),
  prefixes: z.array(z.string()),
  outcome: z.enum(whatIfOutcomes).nullable().describe('what becomes of the prefixes'),
  before: carriers.nullable().describe('what carries the prefixes before'),
  to: carriers.nullable().describe('what carries them then'),
  withinSeconds: z.number().nullable(),
})
export type DrillMark = z.infer<typeof drillMark>

/** Results of an expected effect. `waiting` = the drill is ongoing and the effect has not been observed yet. */
const drillResults = ['fail', 'unknown', 'waiting', 'pass'] as const
export type DrillResult = (typeof drillResults)[number]

const secondsBetween = positiveSeconds.nullable()

const measuredMark = drillMark.extend({
  scopeName: z.string(),
  result: z.enum(drillResults),
  observedBetween: bounds.nullable(),
  duration: secondsBetween.describe('of what was expected to be over within a time'),
  observed: z.string().describe('what was observed, or why nothing was'),
})
export type MeasuredMark = z.infer<typeof measuredMark>

const drillStates = ['announced', 'running', 'over', 'cancelled'] as const
/** Verdicts about a drill. `not_held` = the drill is over, but none of its losses took place. */
const drillVerdicts = ['waiting', 'pass', 'fail', 'unknown', 'not_held', 'cancelled'] as const
export type DrillVerdict = (typeof drillVerdicts)[number]

const line = declaredMaintenance.shape.title
const note = declaredMaintenance.shape.note

export const drill = z.object({
  id: z.string(),
  title: z.string(),
  note: z.string(),
  lose: z.string().describe('as `/resilience/what-if` takes it'),
  change: z.string(),
  from: instant,
  to: instant,
  withinSeconds: z.number().describe('how long traffic may take to move'),
  scopes: z.array(z.string()).describe('short ids of what is lost or changed'),
  announcedBy: z.string(),
  announcedAt: instant,
  cancelledBy: z.string().nullable(),
  cancelledAt: instant.nullable(),
  state: z.enum(drillStates),
  verdict: z.enum(drillVerdicts),
  counts: z.record(z.enum(drillResults), z.int().min(0)).describe('marks by result'),
  movedWithin: secondsBetween.describe('how long traffic took to move; null = not measured'),
})
export type Drill = z.infer<typeof drill>

export const drillDetail = drill.extend({ marks: z.array(measuredMark).describe('the record') })
export type DrillDetail = z.infer<typeof drillDetail>

/** Effects that a drill would be expected to have if it were announced now. */
export const expectedDrill = z.object({
  scopes: z.array(z.string()),
  marks: z.array(drillMark.extend({ scopeName: z.string() })),
})

/** A failover test that a user started in Azure. */
export const azureFailoverTest = z.object({
  scope: z.string().describe('short id of the gateway or circuit'),
  scopeName: z.string(),
  kind: z.enum(['site', 'link']).describe('site = a peering location of a gateway, link = a link of a circuit'),
  at: instant.describe('when it was started'),
  stoppedAt: instant.nullable().describe('null = the log has no stop after it'),
  startedBy: z.string().nullable(),
})
export type AzureFailoverTest = z.infer<typeof azureFailoverTest>

/**
 * Maximum length of a drill, milliseconds. Events of its resources cause no notifications during a drill, so it must
 * not be long.
 */
const LONGEST_DRILL_MS = 24 * 60 * 60_000
/** Default hold time of BGP sessions in Azure, seconds. */
export const HOLD_TIME_S = 180

export const drillBody = z
  .strictObject({
    title: line,
    note,
    lose: z.string().max(4_000).default(''),
    change: z.string().max(4_000).default(''),
    from: sentInstant,
    to: sentInstant,
    withinSeconds: z.number().positive().max(3_600).default(HOLD_TIME_S),
    stays: z
      .boolean()
      .default(false)
      .describe('a planned change: it is expected to be recognized and to stay, and nothing to come back'),
  })
  .refine(({ lose, change }) => lose !== '' || change !== '', { path: ['lose'], message: 'say what is lost' })
  .refine(({ from, to }) => Date.parse(to) > Date.parse(from), { path: ['to'], message: 'it must end after it begins' })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= LONGEST_DRILL_MS, {
    path: ['to'],
    message: 'it may last a day at the most',
  })
export type DrillBody = z.infer<typeof drillBody>
