import { z } from 'zod'
import {
  azureTestVerdicts,
  boundsCodec,
  circuitPaths,
  positiveSecondsBoundsCodec,
  declaredMaintenanceSchema,
  instantCodec,
  requestInstantSchema,
} from '#lib/contract/index.ts'
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

/** An effect that a drill (announced failover exercise) should have. It was predicted when the drill was announced. */
export const expectedDrillEffectSchema = z.object({
  id: z.string(),
  kind: z.enum(drillMarkKinds),
  scope: z.string().nullable().describe('short id of the circuit, gateway or hub; null = the whole drill'),
  subject: z
    .string()
    .describe(
      'a path `AzurePrivatePeering/primary`, a session `localAddress~neighbor`, the new value of a setting (`weight 100`, `bandwidth 2000` in Mbit/s), or empty',
    ),
  prefixes: z.array(z.string()),
  outcome: z.enum(whatIfOutcomes).nullable().describe('outcome for the prefixes'),
  before: carriers.nullable().describe('paths that carry the prefixes before'),
  to: carriers.nullable().describe('paths that carry the prefixes during the drill'),
  withinSeconds: z.number().nullable(),
})
export type ExpectedDrillEffect = z.infer<typeof expectedDrillEffectSchema>

/** Possible results of an expected effect. `waiting` = the effect was not observed yet, and the drill is not over. */
const drillResults = ['fail', 'unknown', 'waiting', 'pass'] as const
export type DrillEffectOutcome = (typeof drillResults)[number]

const secondsBetween = positiveSecondsBoundsCodec.nullable()

const measuredMark = expectedDrillEffectSchema.extend({
  scopeName: z.string(),
  result: z.enum(drillResults),
  observedBetween: boundsCodec.nullable(),
  duration: secondsBetween.describe('duration, for a result that is expected within a time'),
  observed: z.string().describe('observation, or the reason why there is none'),
})
export type MeasuredDrillEffect = z.infer<typeof measuredMark>

const drillStates = ['announced', 'running', 'over', 'cancelled'] as const
/** Possible verdicts about a drill. `not_held` = the drill is over, but none of its losses was observed. */
const drillVerdicts = ['waiting', 'pass', 'fail', 'unknown', 'not_held', 'cancelled'] as const
export type DrillVerdict = (typeof drillVerdicts)[number]

const line = declaredMaintenanceSchema.shape.title
const note = declaredMaintenanceSchema.shape.note

export const drillSchema = z.object({
  id: z.string(),
  title: z.string(),
  note: z.string(),
  lose: z.string().describe('resources that fail, in the format of `/resilience/what-if`'),
  change: z.string(),
  from: instantCodec,
  to: instantCodec,
  withinSeconds: z.number().describe('time within which traffic must move'),
  scopes: z.array(z.string()).describe('short ids of the resources that fail or change'),
  announcedBy: z.string(),
  announcedAt: instantCodec,
  cancelledBy: z.string().nullable(),
  cancelledAt: instantCodec.nullable(),
  state: z.enum(drillStates),
  verdict: z.enum(drillVerdicts),
  counts: z.record(z.enum(drillResults), z.int().min(0)).describe('number of expected results by their state'),
  movedWithin: secondsBetween.describe('time in which traffic moved; null = not measured'),
})
export type FailoverDrill = z.infer<typeof drillSchema>

/** A failover test that a user started in Azure. */
export const azureFailoverTestSchema = z.object({
  scope: z.string().describe('short id of the gateway or circuit'),
  scopeName: z.string(),
  kind: z.enum(['site', 'link']).describe('site = a peering location of a gateway, link = a link of a circuit'),
  at: instantCodec.describe('start of the test'),
  stoppedAt: instantCodec.nullable().describe('end of the test; null = the log contains no end'),
  startedBy: z.string().nullable(),
  location: z.string().nullable().describe("peering location; null = a link, or Azure's report was not read"),
  status: z.string().nullable().describe("status in Azure's report; null = not read"),
  verdict: z
    .enum(azureTestVerdicts)
    .nullable()
    .describe("`expired`: Azure ended the test without a result of the user; null = Azure's report was not read"),
  circuits: z.array(z.string()).describe('short ids of the circuits that the test takes away'),
  connections: z
    .array(z.object({ name: z.string(), status: z.string().nullable(), at: instantCodec.nullable() }))
    .describe('states of the tested connections, with the time of their last change'),
  link: z
    .object({
      path: z.enum(circuitPaths).nullable().describe('tested path; null = not reported'),
      category: z.string().nullable().describe("category of the test in Azure's own words"),
      bgp: z
        .array(
          z.object({
            family: z.string().nullable().describe("address family in Azure's own words"),
            path: z.enum(circuitPaths).nullable(),
            status: z.string().nullable(),
            at: instantCodec.nullable().describe('time of the check'),
          }),
        )
        .describe('states of the BGP sessions in the test'),
    })
    .nullable()
    .default(null)
    .describe("the tested link of a circuit; null = a test of a site, or Azure's report was not read"),
  issues: z.array(z.string()).default([]).describe('problems that Azure names'),
  nonRedundant: z
    .object({ count: z.number().int(), prefixes: z.array(z.string()).describe('the first of them') })
    .nullable()
    .default(null)
    .describe("prefixes that had no other path; null = Azure's details of the test were not read"),
})
export type AzureFailoverTest = z.infer<typeof azureFailoverTestSchema>

export const drillDetailSchema = drillSchema.extend({
  marks: z.array(measuredMark).describe('expected results with the observations'),
  azureTests: z
    .array(azureFailoverTestSchema)
    .describe("Azure's failover tests during the drill, with their verdicts and the states of their connections"),
})
export type DrillDetail = z.infer<typeof drillDetailSchema>

/** The effects that a drill should have if it were announced now. */
export const expectedDrillSchema = z.object({
  scopes: z.array(z.string()),
  marks: z.array(expectedDrillEffectSchema.extend({ scopeName: z.string() })),
})

/**
 * Maximum length of a drill in milliseconds. It is limited because events of its resources cause no notifications
 * during the drill.
 */
const LONGEST_DRILL_MS = 24 * 60 * 60_000
/** Default hold time of BGP sessions in Azure, seconds. */
export const HOLD_TIME_SECONDS = 180

export const drillBodySchema = z
  .strictObject({
    title: line,
    note,
    lose: z.string().max(4_000).default(''),
    change: z.string().max(4_000).default(''),
    from: requestInstantSchema,
    to: requestInstantSchema,
    withinSeconds: z.number().positive().max(3_600).default(HOLD_TIME_SECONDS),
    stays: z
      .boolean()
      .default(false)
      .describe(
        'true = a planned change, which is expected to be detected and to stay, so that nothing is expected to return',
      ),
  })
  .refine(({ lose, change }) => lose !== '' || change !== '', { path: ['lose'], message: 'say what is lost' })
  .refine(({ from, to }) => Date.parse(to) > Date.parse(from), { path: ['to'], message: 'it must end after it begins' })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= LONGEST_DRILL_MS, {
    path: ['to'],
    message: 'it may last a day at the most',
  })
export type DrillBody = z.infer<typeof drillBodySchema>
