import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { eventKindRecords } from '#lib/contract/vocabulary.ts'
import { formatCauseOwnerLabel, formatCauseOwner } from '#lib/contract/words/index.ts'
import {
  findSecretUrlField,
  type ChannelFormField,
  type ChannelInput,
  type ChannelKind,
  causeOwners,
  channelFiltersSchema,
  channelInput,
  getChannelKindSpec,
  eventKinds,
  listUnencryptedFields,
} from '#lib/contract/index.ts'
import type { NotificationChannel } from '#lib/notify/api/index.ts'
import { createDraft, readFieldInput } from '../../schema-form/form-draft.ts'
import {
  type FormDraft,
  type FormFieldSpec,
  readDraftList,
  splitDraftText,
  readDraftText,
  createLabelOptions,
  buildResourceOptions,
} from '../../schema-form/form-fields.ts'
import { type FormValidation, validateFormInput } from '../../schema-form/form-validation.ts'
import {
  receivingHoursFields,
  formatReceivingHours,
  formatUserActionTime,
  createMinSeverityField,
  userActionTimeFormField,
  readHoursWindows,
} from './receiving-hours.ts'

const nameField: FormFieldSpec = { name: 'name', label: 'Name', kind: 'line', placeholder: 'NOC on call' }

const controls = { line: 'line', lines: 'long', address: 'line', secret: 'line', inbound: 'line' } as const

/** Converts the description of a channel's field to a form field. */
export function buildFormField({ name, label, control, placeholder, hint }: ChannelFormField): FormFieldSpec {
  return { name, label, kind: controls[control], placeholder, hint }
}

/**
 * Returns the form fields of a kind of channel, without the address and the secrets: its name and its recipients, for
 * example mail addresses.
 */
export const listChannelFields = (kind: ChannelKind): FormFieldSpec[] => [
  nameField,
  ...listUnencryptedFields(kind).map(buildFormField),
]

export const findSecretField = (kind: ChannelKind): ChannelFormField | null =>
  getChannelKindSpec(kind).form.find(({ control }) => control === 'secret') ?? null

export const findInboundField = (kind: ChannelKind): ChannelFormField | null =>
  getChannelKindSpec(kind).form.find(({ control }) => control === 'inbound') ?? null

/**
 * Returns the stored values of a channel's field as texts. A field with a single value returns a list with one text.
 */
function valuesOf(channel: NotificationChannel, name: string): string[] {
  const value: unknown = channel[name as keyof NotificationChannel]
  return (Array.isArray(value) ? value : [value ?? '']).map(String)
}

const UNREADABLE = 'address cannot be read: it was sealed with another SECRETS_KEY'

/** Returns the address and the recipients of a channel in one line. A secret URL is masked. */
export function formatChannelAddress(channel: NotificationChannel): string {
  const field = findSecretUrlField(channel.kind)
  const masked = field ? [valuesOf(channel, field.name).join('') || UNREADABLE] : []
  return [...masked, ...listUnencryptedFields(channel.kind).flatMap(({ name }) => valuesOf(channel, name))].join(', ')
}

/** Labels of the message types that a channel can receive, by the name of the filter that enables each type. */
const received = { incidents: 'Incidents', findings: 'Cost findings', posture: 'Posture' } as const
const receivedNames = Object.keys(received) as (keyof typeof received)[]

/**
 * Form field for the scope of a channel: the resources about which the channel may receive messages. The filters select
 * messages within this scope.
 */
export const channelAccessScopeField: FormFieldSpec = {
  name: 'scope',
  label: 'Scope',
  kind: 'line',
  placeholder: 'everything',
  hint: 'subscription:<id> or customer:<name>, separated by commas. Nothing else is named or counted in its messages. Empty: everything.',
  wide: true,
}

/** Form fields of the filters that select which notifications a channel receives. */
export const channelFilterFields: FormFieldSpec[] = [
  {
    name: 'receives',
    label: 'Receives',
    hint: 'Cost findings and failing posture checks come as one digest each on Mondays at 06:00 UTC; recipients of cost findings see amounts of money.',
    kind: 'choices',
    wide: true,
    options: () => createLabelOptions(received),
  },
  createMinSeverityField('minor'),
  userActionTimeFormField,
  {
    name: 'owners',
    label: 'Likely owner',
    hint: 'None selected: all owners.',
    kind: 'choices',
    wide: true,
    options: () => causeOwners.map((value) => ({ value, label: formatCauseOwnerLabel(value) })),
  },
  {
    name: 'scopes',
    label: 'Circuits and gateways',
    hint: 'None selected: all, including new ones.',
    kind: 'choices',
    wide: true,
    options: buildResourceOptions,
  },
]

/** Form field that selects event kinds. It is initially collapsed, because the list is long and few channels use it. */
export const eventKindsField: FormFieldSpec = {
  name: 'kinds',
  label: 'Event kinds',
  hint: 'None selected: all kinds.',
  kind: 'choices',
  wide: true,
  options: () => eventKinds.map((value) => ({ value, label: eventKindRecords[value].name })),
}

