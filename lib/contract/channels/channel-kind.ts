import { z } from 'zod'
import { requestAccessScopesSchema } from '../access/sent-scopes.ts'
import { causeOwners } from '../events/cause.ts'
import { eventKinds } from '../event-kinds/index.ts'
import { severities } from '../events/event.ts'
import { userActionTimes } from '../events/needs-you.ts'
import { timeZoneSchema } from '../time/time-zone.ts'

/** Days of the week, Monday first. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time such as 08:00')

/**
 * Handling of a notification that is due outside the receiving hours of its channel. `hold` = sent in a digest when the
 * hours begin; `critical` = sent only if it is critical; `nothing` = not sent.
 */
export const outsideHoursNotificationHandlings = ['hold', 'critical', 'nothing'] as const
export type OutsideHoursHandling = (typeof outsideHoursNotificationHandlings)[number]

const hoursWindow = z.strictObject({
  days: z.array(z.enum(weekdays)).min(1, 'choose a day').max(7).describe('the days on which it begins'),
  from: clock.describe('wall clock in the zone'),
  to: z.union([clock, z.literal('24:00')]).describe('not included; up to and with `from` = on the next day'),
})
export type ReceivingHoursRange = z.output<typeof hoursWindow>

/** Weekly hours in which a channel receives notifications about incidents. */
export const receivingHoursSchema = z.strictObject({
  zone: timeZoneSchema,
  windows: z.array(hoursWindow).min(1, 'name at least one window').max(20),
  outside: z
    .enum(outsideHoursNotificationHandlings)
    .describe('hold: one digest when the hours begin; critical: only critical ones are sent; nothing: none is'),
})
export type ReceivingHours = z.output<typeof receivingHoursSchema>

/**
 * Definition of a channel kind, shared by the API, the store and the settings screen. The sender of the kind is
 * `lib/notify/channels/<kind>.ts`.
 */
export interface ChannelKindSpec {
  /** noun with a lower-case first letter, as in "New webhook" */
  label: string
  /** schema of one item of `PUT /api/v1/channels`; its kind-specific fields have the names in `form` */
  schema: z.ZodObject
  /** fields of this kind that a GET returns: all fields of `form` except the secrets; a secret URL is masked */
  shown: Readonly<Record<string, z.ZodType>>
  /** values that a GET returns in the fields of this kind if the channel has another kind */
  absent: Readonly<Record<string, unknown>>
  /** error message for a new channel without an address; null = the kind has no field with the control `address` */
  addressMissing: string | null
  /** error message for a new channel without a secret; null = the kind does not need a secret */
  secretMissing: string | null
  /**
   * true if people read each message, so that many messages in a short time are combined into a digest. Absent = the
   * receiver is a program that groups messages itself, so each message is sent immediately
   */
  readByPeople?: true
  /** kind-specific fields, in the order of the form */
  form: readonly ChannelFormField[]
}

export interface ChannelFormField {
  name: string
  label: string
  /**
   * type of the form field. `line` = one line of text. `lines` = one value per line. `address` = a URL that is secret,
   * encrypted in the database and shown as {@link maskChannelAddress}. `secret` = encrypted and never returned.
   * `inbound` = like `secret`, used to verify requests of the vendor. A kind has at most one field each of `address`,
   * `secret` and `inbound`. If a PUT omits such a field, the stored value stays.
   */
  control: 'line' | 'lines' | 'address' | 'secret' | 'inbound'
  placeholder: string
  hint: string
  /** Returns a new random secret for the form; absent = the user must enter the secret. */
  generate?: () => string
}

const notifiedSeverities = severities.filter((severity) => severity !== 'info') as Exclude<
  (typeof severities)[number],
  'info'
>[]

export const channelFiltersSchema = z.strictObject({
  incidents: z.boolean().default(true).describe('incidents, as they happen'),
  findings: z
    .boolean()
    .default(false)
    .describe('cost findings, as one digest a week; whoever receives it reads amounts'),
  posture: z.boolean().default(false).describe('failing posture checks, as one digest a week'),
  minSeverity: z.enum(notifiedSeverities).default('minor').describe('minimum severity'),
  neededBy: z
    .enum(userActionTimes)
    .default('nobody')
    .describe('only incidents that need a person by then: now; today = now or today; nobody = all'),
  scopes: z
    .array(z.string().trim().min(1).max(2_048))
    .max(200)
    .default([])
    .describe(
      'only these circuits and gateways, by short id or ARM id; empty = all. A finding of cost has to be about no others',
    ),
  kinds: z.array(z.enum(eventKinds)).max(eventKinds.length).default([]).describe('only these event kinds; empty = all'),
  owners: z.array(z.enum(causeOwners)).max(causeOwners.length).default([]).describe('only these owners; empty = all'),
  hours: receivingHoursSchema.nullable().default(null).describe('when incidents are received; null = at all times'),
})
export type ChannelFilters = z.output<typeof channelFiltersSchema>

/** Fields in the PUT of a channel that all channel kinds have. */
export const commonChannelFields = {
  id: z.string().min(1).max(40).optional().describe('the channel to change; absent = a new one'),
  name: z.string('enter a name').trim().min(1, 'enter a name').max(100),
  enabled: z.boolean().default(true),
  scopes: requestAccessScopesSchema
    .optional()
    .describe(
      'what the channel sees: subscription:<id> and customer:<name>; empty = everything; absent = unchanged, a new channel: everything',
    ),
  filters: channelFiltersSchema.prefault({}),
}
