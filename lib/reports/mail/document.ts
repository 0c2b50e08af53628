import type { TableColumn, Section, Table } from '#lib/contract/document/model.ts'

/** A report before it is written as a page or a text. */
export interface ReportDocument {
  title: string
  /** the scope in words, and the time that it is of */
  subtitle: string
  sections: readonly Section[]
  files: readonly { name: string; text: string }[]
}

/** A column of figures. */
export const figures = (label: string): TableColumn => ({ label, align: 'number' })

/** A table below its heading. @param note how to read it; a column of text is its name alone */
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
