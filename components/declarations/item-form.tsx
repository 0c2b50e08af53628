'use client'

import { type RefObject, useEffect, useRef } from 'react'
import { type Control, useForm, useWatch } from 'react-hook-form'
import type { DeclarationItem, DeclarationList } from '#lib/contract/index.ts'
import { Button } from '../ui/button.tsx'
import { useZone } from '../ui/preferences.tsx'
import { FormField } from './fields.tsx'
import { FormFault } from '../ui/form/fields.tsx'
import { resolverOf } from '../ui/form/read.ts'
import { FORM_GRID } from '../ui/form-grid.ts'
import { type Draft, type Form, readDraft } from './form.ts'
import { useDeclare } from './use-declare.ts'
import { useResources } from './use-resources.ts'

/** Edits one item of a list in place. Escape cancels; errors are shown at the field. */
export function ItemForm<List extends DeclarationList>({
  form,
  item,
  fixed = {},
  onDone,
}: {
  form: Form<List>
  /** null = a new one */
  item: DeclarationItem<List> | null
  /** fields that the context sets, and the form hides */
  fixed?: Draft
  onDone: () => void
}) {
  const zone = useZone()
  const resources = useResources()
  const draft = useForm({
    defaultValues: { ...form.draftOf(item, zone), ...fixed },
    resolver: resolverOf((draft: Draft) => readDraft(form, draft, zone)),
  })
  const declare = useDeclare<List>()
  const element = useRef<HTMLFormElement>(null)
  useEffect(() => element.current?.querySelector<HTMLElement>('input, select, textarea')?.focus(), [])
  useEscape(element, onDone)

  const save = draft.handleSubmit((after) =>
    declare.mutate({ list: form.list, before: item, after }, { onSuccess: onDone }),
  )
  const fields = form.fields.filter(({ name }) => !(name in fixed))
  return (
    <form
      ref={element}
      noValidate
      onSubmit={save}
      aria-label={`${item === null ? 'New' : 'Edit'} ${form.one}`}
      className={FORM_GRID}
    >
      {fields.map((field) => (
        <FormField key={field.name} field={field} control={draft.control} resources={resources} />
      ))}
      {form.Preview && <Preview Of={form.Preview} control={draft.control} />}
      <div className="flex flex-wrap items-center gap-2 sm:col-span-2">
        <Button type="submit" variant="strong" disabled={declare.isPending}>
          Save
        </Button>
        <Button onClick={onDone}>Cancel</Button>
        <FormFault form={draft} error={declare.error} />
      </div>
    </form>
  )
}

/** Drawn again with each change of a field, and the form is not. */
function Preview<Body>({
  Of,
  control,
}: {
  Of: NonNullable<Form<never>['Preview']>
  control: Control<Draft, unknown, Body>
}) {
  return <Of draft={useWatch({ control }) as Draft} />
}

/** Cancels a form on Escape, wherever the focus is in it. */
export function useEscape(element: RefObject<HTMLElement | null>, onEscape: () => void): void {
  useEffect(() => {
    const form = element.current
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') onEscape()
    }
    form?.addEventListener('keydown', onKeyDown)
    return () => form?.removeEventListener('keydown', onKeyDown)
  }, [element, onEscape])
}
