import { z } from 'zod'
import { instantCodec, userActionTimes, requestInstantSchema, severities, timeZoneSchema } from '#lib/contract/index.ts'

/**
 * This file contains the schemas of escalation policies (lists of further channels that are notified step by step while
 * an incident is unacknowledged) and of on-call rotations.
 */

const id = z.string().min(1).max(40)
const name = z.string('enter a name').trim().min(1, 'enter a name').max(100)

const target = z.union([
  z.strictObject({ channel: id.describe('id of a channel') }),
  z.strictObject({ rotation: id.describe('id of a rotation; its channel on call at that time is notified') }),
])
export type EscalationTarget = z.output<typeof target>

const step = z.strictObject({
  waitMinutes: z
    .int('enter minutes')
    .min(0)
    .max(1_440)
    .describe('minutes after the first notification of the incident, or after the previous step'),
  targets: z.array(target).min(1, 'choose a channel or a rotation').max(10),
})

const policyFields = {
  name,
  enabled: z.boolean().default(true),
  minSeverity: z
    .enum(severities)
    .exclude(['info'])
    .default('major')
    .describe('minimum severity of the incidents to which the policy applies'),
  neededBy: z
    .enum(userActionTimes)
    .default('nobody')
    .describe('only incidents that need a person by then: now; today = now or today; nobody = all'),
  steps: z.array(step).min(1, 'add a step').max(10),
  repeat: z
    .strictObject({
      times: z.int().min(1).max(9),
      afterMinutes: z
        .int()
        .min(1)
        .max(1_440)
        .describe('minutes after the last step; the first step then follows immediately'),
    })
    .nullable()
    .default(null)
    .describe('number of times that all steps are repeated; null = they are not repeated'),
}

const override = z
  .strictObject({ channel: id, from: requestInstantSchema, to: requestInstantSchema.describe('exclusive') })
  .refine(({ from, to }) => from < to, 'an override ends after it begins')

const rotationFields = {
  name,
  zone: timeZoneSchema,
  startsOn: z.iso.date('enter a date such as 2026-11-30').describe('local date of the first handover'),
  handover: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'enter a time such as 09:00')
    .describe('local time in the time zone'),
  days: z.int('enter days').min(1).max(28).describe('length of a shift: 1 = daily, 7 = weekly'),
  members: z
    .array(id)
    .min(1, 'choose at least one channel')
    .max(50)
    .describe('channels that take turns in this order, one for each person or team'),
  overrides: z
    .array(override)
    .max(100)
    .default([])
    .describe('temporary replacements; if two overlap, the later in the list applies'),
}

const unique = (list: readonly { name: string }[]) =>
  new Set(list.map((one) => one.name.toLowerCase())).size === list.length

const idToChange = id.optional().describe('id of the entry to change; absent = a new entry')
export const escalationPolicyInputSchema = z.strictObject({ id: idToChange, ...policyFields })
export const onCallRotationInputSchema = z.strictObject({ id: idToChange, ...rotationFields })
export type EscalationPolicyInput = z.output<typeof escalationPolicyInputSchema>
export type OnCallRotationInput = z.output<typeof onCallRotationInputSchema>

/** Body of a PUT with all policies and rotations. Items that are left out are removed. */
export const escalationBodySchema = z.strictObject({
  policies: z.array(escalationPolicyInputSchema).max(50).refine(unique, 'two policies have the same name'),
  rotations: z.array(onCallRotationInputSchema).max(50).refine(unique, 'two rotations have the same name'),
  version: z
    .string()
    .max(40)
    .optional()
    .describe(
      'version that was edited; 409 if it has changed since. Without a version, the stored settings are replaced without this check',
    ),
})
export type EscalationSettingsBody = z.output<typeof escalationBodySchema>

const shift = z
  .object({
    channel: z.string(),
    from: instantCodec,
    until: instantCodec,
    isOverride: z.boolean().describe('whether it replaces the regular shift'),
  })
  .nullable()
export type OnCallShift = NonNullable<z.infer<typeof shift>>

const escalationPolicy = z.object({ id: z.string(), ...policyFields })
export type EscalationPolicy = z.infer<typeof escalationPolicy>

const onCallRotation = z.object({
  id: z.string(),
  ...rotationFields,
  now: shift.describe('present shift; null = the rotation has not begun'),
  next: shift.describe('next shift'),
})
export type OnCallRotation = z.infer<typeof onCallRotation>

export const escalationResponseSchema = z.object({
  policies: z.array(escalationPolicy),
  rotations: z.array(onCallRotation),
  channels: z
    .array(z.object({ id: z.string(), name: z.string(), enabled: z.boolean() }))
    .describe('channels that can be used; a channel that is turned off gets no notifications'),
  version: z.string().describe('changes whenever a policy or a rotation changes'),
})
export type EscalationSettingsResponse = z.infer<typeof escalationResponseSchema>
