import type { Column, Section } from '#lib/contract/document/model.ts'

/** A report before it is written as a page or a text. */
export interface ReportDocument {
  title: string
  /** the scope in words, and the time that it is of */
  subtitle: string
  sections: readonly Section[]
  files: readonly { name: string; text: string }[]
}

/** A column of figures. */
export const figures = (label: string): Column => ({ label, align: 'number' })
