import {
  type EscalationSettingsResponse,
  type EscalationPolicy,
  type OnCallRotation,
  type EscalationPolicyInput,
  escalationPolicyInputSchema,
  type OnCallRotationInput,
  onCallRotationInputSchema,
} from '#lib/notify/api/index.ts'
import { createDraft, readFieldInput } from '../../schema-form/form-draft.ts'
import {
  type FormDraft,
  type FormFieldSpec,
  readDraftList,
  type SelectOption,
  readDraftRows,
} from '../../schema-form/form-fields.ts'
import {
  createMinSeverityField,
  formatUserActionTime,
  userActionTimeFormField,
} from '../notifications/receiving-hours.ts'
import { formatCountWithPlural } from '../../format/quantity.ts'
import { type FormValidation, validateFormInput } from '../../schema-form/form-validation.ts'

/** Names of the channels and on-call rotations, by id. Escalation policies and rotations refer to them only by id. */
type Named = Pick<EscalationSettingsResponse, 'channels' | 'rotations'>

const channelOptions = ({ channels }: Named): SelectOption[] =>
  channels.map(({ id, name, enabled }) => ({ value: id, label: enabled ? name : `${name} (off)` }))

/** Returns the choices for the recipients of a policy's step: on-call rotations and channels. */
const targetOptions = (named: Named): SelectOption[] => [
  ...named.rotations.map(({ id, name }) => ({ value: `rotation:${id}`, label: `on call: ${name}` })),
  ...channelOptions(named).map(({ value, label }) => ({ value: `channel:${value}`, label })),
]

export const findChannelName = ({ channels }: Named, id: string): string =>
  channels.find((one) => one.id === id)?.name ?? `${id} (gone)`

const nameField = (placeholder: string): FormFieldSpec => ({ name: 'name', label: 'Name', kind: 'line', placeholder })

export const createRotationFields = (named: Named): FormFieldSpec[] => [
  nameField('Network on call'),
  { name: 'zone', label: 'Time zone', kind: 'line', placeholder: 'Europe/London', hint: 'IANA name.' },
  { name: 'startsOn', label: 'First hand-over', kind: 'line', placeholder: '2026-11-30', hint: 'A date in that zone.' },
  { name: 'handover', label: 'Time of the hand-over', kind: 'line', placeholder: '09:00', initial: '09:00' },
  {
    name: 'days',
    label: 'Length of a shift in days',
    kind: 'line',
    placeholder: '7',
    initial: '7',
    hint: '1 = daily, 7 = weekly.',
  },
  {
    name: 'members',
    label: 'Order of turns',
    kind: 'ranked',
    wide: true,
    hint: 'One channel for each person or team. A channel that receives no incidents of its own is notified by escalations alone.',
    options: () => channelOptions(named),
  },
  {
    name: 'overrides',
    label: 'Overrides',
    kind: 'rows',
    one: 'Override',
    most: 100,
    hint: 'People who replace the person on call. If two overlap, the later in the list counts.',
    parts: [
      { name: 'channel', label: 'Stands in', kind: 'choice', options: () => channelOptions(named) },
      { name: 'from', label: 'From', kind: 'time' },
      { name: 'to', label: 'To', kind: 'time' },
    ],
  },
]

/** Maximum number of steps in a policy. */
const MAX_STEPS = 10

export const createEscalationPolicyFields = (named: Named): FormFieldSpec[] => [
  nameField('Network'),
  createMinSeverityField('major'),
  userActionTimeFormField,
  {
    name: 'steps',
    label: 'Steps',
    kind: 'rows',
    one: 'Step',
    most: MAX_STEPS,
    hint: 'Minutes without an acknowledgement. The first step counts from the first notification of the incident, each other step from the step before.',
    parts: [
      { name: 'waitMinutes', label: 'Minutes', kind: 'line', placeholder: '15' },
      { name: 'targets', label: 'Notify', kind: 'choices', wide: true, options: () => targetOptions(named) },
    ],
  },
  { name: 'times', label: 'Repeat all steps, times', kind: 'line', placeholder: '0', hint: '0 to 9.' },
  { name: 'afterMinutes', label: 'Minutes between the last step and the repeat', kind: 'line', placeholder: '30' },
]

/**
 * Empty lists of channels and rotations. They are sufficient to create and read form values, because these contain only
 * ids. The names are needed only for the choices that the form offers.
 */
const NONE: Named = { channels: [], rotations: [] }

/**
 * Returns the initial values of the form (draft) for a rotation.
 * @param rotation null = a new rotation
 * @param zone time zone in which the form shows the times of overrides
 */
export const createRotationDraft = (rotation: OnCallRotation | null, zone: string): FormDraft =>
  createDraft(createRotationFields(NONE), rotation, zone)

export const createEscalationPolicyDraft = (policy: EscalationPolicy | null): FormDraft => ({
  ...createDraft(createEscalationPolicyFields(NONE), policy && { ...policy, ...policy.repeat }),
  steps: (policy?.steps ?? [{ waitMinutes: 0, targets: [] }]).map(({ waitMinutes, targets }) => ({
    waitMinutes: String(waitMinutes),
    targets: targets.map((one) => ('channel' in one ? `channel:${one.channel}` : `rotation:${one.rotation}`)),
  })),
})

