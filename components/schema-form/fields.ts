import type { ResourceNames } from './use-resources.ts'

/** Values of a form: text, a list of texts if several can be chosen, or rows. */
export type Draft = Record<string, string | string[] | DraftRow[]>
export type DraftRow = Record<string, string | string[]>

export interface Option {
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
  /** reports whether the field applies to the rest of the draft, otherwise it is hidden; undefined = always shown */
  isShown?: (draft: Draft) => boolean
}

export interface SingleField extends Labels {
  /**
   * `line`; `long` = several lines of text; `time` = a wall clock time in the chosen zone; `choice` = one option;
   * `choices` = any number of options; `ranked` = several options in an order
   */
  kind: 'line' | 'long' | 'time' | 'choice' | 'choices' | 'ranked'
  options?: (resources: ResourceNames) => Option[]
  placeholder?: string
}

/** List of rows, each with the same fields. */
export interface RowsField extends Labels {
  kind: 'rows'
  /** singular name of a row: `Override` */
  one: string
  most: number
  /** fields of a row; their names are the keys of a {@link DraftRow} */
  parts: readonly SingleField[]
}

export type Field = SingleField | RowsField

const LIST_KINDS: ReadonlySet<Field['kind']> = new Set(['choices', 'ranked', 'rows'])

/** Returns the draft of a new item or row with the initial values. */
export const newRow = (fields: readonly Field[]): DraftRow =>
  Object.fromEntries(fields.map(({ name, kind, initial = '' }) => [name, LIST_KINDS.has(kind) ? [] : initial]))

/** Returns options from labels by value. */
export const labelledOptions = (labels: Readonly<Record<string, string>>): Option[] =>
  Object.entries(labels).map(([value, label]) => ({ value, label }))

/** Returns options from resources or channels, by id and name. */
export const namedOptions = (named: readonly { id: string; name: string }[]): Option[] =>
  named.map(({ id, name }) => ({ value: id, label: name }))

/** Returns options from all circuits, then all gateways. */
export const resourceOptions = ({ circuits, gateways }: ResourceNames): Option[] =>
  namedOptions([...circuits, ...gateways])

/** Returns the rows of a field; empty if the field has no rows. */
export const draftRows = (draft: Draft, name: string): DraftRow[] => {
  const value = draft[name]
  return Array.isArray(value) ? value.filter((row): row is DraftRow => typeof row === 'object') : []
}

export const draftText = (draft: Draft, name: string): string => {
  const value = draft[name]
  return typeof value === 'string' ? value : ''
}
export const draftList = (draft: Draft, name: string): string[] => {
  const value = draft[name]
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string' && one !== '') : []
}
/** Splits the text of a field at line breaks and commas. */
export const draftParts = (draft: Draft, name: string): string[] =>
  draftText(draft, name)
    .split(/[\n,]/)
    .map((part) => part.trim())
    .filter(Boolean)
