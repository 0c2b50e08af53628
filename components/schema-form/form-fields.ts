import type { ResourceNames } from './use-resources.ts'

/** Values of a form by field name: a text, a list of texts if several can be chosen, or rows. */
export type FormDraft = Record<string, string | string[] | DraftRow[]>
export type DraftRow = Record<string, string | string[]>

export interface SelectOption {
  value: string
  label: string
}

interface Labels {
  name: string
  label: string
  hint?: string
  /** whether the field has the full width of the form */
  wide?: boolean
  /** initial text of a new item; undefined = empty */
  initial?: string
  /** Reports whether the field is shown, from the other values of the form; undefined = always shown. */
  isShown?: (draft: FormDraft) => boolean
}

export interface SingleFormField extends Labels {
  /**
   * Kind of control.
   * - `line`: one line of text; `long`: several lines
   * - `time`: a local time in the time zone of the form
   * - `choice`: one option; `choices`: any number of options; `ranked`: several options in an order
   */
  kind: 'line' | 'long' | 'time' | 'choice' | 'choices' | 'ranked'
  options?: (resources: ResourceNames) => SelectOption[]
  placeholder?: string
}

/** Field that contains a list of rows. All rows have the same fields. */
export interface RowsFormField extends Labels {
  kind: 'rows'
  /** singular noun for a row: `Override` */
  one: string
  most: number
  /** fields of a row; their names are the keys of a {@link DraftRow} */
  parts: readonly SingleFormField[]
}

export type FormFieldSpec = SingleFormField | RowsFormField

const LIST_KINDS: ReadonlySet<FormFieldSpec['kind']> = new Set(['choices', 'ranked', 'rows'])

/** Returns the form values of a new item or a new row, from the initial values of its fields. */
export const createInitialDraftRow = (fields: readonly FormFieldSpec[]): DraftRow =>
  Object.fromEntries(fields.map(({ name, kind, initial = '' }) => [name, LIST_KINDS.has(kind) ? [] : initial]))

/** Converts labels to the options of a select field; the keys of the record are the values. */
export const createLabelOptions = (labels: Readonly<Record<string, string>>): SelectOption[] =>
  Object.entries(labels).map(([value, label]) => ({ value, label }))

/** Converts resources or channels to the options of a select field: the id is the value, the name is the label. */
export const createNameOptions = (named: readonly { id: string; name: string }[]): SelectOption[] =>
  named.map(({ id, name }) => ({ value: id, label: name }))

/** Returns options for all circuits, followed by all gateways. */
export const buildResourceOptions = ({ circuits, gateways }: ResourceNames): SelectOption[] =>
  createNameOptions([...circuits, ...gateways])

/** Returns the rows in the form values under a field's name; an empty list if there are none. */
export const readDraftRows = (draft: FormDraft, name: string): DraftRow[] => {
  const value = draft[name]
  return Array.isArray(value) ? value.filter((row): row is DraftRow => typeof row === 'object') : []
}

export const readDraftText = (draft: FormDraft, name: string): string => {
  const value = draft[name]
  return typeof value === 'string' ? value : ''
}
export const readDraftList = (draft: FormDraft, name: string): string[] => {
  const value = draft[name]
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string' && one !== '') : []
}
/** Splits the text in a field at line breaks and commas, and trims the parts. */
export const splitDraftText = (draft: FormDraft, name: string): string[] =>
  readDraftText(draft, name)
    .split(/[\n,]/)
    .map((part) => part.trim())
    .filter(Boolean)
