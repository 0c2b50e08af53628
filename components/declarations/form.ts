import type { DeclarationItem, DeclarationList } from '#lib/contract/index.ts'
import { declarationItems } from '#lib/contract/index.ts'
import type { ComponentType } from 'react'
import type { z } from 'zod'
import { type FormRead, readBySchema } from '../schema-form/read.ts'
import { createDraft, readInput } from '../schema-form/draft.ts'
import type { Draft, Field } from '../schema-form/fields.ts'
import type { ResourceNames } from '../schema-form/use-resources.ts'

/** Describes how the items of one list are shown and edited. */
export interface Form<List extends DeclarationList> {
  list: List
  title: string
  /** singular noun, for example `site` in "Add a site" */
  one: string
  note: string
  /** text while the list is empty */
  empty: string
  /** effect of removing an item, as text */
  whenRemoved: string
  fields: Field[]
  /** shows the consequences of the field values below the fields; absent = not shown */
  Preview?: ComponentType<{ draft: Draft }>
  /** returns draft values that differ in form from the item's values, or that have no field */
  draftOf?: (item: DeclarationItem<List> | null, zone: string) => Draft
  /** returns schema input that differs in form from the draft's values */
  itemOf?: (draft: Draft, zone: string) => object
  nameOf: (item: DeclarationItem<List>, resources: ResourceNames) => string
  /** returns the remaining facts of an item in a line or two */
  wordsOf: (item: DeclarationItem<List>, resources: ResourceNames) => string[]
}

/** Returns the draft of an edited item, or of a new item. */
export const itemDraft = <List extends DeclarationList>(
  { fields, draftOf }: Form<List>,
  item: DeclarationItem<List> | null,
  zone: string,
): Draft => ({ ...createDraft(fields, item, zone), ...draftOf?.(item, zone) })

/** Validates a draft by the list's schema and returns the item, or an error for each field. */
export function readDraft<List extends DeclarationList>(
  form: Form<List>,
  draft: Draft,
  zone: string,
): FormRead<DeclarationItem<List>> {
  // the schema belongs to the list, so its output is an item of the list
  const schema = declarationItems[form.list] as unknown as z.ZodType<DeclarationItem<List>>
  const isField = (name: PropertyKey | undefined) => form.fields.some((field) => field.name === name)
  // an object in the item may have its own fields
  const fieldOf = ([name, inner]: readonly PropertyKey[]) =>
    String((isField(name) ? name : isField(inner) ? inner : name) ?? 'root')
  const input = readInput(form.fields, declarationItems[form.list], draft, zone)
  return readBySchema(schema, { ...input, ...form.itemOf?.(draft, zone) }, fieldOf)
}
