'use client'

import type { ComponentProps } from 'react'
import { type FieldValues, get, type Path, type UseFormReturn } from 'react-hook-form'
import { SelectField, TextField } from '../field.tsx'
import { NotSaved } from './not-saved.tsx'

interface Bound<Fields extends FieldValues, Body> {
  form: UseFormReturn<Fields, unknown, Body>
  name: Path<Fields>
}

/** A text field of a form, with its error. */
export function FormText<Fields extends FieldValues, Body>({
  form,
  name,
  ...props
}: Bound<Fields, Body> & Omit<ComponentProps<typeof TextField>, 'name' | 'form'>) {
  return <TextField {...props} {...form.register(name)} error={faultAt(form, name)} />
}

/** A choice of a form, with its error. */
export function FormSelect<Fields extends FieldValues, Body>({
  form,
  name,
  ...props
}: Bound<Fields, Body> & Omit<ComponentProps<typeof SelectField>, 'name' | 'form'>) {
  return <SelectField {...props} {...form.register(name)} error={faultAt(form, name)} />
}

const faultAt = <Fields extends FieldValues, Body>({ formState }: UseFormReturn<Fields, unknown, Body>, name: string) =>
  (get(formState.errors, name) as { message?: string } | undefined)?.message

/** Why a form was not saved: a field's error, the form's own, or the API's answer. */
export function FormFault<Fields extends FieldValues, Body>({
  form: { formState },
  error,
}: {
  form: UseFormReturn<Fields, unknown, Body>
  error: Error | null
}) {
  const { root, ...fields } = formState.errors as Record<string, { message?: string } | undefined>
  const isMarked = Object.values(fields).some(Boolean)
  return <NotSaved why={root?.message ?? (isMarked ? 'Correct the marked fields.' : error)} />
}
