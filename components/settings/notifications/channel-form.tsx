'use client'

import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { Channel, ChannelKind } from '#lib/contract/index.ts'
import { FormField } from '../../declarations/fields.tsx'
import { type Complaints, type Draft, type Field, listOf, textOf } from '../../declarations/form.ts'
import { useEscape } from '../../declarations/item-form.tsx'
import { type ResourceNames, useResources } from '../../declarations/use-resources.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { draftOf, filterFields, generateSecret, kindsField, readChannel, targetFields } from './channel-draft.ts'
import { useSaveChannel } from './use-channels.ts'

/** Adds or edits one channel in place. */
export function ChannelForm({
  kind,
  channel,
  onDone,
}: {
  kind: ChannelKind
  /** null = a new one */
  channel: Channel | null
  onDone: () => void
}) {
  const things = useResources()
  const [draft, setDraft] = useState<Draft>(() => draftOf(channel))
  const [complaints, setComplaints] = useState<Complaints>({})
  const saving = useSaveChannel()
  const element = useRef<HTMLFormElement>(null)
  useEffect(() => element.current?.querySelector<HTMLElement>('input')?.focus(), [])
  useEscape(element, onDone)
  const set = (name: string, value: string | string[]) => setDraft((now) => ({ ...now, [name]: value }))

  const save = (event: FormEvent) => {
    event.preventDefault()
    const read = readChannel(draft, kind, channel)
    setComplaints('complaints' in read ? read.complaints : {})
    if ('input' in read) saving.mutate({ before: channel, after: read.input }, { onSuccess: onDone })
  }
  const fieldOf = (field: Field) => (
    <FormField
      key={field.name}
      field={field}
      draft={draft}
      things={things}
      complaint={complaints[field.name]}
      onChange={(value) => set(field.name, value)}
    />
  )
  const chosenKinds = listOf(draft, 'kinds').length
  const fault = Object.keys(complaints).length > 0 ? 'Not saved: see what is marked above.' : saving.error?.message
  return (
    <form
      ref={element}
      noValidate
      onSubmit={save}
      aria-label={channel ? `Edit ${channel.name}` : `New ${kind === 'webhook' ? 'webhook' : 'e-mail channel'}`}
      className="grid gap-x-4 gap-y-3 bg-sunken p-3.5 sm:grid-cols-2"
    >
      {targetFields[kind].map(fieldOf)}
      {kind === 'webhook' && (
        <Secret
          value={textOf(draft, 'secret')}
          isSet={channel?.secretSet ?? false}
          complaint={complaints.secret}
          onChange={(value) => set('secret', value)}
        />
      )}
      <fieldset className="grid min-w-0 gap-x-4 gap-y-3 border-t pt-3 sm:col-span-2 sm:grid-cols-2">
        <legend className="float-left w-full text-xs font-semibold sm:col-span-2">What it is told</legend>
        {filterFields.map(fieldOf)}
        <details className="sm:col-span-2" open={chosenKinds > 0}>
          <summary className="mb-2 cursor-pointer text-xs text-ink-2">
            Kinds of events: {chosenKinds === 0 ? 'all' : `${chosenKinds} chosen`}
          </summary>
          {fieldOf(kindsField)}
        </details>
      </fieldset>
      <div className="flex flex-wrap items-center gap-2 sm:col-span-2">
        <Button type="submit" look="strong" disabled={saving.isPending}>
          Save
        </Button>
        <Button onClick={onDone}>Cancel</Button>
        <p role="alert" className="min-w-0 text-xs font-medium break-words text-down empty:hidden">
          {fault}
        </p>
      </div>
    </form>
  )
}

/** The secret that receiver and sender share: seen while it is new, and never again. */
function Secret({
  value,
  isSet,
  complaint,
  onChange,
}: {
  value: string
  isSet: boolean
  complaint: string | undefined
  onChange: (value: string) => void
}) {
  const field: Field = {
    name: 'secret',
    label: 'Secret that signs (Standard Webhooks)',
    kind: 'line',
    wide: true,
    placeholder: isSet ? 'stays as it is' : 'whsec_…',
    hint: isSet
      ? 'Leave it empty to keep the present one, which nobody can read back.'
      : 'Copy it to the receiver before you save: it is not shown again.',
  }
  return (
    <div className="flex min-w-0 flex-wrap items-start gap-2 sm:col-span-2">
      <div className="min-w-0 flex-1 basis-60">
        <FormField
          field={field}
          draft={{ secret: value }}
          things={NO_THINGS}
          complaint={complaint}
          onChange={(next) => onChange(String(next))}
        />
      </div>
      <div className="flex gap-2 pt-5">
        <Button onClick={() => onChange(generateSecret())}>Generate</Button>
        {value !== '' && <CopyButton text={value} label="Copy the secret" />}
      </div>
    </div>
  )
}

const NO_THINGS: ResourceNames = { circuits: [], gateways: [], nameOf: (id) => id, labelOf: (id) => id }
