/** Part of a sentence: plain text, strong text or code. A format without such styles contains it as plain text. */
type Inline = string | { strong: string } | { code: string }
export type StyledText = string | readonly Inline[]

/** Text with a label; '' as label = text without a label. */
export interface LabelledText {
  label: string
  text: string
  /** URL that makes the text a link */
  url?: string
}

export interface SectionItem {
  words: StyledText
  /** nested items, indented by one level */
  parts?: readonly SectionItem[]
}

export interface TableColumn {
  label: string
  /** `number` = right-aligned */
  align?: 'number'
}

export interface SectionTable {
  columns: readonly TableColumn[]
  rows: readonly (readonly string[])[]
  /** text to show if there are no rows; absent = no text */
  empty?: string
}

export type SectionBlock =
  | { text: string }
  | { facts: readonly LabelledText[] }
  | { list: readonly SectionItem[] }
  | { table: SectionTable }
  /** drawing as SVG (null = no SVG) and, in `signs`, in monospaced characters */
  | { drawing: { title: string; svg: string | null; signs: string } }

/**
 * Section of a text for people, for example of a message, a ticket, a handover or a report. Each text is built once as
 * sections. The renderers in this folder and in the notification channels then write it as plain text, Markdown, HTML
 * or chat blocks.
 */
export interface TextSection {
  /** heading of the section; '' = no heading */
  heading: StyledText
  /** level of the heading; 1 = title of the document, default 2. Only Markdown uses it. */
  level?: 1 | 2 | 3
  blocks: readonly SectionBlock[]
}

/** Returns a labelled text. Line breaks in the text become blanks, so that it stays on one line. */
export const createLabelledText = (label: string, text: string, url?: string): LabelledText => ({
  label,
  text: toSingleLine(text),
  ...(url === undefined ? {} : { url }),
})

type Value = string | number | null | undefined

/** Returns a block of labelled values; rows whose value is null, undefined or '' are left out. */
export const createLabelledBlock = (rows: readonly (readonly [label: string, value: Value])[]): SectionBlock => ({
  facts: rows.flatMap(([label, value]) =>
    value === null || value === undefined || value === '' ? [] : [{ label, text: String(value) }],
  ),
})

type Write = (text: string) => string

/** Returns styled text as a string, formatted by one function per style. */
export const formatStyledText = (words: StyledText, plain: Write, strong: Write, code: Write): string =>
  typeof words === 'string'
    ? plain(words)
    : words
        .map((one) => (typeof one === 'string' ? plain(one) : 'strong' in one ? strong(one.strong) : code(one.code)))
        .join('')

export const toUnstyledText = (words: StyledText): string => formatStyledText(words, String, String, String)

/**
 * Characters that could break a line or change its direction: line breaks, blanks, control characters, and marks of
 * text direction.
 */
const BREAKS = /[\s\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu

/** Returns a name or note as a single line, so that no part of it can be mistaken for another line of the message. */
export const toSingleLine = (text: string): string => text.replace(BREAKS, ' ').trim()

/**
 * Shortens a text to at most `most` characters, never splitting a character. A shortened text ends with an ellipsis.
 */
export function shortenText(text: string, most: number): string {
  const letters = [...text]
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`
}
