import type { DeclarationListItem, DeclarationList } from '#lib/contract/index.ts'
import { declarationItems } from '#lib/contract/index.ts'
import type { ComponentType } from 'react'
import type { z } from 'zod'
import { type FormValidation, validateFormInput } from '../schema-form/form-validation.ts'
import { createDraft, readFieldInput } from '../schema-form/form-draft.ts'
import type { FormDraft, FormFieldSpec } from '../schema-form/form-fields.ts'
import type { ResourceNames } from '../schema-form/use-resources.ts'

/** Description of one list of declarations (facts that users enter): how its items are shown and edited. */
export interface DeclarationForm<List extends DeclarationList> {
  list: List
  title: string
  /** singular noun, for example `site` in "Add a site" */
  one: string
  note: string
  /** text while the list is empty */
  empty: string
  /** effect of removing an item, as text */
  whenRemoved: string
  fields: FormFieldSpec[]
  /** component below the fields that shows the consequences of their values; absent = no preview */
  Preview?: ComponentType<{ draft: FormDraft }>
  /**
   * Returns values for form fields that cannot be copied from the item, because their text differs from the value in
   * the item or the item does not have the field.
   */
  draftOf?: (item: DeclarationListItem<List> | null, zone: string) => FormDraft
  /** Returns values of the item that cannot be copied from the form fields. */
  itemOf?: (draft: FormDraft, zone: string) => object
  nameOf: (item: DeclarationListItem<List>, resources: ResourceNames) => string
  /** returns the facts of an item, except its name, in one or two lines */
  wordsOf: (item: DeclarationListItem<List>, resources: ResourceNames) => string[]
}

/** Returns the form values (draft) of an edited item, or the initial values of a new item. */
export const createDeclarationDraft = <List extends DeclarationList>(
  { fields, draftOf }: DeclarationForm<List>,
  item: DeclarationListItem<List> | null,
  zone: string,
): FormDraft => ({ ...createDraft(fields, item, zone), ...draftOf?.(item, zone) })

/** Validates the form values with the schema of the list. Returns the item, or an error for each invalid field. */
export function validateDeclarationDraft<List extends DeclarationList>(
  form: DeclarationForm<List>,
  draft: FormDraft,
  zone: string,
): FormValidation<DeclarationListItem<List>> {
  // the cast is safe, because the schema belongs to the list, so its output is an item of the list
  const schema = declarationItems[form.list] as unknown as z.ZodType<DeclarationListItem<List>>
  const isField = (name: PropertyKey | undefined) => form.fields.some((field) => field.name === name)
  // an error inside a nested object is shown at the inner field if the form has such a field, otherwise at the outer
  // field
  const fieldOf = ([name, inner]: readonly PropertyKey[]) =>
    String((isField(name) ? name : isField(inner) ? inner : name) ?? 'root')
  const input = readFieldInput(form.fields, declarationItems[form.list], draft, zone)
  return validateFormInput(schema, { ...input, ...form.itemOf?.(draft, zone) }, fieldOf)
}
