import { clsx } from 'clsx'
import type { ComponentProps, FormEventHandler, ReactNode } from 'react'
import { type FieldValues, get, type Path, type UseFormReturn } from 'react-hook-form'
import { Button } from '../ui/button.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { SaveErrorText } from './save-error-text.tsx'

interface Bound<Fields extends FieldValues, Body> {
  form: UseFormReturn<Fields, unknown, Body>
  name: Path<Fields>
}

/** Text field of a form, with its error. */
export function FormText<Fields extends FieldValues, Body>({
  form,
  name,
  ...props
}: Bound<Fields, Body> & Omit<ComponentProps<typeof TextField>, 'name' | 'form'>) {
  return <TextField {...props} {...form.register(name)} error={faultAt(form, name)} />
}

/** Select field of a form, with its error. */
export function FormSelect<Fields extends FieldValues, Body>({
  form,
  name,
  ...props
}: Bound<Fields, Body> & Omit<ComponentProps<typeof SelectField>, 'name' | 'form'>) {
  return <SelectField {...props} {...form.register(name)} error={faultAt(form, name)} />
}

const faultAt = <Fields extends FieldValues, Body>({ formState }: UseFormReturn<Fields, unknown, Body>, name: string) =>
  (get(formState.errors, name) as { message?: string } | undefined)?.message

/** Explains why a form was not saved: fields with errors, an error of the whole form, or an error from the API. */
export function FormFault<Fields extends FieldValues, Body>({
  form: { formState },
  error,
}: {
  form: UseFormReturn<Fields, unknown, Body>
  error: Error | null
}) {
  const { root, ...fields } = formState.errors as Record<string, { message?: string } | undefined>
  const isMarked = Object.values(fields).some(Boolean)
  return <SaveErrorText why={root?.message ?? (isMarked ? 'Correct the marked fields.' : error)} />
}

/** Properties that all forms have. */
export interface SharedFormProps<Fields extends FieldValues, Body> {
  label: string
  form: UseFormReturn<Fields, unknown, Body>
  saving: { isPending: boolean; error: Error | null }
  onSubmit: FormEventHandler
  children: ReactNode
}

/**
 * Form in one line that is always visible: its fields, a button, and the error.
 * @param action label of the button
 */
export function OneLineForm<Fields extends FieldValues, Body>({
  label,
  form,
  saving,
  onSubmit,
  action,
  className,
  children,
}: SharedFormProps<Fields, Body> & { action: string; className?: string }) {
  return (
    <form
      onSubmit={onSubmit}
      noValidate
      className={clsx('flex flex-wrap items-start gap-2', className)}
      aria-label={label}
    >
      {children}
      <Button type="submit" disabled={saving.isPending} className="mt-5">
        {action}
      </Button>
      <FormFault form={form} error={saving.error} />
    </form>
  )
}
