import type { ResourceNames } from './use-resources.ts'

/** What the fields of a form hold: text, several texts where several are chosen, or rows of both. */
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
  /** full width of the form */
  wide?: boolean
  /** text of a new item; absent = empty */
  initial?: string
  /** false = it does not apply to the rest of the draft, and is hidden; absent = always shown */
  isShown?: (draft: Draft) => boolean
}

export interface SingleField extends Labels {
  /**
   * `line`; `long` = several lines of text; `time` = a wall clock in the chosen zone; `choice` = one of some; `choices` = any of
   * them; `ranked` = several in an order
   */
  kind: 'line' | 'long' | 'time' | 'choice' | 'choices' | 'ranked'
  options?: (resources: ResourceNames) => Option[]
  placeholder?: string
}

/** Any number of rows, each with the same fields. */
export interface RowsField extends Labels {
  kind: 'rows'
  /** what a row is: `Override` */
  one: string
  most: number
  /** their names are those of a {@link DraftRow} */
  parts: readonly SingleField[]
}

export type Field = SingleField | RowsField

const LIST_KINDS: ReadonlySet<Field['kind']> = new Set(['choices', 'ranked', 'rows'])

/** Returns the draft of a new item, or a row in which nothing is entered yet. */
export const newRow = (fields: readonly Field[]): DraftRow =>
  Object.fromEntries(fields.map(({ name, kind, initial = '' }) => [name, LIST_KINDS.has(kind) ? [] : initial]))

/** Options from labels by value. */
export const labelledOptions = (labels: Readonly<Record<string, string>>): Option[] =>
  Object.entries(labels).map(([value, label]) => ({ value, label }))

/** Options from resources or channels, by id and name. */
export const namedOptions = (named: readonly { id: string; name: string }[]): Option[] =>
  named.map(({ id, name }) => ({ value: id, label: name }))

/** Options from all circuits, then all gateways. */
export const resourceOptions = ({ circuits, gateways }: ResourceNames): Option[] =>
  namedOptions([...circuits, ...gateways])

/** The rows of a field, none where it has none. */
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
/** Values of a field, separated by line breaks or commas. */
export const draftParts = (draft: Draft, name: string): string[] =>
  draftText(draft, name)
    .split(/[\n,]/)
    .map((part) => part.trim())
    .filter(Boolean)
