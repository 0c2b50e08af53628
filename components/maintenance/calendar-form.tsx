'use client'

import { useForm } from 'react-hook-form'
import type { CalendarView } from '#lib/contract/index.ts'
import { FormField } from '../schema-form/schema-field.tsx'
import type { Draft } from '../schema-form/fields.ts'
import { useResources } from '../schema-form/use-resources.ts'
import { resolverOf } from '../schema-form/read.ts'
import { PanelForm } from '../schema-form/schema-form.tsx'
import { calendarFields, contentField, calendarDraft, readCalendarDraft } from './calendar-draft.ts'
import { useCalendarChange } from './use-calendar-change.ts'

/** Adds or edits one calendar in place. It is read as it is saved. */
export function CalendarForm({
  calendar,
  onDone,
}: {
  /** null = a new one */
  calendar: CalendarView | null
  onDone: () => void
}) {
  const resources = useResources()
  const form = useForm({
    defaultValues: calendarDraft(calendar),
    resolver: resolverOf((draft: Draft) => readCalendarDraft(draft, calendar === null)),
  })
  const change = useCalendarChange()
  const save = form.handleSubmit((body) =>
    change.mutate({ method: calendar ? 'PUT' : 'POST', id: calendar?.id ?? null, body }, { onSuccess: onDone }),
  )
  const isStored = calendar !== null
  return (
    <PanelForm
      label={calendar ? `Edit ${calendar.name}` : 'New calendar'}
      form={form}
      saving={change}
      onSubmit={save}
      onDone={onDone}
    >
      {calendarFields.map((field) => (
        <FormField key={field.name} field={field} control={form.control} resources={resources} />
      ))}
      <div className="flex min-w-0 flex-col gap-1 sm:col-span-2">
        <FormField field={contentField} control={form.control} resources={resources} />
        <input
          type="file"
          accept=".ics,text/calendar"
          aria-label="File"
          className="text-xs"
          onChange={async ({ target }) => {
            const text = await target.files?.[0]?.text()
            if (text !== undefined) form.setValue('content', text, { shouldDirty: true })
          }}
        />
      </div>
      {isStored && (
        <p className="text-xs text-ink-3 sm:col-span-2">
          {calendar.isFile ? 'The stored text' : `The stored address (${calendar.url ?? 'sealed with another key'})`}{' '}
          stays unless another URL or text is entered.
        </p>
      )}
    </PanelForm>
  )
}
