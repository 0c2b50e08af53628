import {
  type Channel,
  type ChannelInput,
  type ChannelKind,
  causeOwners,
  channelInput,
  eventKinds,
  severities,
} from '#lib/contract/index.ts'
import { type Complaints, type Draft, type Field, listOf, partsOf, textOf } from '../../declarations/form.ts'
import { eventKindWords } from '../../events/kind-words.ts'

const ownerNames: Record<(typeof causeOwners)[number], string> = {
  microsoft: 'Microsoft',
  provider: 'The provider',
  onprem: 'On-premises',
  own_change: 'An own change',
  unknown: 'Not known',
}

const common: Field[] = [{ name: 'name', label: 'Name', kind: 'line', placeholder: 'NOC on call' }]

export const targetFields: Record<ChannelKind, Field[]> = {
  webhook: [
    ...common,
    {
      name: 'url',
      label: 'Address',
      kind: 'line',
      placeholder: 'https://hooks.example.com/peerwatch',
      hint: 'https; plain http is for this machine only. Redirects are not followed.',
    },
  ],
  email: [
    ...common,
    { name: 'to', label: 'Recipients', kind: 'long', hint: 'One address a line.', placeholder: 'noc@example.com' },
  ],
}

/** What of all there is goes to the channel. */
export const filterFields: Field[] = [
  {
    name: 'minSeverity',
    label: 'From severity',
    kind: 'choice',
    options: () => severities.filter((one) => one !== 'info').map((value) => ({ value, label: value })),
  },
  {
    name: 'owners',
    label: 'Only what probably is of',
    hint: 'None chosen: whoever it is of.',
    kind: 'choices',
    wide: true,
    options: () => causeOwners.map((value) => ({ value, label: ownerNames[value] })),
  },
  {
    name: 'scopes',
    label: 'Only these circuits and gateways',
    hint: 'None chosen: all of them, and those that come.',
    kind: 'choices',
    wide: true,
    options: ({ circuits, gateways }) => [...circuits, ...gateways].map(({ id, name }) => ({ value: id, label: name })),
  },
]

/** Many, and few channels ask for some of them only: folded away. */
export const kindsField: Field = {
  name: 'kinds',
  label: 'Only these kinds of events',
  hint: 'None chosen: all kinds.',
  kind: 'choices',
  wide: true,
  options: () => eventKinds.map((value) => ({ value, label: eventKindWords(value).name })),
}

export function draftOf(channel: Channel | null): Draft {
  return {
    name: channel?.name ?? '',
    url: channel?.url ?? '',
    secret: '',
    to: (channel?.to ?? []).join('\n'),
    minSeverity: channel?.filters.minSeverity ?? 'minor',
    scopes: channel?.filters.scopes ?? [],
    kinds: channel?.filters.kinds ?? [],
    owners: channel?.filters.owners ?? [],
  }
}

/** A channel as a PUT takes it; the secret stays. */
export function inputOf({ id, name, kind, url, to, enabled, filters }: Channel): ChannelInput {
  return kind === 'webhook'
    ? { id, name, kind, url: url ?? '', enabled, filters }
    : { id, name, kind, to, enabled, filters }
}

/** Reads a draft by the API's own schema: the channel, or by field what is wrong with it. */
export function readChannel(
  draft: Draft,
  kind: ChannelKind,
  channel: Channel | null,
): { input: ChannelInput } | { complaints: Complaints } {
  const secret = textOf(draft, 'secret').trim()
  const read = channelInput.safeParse({
    ...(channel ? { id: channel.id } : {}),
    name: textOf(draft, 'name'),
    kind,
    enabled: channel?.enabled ?? true,
    ...(kind === 'webhook'
      ? { url: textOf(draft, 'url').trim(), ...(secret === '' ? {} : { secret }) }
      : { to: partsOf(draft, 'to') }),
    filters: {
      minSeverity: textOf(draft, 'minSeverity'),
      scopes: listOf(draft, 'scopes'),
      kinds: listOf(draft, 'kinds'),
      owners: listOf(draft, 'owners'),
    },
  })
  const complaints: Complaints = {}
  for (const { path, message } of read.error?.issues ?? []) {
    complaints[String(path[0] === 'filters' ? path[1] : path[0])] ??= message
  }
  if (kind === 'webhook' && secret === '' && !channel?.secretSet) {
    complaints.secret ??= 'a new webhook needs a secret to sign with: generate one'
  }
  return read.success && Object.keys(complaints).length === 0 ? { input: read.data } : { complaints }
}

const SECRET_BYTES = 32

/** A fresh secret for a webhook, as Standard Webhooks spells it. */
export function generateSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES))
  return `whsec_${btoa(String.fromCharCode(...bytes))}`
}

/** What a channel takes, in a line. */
export function filterWords(
  { filters: { minSeverity, scopes, kinds, owners } }: Channel,
  nameOf: (id: string) => string,
): string {
  return [
    minSeverity === 'critical' ? 'critical only' : `${minSeverity} or worse`,
    ...(owners.length > 0 ? [`probably of: ${owners.map((owner) => ownerNames[owner].toLowerCase()).join(', ')}`] : []),
    ...(scopes.length > 0 ? [`only ${scopes.map(nameOf).join(', ')}`] : []),
    ...(kinds.length > 0 ? [`only ${kinds.map((kind) => eventKindWords(kind).name).join(', ')}`] : []),
  ].join(' · ')
}
