import { z } from 'zod'
import type { ChannelFormField, ChannelKindSpec } from './channel-kind.ts'
import { alertmanagerChannel } from './alertmanager.ts'
import { cloudeventsChannel, webhookChannel } from './webhook.ts'
import { emailChannel } from './email.ts'
import { pagerdutyChannel } from './pagerduty.ts'
import { slackChannel } from './slack.ts'
import { syslogChannel } from './syslog.ts'
import { teamsChannel } from './teams.ts'

export { isMaskedAddress, maskChannelAddress, maskMailAddress } from './masked-address.ts'
export {
  type ReceivingHoursRange,
  type OutsideHoursHandling,
  outsideHoursNotificationHandlings,
  type ReceivingHours,
  receivingHoursSchema,
  type Weekday,
  weekdays,
  type ChannelFormField,
  type ChannelFilters,
  channelFiltersSchema,
} from './channel-kind.ts'
export { pagerDutyRegions } from './pagerduty.ts'
export { parseSyslogServer, type SyslogServer } from './syslog.ts'

/**
 * Registry of channel kinds. A new kind needs a file in this folder, its lines below, and a sender in
 * `lib/notify/channels/<kind>.ts` (ADR 0162).
 */
const specs = {
  webhook: webhookChannel,
  email: emailChannel,
  cloudevents: cloudeventsChannel,
  slack: slackChannel,
  teams: teamsChannel,
  pagerduty: pagerdutyChannel,
  alertmanager: alertmanagerChannel,
  syslog: syslogChannel,
} satisfies Record<string, ChannelKindSpec>
const schemas = [
  webhookChannel.schema,
  emailChannel.schema,
  cloudeventsChannel.schema,
  slackChannel.schema,
  teamsChannel.schema,
  pagerdutyChannel.schema,
  alertmanagerChannel.schema,
  syslogChannel.schema,
] as const
export const shownChannelFieldSchemas = {
  ...webhookChannel.shown,
  ...emailChannel.shown,
  ...cloudeventsChannel.shown,
  ...slackChannel.shown,
  ...teamsChannel.shown,
  ...pagerdutyChannel.shown,
  ...alertmanagerChannel.shown,
  ...syslogChannel.shown,
}
const absentFields = {
  ...webhookChannel.absent,
  ...emailChannel.absent,
  ...cloudeventsChannel.absent,
  ...slackChannel.absent,
  ...teamsChannel.absent,
  ...pagerdutyChannel.absent,
  ...alertmanagerChannel.absent,
  ...syslogChannel.absent,
}

export type ChannelKind = keyof typeof specs
export const channelKinds = Object.keys(specs) as [ChannelKind, ...ChannelKind[]]

export const channelInput = z.discriminatedUnion('kind', schemas, `send a kind: ${channelKinds.join(', ')}`)
export type ChannelInput = z.output<typeof channelInput>

export const getChannelKindSpec = (kind: ChannelKind): ChannelKindSpec => specs[kind]

/** Reports whether people read each message of a channel. */
export const isReadByPeople = (kind: ChannelKind): boolean => getChannelKindSpec(kind).readByPeople === true

const KEEP_OPEN: ReadonlySet<ChannelKind> = new Set(['pagerduty', 'alertmanager'])

/**
 * Reports whether an alert of this kind stays open at the receiver (PagerDuty, Alertmanager) until Peerwatch sends a
 * message that closes it.
 */
export const hasLastingAlerts = (kind: ChannelKind): boolean => KEEP_OPEN.has(kind)

/** Returns the form fields of a channel kind that are stored unencrypted: all except its secret URL and its secrets. */
export function listUnencryptedFields(kind: ChannelKind): ChannelFormField[] {
  return getChannelKindSpec(kind).form.filter(({ control }) => control === 'line' || control === 'lines')
}

/** Returns the form field with the secret URL of a channel kind; null if the kind has no such field. */
export const findSecretUrlField = (kind: ChannelKind): ChannelFormField | null =>
  getChannelKindSpec(kind).form.find(({ control }) => control === 'address') ?? null

/** Returns the values of a channel's unencrypted fields by their names, in the form in which they are stored. */
export function pickUnencryptedValues(input: ChannelInput): Record<string, unknown> {
  const values: Record<string, unknown> = input
  return Object.fromEntries(listUnencryptedFields(input.kind).map(({ name }) => [name, values[name]]))
}

/** Returns the secret URL that a PUT sets for a channel; undefined = the stored URL stays. */
export function getSecretUrl(input: ChannelInput): string | undefined {
  const values: Record<string, unknown> = input
  const value = values[findSecretUrlField(input.kind)?.name ?? '']
  return typeof value === 'string' ? value : undefined
}

/**
 * Returns the secret that a PUT sets for signing or authenticating the messages of a channel; undefined = the stored
 * secret stays.
 */
export const getSigningSecret = (input: ChannelInput): string | undefined =>
  'secret' in input ? input.secret : undefined

/**
 * Returns the secret that a PUT sets for verifying the vendor's requests; '' = remove the secret, undefined = the
 * stored secret stays.
 */
export const getInboundSecret = (input: ChannelInput): string | undefined =>
  'inboundSecret' in input ? input.inboundSecret : undefined

/**
 * Returns a channel's kind-specific fields as a GET returns them. The response has the fields of all kinds; fields of
 * other kinds have their `absent` values.
 * @param target values of the channel's own fields; a secret URL is already masked
 */
export function toShownChannelFields(target: Record<string, unknown>): typeof absentFields {
  return { ...absentFields, ...target }
}
