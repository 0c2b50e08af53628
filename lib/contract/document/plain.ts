import { type Block, type LabelledText, type Item, type Section, type Table, wordsText } from './model.ts'

/** Separators and line format of plain text. */
interface PlainLayout {
  underHeading: string
  betweenSections: string
  /**
   * Formats one fact as a line.
   * @param width length of the longest label of the section
   */
  factLine: (label: string, text: string, width: number) => string
}

/** Layout for a ticket or a chat, with facts indented in two columns. */
export const COMPACT: PlainLayout = {
  underHeading: '\n',
  betweenSections: '\n\n',
  factLine: (label, text, width) => `  ${label.padEnd(width)}  ${text}`,
}

/** Layout for an e-mail, with a rule between sections and a label column of fixed width. */
export const MAIL: PlainLayout = {
  underHeading: '\n\n',
  betweenSections: '\n\n----\n\n',
  factLine: (label, text) => `${`${label}:`.padEnd(16)}${text}`,
}

/** Returns sections as plain text. */
export function plainOf(sections: readonly Section[], layout: PlainLayout): string {
  return `${sections.map((section) => sectionText(section, layout)).join(layout.betweenSections)}\n`
}

function sectionText(section: Section, { underHeading, factLine }: PlainLayout): string {
  const lines = linesOf(section)
  const width = Math.max(0, ...lines.map(({ label }) => label.length))
  const body = lines.map(({ label, text }) => (label === '' ? text : factLine(label, text, width))).join('\n')
  return [wordsText(section.heading), body].filter((part) => part !== '').join(underHeading)
}

/** Returns the content of a section below its heading line by line, for formats without lists and tables. */
export const linesOf = ({ blocks }: Section): LabelledText[] => blocks.flatMap(linesOfBlock)

function linesOfBlock(block: Block): readonly LabelledText[] {
  if ('facts' in block) return block.facts
  return textsOf(block).map((text) => ({ label: '', text }))
}

function textsOf(block: Exclude<Block, { facts: unknown }>): readonly string[] {
  if ('text' in block) return [block.text]
  if ('list' in block) return block.list.flatMap((item) => itemLines(item, ''))
  if ('table' in block) return rowLines(block.table)
  return [block.drawing.signs]
}

const itemLines = ({ words, parts = [] }: Item, indent: string): string[] => [
  `${indent}- ${wordsText(words)}`,
  ...parts.flatMap((part) => itemLines(part, `${indent}  `)),
]

/** Returns one line per row, each value after its column name; empty values are left out. */
const rowLines = ({ columns, rows, empty }: Table): string[] =>
  rows.length === 0
    ? empty === undefined
      ? []
      : [empty]
    : rows.map((row) =>
        row.flatMap((text, index) => (text === '' ? [] : [`${columns[index]?.label ?? ''}: ${text}`])).join('; '),
      )
