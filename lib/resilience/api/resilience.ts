import { z } from 'zod'
import {
  type CheckArea,
  checkAreas,
  checkKinds,
  checkStates,
  type CheckSubject,
  checkSubjects,
  instantCodec,
  requestInstantSchema,
  severities,
} from '#lib/contract/index.ts'
import { checkRemedySchema, checkTextSchema } from '#lib/contract/api/shared-facts.ts'
import { n1CaseSchema } from './what-if.ts'

/** A property from which the result of a check follows. */
const checkEvidence = z.object({
  what: z.string().describe('the property, such as `sku.tier`'),
  value: z.string().describe('polled value'),
  resourceId: z.string().nullable().describe('ARM id of the resource with the property; null = the subject'),
})
export type CheckEvidence = z.infer<typeof checkEvidence>

/** An exemption from a check: a user accepts the failure of the check until a certain time. */
export const exemptionSchema = z.object({
  reason: z.string(),
  by: z.string(),
  at: instantCodec,
  until: instantCodec.describe('time at which the exemption ends'),
})
export type CheckExemption = z.infer<typeof exemptionSchema>

/** The result of a resilience check for one subject, for example a circuit or gateway. */
const postureCheck = z.object({
  id: z.string().describe('unchanged as long as kind and subject are unchanged'),
  kind: z.enum(checkKinds),
  name: z.string().describe('name of the check'),
  scope: z.string().describe('short id of the resource that is the subject or contains it'),
  resourceId: z.string(),
  subject: z.string(),
  customer: z.string().nullable().describe('customer to which the resource belongs; null = no particular customer'),
  state: z.enum(checkStates).describe('`exempt`: it fails or is unknown, and a user accepts this until a given time'),
  found: z.enum(['pass', 'fail', 'unknown']).describe('result of the check, whether or not it is exempt'),
  severity: z.enum(severities).describe('severity of a failure'),
  reason: z.string().describe('reason of the result, one or two sentences'),
  evidence: z.array(checkEvidence),
  ...checkRemedySchema.shape,
  exemption: exemptionSchema.nullable(),
})
export type ResilienceCheck = z.infer<typeof postureCheck>

/** A kind of resilience check with its description: name, area, subject, and more. */
const checkKind = z.object({
  kind: z.enum(checkKinds),
  ...checkTextSchema.shape,
  area: z.enum(Object.keys(checkAreas) as CheckArea[]),
  areaName: z.string(),
  subject: z.enum(Object.keys(checkSubjects) as CheckSubject[]),
  evidence: z.string().describe('data that must have been polled; without it, the state is unknown'),
})

const count = z.int().min(0)

export const resilienceSchema = z.object({
  checks: z.array(postureCheck).describe('a row for each check and subject, including passed checks; the worst first'),
  kinds: z.array(checkKind).describe('all kinds of checks'),
  counts: z.object({ pass: count, fail: count, unknown: count, exempt: count }),
  worstCases: n1CaseSchema.array().nullable().describe('worst single failures; null = not computed yet'),
  worstCasesAt: z.string().nullable().describe('time of worstCases; null = not computed yet'),
})
export type ResilienceChecks = z.infer<typeof resilienceSchema>

/** Maximum length of an exemption in milliseconds. After its end, a user must accept the failure again. */
export const MAX_EXEMPTION_MS = 400 * 24 * 60 * 60_000

export const exemptionBodySchema = z.strictObject({
  reason: z.string().trim().min(1, 'say why it is accepted').max(500).describe('one line'),
  until: requestInstantSchema.describe('end, at most 400 days from now; a past time withdraws the exemption'),
})
export type ExemptionBody = z.infer<typeof exemptionBodySchema>
