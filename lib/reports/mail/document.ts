import type { TableColumn, TextSection, SectionTable } from '#lib/contract/document/document-model.ts'

/** The content of a report, before it is rendered as HTML or text. */
export interface ReportDocument {
  title: string
  /** text about the covered resources (for example a customer) and the period */
  subtitle: string
  sections: readonly TextSection[]
  files: readonly { name: string; text: string }[]
}

/** Returns a table column for numbers, which is aligned to the right. */
export const createNumberColumn = (label: string): TableColumn => ({ label, align: 'number' })

/**
 * Returns a section of a report that contains a table.
 * @param note text above the table; absent = none
 * @param columns a string is the label of a column that is aligned to the left
 */
export const createTableSection = ({
  heading,
  note,
  columns,
  rows,
  empty,
}: Omit<Required<SectionTable>, 'columns'> & {
  heading: string
  note?: string
  columns: readonly (string | TableColumn)[]
}): TextSection => ({
  heading,
  blocks: [
    ...(note === undefined ? [] : [{ text: note }]),
    { table: { columns: columns.map((one) => (typeof one === 'string' ? { label: one } : one)), rows, empty } },
  ],
})
