'use client'

import { type ReactNode, useEffect, useRef } from 'react'
import { useForm } from 'react-hook-form'
import { FormField } from '../declarations/fields.tsx'
import type { Draft, Field } from '../declarations/form.ts'
import { useEscape } from '../declarations/item-form.tsx'
import { useResources } from '../declarations/use-resources.ts'
import { Button } from '../ui/button.tsx'
import { FormFault } from '../ui/form/fields.tsx'
import { type Read, resolverOf } from '../ui/form/read.ts'
import { FORM_GRID } from '../ui/form-grid.ts'

/** Adds or edits one item of a list in place. */
export function SettingsItemForm<Body>({
  label,
  draft,
  fields,
  read,
  saving,
  onSave,
  onDone,
  children,
}: {
  label: string
  draft: Draft
  fields: readonly Field[]
  read: (draft: Draft) => Read<Body>
  saving: { isPending: boolean; error: Error | null }
  onSave: (body: Body, done: () => void) => void
  onDone: () => void
  /** further buttons */
  children?: ReactNode
}) {
  const resources = useResources()
  const form = useForm<Draft, unknown, Body>({
    defaultValues: draft,
    resolver: resolverOf(read),
  })
  const element = useRef<HTMLFormElement>(null)
  useEffect(() => element.current?.querySelector<HTMLElement>('input')?.focus(), [])
  useEscape(element, onDone)
  return (
    <form
      ref={element}
      noValidate
      onSubmit={form.handleSubmit((body) => onSave(body, onDone))}
      aria-label={label}
      className={FORM_GRID}
    >
      {fields.map((field) => (
        <FormField key={field.name} field={field} control={form.control} resources={resources} />
      ))}
      <div className="flex flex-wrap items-center gap-2 sm:col-span-2">
        <Button type="submit" variant="strong" disabled={saving.isPending}>
          Save
        </Button>
        {children}
        <Button onClick={onDone}>Cancel</Button>
        <FormFault form={form} error={saving.error} />
      </div>
    </form>
  )
}
