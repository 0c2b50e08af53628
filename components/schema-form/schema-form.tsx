import { type ReactNode, useEffect, useRef } from 'react'
import { type FieldValues, useForm, type UseFormReturn } from 'react-hook-form'
import { useResources } from './use-resources.ts'
import { Button } from '../ui/button.tsx'
import { FormFault, type SharedFormProps } from './bound-fields.tsx'
import type { FormDraft, FormFieldSpec } from './form-fields.ts'
import { type FormValidation, createFormResolver } from './form-validation.ts'
import { FormField } from './schema-field.tsx'

/**
 * Form inside a panel. Its fields are in two columns of limited width, followed by Save, Cancel and the error. Escape
 * cancels.
 * @param first CSS selector of the element that gets the focus
 */
export function PanelForm<Fields extends FieldValues, Body>({
  label,
  form,
  saving,
  onSubmit,
  onDone,
  first = 'input',
  children,
}: SharedFormProps<Fields, Body> & { onDone: () => void; first?: string }) {
  const element = useRef<HTMLFormElement>(null)
  useEffect(() => element.current?.querySelector<HTMLElement>(first)?.focus(), [first])
  useEffect(() => {
    const own = element.current
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') onDone()
    }
    own?.addEventListener('keydown', onKeyDown)
    return () => own?.removeEventListener('keydown', onKeyDown)
  }, [onDone])
  return (
    <form
      ref={element}
      noValidate
      onSubmit={onSubmit}
      aria-label={label}
      className="grid gap-x-4 gap-y-3 bg-sunken p-3.5 sm:grid-cols-[repeat(2,minmax(0,32rem))]"
    >
      {children}
      <div className="flex flex-wrap items-center gap-2 sm:col-span-2">
        <Button type="submit" variant="strong" disabled={saving.isPending}>
          Save
        </Button>
        <Button onClick={onDone}>Cancel</Button>
        <FormFault form={form} error={saving.error} />
      </div>
    </form>
  )
}

/** Form that adds an item to a list or edits an item in place. A list of fields and a schema define it. */
export function SchemaForm<Body>({
  label,
  draft,
  fields,
  read,
  saving,
  onSave,
  onDone,
  first,
  children,
}: {
  label: string
  draft: FormDraft
  fields: readonly FormFieldSpec[]
  read: (draft: FormDraft) => FormValidation<Body>
  saving: SharedFormProps<FormDraft, Body>['saving']
  onSave: (body: Body, done: () => void) => void
  onDone: () => void
  first?: string
  /** renders content below the fields */
  children?: (form: UseFormReturn<FormDraft, unknown, Body>) => ReactNode
}) {
  const resources = useResources()
  const form = useForm<FormDraft, unknown, Body>({ defaultValues: draft, resolver: createFormResolver(read) })
  const onSubmit = form.handleSubmit((body) => onSave(body, onDone))
  return (
    <PanelForm {...{ label, form, saving, onSubmit, onDone, ...(first && { first }) }}>
      {fields.map((field) => (
        <FormField key={field.name} field={field} control={form.control} resources={resources} />
      ))}
      {children?.(form)}
    </PanelForm>
  )
}
