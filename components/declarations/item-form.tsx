import { type Control, useWatch } from 'react-hook-form'
import type { DeclarationItem, DeclarationList } from '#lib/contract/index.ts'
import { useZone } from '../ui/preferences.tsx'
import { SchemaForm } from '../schema-form/schema-form.tsx'
import { type Form, itemDraft, readDraft } from './form.ts'
import type { Draft } from '../schema-form/fields.ts'
import { useDeclare } from './use-declare.ts'

/** Form that edits one declaration in place. Escape cancels; faults are shown at their fields. */
export function ItemForm<List extends DeclarationList>({
  form,
  item,
  fixed = {},
  onDone,
}: {
  form: Form<List>
  /** null = a new item */
  item: DeclarationItem<List> | null
  /** values of fields that the context determines, so that the form hides these fields */
  fixed?: Draft
  onDone: () => void
}) {
  const zone = useZone()
  const declare = useDeclare<List>()
  const { Preview: Shown } = form
  return (
    <SchemaForm
      label={`${item === null ? 'New' : 'Edit'} ${form.one}`}
      draft={{ ...itemDraft(form, item, zone), ...fixed }}
      fields={form.fields.filter(({ name }) => !(name in fixed))}
      read={(draft) => readDraft(form, draft, zone)}
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
 * Preview of the consequences. It is a separate component, so that a change of a field renders only the preview again
 * and not the form.
 */
function Preview<Body>({
  Of,
  control,
}: {
  Of: NonNullable<Form<never>['Preview']>
  control: Control<Draft, unknown, Body>
}) {
  return <Of draft={useWatch({ control }) as Draft} />
}