export function createChannelDraft(kind: ChannelKind, channel: NotificationChannel | null): FormDraft {
  const address = findSecretUrlField(kind)
  const fields = [...listChannelFields(kind), ...channelFilterFields, eventKindsField, ...receivingHoursFields]
  const { hours = null, ...filters } = channel?.filters ?? {}
  const values = { ...channel, ...filters, outside: 'hold', ...hours, hours: hours?.windows }
  return {
    ...createDraft(fields, channel && values),
    ...(address ? { [address.name]: '' } : {}),
    secret: '',
    inboundSecret: '',
    scope: channel?.scopes.join(', ') ?? '',
    receives: receivedNames.filter((name) => channel?.filters[name] ?? name === 'incidents'),
  }
}

/**
 * Converts a stored channel to the input of a PUT request. The address and the secrets are left out, so that the server
 * keeps them.
 */
export function convertToChannelInput(channel: NotificationChannel): ChannelInput {
  const { id, name, kind, enabled, scopes, filters } = channel
  const target = listUnencryptedFields(kind).map((field) => [
    field.name,
    channel[field.name as keyof NotificationChannel],
  ])
  // The cast is safe. The schema of the channel kind defines exactly these fields, and their values come from the API.
  return { id, name, kind, enabled, scopes, filters, ...Object.fromEntries(target) } as ChannelInput
}

/**
 * Text that a user enters in the field of a secret in order to delete the stored secret. Receivers use this secret to
 * acknowledge incidents.
 */
const NO_SECRET = 'none'

/** Names of form fields that differ from the API field, by the name of the API field. */
const FIELDS: Readonly<Record<string, string>> = createSafeLookupTable({ scopes: channelAccessScopeField.name })

/** Validates the values of the form with the schema of the API. Returns the channel, or the error of each field. */
export function validateChannelDraft(
  draft: FormDraft,
  kind: ChannelKind,
  channel: NotificationChannel | null,
): FormValidation<ChannelInput> {
  const secret = readDraftText(draft, 'secret').trim()
  const inbound = readDraftText(draft, 'inboundSecret').trim()
  const addressName = findSecretUrlField(kind)?.name ?? ''
  const address = readDraftText(draft, addressName).trim()
  const target = listUnencryptedFields(kind).map(({ name, control }) => [
    name,
    control === 'lines' ? splitDraftText(draft, name) : readDraftText(draft, name).trim(),
  ])
  const { addressMissing, secretMissing } = getChannelKindSpec(kind)
  const input = {
    ...(channel ? { id: channel.id } : {}),
    name: readDraftText(draft, 'name'),
    kind,
    enabled: channel?.enabled ?? true,
    ...Object.fromEntries(target),
    ...(address === '' ? {} : { [addressName]: address }),
    ...(secret === '' ? {} : { secret }),
    ...(inbound === '' ? {} : { inboundSecret: inbound === NO_SECRET ? '' : inbound }),
    scopes: splitDraftText(draft, 'scope'),
    filters: {
      ...Object.fromEntries(receivedNames.map((name) => [name, readDraftList(draft, 'receives').includes(name)])),
      ...readFieldInput(channelFilterFields, channelFiltersSchema, draft),
      hours: hoursOf(draft),
    },
  }
  return validateFormInput(
    channelInput,
    input,
    ([top, below, part, index, cell]) => {
      if (top !== 'filters') return FIELDS[String(top)] ?? String(top)
      if (below !== 'hours') return String(below)
      if (part !== 'windows') return String(part)
      return index === undefined ? 'hours' : `hours.${String(index)}.${String(cell ?? 'days')}`
    },
    {
      ...(addressMissing !== null && address === '' && !channel && { [addressName]: addressMissing }),
      ...(secretMissing !== null && secret === '' && !channel?.secretSet && { secret: secretMissing }),
    },
  )
}

/** Returns the receiving hours in the form; null = no hours are entered, so the channel receives at all times. */
function hoursOf(draft: FormDraft) {
  const windows = readHoursWindows(draft)
  return windows.length === 0
    ? null
    : { zone: readDraftText(draft, 'zone'), windows, outside: readDraftText(draft, 'outside') }
}

/** Describes the scope and filters of a channel in one line. */
export function formatChannelFilter(
  { scopes: seen, filters }: NotificationChannel,
  nameOf: (id: string) => string,
): string {
  const { incidents, findings, posture, minSeverity, neededBy, scopes, kinds, owners, hours } = filters
  return [
    ...(seen.length > 0 ? [`scope: ${seen.join(', ')}`] : []),
    incidents
      ? minSeverity === 'critical'
        ? 'critical incidents'
        : `${minSeverity} incidents or worse`
      : 'no incidents',
    ...(incidents ? formatUserActionTime(neededBy) : []),
    ...(findings ? ['cost findings on Mondays'] : []),
    ...(posture ? ['posture on Mondays'] : []),
    ...(owners.length > 0 ? [`likely owner: ${owners.map((owner) => formatCauseOwner(owner)).join(', ')}`] : []),
    ...(scopes.length > 0 ? [`only ${scopes.map(nameOf).join(', ')}`] : []),
    ...(kinds.length > 0 ? [`only ${kinds.map((kind) => eventKindRecords[kind].name).join(', ')}`] : []),
    ...(hours ? [formatReceivingHours(hours)] : []),
  ].join(' · ')
}
