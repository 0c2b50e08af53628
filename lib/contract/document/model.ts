/** A part of a sentence that stands out. What cannot set it apart writes it as it is. */
type Inline = string | { strong: string } | { code: string }
export type StyledText = string | readonly Inline[]

/** '' as label = text without one */
export interface LabelledText {
  label: string
  text: string
  /** makes the text a link */
  url?: string
}

export interface Item {
  words: StyledText
  /** what belongs to it, one step to the right */
  parts?: readonly Item[]
}

export interface TableColumn {
  label: string
  /** `number` = to the right */
  align?: 'number'
}

export interface Table {
  columns: readonly TableColumn[]
  rows: readonly (readonly string[])[]
  /** said where there are no rows; absent = nothing */
  empty?: string
}

export type Block =
  | { text: string }
  | { facts: readonly LabelledText[] }
  | { list: readonly Item[] }
  | { table: Table }
  /** a drawing, and the same in signs of one width */
  | { drawing: { title: string; svg: string | null; signs: string } }

/**
 * A part of what people read: a message, a ticket, a hand-over, a post-mortem, a report. It is made once for a content, and written as
 * plain text, Markdown, HTML or the blocks of a chat by the renderers beside it and those of the channels.
 */
export interface Section {
  /** '' = none */
  heading: StyledText
  /** of the heading, from 1 = the document's own; 2 where it is absent. Markdown alone shows it. */
  level?: 1 | 2 | 3
  blocks: readonly Block[]
}

/** A fact whose text stays one line of the message, whatever is in it. */
export const fact = (label: string, text: string, url?: string): LabelledText => ({
  label,
  text: oneLine(text),
  ...(url === undefined ? {} : { url }),
})

type Value = string | number | null | undefined

/** Names with values; an unknown or empty value is left out. */
export const facts = (rows: readonly (readonly [label: string, value: Value])[]): Block => ({
  facts: rows.flatMap(([label, value]) =>
    value === null || value === undefined || value === '' ? [] : [{ label, text: String(value) }],
  ),
})

type Write = (text: string) => string

/** Writes words with one function for each style. */
export const writeStyledText = (words: StyledText, plain: Write, strong: Write, code: Write): string =>
  typeof words === 'string'
    ? plain(words)
    : words
        .map((one) => (typeof one === 'string' ? plain(one) : 'strong' in one ? strong(one.strong) : code(one.code)))
        .join('')

export const wordsText = (words: StyledText): string => writeStyledText(words, String, String, String)

/** Blanks, line breaks and other control characters, and what turns the direction of text around. */
const BREAKS = /[\s\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu

/** Text of names and notes as one line, so that nothing in it reads as a line of the message. */
export const oneLine = (text: string): string => text.replace(BREAKS, ' ').trim()

/** So many letters of a text at the most. One that is cut ends with an ellipsis, and never with half a letter. */
export function cut(text: string, most: number): string {
  const letters = [...text]
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`
}
