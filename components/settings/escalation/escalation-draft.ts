import {
  type EscalationAnswer,
  type EscalationPolicy,
  type OnCallRotation,
  type PolicyInput,
  policyInput,
  type RotationInput,
  rotationInput,
  severities,
} from '#lib/contract/index.ts'
import { type Draft, type Field, listOf, type Option, partsOf, textOf } from '../../declarations/form.ts'
import { plural } from '../../format/quantity.ts'
import { type Read, readBySchema } from '../../ui/form/read.ts'

/** What policies and rotations may name. */
export type Named = Pick<EscalationAnswer, 'channels' | 'rotations'>

const channelOptions = ({ channels }: Named): Option[] =>
  channels.map(({ id, name, enabled }) => ({ value: id, label: enabled ? name : `${name} (off)` }))

/** Channels and rotations as a step names them. */
const targetOptions = (named: Named): Option[] => [
  ...named.rotations.map(({ id, name }) => ({ value: `rotation:${id}`, label: `on call: ${name}` })),
  ...channelOptions(named).map(({ value, label }) => ({ value: `channel:${value}`, label })),
]

export const channelName = ({ channels }: Named, id: string): string =>
  channels.find((one) => one.id === id)?.name ?? `${id} (gone)`

const nameField = (placeholder: string): Field => ({ name: 'name', label: 'Name', kind: 'line', placeholder })

export const rotationFields = (named: Named): Field[] => [
  nameField('Network on call'),
  { name: 'zone', label: 'Time zone', kind: 'line', placeholder: 'Europe/London', hint: 'IANA name.' },
  { name: 'startsOn', label: 'First hand-over', kind: 'line', placeholder: '2026-11-30', hint: 'A date in that zone.' },
  { name: 'handover', label: 'Time of the hand-over', kind: 'line', placeholder: '09:00' },
  { name: 'days', label: 'Length of a shift in days', kind: 'line', placeholder: '7', hint: '1 = daily, 7 = weekly.' },
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
    kind: 'long',
    placeholder: '2026-12-24T08:00Z 2026-12-26T08:00Z Ann',
    hint: 'One per line: from and to as UTC, and the name of the channel that stands in.',
  },
]

export const policyFields = (named: Named, steps: number): Field[] => [
  nameField('Network'),
  {
    name: 'minSeverity',
    label: 'Minimum severity',
    kind: 'choice',
    options: () => severities.filter((one) => one !== 'info').map((value) => ({ value, label: value })),
  },
  ...Array.from({ length: steps }, (_, index): Field[] => [
    {
      name: `wait${index}`,
      label: `Step ${index + 1}: minutes without an acknowledgement`,
      kind: 'line',
      placeholder: index === 0 ? '0' : '15',
      hint: index === 0 ? 'After the incident was first notified.' : 'After the step before.',
    },
    {
      name: `targets${index}`,
      label: `Step ${index + 1}: notify`,
      kind: 'choices',
      options: () => targetOptions(named),
    },
  ]).flat(),
  { name: 'times', label: 'Repeat all steps, times', kind: 'line', placeholder: '0', hint: '0 to 9.' },
  { name: 'afterMinutes', label: 'Minutes between the last step and the repeat', kind: 'line', placeholder: '30' },
]

const timeText = (iso: string) => iso.replace(/:00\.000Z$/, 'Z')

export const rotationDraft = (rotation: OnCallRotation | null, named: Named): Draft => ({
  name: rotation?.name ?? '',
  zone: rotation?.zone ?? '',
  startsOn: rotation?.startsOn ?? '',
  handover: rotation?.handover ?? '09:00',
  days: String(rotation?.days ?? 7),
  members: rotation?.members ?? [],
  overrides: (rotation?.overrides ?? [])
    .map(({ channel, from, to }) => `${timeText(from)} ${timeText(to)} ${channelName(named, channel)}`)
    .join('\n'),
})

export function policyDraft(policy: EscalationPolicy | null): Draft {
  const steps = (policy?.steps ?? []).flatMap(({ waitMinutes, targets }, index) => [
    [`wait${index}`, String(waitMinutes)],
    [
      `targets${index}`,
      targets.map((one) => ('channel' in one ? `channel:${one.channel}` : `rotation:${one.rotation}`)),
    ],
  ])
  return {
    name: policy?.name ?? '',
    minSeverity: policy?.minSeverity ?? 'major',
    ...Object.fromEntries(steps),
    times: String(policy?.repeat?.times ?? ''),
    afterMinutes: String(policy?.repeat?.afterMinutes ?? ''),
  }
}