/**
 * Validates the values of the form and returns the rotation for the request.
 * @param zone time zone in which the user enters the times of overrides
 */
export function validateRotationDraft(
  draft: FormDraft,
  rotation: OnCallRotation | null,
  zone: string,
): FormValidation<OnCallRotationInput> {
  const input = readFieldInput(createRotationFields(NONE), onCallRotationInputSchema, draft, zone)
  const missing = (input.overrides as Record<string, unknown>[]).flatMap((override, index) =>
    Object.entries(howToFill).flatMap(([cell, words]) =>
      override[cell] === '' ? [[`overrides.${index}.${cell}`, words]] : [],
    ),
  )
  return validateFormInput(
    onCallRotationInputSchema,
    { ...(rotation && { id: rotation.id }), ...input },
    // an error that concerns an override as a whole is shown at the field for its end
    ([field, index, cell]) =>
      index !== undefined && field === 'overrides'
        ? `overrides.${String(index)}.${String(cell ?? 'to')}`
        : String(field ?? 'root'),
    Object.fromEntries(missing),
  )
}

const WRITE_TIME = 'write it as 2026-11-20 03:12'
const howToFill = { channel: 'choose a channel', from: WRITE_TIME, to: WRITE_TIME }

export function validateEscalationPolicyDraft(
  draft: FormDraft,
  policy: EscalationPolicy | null,
): FormValidation<EscalationPolicyInput> {
  const repeat = readFieldInput([], escalationPolicyInputSchema.shape.repeat.unwrap().unwrap(), draft)
  const input = {
    ...(policy && { id: policy.id }),
    enabled: policy?.enabled ?? true,
    ...readFieldInput(createEscalationPolicyFields(NONE), escalationPolicyInputSchema, draft),
    steps: readDraftRows(draft, 'steps').map((row) => ({
      ...readFieldInput([], escalationPolicyInputSchema.shape.steps.element, row),
      targets: readDraftList(row, 'targets').map(targetOf),
    })),
    repeat: repeat.times === undefined || repeat.times === 0 ? null : repeat,
  }
  return validateFormInput(escalationPolicyInputSchema, input, ([top, below, part]) => {
    if (top === 'steps') return below === undefined ? 'steps' : `steps.${String(below)}.${String(part ?? 'targets')}`
    return top === 'repeat' ? String(below ?? 'times') : String(top ?? 'root')
  })
}

function targetOf(value: string) {
  const id = value.slice(value.indexOf(':') + 1)
  return value.startsWith('rotation:') ? { rotation: id } : { channel: id }
}

/**
 * Text of a policy's step, such as `after 15 min more, notify on call: Network, NOC`, and a reason if the step
 * currently reaches no channel.
 */
interface StepText {
  words: string
  /** reason why the step currently notifies no channel; null = it notifies at least one */
  fault: string | null
}

export function formatEscalationStep({ steps }: EscalationPolicy, named: Named): StepText[] {
  const targetWords = (target: (typeof steps)[number]['targets'][number]) =>
    'channel' in target
      ? findChannelName(named, target.channel)
      : `on call: ${named.rotations.find(({ id }) => id === target.rotation)?.name ?? `${target.rotation} (gone)`}`
  const enabled = new Set(named.channels.flatMap((channel) => (channel.enabled ? [channel.id] : [])))
  const isReached = (target: (typeof steps)[number]['targets'][number]) =>
    enabled.has(
      'channel' in target
        ? target.channel
        : (named.rotations.find(({ id }) => id === target.rotation)?.now?.channel ?? ''),
    )
  return steps.map(({ waitMinutes, targets }, index) => {
    const wait = waitMinutes === 0 ? 'at once' : `after ${waitMinutes} min${index > 0 ? ' more' : ''}`
    const next = index < steps.length - 1 ? ', so the next step does not wait' : ''
    return {
      words: `${wait}, notify ${targets.map(targetWords).join(', ')}`,
      fault: targets.some(isReached) ? null : `nobody is notified now${next}`,
    }
  })
}

/** Describes an escalation policy in one line: `major or worse · repeated 2 times, 30 min after the last step` */
export function formatEscalationPolicy({ minSeverity, neededBy, repeat }: EscalationPolicy): string {
  return [
    minSeverity === 'critical' ? 'critical only' : `${minSeverity} or worse`,
    ...formatUserActionTime(neededBy),
    ...(repeat
      ? [`repeated ${formatCountWithPlural(repeat.times, 'time')}, ${repeat.afterMinutes} min after the last step`]
      : []),
  ].join(' · ')
}

/** Describes an on-call rotation in one line: `weekly at 09:00 Europe/London: Ann, Ben` */
export function formatOnCallRotation({ days, handover, zone, members }: OnCallRotation, named: Named): string {
  const every = days === 1 ? 'daily' : days === 7 ? 'weekly' : `every ${days} days`
  return `${every} at ${handover} ${zone}: ${members.map((id) => findChannelName(named, id)).join(', ')}`
}
