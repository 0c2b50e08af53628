import { type Control, useForm, useWatch } from 'react-hook-form'
import type { DeclarationItem, DeclarationList } from '#lib/contract/index.ts'
import { useZone } from '../ui/preferences.tsx'
import { FormField } from '../schema-form/schema-field.tsx'
import { resolverOf } from '../schema-form/read.ts'
import { PanelForm } from '../schema-form/schema-form.tsx'
import { type Form, itemDraft, readDraft } from './form.ts'
import type { Draft } from '../schema-form/fields.ts'
import { useDeclare } from './use-declare.ts'
import { useResources } from '../schema-form/use-resources.ts'

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
    defaultValues: { ...itemDraft(form, item, zone), ...fixed },
    resolver: resolverOf((draft: Draft) => readDraft(form, draft, zone)),
  })
  const declare = useDeclare<List>()
  const save = draft.handleSubmit((after) =>
    declare.mutate({ list: form.list, before: item, after }, { onSuccess: onDone }),
  )
  const fields = form.fields.filter(({ name }) => !(name in fixed))
  return (
    <PanelForm
      label={`${item === null ? 'New' : 'Edit'} ${form.one}`}
      form={draft}
      saving={declare}
      onSubmit={save}
      onDone={onDone}
      first="input, select, textarea"
    >
      {fields.map((field) => (
        <FormField key={field.name} field={field} control={draft.control} resources={resources} />
      ))}
      {form.Preview && <Preview Of={form.Preview} control={draft.control} />}
    </PanelForm>
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
