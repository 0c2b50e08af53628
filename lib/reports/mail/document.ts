import type { TableColumn, Section, Table } from '#lib/contract/document/model.ts'

/** A report before it is rendered as HTML or text. */
export interface ReportDocument {
  title: string
  /** scope and period, as text */
  subtitle: string
  sections: readonly Section[]
  files: readonly { name: string; text: string }[]
}

/** Returns a right-aligned column for numbers. */
export const figures = (label: string): TableColumn => ({ label, align: 'number' })

/**
 * Returns a section with a table.
 * @param note explanation above the table; absent = no explanation
 * @param columns a text is the label of a column with text
 */
export const tableSection = ({
  heading,
  note,
  columns,
  rows,
  empty,
}: Omit<Required<Table>, 'columns'> & {
  heading: string
  note?: string
  columns: readonly (string | TableColumn)[]
}): Section => ({
  heading,
  blocks: [
    ...(note === undefined ? [] : [{ text: note }]),
    { table: { columns: columns.map((one) => (typeof one === 'string' ? { label: one } : one)), rows, empty } },
  ],
})
