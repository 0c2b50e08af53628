import { type ReactNode, useState } from 'react'
import { useForm, type UseFormReturn, useWatch } from 'react-hook-form'
import {
  findSecretUrlField,
  type ChannelFormField,
  type ChannelInput,
  type ChannelKind,
  getChannelKindSpec,
} from '#lib/contract/index.ts'
import type { NotificationChannel } from '#lib/notify/api/index.ts'
import { FormField } from '../../schema-form/schema-field.tsx'
import type { FormDraft, FormFieldSpec } from '../../schema-form/form-fields.ts'
import { type ResourceNames, useResources } from '../../schema-form/use-resources.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { createFormResolver } from '../../schema-form/form-validation.ts'
import { PanelForm } from '../../schema-form/schema-form.tsx'
import {
  formatChannelAddress,
  createChannelDraft,
  channelFilterFields,
  buildFormField,
  findInboundField,
  listChannelFields,
  eventKindsField,
  validateChannelDraft,
  channelAccessScopeField,
  findSecretField,
} from './channel-draft.ts'
import { receivingHoursFields } from './receiving-hours.ts'
import { useSaveChannel } from './use-channels.ts'

/** Form to add or edit a channel in place. */
export function ChannelForm({
  kind,
  channel,
  onDone,
}: {
  kind: ChannelKind
  /** channel that is edited; null = a new channel */
  channel: NotificationChannel | null
  onDone: () => void
}) {
  const resources = useResources()
  const form = useForm({
    defaultValues: createChannelDraft(kind, channel),
    resolver: createFormResolver((draft: FormDraft) => validateChannelDraft(draft, kind, channel)),
  })
  const { control } = form
  const saving = useSaveChannel()
  const save = form.handleSubmit((after) => saving.mutate({ before: channel, after }, { onSuccess: onDone }))
  const fieldOf = (field: FormFieldSpec) => (
    <FormField key={field.name} field={field} control={control} resources={resources} />
  )
  const chosenKinds = useWatch({ control, name: 'kinds' })?.length ?? 0
  const isLimited = (useWatch({ control, name: 'hours' })?.length ?? 0) > 0
  const address = findSecretUrlField(kind)
  const secret = findSecretField(kind)
  const inbound = findInboundField(kind)
  return (
    <PanelForm
      label={channel ? `Edit ${channel.name}` : `New ${getChannelKindSpec(kind).label}`}
      form={form}
      saving={saving}
      onSubmit={save}
      onDone={onDone}
    >
      {listChannelFields(kind).map(fieldOf)}
      {address && (
        <Address field={buildFormField(address)} channel={channel} onKeep={() => form.setValue(address.name, '')}>
          {fieldOf}
        </Address>
      )}
      {inbound && (
        <Secret
          field={inbound}
          form={form}
          isSet={channel?.inbound?.secretSet ?? false}
          keep="Leave it empty to keep the current one; enter none to remove it."
        />
      )}
      {secret && <Secret field={secret} form={form} isSet={channel?.secretSet ?? false} />}
      <fieldset className="grid min-w-0 gap-x-4 gap-y-3 border-t pt-3 sm:col-span-2 sm:grid-cols-2">
        <legend className="float-left w-full text-xs font-semibold sm:col-span-2">Scope and filters</legend>
        {fieldOf(channelAccessScopeField)}
        {channelFilterFields.map(fieldOf)}
        <details className="sm:col-span-2" open={Boolean(channel?.filters.hours)}>
          <summary className="mb-2 cursor-pointer text-xs text-ink-2">
            Hours: {isLimited ? 'limited' : 'at all times'}
          </summary>
          <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">{receivingHoursFields.map(fieldOf)}</div>
        </details>
        <details className="sm:col-span-2" open={Boolean(channel?.filters.kinds.length)}>
          <summary className="mb-2 cursor-pointer text-xs text-ink-2">
            Event kinds: {chosenKinds === 0 ? 'all' : `${chosenKinds} selected`}
          </summary>
          {fieldOf(eventKindsField)}
        </details>
      </fieldset>
    </PanelForm>
  )
}

/**
 * Field for the address of a channel. A stored address is a secret. The field therefore shows it masked, and the user
 * can only enter a new address.
 */
function Address({
  field,
  channel,
  onKeep,
  children,
}: {
  field: FormFieldSpec
  /** channel that is edited; null = a new channel */
  channel: NotificationChannel | null
  onKeep: () => void
  children: (field: FormFieldSpec) => ReactNode
}) {
  const [isReplaced, setReplaced] = useState(channel === null)
  if (channel === null) return children(field)
  return (
    <div className="flex min-w-0 flex-wrap items-start gap-2 sm:col-span-2">
      <div className="min-w-0 flex-1 basis-60">
        {isReplaced ? (
          children({ ...field, wide: true })
        ) : (
          <p className="flex flex-col gap-1 text-xs break-all">
            <span className="text-xs font-medium text-ink-3">{field.label}</span>
            {formatChannelAddress(channel)}
          </p>
        )}
      </div>
      <div className="flex gap-2 sm:pt-5.5">
        <Button
          onClick={() => {
            onKeep()
            setReplaced(!isReplaced)
          }}
        >
          {isReplaced ? 'Keep the address' : 'Replace address'}
        </Button>
      </div>
    </div>
  )
}

/** Field for a secret that Peerwatch and the receiver share. The secret is visible only until it is saved. */
function Secret({
  field: { generate, ...field },
  form: { control, setValue },
  isSet,
  keep = 'Leave it empty to keep the current one.',
}: {
  field: ChannelFormField
  form: UseFormReturn<FormDraft, unknown, ChannelInput>
  isSet: boolean
  keep?: string
}) {
  const value = String(useWatch({ control, name: field.name }))
  const shown: FormFieldSpec = {
    ...buildFormField(field),
    wide: true,
    ...(isSet ? { placeholder: 'unchanged', hint: keep } : {}),
  }
  return (
    <div className="flex min-w-0 flex-wrap items-start gap-2 sm:col-span-2">
      <div className="min-w-0 flex-1 basis-60">
        <FormField field={shown} control={control} resources={NO_RESOURCES} />
      </div>
      <div className="flex gap-2 sm:pt-5.5">
        {generate && <Button onClick={() => setValue(field.name, generate())}>Generate</Button>}
        {value !== '' && <CopyButton text={value} label="Copy the secret" />}
      </div>
    </div>
  )
}

const NO_RESOURCES: ResourceNames = { circuits: [], gateways: [], nameOf: (id) => id, labelOf: (id) => id }
