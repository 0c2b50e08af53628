import {
  type SectionBlock,
  type SectionItem,
  type TextSection,
  type SectionTable,
  type StyledText,
  formatStyledText,
} from './document-model.ts'

/**
 * Returns the sections of a text as Markdown. Names and notes in it are escaped, so that markup in them is not
 * rendered.
 */
export function renderMarkdown(sections: readonly TextSection[]): string {
  const parts = sections.flatMap(({ heading, level = 2, blocks }) => [
    ...(heading === '' ? [] : [`${'#'.repeat(level)} ${wordsMarkdown(heading)}`]),
    ...blocks.flatMap(blockMarkdown),
  ])
  return `${parts.join('\n\n')}\n`
}

function blockMarkdown(block: SectionBlock): string[] {
  if ('text' in block) return [escapeMarkdown(block.text)]
  if ('list' in block)
    return block.list.length === 0 ? [] : [block.list.map((item) => itemMarkdown(item, '')).join('\n')]
  if ('facts' in block) {
    const rows = block.facts.map(({ label, text }) => [label, text])
    return [tableMarkdown({ columns: [{ label: '' }, { label: '' }], rows })]
  }
  if ('table' in block) return [tableMarkdown(block.table)]
  const { title, svg, signs } = block.drawing
  return [
    ...(svg === null ? [] : [`![${title}](data:image/svg+xml;base64,${base64(svg)})`]),
    ['```text', signs.replaceAll('```', "'''"), '```'].join('\n'),
  ]
}

const itemMarkdown = ({ words, parts = [] }: SectionItem, indent: string): string =>
  [`${indent}- ${wordsMarkdown(words)}`, ...parts.map((part) => itemMarkdown(part, `${indent}  `))].join('\n')

function tableMarkdown({ columns, rows, empty = '' }: SectionTable): string {
  if (rows.length === 0) return escapeMarkdown(empty)
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`
  const head = columns.every(({ label }) => label === '')
    ? `|${' |'.repeat(columns.length)}`
    : line(columns.map(({ label }) => label))
  return [head, `|${'---|'.repeat(columns.length)}`, ...rows.map(line)].join('\n')
}

const wordsMarkdown = (words: StyledText): string =>
  formatStyledText(words, escapeMarkdown, (text) => `**${escapeMarkdown(text)}**`, code)

/**
 * Escapes text from people or Azure for Markdown. The result is one line, contains no markup, and neither mentions a
 * person (`@`) nor references an issue (`#`).
 */
export const escapeMarkdown = (text: string): string =>
  text.replaceAll(/[\\`*<[\]|]|(?<![\w/])[@#_]|_(?!\w)/g, (sign) => `\\${sign}`).replaceAll(/(?<!\s)\s*[\r\n]\s*/g, ' ')

/**
 * Returns inline code in one line. Backticks become apostrophes, because a backtick cannot be escaped in inline code.
 */
const code = (text: string): string => `\`${text.replaceAll('`', "'").replaceAll(/(?<!\s)\s*[\r\n]\s*/g, ' ')}\``

function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
}
