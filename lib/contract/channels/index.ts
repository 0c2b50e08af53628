import { z } from 'zod'
import type { ChannelField, ChannelKindSpec } from './channel-kind.ts'
import { alertmanager } from './alertmanager.ts'
import { cloudevents, webhook } from './webhook.ts'
import { email } from './email.ts'
import { pagerduty } from './pagerduty.ts'
import { slack } from './slack.ts'
import { syslog } from './syslog.ts'
import { teams } from './teams.ts'

export { isMaskedAddress, maskedAddress } from './masked-address.ts'
export {
  type HoursWindow,
  type OutsideHours,
  outsideHours,
  type ReceivingHours,
  receivingHours,
  type Weekday,
  weekdays,
  type ChannelField,
  type ChannelFilters,
  channelFilters,
} from './channel-kind.ts'
export { pagerDutyRegions } from './pagerduty.ts'
export { readSyslogServer, type SyslogServer } from './syslog.ts'

/** The registry of channel kinds. A new kind is a file here, its lines below, and `lib/notify/channels/<kind>.ts` with its sender (ADR 0162). */
const specs = { webhook, email, cloudevents, slack, teams, pagerduty, alertmanager, syslog } satisfies Record<
  string,
  ChannelKindSpec
>
const schemas = [
  webhook.schema,
  email.schema,
  cloudevents.schema,
  slack.schema,
  teams.schema,
  pagerduty.schema,
  alertmanager.schema,
  syslog.schema,
] as const
export const shownFields = {
  ...webhook.shown,
  ...email.shown,
  ...cloudevents.shown,
  ...slack.shown,
  ...teams.shown,
  ...pagerduty.shown,
  ...alertmanager.shown,
  ...syslog.shown,
}
const absentFields = {
  ...webhook.absent,
  ...email.absent,
  ...cloudevents.absent,
  ...slack.absent,
  ...teams.absent,
  ...pagerduty.absent,
  ...alertmanager.absent,
  ...syslog.absent,
}

export type ChannelKind = keyof typeof specs
export const channelKinds = Object.keys(specs) as [ChannelKind, ...ChannelKind[]]

export const channelInput = z.discriminatedUnion('kind', schemas, `send a kind: ${channelKinds.join(', ')}`)
export type ChannelInput = z.output<typeof channelInput>

export const channelKindSpec = (kind: ChannelKind): ChannelKindSpec => specs[kind]

/** Whether people read each message of a channel. */
export const isReadByPeople = (kind: ChannelKind): boolean => channelKindSpec(kind).readByPeople === true

const KEEP_OPEN: ReadonlySet<ChannelKind> = new Set(['pagerduty', 'alertmanager'])

/** Whether what a channel was sent stays open there until it is sent its end. */
export const keepsOpen = (kind: ChannelKind): boolean => KEEP_OPEN.has(kind)

/** The fields of a kind that are stored as they are: all but its address and its secret. */
export function targetFields(kind: ChannelKind): ChannelField[] {
  return channelKindSpec(kind).form.filter(({ control }) => control === 'line' || control === 'lines')
}

/** The field of a kind that is an address; null = it has none. */
export const addressField = (kind: ChannelKind): ChannelField | null =>
  channelKindSpec(kind).form.find(({ control }) => control === 'address') ?? null

/** The values of these fields, as the store keeps them. */
export function targetOf(input: ChannelInput): Record<string, unknown> {
  const values: Record<string, unknown> = input
  return Object.fromEntries(targetFields(input.kind).map(({ name }) => [name, values[name]]))
}

/** The address to set; undefined = the stored one stays. */
export function addressOf(input: ChannelInput): string | undefined {
  const values: Record<string, unknown> = input
  const value = values[addressField(input.kind)?.name ?? '']
  return typeof value === 'string' ? value : undefined
}

/** The secret to set; undefined = the stored one stays. */
export const secretOf = (input: ChannelInput): string | undefined => ('secret' in input ? input.secret : undefined)

/** The secret of its vendor's requests to set, '' = none; undefined = the stored one stays. */
export const inboundSecretOf = (input: ChannelInput): string | undefined =>
  'inboundSecret' in input ? input.inboundSecret : undefined

/** The fields of all kinds as a GET shows them, of a channel whose values are `target`; its address is masked. */
export function shownTarget(target: Record<string, unknown>): typeof absentFields {
  return { ...absentFields, ...target }
}
