import { toCsv } from '#lib/contract/csv.ts'
import type { UserNote } from '#lib/incidents/api/index.ts'
import { formatMoment, formatZoneLabel } from '../format/instant.ts'

/** Note that the user is writing; `id` null = a new note. */
export type NoteDraft = Pick<UserNote, 'from' | 'to' | 'text'> & { id: string | null }

/** Resource or resources to which the notes on a page belong. */
export interface ResourcesWithNotes {
  /** short ids of the resources, the page's own resource first; null = notes about everything */
  scopes: readonly string[] | null
  /** session or prefix to which new notes belong, as a part of the first resource */
  subject?: string | null
  /** display name of the resource or its part */
  name: string
}

/** Returns the start and end of a note's time, epoch milliseconds. Both are equal if the note is about a moment. */
export const parseNoteTime = ({ from, to }: Pick<UserNote, 'from' | 'to'>): { from: number; to: number } => ({
  from: Date.parse(from),
  to: Date.parse(to ?? from),
})

/** Returns the notes that overlap a time range, the earliest first. */
export const filterNotes = (notes: readonly UserNote[], from: number, to: number): UserNote[] =>
  notes
    .filter((note) => parseNoteTime(note).to >= from && parseNoteTime(note).from <= to)
    .toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from))

/**
 * Formats the author and time of a note. If the note was changed, the author and time of the last change follow.
 * @param today epoch milliseconds; times on this day are shown without a date
 */
export function formatNoteSignature(
  { writtenBy, writtenAt, changedBy, changedAt }: UserNote,
  zone: string,
  today: number | null,
) {
  const at = (time: string) =>
    `${formatMoment(Date.parse(time), zone, today)} ${formatZoneLabel(Date.parse(time), zone)}`
  const change = changedBy && changedAt && `, changed by ${changedBy} ${at(changedAt)}`
  return `${writtenBy} ${at(writtenAt)}${change ?? ''}`
}

/** Minimum number of characters of a cut text, including the ellipsis; a shorter text would not be understandable. */
const FEWEST = 4

/**
 * Cuts a text with an ellipsis if it is longer than `most`. Returns '' if `most` is too small for an understandable
 * text.
 * @param most maximum number of letters
 */
export const truncateText = (text: string, most: number): string =>
  text.length <= most ? text : most < FEWEST ? '' : `${text.slice(0, most - 1).trimEnd()}…`

/** Returns users' notes as CSV rows, to be added below the rows of a chart's file; '' if there are no notes. */
export const formatNotesCsv = (notes: readonly UserNote[]): string =>
  notes.length === 0
    ? ''
    : `\r\n${toCsv([
        ['Note from (UTC)', 'Note to (UTC)', 'Note', 'Written by', 'Written (UTC)'],
        ...notes.map(({ from, to, text, writtenBy, writtenAt }) => [from, to, text, writtenBy, writtenAt]),
      ])}`

/**
 * Moves the focus to an element, for example a button that appeared after a click, so that keyboard users continue
 * there.
 */
export const focusElement = (element: HTMLElement | null): void => element?.focus()
