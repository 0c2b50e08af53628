import {
  type SectionBlock,
  type LabelledText,
  type SectionItem,
  type TextSection,
  type SectionTable,
  toUnstyledText,
} from './document-model.ts'

/** Layout of plain text: the separators below a heading and between sections, and the format of a labelled text. */
interface PlainLayout {
  underHeading: string
  betweenSections: string
  /**
   * Formats one labelled text as a line.
   * @param width length of the longest label of the section
   */
  factLine: (label: string, text: string, width: number) => string
}

/** Layout for a ticket or a chat. Labels and texts are indented and form two columns. */
export const COMPACT_LAYOUT: PlainLayout = {
  underHeading: '\n',
  betweenSections: '\n\n',
  factLine: (label, text, width) => `  ${label.padEnd(width)}  ${text}`,
}

/** Layout for an e-mail, with a dashed line between sections. Labels fill a column of 16 characters. */
export const MAIL_LAYOUT: PlainLayout = {
  underHeading: '\n\n',
  betweenSections: '\n\n----\n\n',
  factLine: (label, text) => `${`${label}:`.padEnd(16)}${text}`,
}

/** Returns the sections of a text as plain text in the given layout. */
export function renderPlainText(sections: readonly TextSection[], layout: PlainLayout): string {
  return `${sections.map((section) => sectionText(section, layout)).join(layout.betweenSections)}\n`
}

function sectionText(section: TextSection, { underHeading, factLine }: PlainLayout): string {
  const lines = listSectionLines(section)
  const width = Math.max(0, ...lines.map(({ label }) => label.length))
  const body = lines.map(({ label, text }) => (label === '' ? text : factLine(label, text, width))).join('\n')
  return [toUnstyledText(section.heading), body].filter((part) => part !== '').join(underHeading)
}

/**
 * Returns the content of a section without its heading, for formats that have no lists or tables. Each list item and
 * each table row becomes one line.
 */
export const listSectionLines = ({ blocks }: TextSection): LabelledText[] => blocks.flatMap(linesOfBlock)

function linesOfBlock(block: SectionBlock): readonly LabelledText[] {
  if ('facts' in block) return block.facts
  return textsOf(block).map((text) => ({ label: '', text }))
}

function textsOf(block: Exclude<SectionBlock, { facts: unknown }>): readonly string[] {
  if ('text' in block) return [block.text]
  if ('list' in block) return block.list.flatMap((item) => itemLines(item, ''))
  if ('table' in block) return rowLines(block.table)
  return [block.drawing.signs]
}

const itemLines = ({ words, parts = [] }: SectionItem, indent: string): string[] => [
  `${indent}- ${toUnstyledText(words)}`,
  ...parts.flatMap((part) => itemLines(part, `${indent}  `)),
]

/**
 * Returns one line per row of a table: `column: value; column: value`. Empty values are left out. A table without rows
 * becomes its text for that case.
 */
const rowLines = ({ columns, rows, empty }: SectionTable): string[] =>
  rows.length === 0
    ? empty === undefined
      ? []
      : [empty]
    : rows.map((row) =>
        row.flatMap((text, index) => (text === '' ? [] : [`${columns[index]?.label ?? ''}: ${text}`])).join('; '),
      )