/** Empty and what is no number are refused by the schema. */
const numberOf = (draft: Draft, name: string): unknown => {
  const text = textOf(draft, name).trim()
  return text === '' ? undefined : Number(text)
}

export function readRotation(draft: Draft, rotation: OnCallRotation | null, named: Named): Read<RotationInput> {
  const text = (name: string) => textOf(draft, name).trim()
  const input = {
    ...(rotation && { id: rotation.id }),
    name: text('name'),
    zone: text('zone'),
    startsOn: text('startsOn'),
    handover: text('handover'),
    days: numberOf(draft, 'days'),
    members: listOf(draft, 'members'),
    overrides: partsOf(draft, 'overrides').map((line) => overrideOf(line, named)),
  }
  return readBySchema(rotationInput, input, ([field]) => String(field ?? 'root'))
}

function overrideOf(line: string, { channels }: Named) {
  const [, from = '', to = '', name = ''] = /^(\S+)\s+(\S+)\s+(.+)$/.exec(line) ?? []
  const channel = channels.find((one) => one.name.toLowerCase() === name.trim().toLowerCase())?.id ?? ''
  return { channel, from: instantText(from), to: instantText(to) }
}

const instantText = (text: string): string =>
  text.endsWith('Z') && Number.isFinite(Date.parse(text)) ? new Date(text).toISOString() : text

export function readPolicy(draft: Draft, policy: EscalationPolicy | null, steps: number): Read<PolicyInput> {
  const times = numberOf(draft, 'times')
  const all = Array.from({ length: steps }, (_, index) => ({
    waitMinutes: numberOf(draft, `wait${index}`),
    targets: listOf(draft, `targets${index}`).map(targetOf),
  }))
  const input = {
    ...(policy && { id: policy.id }),
    name: textOf(draft, 'name').trim(),
    enabled: policy?.enabled ?? true,
    minSeverity: textOf(draft, 'minSeverity'),
    // a step without anything is none, so that the last one can be taken away
    steps: all.filter(({ waitMinutes, targets }) => waitMinutes !== undefined || targets.length > 0),
    repeat: times === undefined || times === 0 ? null : { times, afterMinutes: numberOf(draft, 'afterMinutes') },
  }
  return readBySchema(policyInput, input, ([top, below, part]) => {
    if (top === 'steps')
      return below === undefined ? 'targets0' : `${part === 'waitMinutes' ? 'wait' : 'targets'}${String(below)}`
    return top === 'repeat' ? String(below ?? 'times') : String(top ?? 'root')
  })
}

function targetOf(value: string) {
  const id = value.slice(value.indexOf(':') + 1)
  return value.startsWith('rotation:') ? { rotation: id } : { channel: id }
}

/** Its steps, each as `after 15 min more, notify on call: Network, NOC`. */
export function stepWords({ steps }: EscalationPolicy, named: Named): string[] {
  const targetWords = (target: (typeof steps)[number]['targets'][number]) =>
    'channel' in target
      ? channelName(named, target.channel)
      : `on call: ${named.rotations.find(({ id }) => id === target.rotation)?.name ?? `${target.rotation} (gone)`}`
  return steps.map(
    ({ waitMinutes, targets }, index) =>
      `${waitMinutes === 0 ? 'at once' : `after ${waitMinutes} min${index > 0 ? ' more' : ''}`}, notify ${targets.map(targetWords).join(', ')}`,
  )
}

/** `major or worse · repeated 2 times, 30 min after the last step` */
export function policyWords({ minSeverity, repeat }: EscalationPolicy): string {
  return [
    minSeverity === 'critical' ? 'critical only' : `${minSeverity} or worse`,
    ...(repeat ? [`repeated ${plural(repeat.times, 'time')}, ${repeat.afterMinutes} min after the last step`] : []),
  ].join(' · ')
}

/** `weekly at 09:00 Europe/London: Ann, Ben` */
export function rotationWords({ days, handover, zone, members }: OnCallRotation, named: Named): string {
  const every = days === 1 ? 'daily' : days === 7 ? 'weekly' : `every ${days} days`
  return `${every} at ${handover} ${zone}: ${members.map((id) => channelName(named, id)).join(', ')}`
}
