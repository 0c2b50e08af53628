import { type Control, useWatch } from 'react-hook-form'
import type { DeclarationListItem, DeclarationList } from '#lib/contract/index.ts'
import { useZone } from '../ui/preferences.tsx'
import { SchemaForm } from '../schema-form/schema-form.tsx'
import { type DeclarationForm, createDeclarationDraft, validateDeclarationDraft } from './declaration-form.ts'
import type { FormDraft } from '../schema-form/form-fields.ts'
import { useSaveDeclaration } from './use-save-declaration.ts'

/**
 * Form that edits a declaration, shown in its place in the list, or that adds a new one. Escape cancels; errors are
 * shown at their fields.
 */
export function DeclarationItemForm<List extends DeclarationList>({
  form,
  item,
  fixed = {},
  onDone,
}: {
  form: DeclarationForm<List>
  /** item that is edited; null = a new item */
  item: DeclarationListItem<List> | null
  /** values of fields that the place of the form determines; these fields are hidden */
  fixed?: FormDraft
  onDone: () => void
}) {
  const zone = useZone()
  const declare = useSaveDeclaration<List>()
  const { Preview: Shown } = form
  return (
    <SchemaForm
      label={`${item === null ? 'New' : 'Edit'} ${form.one}`}
      draft={{ ...createDeclarationDraft(form, item, zone), ...fixed }}
      fields={form.fields.filter(({ name }) => !(name in fixed))}
      read={(draft) => validateDeclarationDraft(form, draft, zone)}
      saving={declare}
      onSave={(after, onSuccess) => declare.mutate({ list: form.list, before: item, after }, { onSuccess })}
      onDone={onDone}
      first="input, select, textarea"
    >
      {({ control }) => Shown && <Preview Of={Shown} control={control} />}
    </SchemaForm>
  )
}

/**
 * Preview of the consequences of the form's values. It is a separate component, so that a change in a field renders
 * only the preview again and not the whole form.
 */
function Preview<Body>({
  Of,
  control,
}: {
  Of: NonNullable<DeclarationForm<never>['Preview']>
  control: Control<FormDraft, unknown, Body>
}) {
  return <Of draft={useWatch({ control }) as FormDraft} />
}
